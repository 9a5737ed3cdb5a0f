"""Splits what was typed: into the target and the options, each with its text. Nothing is evaluated here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lg_jupyter.errors import UsageError
from lg_jupyter.magic.options import find_option

_OPTION_PATTERN = re.compile(r"(--[A-Za-z][\w-]*|-[A-Za-z]\w*)(?:=|(?=\s|$))")
_UNFINISHED_EXPRESSION_PATTERN = re.compile(
    r"(?:[-+*/%@&|^~<>=,.:!]|(?<!\w)(?:and|or|not|in|is|if|else|lambda|await))\s*$"
)
_CLOSING_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def split_target_and_options(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The target, and each option with the text that follows it.

    Raises
    ------
    UsageError
        If a bracket or a quote is not closed.
    """
    line = line[: _find_comment_start(line)]
    matches = list(iter_option_matches(line))
    ends = [match.start() for match in matches[1:]] + [len(line)]
    options = [(match[1], line[match.end() : end].strip()) for match, end in zip(matches, ends, strict=False)]
    target = line[: matches[0].start()] if matches else line
    return target.strip(), options


def iter_option_matches(line: str) -> Iterator[re.Match[str]]:
    """Where options begin: words like ``-m`` and ``--mode`` outside brackets and quotes.

    A word that the expression before it waits for (``a - -m``) is part of the expression.
    """
    start, in_expression = 0, True
    for at in _iter_word_starts(line):
        match = _OPTION_PATTERN.match(line, at)
        if match and not (in_expression and _UNFINISHED_EXPRESSION_PATTERN.search(line, start, at)):
            yield match
            option = find_option(match[1])
            start, in_expression = match.end(), option is not None and option.is_expression


def is_unfinished_expression(text: str) -> bool:
    """Whether an expression waits for more: it ends in an operator or a comma."""
    return bool(_UNFINISHED_EXPRESSION_PATTERN.search(text))


def _find_comment_start(line: str) -> int:
    return next((at for at in _iter_word_starts(line) if line[at] == "#"), len(line))


def _iter_word_starts(line: str) -> Iterator[int]:
    """Where words begin outside brackets and quotes."""
    open_: list[int] = []
    at = 0
    while at < len(line):
        char = line[at]
        if not open_ and not char.isspace() and (at == 0 or line[at - 1].isspace()):
            yield at
        if char in "'\"":
            at = _find_string_end(line, at)
            continue
        if char in _CLOSING_BRACKETS:
            open_.append(at)
        elif open_ and char == _CLOSING_BRACKETS[line[open_[-1]]]:
            open_.pop()
        elif char in _CLOSING_BRACKETS.values():
            raise UsageError(f"`{char}` closes nothing in `{line[: at + 1].strip()}`")
        at += 1
    if open_:
        raise UsageError(f"`{line[open_[-1]]}` is never closed in `{line[open_[-1] :].strip()}`")


def _find_string_end(line: str, start: int) -> int:
    quote = line[start] * 3 if line.startswith(line[start] * 3, start) else line[start]
    at = start + len(quote)
    while at < len(line):
        if line.startswith(quote, at):
            return at + len(quote)
        at += 2 if line[at] == "\\" else 1
    raise UsageError(f"a quote is never closed in `{line[start:].strip()}`")
