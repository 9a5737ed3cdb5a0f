"""How to add a panel: what the page says, done in a copy of the project, gives one that works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lg_jupyter.config import PANELS
from tests.js_build import JS, js_build
from tests.left_out import leave_out
from tests.patience import patience
from tools.new_panel import CONFIG, add_id, make_files

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "add-a-panel.md").read_text("utf-8")
NEEDED = ("lg_jupyter", "tests", "tools", "docs", "js", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "recordings", "assets", ".stryker-tmp")

PATHS = [
    "lg_jupyter/panels/recipes.py",
    "js/src/panels/recipes/panel.ts",
    "js/src/panels/recipes/view.tsx",
    "js/src/texts/recipes.ts",
    "js/tests/panels/recipes.test.ts",
]
"""What a panel of this name has, as a reader goes through it."""

TESTS = [
    f"tests/{name}.test.ts" for name in ("panels/index", "panels/failures", "build/texts", "build/layers")
]

COMMANDS = [
    pytest.param(["tsc", "--noEmit"], marks=pytest.mark.matrix),
    pytest.param(["vitest", "run", *TESTS], id="vitest"),
    pytest.param(["biome", "lint", "src", "tests"], marks=pytest.mark.matrix),
    pytest.param(["biome", "format", "src", "tests"], marks=pytest.mark.matrix),
]
"""What checks a panel in the front end."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a panel was begun."""
    folder = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    (folder / "js" / "node_modules").symlink_to(JS / "node_modules")
    check(folder, sys.executable, "-m", "tools.new_panel", "failures")
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


def test_the_page_tells_what_to_change_in_each_of_its_files() -> None:
    assert re.findall(r"^\| `([\w./-]+)` \|", PAGE, re.MULTILINE) == PATHS


def test_its_files_have_their_name_and_no_other() -> None:
    files = make_files("recipes")
    assert sorted(files) == sorted(PATHS)
    assert "failures" not in repr(files).lower()


@pytest.mark.parametrize(("after", "place"), [("calls", 5), (None, -1)])
def test_its_tab_stands_where_it_is_wanted(after: str | None, place: int) -> None:
    before = CONFIG.read_text("utf-8")
    names: dict[str, tuple[str, ...]] = {}
    exec(re.findall(r"^PANELS = .*?^\)$", add_id(before, "recipes", after), re.M | re.S)[0], names)
    assert names["PANELS"][place] == "recipes"
    assert tuple(name for name in names["PANELS"] if name != "recipes") == PANELS


def test_a_panel_that_there_is_stays(copy: Path) -> None:
    module = copy / "lg_jupyter" / "panels" / "events.py"
    before = module.read_text("utf-8")
    with pytest.raises(AssertionError, match="nothing was written"):
        check(copy, sys.executable, "-m", "tools.new_panel", "events")
    assert module.read_text("utf-8") == before


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
