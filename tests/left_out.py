"""Tests that need a program which is not here: they are left out, and at the end one line says so.

With ``CI=true`` this fails the session, whatever else passed.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, NoReturn

import pytest

_MARK = "left out: "


def leave_out(need: str, install: str) -> NoReturn:
    """Leave the running test out, because it needs ``need``, which ``install`` brings."""
    pytest.skip(f"{_MARK}{need}: install {install}")


def _reasons(config: pytest.Config) -> Counter[str]:
    """How many tests were left out, by what they need."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report.longrepr for report in reporter.stats.get("skipped", ())] if reporter else []
    reasons = [where[2].removeprefix("Skipped: ") for where in skipped if isinstance(where, tuple)]
    return Counter(reason.removeprefix(_MARK) for reason in reasons if reason.startswith(_MARK))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and session.exitstatus == 0 and _reasons(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say it last, below pytest's own summary."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    for reason, count in _reasons(config).items():
        tests = "1 test that needs" if count == 1 else f"{count} tests that need"
        reporter.write_line(f"left out: {tests} {reason}", yellow=True)
