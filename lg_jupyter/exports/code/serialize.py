"""What a run asked for as JSON, for the head of a file, and back. A file is not trusted: all is checked.

A value that stands for another is an object with the key ``$lg``: ``{"$lg": "secret", "variable": …}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.literals import InFile, Secret
from lg_jupyter.exports.code.request import Asked, Begin, Call, is_expression
from lg_jupyter.request.filters import Filter
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET

MARK = "$lg"

_TEXTS = ("multitask", "durability", "graph", "url", "key")
_FLAGS = ("subgraphs", "threaded", "key_given")
_LINES = ("modes", "comments")
_STOPS = ("interrupt_before", "interrupt_after")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def asked_of(run: RunState) -> JSON:
    """What a run asked for, as JSON; ``None`` where nobody knows: a file is written all the same."""
    try:
        told = to_json(Asked.by(run))
        orjson.dumps(told)
    except Exception:
        return None
    return told


def to_json(asked: Asked) -> dict[str, Any]:
    """The same as JSON; of its calls only the first, for a run's events tell of the others."""
    first = asked.calls[0]
    told: dict[str, Any] = {name: getattr(asked, name) for name in ("name", *_TEXTS, *_FLAGS, *_LINES)}
    told |= {name: _dumped(getattr(asked, name)) for name in ("config", "context")}
    told["shown"] = asked.shown.to_json()
    told["headers"] = {name: secret.variable for name, secret in asked.headers.items()}
    told["thread"] = {MARK: "new"} if asked.thread is UNSET else asked.thread
    if begin := asked.begin:
        told["begin"] = {**asdict(begin), "values": _dumped(begin.values)}
    told = {name: value for name, value in told.items() if value not in (None, {}, [])}
    return {**told, "call": {"input": _dumped(first.input), "breakpoints": dict(first.breakpoints)}}


def of_json(told: Any) -> Asked:
    """What :func:`to_json` gave.

    Raises
    ------
    TypeError, ValueError, KeyError, AttributeError
        If it is not that.
    """
    graph, key = told.get("graph"), told.get("key")
    if graph is not None and not is_expression(_text(graph)):
        raise ValueError(f"not a graph's name: {graph!r}")
    if key is not None:
        _variable(key)
    begin, thread = told.get("begin"), told.get("thread")
    texts: dict[str, Any] = {name: _text(told[name]) for name in _TEXTS if name in told}
    flags: dict[str, Any] = {name: bool(told.get(name)) for name in _FLAGS}
    lines: dict[str, Any] = {name: [_line(item) for item in told.get(name, [])] for name in _LINES}
    return Asked(
        name=_text(told["name"]),
        calls=[Call(_loaded(told["call"].get("input")), breakpoints=_stops(told["call"]["breakpoints"]))],
        begin=None if begin is None else _begin(begin),
        config=_loaded(told.get("config", {})),
        context=_loaded(told.get("context")),
        shown=Filter.of_json(told.get("shown")),
        headers={_text(name): Secret(_variable(held)) for name, held in told.get("headers", {}).items()},
        thread=UNSET if thread == {MARK: "new"} else None if thread is None else _text(thread),
        **(texts | flags | lines),
    )


def _begin(told: Mapping[str, Any]) -> Begin:
    as_node = told.get("as_node")
    return Begin(
        _text(told["checkpoint_id"]),
        bool(told.get("writes")),
        _loaded(told.get("values")),
        None if as_node is None else _text(as_node),
    )


def _stops(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: "*" if told[name] == "*" else [_text(node) for node in told[name]]
        for name in _STOPS
        if name in told
    }


def _text(value: JSON) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _line(value: JSON) -> str:
    """A comment, which must not end before its line does."""
    if not _text(value).isprintable():
        raise ValueError(f"not a line: {value!r}")
    return _text(value)


def _variable(name: JSON) -> str:
    """The name of an environment variable: it stands in the code as it is."""
    if not _VARIABLE.fullmatch(_text(name)):
        raise ValueError(f"not a variable: {name!r}")
    return _text(name)


def _dumped(value: Any) -> Any:
    if isinstance(value, Secret):
        return {MARK: "secret", "variable": value.variable}
    if isinstance(value, InFile):
        return {MARK: "file", "path": value.path}
    if isinstance(value, list):
        return [_dumped(item) for item in value]
    if isinstance(value, dict):
        told = {key: _dumped(item) for key, item in value.items()}
        return {MARK: "dict", "value": told} if MARK in value else told
    return value


def _loaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_loaded(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(MARK)
    if kind == "secret":
        return Secret(_variable(value["variable"]))
    if kind == "file":
        return InFile("input.json")
    return {key: _loaded(item) for key, item in (value["value"] if kind == "dict" else value).items()}
