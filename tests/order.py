"""Which files of tests begin first: those that take minutes, that no process is left with one at the end."""

from __future__ import annotations

import pytest

LONG = ("tests/browser/", "tests/project/", "tests/kernel/", "tests/server/")
"""Folders whose tests wait for browsers, installations, kernels and servers, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))


def rank(nodeid: str) -> int:
    """The place of a test's folder among those that begin first.

    >>> rank("tests/browser/test_panels.py::test_it") < rank("tests/server/test_turns.py::test_it")
    True
    >>> rank("tests/test_pointer.py::test_it") == len(LONG)
    True
    """
    return next((number for number, folder in enumerate(LONG) if nodeid.startswith(folder)), len(LONG))
