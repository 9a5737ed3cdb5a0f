"""Whole matrices of cases, of which `make test` takes a few and `make test-all` all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet


def sampled(cases: Iterable[str], every: int = 6) -> list[ParameterSet]:
    """Parameters for a test of each case; all but every ``every``-th are left to `make test-all`."""
    return [
        pytest.param(case, marks=() if number % every == 0 else pytest.mark.matrix)
        for number, case in enumerate(cases)
    ]
