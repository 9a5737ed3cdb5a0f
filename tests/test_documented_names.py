"""What docstrings list under Parameters and Attributes is there, also after a renaming."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import lg_jupyter

LISTED = re.compile(r"^(Parameters|Attributes)\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
NAMES = re.compile(r"^(\w[\w, ]*)$", re.MULTILINE)


def test_what_docstrings_list_is_there() -> None:
    left_behind = [
        f"{each.__module__}.{each.__qualname__}: {section} {name}"
        for each in documented()
        for section, name in listed(each)
        if not is_there(each, section, name)
    ]
    assert left_behind == []


def test_a_name_that_is_not_there_is_found() -> None:
    def shout(text: str) -> str:
        """Loud.

        Parameters
        ----------
        words
            What to shout.

        Returns
        -------
        str
            It.
        """
        return text.upper()

    assert [name for section, name in listed(shout) if not is_there(shout, section, name)] == ["words"]


def documented() -> Iterator[Any]:
    """The classes and functions of the package, and the methods of its classes."""
    for module in pkgutil.walk_packages(lg_jupyter.__path__, "lg_jupyter."):
        for each in vars(importlib.import_module(module.name)).values():
            if getattr(each, "__module__", None) != module.name:
                continue
            if inspect.isclass(each):
                yield each
                yield from (one for one in vars(each).values() if inspect.isfunction(one))
            elif inspect.isfunction(each):
                yield each


def listed(each: Any) -> Iterator[tuple[str, str]]:
    """The names in a docstring, each with its section."""
    for section, body in LISTED.findall(inspect.getdoc(each) or ""):
        for line in NAMES.findall(body):
            yield from ((section, name) for name in line.split(", "))


def is_there(each: Any, section: str, name: str) -> bool:
    if section == "Parameters":
        function = each.__init__ if inspect.isclass(each) else each
        return name in inspect.signature(function).parameters
    bases = [base for base in each.__mro__ if base.__module__.startswith("lg_jupyter")]
    return hasattr(each, name) or any(
        name in getattr(base, "__annotations__", {}) or f"self.{name}" in inspect.getsource(base)
        for base in bases
    )
