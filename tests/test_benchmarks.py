"""The benchmarks run; what they measure is for a person to read, on a machine that does nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import QUICK

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "names", [["overhead"], pytest.param([*QUICK], marks=pytest.mark.matrix)], ids=["one", "all"]
)
def test_they_run(names: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in names:
        assert f"== {name}" in done.stdout
        assert (f"-- {name}: done" in done.stdout) == (QUICK[name] is not None)


def test_one_that_does_not_exist_is_refused():
    command = [sys.executable, "-m", "benchmarks", "speed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there are overhead," in done.stderr
