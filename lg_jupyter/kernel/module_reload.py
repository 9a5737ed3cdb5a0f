"""What there is once for as long as the process lives, also when all modules of the package are loaded anew.

What a module makes as it is loaded is another object when it is loaded again, while runs, cells and what
arguments are by default hold the first one.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

T = TypeVar("T")

_objects_by_name: dict[str, Any] = vars(sys).setdefault("_lg_jupyter_kept", {})  # sys is not loaded anew


def keep_across_reloads(name: str, first: T) -> T:
    """The object of this name: ``first``, where there was none yet."""
    found: T = _objects_by_name.setdefault(name, first)
    return found


class InstanceCheckByName(type):
    """The type of classes that know objects of what they were when their module was loaded before."""

    def __instancecheck__(cls, instance: object) -> bool:
        name = (cls.__module__, cls.__qualname__)
        return super().__instancecheck__(instance) or any(
            (each.__module__, each.__qualname__) == name for each in type(instance).__mro__
        )
