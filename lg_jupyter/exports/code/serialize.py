"""What a run requested as JSON, for the head of a file, and back. A file is not trusted: all is checked.

A value that stands for another is an object with the key ``$lg``: ``{"$lg": "secret", "variable": …}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.literals import JSONFileValue, SecretVariable
from lg_jupyter.exports.code.request import CodeForkPoint, CodeRequest, StreamCall, is_dotted_name
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.sources.base import UNSET

VALUE_KIND_KEY = "$lg"

_TEXT_FIELDS = {
    "multitask_strategy": "multitask",
    "durability": "durability",
    "graph_expression": "graph",
    "url": "url",
    "api_key_variable": "key",
}
_BOOLEAN_FIELDS = {
    "subgraphs": "subgraphs",
    "is_synchronous": "threaded",
    "is_api_key_explicit": "key_given",
}
_LINE_LIST_FIELDS = {"stream_modes": "modes", "comments": "comments"}
"""By attribute of a request, the field of a file, whose name stays."""

_BREAKPOINT_FIELDS = ("interrupt_before", "interrupt_after")
_VARIABLE_NAME_PATTERN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def code_request_to_json(request: CodeRequest) -> dict[str, Any]:
    """A request as JSON; of its calls only the first, for a run's events hold the others."""
    first = request.stream_calls[0]
    fields = {"graph_name_or_assistant_id": "name"} | _TEXT_FIELDS | _BOOLEAN_FIELDS | _LINE_LIST_FIELDS
    data: dict[str, Any] = {field: getattr(request, attribute) for attribute, field in fields.items()}
    data |= {name: _code_value_to_json(getattr(request, name)) for name in ("config", "context")}
    data["shown"] = request.message_filter.to_json()
    data["headers"] = {name: secret.variable_name for name, secret in request.header_variables.items()}
    data["thread"] = {VALUE_KIND_KEY: "new"} if request.creates_thread else request.thread_id
    if request.fork_point is not None:
        data["begin"] = _dump_fork_point(request.fork_point)
    data = {name: value for name, value in data.items() if value not in (None, {}, [])}
    return {
        **data,
        "call": {"input": _code_value_to_json(first.input), "breakpoints": dict(first.breakpoints)},
    }


def code_request_from_json(data: Any) -> CodeRequest:
    """What :func:`code_request_to_json` gave.

    Raises
    ------
    TypeError, ValueError, KeyError, AttributeError
        If it is not that.
    """
    graph, api_key_variable = data.get("graph"), data.get("key")
    if graph is not None and not is_dotted_name(_validate_text(graph)):
        raise ValueError(f"not a graph's name: {graph!r}")
    if api_key_variable is not None:
        _validate_variable_name(api_key_variable)
    fork_point, thread = data.get("begin"), data.get("thread")
    texts: dict[str, Any] = {
        attribute: _validate_text(data[field]) for attribute, field in _TEXT_FIELDS.items() if field in data
    }
    flags: dict[str, Any] = {attribute: bool(data.get(field)) for attribute, field in _BOOLEAN_FIELDS.items()}
    lines: dict[str, Any] = {
        attribute: [_validate_line(item) for item in data.get(field, [])]
        for attribute, field in _LINE_LIST_FIELDS.items()
    }
    return CodeRequest(
        graph_name_or_assistant_id=_validate_text(data["name"]),
        stream_calls=[
            StreamCall(
                _code_value_from_json(data["call"].get("input")),
                breakpoints=_parse_breakpoints(data["call"]["breakpoints"]),
            )
        ],
        fork_point=None if fork_point is None else _parse_fork_point(fork_point),
        config=_code_value_from_json(data.get("config", {})),
        context=_code_value_from_json(data.get("context")),
        message_filter=MessageFilter.from_json(data.get("shown")),
        header_variables={
            _validate_text(name): SecretVariable(_validate_variable_name(held))
            for name, held in data.get("headers", {}).items()
        },
        thread_id=UNSET
        if thread == {VALUE_KIND_KEY: "new"}
        else None
        if thread is None
        else _validate_text(thread),
        **(texts | flags | lines),
    )


def _dump_fork_point(fork_point: CodeForkPoint) -> dict[str, Any]:
    return {
        "checkpoint_id": fork_point.checkpoint_id,
        "writes": fork_point.changes_state,
        "values": _code_value_to_json(fork_point.values),
        "as_node": fork_point.as_node,
    }


def _parse_fork_point(data: Mapping[str, Any]) -> CodeForkPoint:
    as_node = data.get("as_node")
    return CodeForkPoint(
        _validate_text(data["checkpoint_id"]),
        bool(data.get("writes")),
        _code_value_from_json(data.get("values")),
        None if as_node is None else _validate_text(as_node),
    )


def _parse_breakpoints(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: "*" if data[name] == "*" else [_validate_text(node) for node in data[name]]
        for name in _BREAKPOINT_FIELDS
        if name in data
    }


def _validate_text(value: JSON) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _validate_line(value: JSON) -> str:
    """A comment, which must not end before its line does."""
    if not _validate_text(value).isprintable():
        raise ValueError(f"not a line: {value!r}")
    return _validate_text(value)


def _validate_variable_name(name: JSON) -> str:
    """The name of an environment variable: it stands in the code as it is."""
    if not _VARIABLE_NAME_PATTERN.fullmatch(_validate_text(name)):
        raise ValueError(f"not a variable: {name!r}")
    return _validate_text(name)


def _code_value_to_json(value: Any) -> Any:
    if isinstance(value, SecretVariable):
        return {VALUE_KIND_KEY: "secret", "variable": value.variable_name}
    if isinstance(value, JSONFileValue):
        return {VALUE_KIND_KEY: "file", "path": value.path}
    if isinstance(value, list):
        return [_code_value_to_json(item) for item in value]
    if isinstance(value, dict):
        data = {key: _code_value_to_json(item) for key, item in value.items()}
        return {VALUE_KIND_KEY: "dict", "value": data} if VALUE_KIND_KEY in value else data
    return value


def _code_value_from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_code_value_from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(VALUE_KIND_KEY)
    if kind == "secret":
        return SecretVariable(_validate_variable_name(value["variable"]))
    if kind == "file":
        return JSONFileValue("input.json")
    return {
        key: _code_value_from_json(item)
        for key, item in (value["value"] if kind == "dict" else value).items()
    }
