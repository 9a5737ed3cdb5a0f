"""The notebook `dashboard.ipynb` by Voila: a click on a bar drives its picture, and the app answers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.places.conftest import Serve
from tools.notebooks import NOTEBOOKS

pytest.importorskip("voila", reason="the extra front-ends has it")
pytestmark = pytest.mark.matrix


def test_voila_serves_it(serve: Serve, tmp_path: Path, page: Page) -> None:
    for path in (NOTEBOOKS / "dashboard.ipynb", *NOTEBOOKS.glob("*.py")):
        shutil.copy(path, tmp_path)
    server = serve("voila", "dashboard.ipynb", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1")
    page.goto(server.url)
    expect(page.locator(".lgj-dashboard")).to_have_count(2)
    bars = page.locator(".lgj-root:not(.lgj-dashboard *)").get_by_role("option")
    expect(bars.first).to_be_visible()
    picture = page.locator(".widget-html", has_text=re.compile(r"\d+ ms|no model was called"))
    before = picture.inner_text()
    bars.last.click()
    expect(picture).not_to_have_text(before)
    chat = page.locator(".lgj-dashboard").last
    chat.get_by_role("textbox").first.fill("Two days in Faro?")
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_role("log")).to_contain_text("Faro")
