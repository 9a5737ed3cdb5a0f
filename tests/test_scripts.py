"""A run in a plain program: the account as text, plain where it is piped, and in what pytest captures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import patience

ROOT = Path(__file__).parents[1]

SCRIPT = """
import lg_jupyter
from tests.graphs import INPUTS, build

def test_it():
    run = lg_jupyter.stream(build("react"), INPUTS["react"]).wait()
    quiet = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]] * 2).wait()

if __name__ == "__main__":
    test_it()
"""


def printed(tmp_path: Path, *arguments: str) -> str:
    (tmp_path / "test_script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, *arguments, "test_script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANGSMITH_TRACING": "false", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=patience(60),
        check=True,
    )
    return done.stdout


def test_a_script_prints_the_account_of_its_runs(tmp_path: Path) -> None:
    text = printed(tmp_path)
    assert "Human\nweather?\nagent · AI\n" in text
    assert '→ weather({"city": "Bergen"})' in text
    assert "It rains in Bergen." in text
    assert "✓ graph · success" in text
    assert "graph on 2 inputs · 2 success" in text
    assert text.count("✓ graph · success") == 1, "what is not to be displayed is not"
    assert "\x1b" not in text, "what is piped is plain"


def test_pytest_captures_it(tmp_path: Path) -> None:
    text = printed(tmp_path, "-m", "pytest", "-q", "-rP", "-p", "no:cacheprovider")
    assert "Captured stdout call" in text and "It rains in Bergen." in text
