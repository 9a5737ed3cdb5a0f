"""Voila: a dashboard, a run that goes on when the page connects, and the app's Send pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.places.cells import APP, BOARD, LIVE, SETUP
from tests.places.conftest import Serve

pytest.importorskip("voila", reason="the extra front-ends has it")


def test_a_dashboard_a_live_run_and_an_app(serve: Serve, write: Callable[..., Path], page: Page) -> None:
    write("board.ipynb", SETUP, LIVE, BOARD, APP)
    server = serve("voila", "board.ipynb", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1")
    page.goto(server.url)
    live = page.locator(".lgj-root", has=page.locator(".lgj-target", has_text="slow")).first
    expect(live).to_contain_text("one two three four")
    expect(live.locator(".lgj-header")).to_contain_text("Success")
    board = page.locator(".lgj-dashboard").first
    expect(board.locator(".lgj-panel-tokens")).to_contain_text("It rains in Bergen.")
    expect(board.locator(".lgj-panel-graph")).to_contain_text("tools")
    expect(page.locator("[class*=lgj-record]:visible")).to_have_count(0)
    app = page.locator(".lgj-dashboard").last
    app.get_by_role("textbox").first.fill("hello")
    app.get_by_role("button", name="Send").click()
    expect(app.get_by_role("log")).to_contain_text("echo: hello")
    expect(app.locator(".lgj-panel-timeline")).to_contain_text("speak")
