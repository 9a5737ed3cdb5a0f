"""What of events and facts is not of the type that their dataclasses name."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import StreamedMessageExtras


def mistyped(record: Any) -> list[str]:
    """The fields of a dataclass that hold something else, as ``Class.field: value``."""
    return [
        f"{type(record).__name__}.{name}: {value!r}"
        for name, hint in _hints(type(record)).items()
        if not _fits(value := getattr(record, name), hint)
    ]


def mistyped_in(event: Any) -> list[str]:
    """The same of an event and of its facts."""
    return [each for record in (*event.facts, event) for each in mistyped(record)]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return True
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return isinstance(value, str) and value in arguments
    if origin in (Union, types.UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin in _LISTS:
        return isinstance(value, _LISTS[origin]) and all(_fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _fits(key, arguments[0]) and _fits(item, arguments[1]) for key, item in value.items()
        )
    if hint is StreamedMessageExtras:
        return hasattr(value, "get_extras_so_far") and not mistyped(value.get_extras_so_far())
    if is_dataclass(hint):
        return isinstance(value, hint) and not mistyped(value)
    return isinstance(value, _NUMBERS.get(hint, hint)) and (hint is bool or not isinstance(value, bool))


_LISTS: dict[Any, Any] = {
    list: (list, SharedList),
    tuple: tuple,
    Sequence: (list, tuple, SharedList),
}
_NUMBERS: dict[Any, Any] = {float: (int, float)}
