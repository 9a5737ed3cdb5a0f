"""Hostile texts in a real Chromium, with a tripwire: nothing runs, is loaded, or leaves its place."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.lab import Lab, NotebookPage
from tests.hostile_run import BATCHES
from tests.patience import patience

IN_CI = 1
"""Batches that every change is tried with; `make test-all` tries all."""

SOME = [pytest.param(batch, marks=() if batch < IN_CI else pytest.mark.matrix) for batch in BATCHES]

TRIPWIRE = "window.tripped = []; window.trip = number => { window.tripped.push(number); };"

OUTSIDE = """() => ({
  tripped: window.tripped,
  marked: [...document.querySelectorAll('[data-trip]')].map(each => each.outerHTML),
  handlers: [...document.querySelectorAll('.lgj-root *, .lgj-record *')].filter(
    each => [...each.attributes].some(({name}) => name.startsWith('on'))).map(each => each.outerHTML),
  scripts: [...document.querySelectorAll('.lgj-root script, .lgj-record script')].length,
  addresses: [...document.querySelectorAll('.lgj-root a[href], .lgj-record a[href]')].map(
    each => each.href).filter(href => !/^(https?:|#)/.test(href)
      && !href.startsWith(location.href.split('#')[0] + '#')),
  formulas: document.querySelectorAll(
    '.lgj-root mjx-container, .lgj-record mjx-container, .lgj-record .MathJax').length,
  bare: [...document.querySelectorAll('.lgj-record a[href]')].filter(
    each => /^(www\\.|https?:..trip)/.test(each.textContent)).length,
})"""

NOTHING = {
    "tripped": [],
    "marked": [],
    "handlers": [],
    "scripts": 0,
    "addresses": [],
    "formulas": 0,
    "bare": 0,
}


class Guarded:
    """A page whose requests and dialogs are held against it."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.add_init_script(TRIPWIRE)
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "dialog", lambda dialog: (self.asked.append(f"dialog {dialog.message}"), dialog.dismiss())
        )

    def found(self) -> dict[str, Any]:
        asked = [url for url in self.asked if re.match(r"dialog|[a-z]+:/*([^/]*\.)?trip\.invalid", url)]
        return {**self.page.evaluate(OUTSIDE), "asked": asked}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(patience(30) * 1000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], dict[str, Path]]:
    """The pages of a batch, made by another process: Playwright has a loop of its own in this one."""
    folder = tmp_path_factory.mktemp("pages")

    def made(batch: int) -> dict[str, Path]:
        code = f"from tests.hostile_run import *; pages({batch}, Path({str(folder)!r}))"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=patience(120))
        return {path.stem.rsplit(" ", 1)[0]: path for path in folder.glob(f"* {batch}.html")}

    return made


def test_the_tripwire_works(context: BrowserContext, tmp_path: Path) -> None:
    texts = ("<img src=x onerror=window.trip(7)>", "<img src=http://trip.invalid/7>", "<b data-trip>b</b>")
    (tmp_path / "raw.html").write_text("".join(texts))
    guarded = Guarded(context)
    guarded.page.goto((tmp_path / "raw.html").as_uri())
    guarded.page.wait_for_function("window.tripped.length > 0")
    found = guarded.found()
    assert (found["tripped"], found["asked"]) == ([7], ["http://trip.invalid/7"])
    assert len(found["marked"]) == 1


@pytest.mark.parametrize("batch", SOME)
def test_pages(batch: int, made: Callable[[int], dict[str, Path]], context: BrowserContext) -> None:
    for place, path in made(batch).items():
        guarded = Guarded(context)
        guarded.page.goto(path.as_uri(), wait_until="domcontentloaded")
        for details in guarded.page.locator("details").all()[:200]:
            details.evaluate("each => { each.open = true; }")
        if place == "interactive":
            _open_all(guarded.page)
        assert guarded.found() == {**NOTHING, "asked": []}, place
        guarded.page.close()


def _open_all(page: Page) -> None:
    view = page.locator("#lgj-view .lgj-root")
    expect(view).to_be_visible()
    for name in ("Tokens", "State", "Timeline", "Calls", "Context", "Graph", "Events", "Custom"):
        tab = view.get_by_role("tab", name=re.compile(f"^{name}"))
        if tab.count():
            tab.first.click()
            page.wait_for_timeout(200)


@pytest.mark.parametrize("batch", SOME)
def test_a_terminal(batch: int) -> None:
    told = f"terminal_text({batch}).encode()"
    code = f"import sys; from tests.hostile_run import *; sys.stdout.buffer.write({told})"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, timeout=patience(120)
    )
    told = done.stdout.decode()
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told) == []


SETUP = """
%load_ext lg_jupyter
import lg_jupyter
from contextlib import suppress
from tests.hostile_run import build_hostile, given
"""

RUN = """
run = lg_jupyter.stream(build_hostile({batch}), given({batch}))
with suppress(ValueError):
    await run
"""


@pytest.mark.parametrize("batch", SOME)
def test_live_panels_and_the_record_in_jupyterlab(batch: int, lab: Lab, context: BrowserContext) -> None:
    name = f"hostile {batch}.ipynb"
    lab.write(name, SETUP, RUN.format(batch=batch))
    guarded = Guarded(context)
    notebook = NotebookPage(guarded.page, lab, name).open()
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    view = notebook.output(1).locator(".lgj-root").first
    expect(view).to_be_visible()
    for panel in ("Tokens", "State", "Timeline", "Calls", "Context", "Graph", "Events", "Custom"):
        tab = view.get_by_role("tab", name=re.compile(f"^{panel}"))
        if tab.count():
            tab.first.click()
            guarded.page.wait_for_timeout(300)
    assert guarded.found() == {**NOTHING, "asked": []}
