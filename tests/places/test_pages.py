"""Pages that other programs build of notebooks: the record is there, and reads."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.patience import patience
from tools.notebooks import NOTEBOOKS

pytest.importorskip("myst_nb", reason="make test-places has it")
pytestmark = pytest.mark.matrix

CONF = """
extensions = ["myst_nb"]
nb_execution_mode = "off"
"""


def test_myst_nb_keeps_the_record(tmp_path: Path, page: Page) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    shutil.copy(NOTEBOOKS / "quickstart.ipynb", source / "index.ipynb")
    command = [sys.executable, "-m", "sphinx", "-q", "source", "built"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=patience(120))
    page.goto((tmp_path / "built" / "index.html").as_uri(), wait_until="domcontentloaded")
    record = page.locator("[class*=lgj-record]").first
    expect(record).to_be_visible()
    expect(record).to_contain_text("Gulbenkian")
