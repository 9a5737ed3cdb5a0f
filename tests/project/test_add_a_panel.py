"""The page on how to add a panel: what it says, done in a copy of the project, gives one that works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.js_build import JS, js_build
from tests.left_out import leave_out
from tests.patience import patience

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "add-a-panel.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`[^\n]*\n\n```\w+\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
NEEDED = ("lg_jupyter", "tests", "tools", "docs", "js", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "recordings", "assets", ".stryker-tmp")

TESTS = [
    f"tests/{name}.test.ts" for name in ("panels/index", "panels/failures", "build/texts", "build/layers")
]

COMMANDS = [
    ["tsc", "--noEmit"],
    pytest.param(["vitest", "run", *TESTS], id="vitest"),
    pytest.param(["biome", "lint", "src", "tests"], marks=pytest.mark.matrix),
    pytest.param(["biome", "format", "src", "tests"], marks=pytest.mark.matrix),
]
"""What checks a panel in the front end."""


def insert(path: Path, before: str, text: str) -> None:
    """Put a text before another that stands in a file once."""
    source = path.read_text("utf-8")
    assert source.count(before) == 1, f"{before!r} in {path}"
    path.write_text(source.replace(before, text + before), "utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which all was done that the page says."""
    folder = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    (folder / "js" / "node_modules").symlink_to(JS / "node_modules")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    insert(folder / "lg_jupyter" / "config.py", '"custom", "events", ', '"failures", ')
    check(folder, sys.executable, "-m", "tools.schema")
    return folder


def check(folder: Path, *command: str, environment: Mapping[str, str] = os.environ) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=patience(120),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_has_four_files_and_their_test() -> None:
    assert len(FILES) == 5


def test_its_module_passes_the_tests_of_panels(copy: Path) -> None:
    check(
        copy,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/test_panel_modules.py",
        "tests/test_record.py",
    )
    check(copy, sys.executable, "-m", "ruff", "check", "lg_jupyter/panels")
    check(copy, sys.executable, "-m", "ruff", "format", "--check", "lg_jupyter/panels")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_its_view_passes_those_of_the_front_end(copy: Path, command: list[str]) -> None:
    if not (JS / "node_modules" / "vitest").is_dir():
        leave_out("the packages of the front end", "them with `make assets`")
    with js_build().npm_command() as (npm, environment):
        check(copy / "js", *npm, "exec", "--", *command, environment=environment)
