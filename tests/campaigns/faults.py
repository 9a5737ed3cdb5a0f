"""Parts that fail around a run, and messages of pages of any shape: what `tests/` tries, whole."""

from __future__ import annotations

from collections.abc import Iterator

from tests.campaigns import Figure, passed
from tests.test_comm_fuzz import MANY, WIDGETS
from tests.test_failing_parts import FAULTS


def figures() -> Iterator[Figure]:
    tried, failed = passed("tests/test_failing_parts.py")
    yield Figure(f"faults injected, of {len(FAULTS)} kinds", tried, "runs or tables lost", failed)
    _, failed = passed("tests/test_comm_fuzz.py")
    yield Figure("messages of pages of any shape", MANY * len(WIDGETS), "tests that failed", failed)
