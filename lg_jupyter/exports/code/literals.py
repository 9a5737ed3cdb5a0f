"""Values as literals of a language: whatever they hold, they stay data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 100


@dataclass(frozen=True)
class Secret:
    """Stands for a secret: the environment variable that holds it."""

    variable: str


@dataclass(frozen=True)
class InFile:
    """Stands for a value too large to be written: a file that holds it as JSON."""

    path: str


@dataclass(frozen=True)
class Expression:
    """Stands for what is computed anew each time, in the language's own words."""

    text: str


@dataclass(frozen=True)
class Words:
    """How a language writes what JSON has."""

    null: str
    true: str
    false: str
    text: Callable[[str], str]
    key: Callable[[str], str]
    secret: Callable[[str], str]
    in_file: Callable[[str], str]
    indent: int


def literal(value: Any, words: Words, level: int = 0) -> str:
    """A value of JSON, or one of those that stand for others, on one line or, if too long, on many."""
    line = _line(value, words)
    room = WIDTH - words.indent * level
    if len(line) <= room or not isinstance(value, (dict, list)) or not value:
        return line
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inner, outer = " " * words.indent * (level + 1), " " * words.indent * level
    lines = (f"{inner}{key}{literal(item, words, level + 1)},\n" for key, item in _items(value, words))
    return f"{opening}\n{''.join(lines)}{outer}{closing}"


def _items(value: Any, words: Words) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{words.key(key)}: ", item) for key, item in value.items())
    else:
        yield from (("", item) for item in value)


def _line(value: Any, words: Words) -> str:
    if isinstance(value, (dict, list)):
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        inside = ", ".join(key + _line(item, words) for key, item in _items(value, words))
        return f"{opening}{inside}{closing}"
    if value is None:
        return words.null
    if isinstance(value, bool):
        return words.true if value else words.false
    if isinstance(value, str):
        return words.text(value)
    if isinstance(value, Secret):
        return words.secret(value.variable)
    if isinstance(value, InFile):
        return words.in_file(value.path)
    return value.text if isinstance(value, Expression) else repr(value)


def python_text(text: str) -> str:
    """In double quotes where nothing in it is invisible."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def javascript_text(text: str) -> str:
    """Letters as they are where nothing in it is invisible; U+2028 would end a line."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _javascript_key(key: str) -> str:
    return '["__proto__"]' if key == "__proto__" else javascript_text(key)


PYTHON = Words(
    null="None",
    true="True",
    false="False",
    text=python_text,
    key=python_text,
    secret=lambda name: f'os.environ["{name}"]',
    in_file=lambda path: f"json.load(open({python_text(path)}))",
    indent=4,
)

JAVASCRIPT = Words(
    null="null",
    true="true",
    false="false",
    text=javascript_text,
    key=_javascript_key,
    secret=lambda name: f"process.env.{name}",
    in_file=lambda path: f'JSON.parse(readFileSync({javascript_text(path)}, "utf8"))',
    indent=2,
)
