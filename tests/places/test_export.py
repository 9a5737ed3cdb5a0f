"""A notebook as nbconvert's page, read with no network, and printed by Chromium as PDF."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Page, expect

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
