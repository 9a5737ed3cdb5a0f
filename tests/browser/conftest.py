"""Fixtures: a JupyterLab for all tests, a Chromium for each module, a fresh page for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.lab import Lab, NotebookPage, launch
from tests.left_out import leave_out
from tests.patience import patience
from tools import programs

STILL = "--force-prefers-reduced-motion"
"""Without a graphics card, whatever moves on a page is drawn by the processor."""

expect.set_options(timeout=patience(30) * 1000)


@pytest.fixture(scope="module")  # while Playwright is there, its loop runs, and asynchronous tests cannot
def browser() -> Iterator[Browser]:
    if programs.chromium() is None:
        leave_out("a Chromium", "chromium or Google Chrome")
    with sync_playwright() as playwright:
        chromium = launch(playwright, STILL)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """A JupyterLab in which no kernel runs yet."""
    yield shared_lab
    shared_lab.end_sessions()


OpenNotebook = Callable[..., NotebookPage]


@pytest.fixture
def open_notebook(browser: Browser, lab: Lab, request: pytest.FixtureRequest) -> Iterator[OpenNotebook]:
    """Call it with the source of each cell; gives the open notebook, named after the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(patience(30) * 1000)
    tries = getattr(request.node, "execution_count", 1)  # the kernel of the first may still run
    name = f"{request.node.name}-{tries}.ipynb" if tries > 1 else f"{request.node.name}.ipynb"

    def open_notebook(*cells: str) -> NotebookPage:
        lab.write(name, *cells)
        return NotebookPage(context.new_page(), lab, name).open()

    yield open_notebook
    context.close()
