"""What a page gives with a call, checked against the signature and the annotations of what answers it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.spelling import find_nearest_name
from lg_jupyter.text.preview import preview_json
from lg_jupyter.widgets.protocol import CallError

MAX_QUOTED_CHARACTERS = 60
"""Characters of what came that a refusal quotes."""

_TYPE_NAMES: dict[Any, str] = {
    Any: "a value",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}


class MethodParameters:
    """The parameters of one method, by its annotations: JSON's types, lists, objects, unions and literals.

    Parameters
    ----------
    method
        What the page calls it.
    function
        What answers it. A parameter without an annotation takes whatever is JSON.
    """

    def __init__(self, method: str, function: Callable[..., Any]) -> None:
        self._method = method
        hints = get_type_hints(function)
        known = inspect.signature(function).parameters.values()
        self._takes_any_parameter = any(each.kind is each.VAR_KEYWORD for each in known)
        named = [each for each in known if each.kind is not each.VAR_KEYWORD]
        self._expected = {each.name: hints.get(each.name, Any) for each in named}
        self._required = [each.name for each in named if each.default is each.empty]

    def validate_arguments(self, given: JSON) -> JSONObject:
        """The parameters to call the method with; ``null`` is as if it had been left out.

        Raises
        ------
        CallError
            Saying what came, and what was expected.
        """
        if not isinstance(given, Mapping):
            raise CallError(
                f"{self._method} takes its parameters as an object, not {quote_beginning(given)}."
            )
        params = {name: value for name, value in given.items() if value is not None}
        for name in given:
            if name not in self._expected and not self._takes_any_parameter:
                raise CallError(self._format_unknown_parameter(name))
        for name in self._required:
            if name not in params:
                raise CallError(f"{self._method} needs {name}: {format_type(self._expected[name])}.")
        for name, value in params.items():
            expected = self._expected.get(name, Any)
            if not is_of_type(value, expected):
                raise CallError(
                    f"{self._method}: {name} has to be {format_type(expected)}, not {quote_beginning(value)}."
                )
        return params

    def _format_unknown_parameter(self, name: str) -> str:
        near = find_nearest_name(name, self._expected)
        takes = ", ".join(self._expected) or "no parameters"
        hint = f"did you mean {near!r}?" if near else f"it takes {takes}."
        return f"{self._method} has no parameter {quote_beginning(name)}: {hint}"


def is_of_type(value: JSON, expected: Any) -> bool:
    """Whether a value of JSON is what an annotation says."""
    if expected is Any:
        return True
    origin, inner = get_origin(expected), get_args(expected)
    if origin in (Union, UnionType):
        return any(is_of_type(value, each) for each in inner)
    if origin is Literal:
        return any(type(value) is type(each) and value == each for each in inner)
    if origin is list:
        return isinstance(value, list) and all(is_of_type(item, inner[0]) for item in value)
    if origin is tuple:
        return isinstance(value, list) and len(value) == len(inner) and all(map(is_of_type, value, inner))
    if origin in (dict, Mapping):
        return isinstance(value, dict) and all(is_of_type(item, inner[1]) for item in value.values())
    if expected is float:
        return type(value) in (int, float)
    return type(value) is expected  # a bool is no number


def format_type(expected: Any, *, inside: bool = False) -> str:
    """An annotation as a refusal says it; ``null`` is named only where it stands inside something."""
    origin, inner = get_origin(expected), get_args(expected)
    if origin in (Union, UnionType):
        return " or ".join(
            format_type(each, inside=inside) for each in inner if inside or each is not NoneType
        )
    if origin is Literal:
        return f"one of {', '.join(map(repr, inner))}"
    if origin is list:
        return f"a list, each item {format_type(inner[0], inside=True)}"
    if origin is tuple:
        return f"a list of {len(inner)}: {', '.join(format_type(each, inside=True) for each in inner)}"
    if origin in (dict, Mapping):
        return "an object"
    return _TYPE_NAMES[expected]


def quote_beginning(value: JSON) -> str:
    """The beginning of what came, in one line."""
    if isinstance(value, str):
        return repr(value) if len(value) <= MAX_QUOTED_CHARACTERS else f"{value[:MAX_QUOTED_CHARACTERS]!r}…"
    return preview_json(value, MAX_QUOTED_CHARACTERS)
