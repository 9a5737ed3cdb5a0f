"""Which tests run, and in which order: ``tests/cases.py``, ``tests/order.py``."""

from __future__ import annotations

import pytest

from tests.cases import spread

pytest_plugins = ["pytester"]

FILE = """
import pytest

@pytest.mark.parametrize("number", range(10))
def test_many(number): pass

def test_one(): pass
"""


def test_cases_are_from_all_over_the_list(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FILE)
    result = pytester.runpytest("-p", "tests.cases", "--cases=3", "-v")
    result.assert_outcomes(passed=4, deselected=7)
    result.stdout.fnmatch_lines(["*test_many[[]0]*", "*test_many[[]4]*", "*test_many[[]9]*", "*test_one*"])


@pytest.mark.parametrize(
    ("count", "most", "kept"), [(3, 5, {0, 1, 2}), (5, 1, {0}), (5, 2, {0, 4}), (0, 2, set())]
)
def test_spread(count: int, most: int, kept: set[int]) -> None:
    assert spread(count, most) == kept


def test_what_takes_minutes_begins_first(pytester: pytest.Pytester) -> None:
    for place in ("adapter/test_short", "browser/test_long"):
        file = pytester.path / "tests" / f"{place}.py"
        file.parent.mkdir(parents=True)
        file.write_text("def test_it(): pass")
    result = pytester.runpytest("-p", "tests.order", "-v")
    result.stdout.fnmatch_lines(
        ["tests/browser/test_long.py::test_it*", "tests/adapter/test_short.py::test_it*"]
    )
