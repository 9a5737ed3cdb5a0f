"""A notebook as nbconvert's page, read with no network, and printed by Chromium as PDF."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

from tests.patience import patience
from tools import programs
from tools.notebooks import NOTEBOOKS

pytestmark = pytest.mark.matrix


def test_the_page_of_the_quickstart_reads_and_prints(tmp_path: Path, page: Page) -> None:
    notebook = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "quickstart.html").write_text(html, encoding="utf-8")
    page.goto((tmp_path / "quickstart.html").as_uri(), wait_until="domcontentloaded")
    page.emulate_media(media="print")
    record = page.locator("[class*=lgj-record]").first
    expect(record).to_be_visible()
    expect(record).to_contain_text("Gulbenkian")
    assert page.pdf()[:5] == b"%PDF-"


WHERE_IT_IS = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch().close()
"""


def test_webpdf_prints_it(tmp_path: Path) -> None:
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers")}
    look = [sys.executable, "-c", WHERE_IT_IS]
    missing = subprocess.run(look, env=environment, capture_output=True, text=True, timeout=patience(60))
    browser = Path(re.findall(r"Executable doesn't exist at (\S+)", missing.stderr)[0])
    browser.parent.mkdir(parents=True)
    browser.symlink_to(programs.chromium() or "no Chromium")  # where Playwright's own would be
    options = ["--to=webpdf", "--WebPDFExporter.disable_sandbox=True", f"--output-dir={tmp_path}"]
    command = [sys.executable, "-m", "nbconvert", *options, str(NOTEBOOKS / "quickstart.ipynb")]
    subprocess.run(command, env=environment, check=True, timeout=patience(120))
    printed = (tmp_path / "quickstart.pdf").read_bytes()
    assert printed.startswith(b"%PDF-") and len(re.findall(rb"/Type /Page\b", printed)) > 3
