"""Comments, and docstrings of variables, stand where what they explain is, also where lines are wrapped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BEHIND_A_BRACKET = re.compile(r"^ *[)\]}]+[)\]}:, ]*(= ?\S+)? +# (?!fmt:|type:|noqa).*", re.MULTILINE)
"""A comment behind the end of what was wrapped: what it explains is lines above."""

IN_A_STRING = re.compile(r'^ *[rbf]{0,2}"[^"\n]*"\n *"""\S', re.MULTILINE)
"""A docstring behind a text that is no statement of its own: Python makes one text of both."""


@pytest.mark.parametrize("folder", ["lg_jupyter", "tests", "tools", "benchmarks"])
def test_they_are_not_parted_from_it(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group().strip()}"
        for path in (ROOT / folder).rglob("*.py")
        for pattern in (BEHIND_A_BRACKET, IN_A_STRING)
        for match in pattern.finditer(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "    make(\n        it\n    )  # what it is for",
        "    if (\n        it\n    ):  # what it is for",
        "    held: dict[\n        str, int\n    ] = {}  # what it holds",
    ],
)
def test_a_comment_that_was_is_seen(source: str) -> None:
    assert BEHIND_A_BRACKET.search(source)


def test_a_docstring_that_was_is_seen() -> None:
    assert IN_A_STRING.search('NAME = (\n    "name"\n    """What it is for."""\n)')
    assert not IN_A_STRING.search('NAME = "name"\n"""What it is for."""')
