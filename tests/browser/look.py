"""Contact sheets of every panel in a real JupyterLab, and the pictures in ``docs``: what `make look` runs.

``python -m tests.browser.look [FOLDER] [--docs] [--panel NAME]``. FOLDER gets ``index.html`` and a sheet for
each panel and theme: states from top to bottom, a narrow and a wide page side by side.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from lg_jupyter import config
from tests.browser import look_form
from tests.browser.lab import ROOT, Lab, NotebookPage, launch
from tests.patience import patience

NOTEBOOKS = ROOT / "notebooks"
PANELS = ("all", *config.PANELS)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS = (700, 1400)
STATES = 6
OTHER_STATES = {"calls": 4, "context": 2, "memory": 3}
"""How many states panels have that show runs of their own."""
HEIGHT = 3300
"""Of the page, in pixels: as high as the states of a panel, for what is scrolled away is on no picture."""

LONGEST = patience(300)
"""Seconds after which no picture is begun any more."""

SETUP = """from tests.browser.look_runs import make, show
%config LGStream.live_views = 1_000
runs = await make()"""
"""Every view stays live: there are more than a notebook keeps so."""
TRIP = '%%lgstream trip -o run\n{"messages": [("user", "Two days in Lisbon?")]}'


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.look", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "look")
    parser.add_argument("--docs", action="store_true", help="the pictures in docs instead of the sheets")
    parser.add_argument("--panel", action="append", choices=PANELS, help="of this panel alone; repeatable")
    given = parser.parse_args(arguments)
    expect.set_options(timeout=patience(15) * 1000)
    with (
        tempfile.TemporaryDirectory() as directory,
        Lab(Path(directory)) as lab,
        sync_playwright() as playwright,
    ):
        for name in ("scripted_model.py", "trip.py", "concierge.py"):
            shutil.copy(NOTEBOOKS / name, lab.root)
        browser = launch(playwright)
        if given.docs:
            write_docs(browser, lab)
        else:
            write_sheets(browser, lab, given.folder, given.panel or PANELS)
        browser.close()


def write_sheets(browser: Browser, lab: Lab, folder: Path, panels: Sequence[str]) -> None:
    until = time.monotonic() + LONGEST
    shots = folder / "shots"
    shots.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": WIDTHS[-1], "height": HEIGHT})
    page.set_default_timeout(patience(30) * 1000)
    lab.write("look.ipynb", "%load_ext lg_jupyter", SETUP, *(f'show(runs, "{panel}")' for panel in panels))
    notebook = NotebookPage(page, lab, "look.ipynb").open()
    for number in range(2 + len(panels)):
        notebook.run(number)
        notebook.finish(number)
    if "calls" in panels:
        open_calls(notebook.output(2 + panels.index("calls")))
    if "memory" in panels:
        open_memory(notebook.output(2 + panels.index("memory")))
    page.mouse.move(0, 0)  # nothing is pointed at
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if "calls" in panels:
            show_failed(notebook.output(2 + panels.index("calls")))  # a narrow page has room for one panel
            page.mouse.move(0, 0)
        for theme, name in THEMES.items():
            notebook.theme(name)
            for number, panel in enumerate(panels, 2):
                if time.monotonic() > until:
                    raise TimeoutError(f"no picture of {panel}: the sheets took more than {LONGEST:.0f} s")
                photograph(notebook, number, shots / f"{panel}-{theme}-{width}.png")
    page.close()
    for panel in panels:
        for theme in THEMES:
            write_sheet(browser, folder, f"{panel}-{theme}")
    sheets = sorted(path.name for path in folder.glob("*.png"))
    pictures = "".join(f"<h2>{escape(name)}</h2><img src='{escape(name)}' width='100%'>" for name in sheets)
    (folder / "index.html").write_text(f"<!doctype html><title>Panels</title>{pictures}", encoding="utf-8")
    print(f"{len(sheets)} sheets: {folder / 'index.html'}")


def open_calls(output: Locator) -> None:
    """Opens a prompt in one view, the sums in the next, and sorts by a column in the third."""
    expect(output.locator(".lgj-calls")).to_have_count(OTHER_STATES["calls"] - 1)  # the last has messages
    prompt, sums, in_order, _ = output.locator(".lgj-root").all()
    prompt.locator(".lgj-calls .lgj-row-toggle").nth(3).click()  # that whose parameters are others
    expect(prompt.locator(".lgj-call-details")).to_be_visible()
    sums.get_by_role("button", name="Totals").click()
    sums.get_by_role("button", name="Agent", exact=True).first.click()
    expect(sums.locator(".lgj-sums")).to_be_visible()
    in_order.get_by_role("columnheader", name="Latency").get_by_role("button").click()


def open_memory(output: Locator) -> None:
    """Opens an operation in one view, and reads what the store holds in the next."""
    _, operations, items = output.locator(".lgj-root").all()
    operations.locator(".lgj-row-toggle").nth(1).click()
    items.get_by_role("button", name="Read it").click()
    expect(items.locator(".lgj-memory-items li")).to_have_count(2)


def show_failed(output: Locator) -> None:
    """Goes from the failure to its call, in the last view."""
    failed = output.locator(".lgj-root").last
    failed.get_by_role("button", name="Show the call").click()
    expect(failed.locator(".lgj-call-failure")).to_be_visible()


def photograph(notebook: NotebookPage, number: int, path: Path) -> None:
    output = notebook.output(number)
    output.scroll_into_view_if_needed()
    expect(output.locator(".lgj-root")).to_have_count(OTHER_STATES.get(path.name.split("-")[0], STATES))
    expect(output.locator(".lgj-loading")).to_have_count(0)
    notebook.page.wait_for_timeout(400)  # what is drawn for its new size, or comes by degrees, is there
    output.screenshot(path=path)


def write_sheet(browser: Browser, folder: Path, name: str) -> None:
    """Puts the pictures of both widths side by side; the browser draws what it photographs."""
    page = browser.new_page(viewport={"width": sum(WIDTHS), "height": 100})
    images = "".join(f"<img src='{name}-{width}.png'>" for width in WIDTHS)
    html = folder / "shots" / f"{name}.html"
    style = "body { margin: 0; display: flex; align-items: flex-start; gap: 12px }"
    html.write_text(f"<!doctype html><style>{style}</style>{images}", encoding="utf-8")
    page.goto(html.resolve().as_uri())
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.close()


def write_docs(browser: Browser, lab: Lab) -> None:
    """The README's picture, of a run that goes on, and that of a chat."""
    docs = ROOT / "docs"
    page = browser.new_page(viewport={"width": 1200, "height": 1000}, device_scale_factor=2)
    lab.write("readme.ipynb", "%load_ext lg_jupyter\nfrom trip import trip", TRIP)
    notebook = NotebookPage(page, lab, "readme.ipynb").open()
    notebook.run(0)
    notebook.finish(0)
    notebook.run(1)
    cell = notebook.cell(1)
    expect(cell.get_by_role("article").filter(has_text="Tickets").first).to_contain_text("meals")
    cell.screenshot(path=docs / "screenshot.png")
    notebook.finish(1)
    page.close()
    page = browser.new_page(viewport={"width": 1100, "height": 1300})
    lab.write("chat.ipynb", look_form.SETUP, "lg_jupyter.app(chat)")
    look_form.picture(NotebookPage(page, lab, "chat.ipynb").open(), docs / "app.png")
    page.close()
    print(f"written: {docs / 'screenshot.png'}, {docs / 'app.png'}")


if __name__ == "__main__":
    main()
