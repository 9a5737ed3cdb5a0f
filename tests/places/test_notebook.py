"""Notebook 7: a run that is watched, a dashboard, an app, and what is left when the page is loaded anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.places.cells import APP, BOARD, IDLE, LIVE, SETUP, run
from tests.places.conftest import Serve

pytest.importorskip("notebook", reason="the extra front-ends has it")


def test_a_live_run_a_dashboard_and_an_app(serve: Serve, write: Callable[..., Path], page: Page) -> None:
    write("board.ipynb", SETUP, LIVE, BOARD, APP)
    server = serve(
        *("notebook", "--no-browser", "--allow-root", "--port={port}", "--ServerApp.ip=127.0.0.1"),
        *("--IdentityProvider.token=none", "--expose-app-in-browser"),
    )
    page.goto(f"{server.url}/notebooks/board.ipynb?token=none")
    cells = page.locator(".jp-Notebook .jp-Cell")
    expect(cells).to_have_count(4)
    page.wait_for_function(IDLE)
    for number in range(4):
        run(page, cells.nth(number))
    live = cells.nth(1).locator(".lgj-root").first
    expect(live).to_contain_text("one two three four")
    board = cells.nth(2).get_by_role("region", name="Dashboard of graph")
    expect(board.locator(".lgj-panel-tokens")).to_contain_text("It rains in Bergen.")
    expect(cells.nth(2).locator(".lgj-panel-tokens:visible")).to_have_count(1)  # the kept one hides
    app = cells.nth(3)
    app.get_by_role("textbox", name="Message").or_(app.locator("textarea.lgj-input")).first.fill("hello")
    app.get_by_role("button", name="Send").click()
    expect(app.get_by_role("log")).to_contain_text("echo: hello")
    expect(page.locator(".jp-OutputArea [class*=lgj-record]:visible")).to_have_count(0)
