"""``--slowest-files=20``: which files of tests took longest, fixtures included, whoever of xdist ran them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

_seconds: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slowest-files", type=int, default=0, metavar="N", help="show the N slowest files")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    file, _, _ = report.nodeid.partition("::")
    _seconds[file] += report.duration  # type: ignore[assignment]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    number = config.getoption("--slowest-files")
    if not number:
        return
    terminalreporter.section(f"slowest {number} files of tests")
    for file, seconds in _seconds.most_common(number):
        terminalreporter.write_line(f"{seconds / 60:6.1f} min  {file}")
