"""Plain IPython in a terminal, and with its input from a pipe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.kernel.cells import PATIENCE

SETUP_FILE = Path(__file__).parent / "setup_cell.py"
COMMAND = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor", "--no-confirm-exit"]


ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """Types a line, and waits for what is printed."""

    def __init__(self, child: pexpect.spawn) -> None:
        self.child = child
        self.expect(r"In \[\d+\]: ")

    def expect(self, pattern: str) -> str:
        """What was printed up to the pattern."""
        self.child.expect(pattern)
        return ANSI.sub("", self.child.before)

    def begin(self, line: str) -> None:
        self.child.sendline(line)

    def run(self, line: str) -> str:
        self.begin(line)
        return self.expect(r"In \[\d+\]: ")


@pytest.fixture(scope="module")
def shared_terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    home = tmp_path_factory.mktemp("ipython")
    child = pexpect.spawn(
        sys.executable,
        COMMAND,
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(50, 200),
        cwd=str(home),
        env={**os.environ, "IPYTHONDIR": str(home)},
    )
    terminal = Terminal(child)
    terminal.run("%load_ext lg_jupyter")
    terminal.run(f"%run -i {SETUP_FILE}")
    yield terminal
    child.close(force=True)


@pytest.fixture
def terminal(shared_terminal: Terminal) -> Terminal:
    """IPython, in which the extension is loaded and the graphs of ``setup_cell.py`` are defined."""
    shared_terminal.run("seen.clear(); run = None")
    return shared_terminal


def test_the_account_of_a_run(terminal) -> None:
    text = terminal.run("%lgstream graph --input {'x': 1} -o run")
    assert re.search(r"✓ add · [\d.]+ m?s", text)
    assert "x: 1 → 2" in text
    assert re.search(r"✓ graph · success · [\d.]+ m?s · 1 step", text)
    assert "Out[" not in text
    assert "('success', {'x': 2})" in terminal.run("run.status, run.output")


@pytest.mark.parametrize(
    "line",
    [
        "%lgstream slow_graph --input {'x': 1} -o run",
        "run = get_ipython().run_line_magic('lgstream', \"slow_graph --input {'x': 1} -o run\")",
        "(lambda: get_ipython().run_line_magic('lgstream', \"slow_graph --input {'x': 1} -o run\"))()",
    ],
)
def test_ctrl_c(terminal, line) -> None:
    terminal.begin(line)
    terminal.expect("slow begins")
    terminal.child.sendintr()
    text = terminal.expect(r"In \[\d+\]: ")
    assert "KeyboardInterrupt: Cancelled" in text
    assert "Traceback" not in text
    assert "■ slow_graph · cancelled" in text
    assert "cancelled" in terminal.run("run.status")
    assert "success" in terminal.run("%lgstream graph --input {'x': 1}")


def test_in_the_background(terminal) -> None:
    terminal.run("%lgstream sleeping_graph --input {'x': 1} --background -o run")
    assert "running" in terminal.run("run.status")
    terminal.run("seen.append('wake up')")
    assert "success" in terminal.run("run.wait().status")


def test_a_failing_run(terminal) -> None:
    text = terminal.run("%lgstream failing_graph --input {'x': 0}")
    assert re.search(r"✗ failing · .* · ZeroDivisionError: division by zero", text)
    assert 'return {"x": 1 / state["x"]}' in text


def test_from_a_pipe(tmp_path) -> None:
    lines = [
        "%load_ext lg_jupyter",
        f"%run -i {SETUP_FILE}",
        "%lgstream graph --input {'x': 1} -o run",
        "run.output",
    ]
    done = subprocess.run(
        [sys.executable, *COMMAND],
        input="\n".join(lines) + "\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert re.search(r"✓ graph · success · [\d.]+ m?s · 1 step\n", done.stdout)
    assert "{'x': 2}" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_form_says_that_it_needs_a_notebook(terminal) -> None:
    text = terminal.run("%lgstream graph --form")
    assert "The form of graph needs a notebook that shows widgets." in text
    assert "Here: lg_jupyter.stream(graph, {…})" in text


def test_the_debugger_stands_where_the_node_raised(terminal) -> None:
    text = terminal.run("%lgstream failing_graph --input {'x': 0}")
    assert "langgraph/pregel" not in text
    assert "of libraries not shown" in text
    terminal.begin("%debug")
    terminal.expect("ipdb> ")
    terminal.begin("p state")
    assert "{'x': 0}" in terminal.expect("ipdb> ")
    terminal.run("q")
