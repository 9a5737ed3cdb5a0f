"""The benchmark of the front end runs; what it measures is for a person to read."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import ROOT


@pytest.mark.matrix
def test_it_runs(browser: Browser) -> None:
    command = [sys.executable, "-m", "benchmarks.browser", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "words/s, first run",
        "runs more: heap",
        "events while they come",
        "our scripts",
        "panel Events",
        "draws nothing",
    ):
        assert line in done.stdout
