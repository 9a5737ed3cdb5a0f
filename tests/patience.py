"""How long tests wait before they give up: as long as it takes on a machine as busy as this one is.

Waits are ceilings: a test goes on as soon as what it waits for is there, and asserts nothing about the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

IDLE = 0.6
"""Seconds that :func:`_work` takes on two idle cores of a small cloud machine."""

LEAST, MOST = 4.0, 16.0
"""Bounds of the factor: the tests are a load themselves, and what hangs must end."""

_FACTOR = "LG_JUPYTER_TESTS_PATIENCE"
"""A variable of the environment, so that it is measured once, for xdist's workers and kernels too."""


def patience(seconds: float) -> float:
    """The seconds to wait for what takes at most so many on a machine that has nothing else to do."""
    return seconds * _factor()


def _factor() -> float:
    if _FACTOR not in os.environ:
        os.environ[_FACTOR] = f"{min(MOST, max(LEAST, 2 * slowness())):.1f}"
    return float(os.environ[_FACTOR])


def slowness() -> float:
    """How many times as long as on an idle machine things take at the moment."""
    began = time.perf_counter()
    _work()
    return (time.perf_counter() - began) / IDLE


def _work() -> None:
    """What most waits are for: processes that start, and code that runs."""
    for _ in range(3):
        subprocess.run([sys.executable, "-c", "import asyncio, json; sum(range(1_000_000))"], check=True)
