"""Fields of a part, as values of the types that facts have.

A part may be damaged, or of a release that nobody here knows. What a fact cannot be without is read by
``require_text``, ``parse_optional_text_list``, ``require_dict`` and ``parse_optional_dict_list``, which raise
:class:`TypeError`: the part is not understood. That is done before anything of the part is noted, so that it
changes nothing for those that follow. What a fact may lack is unknown where something else stands in its
place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from lg_jupyter.events.events import JSON, JSONObject


def require_text(value: JSON) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, not {type(value).__name__}")
    return value


def require_dict(value: JSON) -> JSONObject:
    """An object."""
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, not {type(value).__name__}")
    return value


def parse_optional_text_list(value: JSON) -> list[str]:
    """A list of texts, empty where there is none."""
    return [require_text(item) for item in _parse_optional_sequence(value)]


def parse_optional_dict_list(value: JSON) -> list[JSONObject]:
    """A list of objects, empty where there is none."""
    return [require_dict(item) for item in _parse_optional_sequence(value)]


def nonempty_text_or_none(value: JSON) -> str | None:
    """A text that is not empty, or ``None``."""
    return value if isinstance(value, str) and value else None


def int_or_none(value: JSON) -> int | None:
    """A whole number, or ``None``."""
    return value if type(value) is int else None


def float_or_none(value: JSON) -> float | None:
    """A number as float, or ``None``."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def nonempty_dict_or_none(value: JSON) -> JSONObject | None:
    """An object that is not empty, or ``None``."""
    return value if isinstance(value, dict) and value else None


def filter_texts(value: JSON) -> list[str]:
    """The texts in a list, without what else is in it."""
    return [item for item in value if isinstance(item, str)] if is_list_like(value) else []


def filter_dicts(value: JSON) -> list[JSONObject]:
    """The objects in a list, without what else is in it."""
    return [item for item in value if isinstance(item, dict)] if is_list_like(value) else []


def is_list_like(value: JSON) -> TypeGuard[Sequence[JSON]]:
    """Whether a value is a list, perhaps a shared one."""
    if type(value) in _COMMON_TYPES:
        return type(value) is list
    return isinstance(value, Sequence) and not isinstance(value, str)


_COMMON_TYPES = (list, dict, str, type(None))
"""Of most values: to ask an abstract class takes ten times as long."""


def _parse_optional_sequence(value: JSON) -> Sequence[JSON]:
    if value is not None and not is_list_like(value):
        raise TypeError(f"expected a list, not {type(value).__name__}")
    return value or ()
