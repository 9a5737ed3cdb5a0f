"""``--cases=2``: of each parametrised test at most so many cases, from all over its list, and few examples.

Continuous integration meets every test, but not every case of it: a difference rarely shows in one alone.
`make test` and `make test-matrix` run them all.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import settings

FEW_EXAMPLES = 20
"""What Hypothesis makes up for each of its tests where cases are few."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, default=0, metavar="N", help="at most N cases of each test")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--cases"):
        settings.register_profile("few", settings(), max_examples=FEW_EXAMPLES)
        settings.load_profile("few")


@pytest.hookimpl(trylast=True)  # after what markers deselect
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    most = config.getoption("--cases")
    if not most:
        return
    of_test: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        of_test[item.nodeid.partition("[")[0]].append(item)
    kept = {id(cases[at]) for cases in of_test.values() for at in spread(len(cases), most)}
    left = [item for item in items if id(item) not in kept]
    items[:] = [item for item in items if id(item) in kept]
    config.hook.pytest_deselected(items=left)


def spread(count: int, most: int) -> set[int]:
    """At most ``most`` of the numbers below ``count``, from the first to the last.

    >>> sorted(spread(10, 3)), sorted(spread(2, 3)), sorted(spread(5, 1))
    ([0, 4, 9], [0, 1], [0])
    """
    if count <= most or most == 1:
        return set(range(min(count, most)))
    return {number * (count - 1) // (most - 1) for number in range(most)}
