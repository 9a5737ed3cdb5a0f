"""What `make sound` runs: whole campaigns of hostile and damaged things, too long for `make test`.

A campaign is a module whose ``figures()`` yields what it tried and how much of that went wrong; of each kind
a plain test tries a few. ``python -m tests.campaigns`` runs all, ``python -m tests.campaigns secrets`` one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple


class Figure(NamedTuple):
    """``tried`` so many of ``what``, of which ``wrong`` are ``wrong_what``; ``allowed`` may be."""

    what: str
    tried: int
    wrong_what: str
    wrong: int
    allowed: int = 0

    @property
    def holds(self) -> bool:
        return self.wrong <= self.allowed and self.tried > 0

    def __str__(self) -> str:
        mark = "" if self.holds else "  ← FAILED"
        return f"{self.what:48}{self.tried:>10,}   {self.wrong_what:30}{self.wrong:>8,}{mark}"


def report(figures: Iterable[Figure]) -> bool:
    """Print each as it comes; whether all hold."""
    held = True
    for figure in figures:
        print(figure, flush=True)
        held = held and figure.holds
    return held


def passed(*files: str) -> tuple[int, int]:
    """How many tests of some files there are, whole matrices too, and how many fail or are left out."""
    command = [sys.executable, "-m", "pytest", "-vv", "-m", "", *files]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    last = told.rstrip().rpartition("\n")[2]
    counts = {what: int(number) for number, what in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}
    failed = sum(number for what, number in counts.items() if what != "passed")
    if failed:
        print(told[-20_000:])
    return counts.get("passed", 0) + failed, failed
