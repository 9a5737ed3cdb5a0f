"""``typing.TypedDict`` for pydantic, which before Python 3.12 takes only that of ``typing_extensions``."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable
from typing import Any

import typing_extensions


def is_unsupported_typed_dict(kind: Any) -> bool:
    """Whether this is a ``TypedDict`` that pydantic refuses to look at."""
    is_typed_dict = typing_extensions.is_typeddict(kind) and type(kind).__module__ == "typing"
    return is_typed_dict and sys.version_info < (3, 12)


def rebuild_typed_dicts(kind: Any, around: tuple[Any, ...] = ()) -> Any:
    """The same type with every ``TypedDict`` in it made anew; one that holds itself is anything there."""
    if kind in around:
        return Any
    if is_unsupported_typed_dict(kind):
        hints = typing_extensions.get_type_hints(kind, include_extras=True)
        optional: Any = typing_extensions.NotRequired
        fields = {
            name: rebuild_typed_dicts(_strip_required_qualifier(hint), (*around, kind))
            for name, hint in hints.items()
        }
        required = kind.__required_keys__
        make: Any = typing_extensions.TypedDict
        return make(
            kind.__name__,
            {name: hint if name in required else optional[hint] for name, hint in fields.items()},
        )
    return _map_type_arguments(kind, lambda part: rebuild_typed_dicts(part, around))


def _map_type_arguments(kind: Any, change: Callable[[Any], Any]) -> Any:
    """A type such as ``list[…]`` with its parts changed."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return typing.Annotated[(change(parts[0]), *parts[1:])]
    new = tuple(change(part) for part in parts)
    if new == parts or origin in (None, typing.Literal):
        return kind
    if origin in (typing.Union, types.UnionType):
        return typing.Union[new]  # noqa: UP007 - of parts that are not known here
    return kind.copy_with(new) if hasattr(kind, "copy_with") else origin[new]


def _strip_required_qualifier(hint: Any) -> Any:
    """What stands in ``Required[…]`` or ``NotRequired[…]``."""
    if typing.get_origin(hint) in (typing_extensions.Required, typing_extensions.NotRequired):
        return typing.get_args(hint)[0]
    return hint
