"""No text of a panel is cut beside free room, lies over another one or is too small, in three systems' fonts.

DejaVu Sans is the widest of those common on Linux. The others are stand-ins: Liberation Sans, which has the
widths of Arial, made a little wider than San Francisco and Segoe UI are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from lg_jupyter.panels import PANELS
from tests.browser.lab import Lab, NotebookPage
from tests.matrix import sampled
from tests.patience import patience

SETUP = "import lg_jupyter\nfrom tests.browser.text_corpus import INPUT, THREAD, graph"
FIND = (Path(__file__).parent / "text_fit.js").read_text(encoding="utf-8")

FACES = """
@font-face { font-family: Mac; src: local("Liberation Sans"); size-adjust: 103% }
@font-face { font-family: Windows; src: local("Liberation Sans"); size-adjust: 105% }
@font-face { font-family: WindowsMono; src: local("Liberation Mono"); size-adjust: 92% }
"""
FONTS = {
    "linux": ("DejaVu Sans", "DejaVu Sans Mono"),
    "mac": ("Mac", "DejaVu Sans Mono"),  # Menlo has the widths of DejaVu Sans Mono
    "windows": ("Windows", "WindowsMono"),
}
WIDTHS = (700, 1400)
IDS = tuple(panel.id for panel in PANELS)


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: Lab) -> Iterator[NotebookPage]:
    """A run, whole in one cell, and each of its panels in one of its own."""
    panels = [f'run.panel("{panel}")' for panel in IDS]
    shown = "run = lg_jupyter.stream(graph, INPUT, thread_id=THREAD); await run;"
    lab.write("texts.ipynb", SETUP, shown, *panels)
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(patience(30) * 1000)
    notebook = NotebookPage(context.new_page(), lab, "texts.ipynb").open()
    for number in range(2 + len(panels)):
        notebook.run(number)
        notebook.finish(number)
    yield notebook
    context.close()


def use(notebook: NotebookPage, font: str, width: int) -> None:
    """Gives the page other fonts and another width; what was measured is measured again."""
    text, code = FONTS[font]
    rule = f'--jp-ui-font-family: "{text}" !important; --jp-code-font-family: "{code}" !important'
    notebook.page.add_style_tag(content=f"{FACES} :root, body {{ {rule} }}")
    for each in (width - 30, width):
        notebook.page.set_viewport_size({"width": each, "height": 900})
        notebook.page.wait_for_timeout(200)


def findings(root: Locator) -> list[str]:
    root.scroll_into_view_if_needed()
    root.page.wait_for_timeout(300)  # what is drawn for its new size is drawn
    found: list[str] = root.evaluate(FIND)
    return found


def found_everywhere(notebook: NotebookPage) -> dict[str, list[str]]:
    return {
        name: texts
        for number, name in enumerate(("all", *IDS), 1)
        if (texts := findings(notebook.output(number).locator(".lgj-root")))
    }


@pytest.mark.parametrize("case", sampled(f"{font} {width}" for font in FONTS for width in WIDTHS))
def test_every_text_can_be_read(notebook: NotebookPage, case: str) -> None:
    font, width = case.split()
    use(notebook, font, int(width))
    assert found_everywhere(notebook) == {}


@pytest.mark.matrix
def test_every_text_can_be_read_at_twice_the_size(notebook: NotebookPage) -> None:
    """What a zoom of 200 % makes of a page of 1,400 × 900 pixels."""
    use(notebook, "linux", 1400)
    session = notebook.page.context.new_cdp_session(notebook.page)
    zoomed = {"width": 700, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", zoomed)
    try:
        notebook.page.wait_for_function("innerWidth === 700 && devicePixelRatio === 2")
        assert found_everywhere(notebook) == {}
    finally:
        session.send("Emulation.clearDeviceMetricsOverride")
        session.detach()


def test_every_text_can_be_read_on_a_page_from_right_to_left(notebook: NotebookPage) -> None:
    use(notebook, "linux", 1400)
    notebook.page.evaluate("document.dir = 'rtl'")
    try:
        assert found_everywhere(notebook) == {}
        header = notebook.output(1).locator(".lgj-header")
        left = [
            each.bounding_box() for each in (header.get_by_text("Interrupted"), header.get_by_text("elapsed"))
        ]
        assert left[0] and left[1] and left[0]["x"] < left[1]["x"]
        rate = header.locator(".lgj-figure").first
        expect(rate).to_have_css("direction", "ltr")  # "0.9 s", not "s 0.9"
    finally:
        notebook.page.evaluate("document.dir = 'ltr'")


def test_what_cannot_be_read_is_found(notebook: NotebookPage) -> None:
    """The measure itself: one text of each kind that it is to find, and one that is as it should be."""
    notebook.page.evaluate(
        """() => {
            const box = document.createElement("div");
            box.id = "unreadable";
            box.style.cssText = "position: fixed; top: 0; left: 0; width: 300px; background: white";
            box.innerHTML = `
                <div style="width: 40px; overflow: hidden; white-space: nowrap">cut without a sign</div>
                <div><div title="all of it" style="width: 40px; overflow: hidden; white-space: nowrap;
                    text-overflow: ellipsis">cut beside room</div></div>
                <div style="width: 40px"><div title="all of it" style="overflow: hidden; white-space: nowrap;
                    text-overflow: ellipsis">as it should be</div></div>
                <div style="font-size: 9px">small</div>
                <div style="height: 20px"><b>one</b><b style="margin-left: -15px">other</b></div>`;
            document.body.append(box);
        }"""
    )
    found = findings(notebook.page.locator("#unreadable"))
    kinds = sorted(finding.partition(" in ")[0] + finding[finding.rindex(":") :] for finding in found)
    assert kinds == [
        "cut: cut beside room",
        "cut: cut without a sign",
        "over one another: one | other",
        "small (9.0 px): small",
    ]
