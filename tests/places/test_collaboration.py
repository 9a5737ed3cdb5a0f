"""JupyterLab with jupyter-collaboration: a run that is watched, and what the shared notebook keeps of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE
from tests.patience import patience
from tests.places.cells import IDLE, LIVE, SETUP, run
from tests.places.conftest import Serve

pytest.importorskip("jupyter_server_ydoc", reason="make test-collaboration has it")
pytestmark = pytest.mark.matrix


def test_a_run_is_live_and_its_record_stays(
    serve: Serve, write: Callable[..., Path], tmp_path: Path, page: Page
) -> None:
    path = write("shared.ipynb", SETUP, LIVE, "await live")
    server = serve(
        *("jupyterlab", "--no-browser", "--allow-root", "--port={port}", "--ServerApp.ip=127.0.0.1"),
        *("--IdentityProvider.token=none", "--expose-app-in-browser"),
    )
    page.goto(f"{server.url}/doc/tree/shared.ipynb?token=none")
    cells = page.locator(".jp-Notebook .jp-Cell")
    expect(cells).to_have_count(3)
    page.wait_for_function(IDLE)
    for number in range(3):
        run(page, cells.nth(number))
    live = cells.nth(1).locator(".lgj-root").first
    expect(live).to_contain_text("one two three four")
    expect(live.locator(".lgj-header")).to_contain_text("Success")
    deadline = time.monotonic() + patience(30)
    while OFFLINE_MIME_TYPE not in (text := path.read_text()) and time.monotonic() < deadline:
        page.wait_for_timeout(200)  # the server writes the shared notebook, after a moment
    assert "lgj-record" in text and OFFLINE_MIME_TYPE in text
    page.reload()
    expect(cells.nth(1).locator(".lgj-root").first).to_contain_text("one two three four")
    assert "Creating FileLoader" in (tmp_path / "server.log").read_text()
