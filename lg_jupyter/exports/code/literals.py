"""Values as literals of a language: whatever they hold, they stay data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

MAX_LINE_CHARACTERS = 100


@dataclass(frozen=True)
class SecretVariable:
    """Stands for a secret: the environment variable that holds it."""

    variable_name: str


@dataclass(frozen=True)
class JSONFileValue:
    """Stands for a value too large to be written: a file that holds it as JSON."""

    path: str


@dataclass(frozen=True)
class CodeExpression:
    """Stands for what is computed anew each time, in the language's own words."""

    text: str


@dataclass(frozen=True)
class LiteralSyntax:
    """How a language writes what JSON has."""

    null: str
    true: str
    false: str
    quote_text: Callable[[str], str]
    quote_key: Callable[[str], str]
    format_variable: Callable[[str], str]
    format_json_file: Callable[[str], str]
    indent_width: int


def format_literal(value: Any, syntax: LiteralSyntax, level: int = 0) -> str:
    """A value of JSON, or one of those that stand for others, on one line or, if too long, on many."""
    line = _format_one_line_literal(value, syntax)
    room = MAX_LINE_CHARACTERS - syntax.indent_width * level
    if len(line) <= room or not isinstance(value, (dict, list)) or not value:
        return line
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner, outer = " " * syntax.indent_width * (level + 1), " " * syntax.indent_width * level
    lines = (
        f"{inner}{key}{format_literal(item, syntax, level + 1)},\n"
        for key, item in _iter_prefixed_items(value, syntax)
    )
    return f"{opening}\n{''.join(lines)}{outer}{closing}"


def _iter_prefixed_items(value: Any, syntax: LiteralSyntax) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{syntax.quote_key(key)}: ", item) for key, item in value.items())
    else:
        yield from (("", item) for item in value)


def _format_one_line_literal(value: Any, syntax: LiteralSyntax) -> str:
    if isinstance(value, (dict, list)):
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        inside = ", ".join(
            key + _format_one_line_literal(item, syntax) for key, item in _iter_prefixed_items(value, syntax)
        )
        return f"{opening}{inside}{closing}"
    if value is None:
        return syntax.null
    if isinstance(value, bool):
        return syntax.true if value else syntax.false
    if isinstance(value, str):
        return syntax.quote_text(value)
    if isinstance(value, SecretVariable):
        return syntax.format_variable(value.variable_name)
    if isinstance(value, JSONFileValue):
        return syntax.format_json_file(value.path)
    return value.text if isinstance(value, CodeExpression) else repr(value)


def quote_python_text(text: str) -> str:
    """In double quotes where nothing in it is invisible."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def quote_javascript_text(text: str) -> str:
    """Letters as they are where nothing in it is invisible; U+2028 would end a line."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _format_javascript_key(key: str) -> str:
    return '["__proto__"]' if key == "__proto__" else quote_javascript_text(key)


PYTHON_SYNTAX = LiteralSyntax(
    null="None",
    true="True",
    false="False",
    quote_text=quote_python_text,
    quote_key=quote_python_text,
    format_variable=lambda name: f'os.environ["{name}"]',
    format_json_file=lambda path: f"json.load(open({quote_python_text(path)}))",
    indent_width=4,
)

JAVASCRIPT_SYNTAX = LiteralSyntax(
    null="null",
    true="true",
    false="false",
    quote_text=quote_javascript_text,
    quote_key=_format_javascript_key,
    format_variable=lambda name: f"process.env.{name}",
    format_json_file=lambda path: f'JSON.parse(readFileSync({quote_javascript_text(path)}, "utf8"))',
    indent_width=2,
)
