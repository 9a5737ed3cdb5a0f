"""Watched runs where there is no notebook: a line for each, on standard error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import lg_jupyter
from tests.watching.graphs import INPUT, build, config

lg_jupyter.watch({options})
graph = build("say", "bump")
print(graph.invoke(INPUT, config())["log"])
try:
    build("fail").invoke(INPUT, config())
except ValueError:
    print("failed")
"""


def run(options: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SCRIPT.format(options=options)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)


def test_a_line_for_each_run_also_of_a_script_that_ends_at_once() -> None:
    ran = run("")
    assert ran.stdout == "['say', 'bump']\nfailed\n"
    first, second, why = ran.stderr.splitlines()
    assert first.startswith("✓ graph · success · ")
    assert second.startswith("✗ ")
    assert " · error · " in second
    assert why.strip().startswith("fail · step 1: ValueError: then ← KeyError: 'first'")


def test_nothing_without_a_display() -> None:
    ran = run("display=False")
    assert (ran.stdout, ran.stderr) == ("['say', 'bump']\nfailed\n", "")
