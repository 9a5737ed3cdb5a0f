"""Hostile texts, in a real Chromium and in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from tests.campaigns import Figure, passed
from tests.hostile_texts import vectors

PLACES = 10
"""Live panels, saved page, record, fragment, batch, comparison, two of nbconvert's, markup, terminal."""


def figures() -> Iterator[Figure]:
    tried, failed = passed("tests/browser/test_hostile_texts.py")
    yield Figure(
        "vectors tried (texts × places)", len(vectors()) * PLACES, f"of {tried} pages: tripped", failed
    )
