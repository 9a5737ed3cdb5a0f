"""What axe-core finds in the panels: names, roles, contrast of texts by the colours of JupyterLab's themes.

The stories of the demo page are shown, without Jupyter.
"""

from __future__ import annotations

import mimetypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.lab import ROOT
from tests.js_build import js_build
from tests.left_out import leave_out
from tests.patience import patience

JS = ROOT / "js"
AXE = JS / "node_modules" / "axe-core" / "axe.min.js"
THEMES = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"

HERE = "http://127.0.0.1:9"
"""Where nobody listens: what the page asks for is answered here."""

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": True}},
}
RUN = """async rules => {
    const { violations } = await axe.run(document.querySelector(".lgj-root"), rules);
    const figures = node => [...node.any, ...node.all, ...node.none]
        .map(({ data }) => data?.contrastRatio ?? "").filter(Boolean).join(" ");
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${id} ${figures(node)}: ${node.html.slice(0, 120)}`));
}"""
TABS = "[...document.querySelectorAll('.lgj-tab')].map(tab => tab.dataset.id)"
PICK = "document.querySelectorAll('.lgj-panel-timeline [role=option]')[1].click()"


in_dark = pytest.mark.parametrize(
    "page", ["dark", pytest.param("light", marks=pytest.mark.matrix)], indirect=True
)
"""In both themes where whole matrices are tried."""

STORIES = {"research": 99, "review": 3, "gallery": 99, "error": 99, "interrupted": 99}
"""Each with the second at which it is looked at."""

FEW = {("light", "gallery"), ("light", "review"), ("dark", "gallery"), ("dark", "error")}
"""What `make test` looks at: every panel in both themes, and the states in one each."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo page in a folder."""
    if not AXE.is_file():
        leave_out("axe-core", "`make assets`, which installs what js/package.json names")
    build, folder = js_build(), tmp_path_factory.mktemp("demo")
    with build.npm_command() as (_, environment):
        node = shutil.which("node", path=environment["PATH"])
        assert node
        subprocess.run([node, "scripts/demo.mjs", folder], cwd=JS, env=environment, check=True)
    return folder


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, demo: Path) -> Iterator[Page]:
    """A page with the colours of a theme of JupyterLab, and the demo in a folder beside it."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(patience(30) * 1000)
    serve(page, demo)
    theme: str = request.param
    colors = (THEMES / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8")
    page.add_init_script(
        f"""addEventListener("DOMContentLoaded", () => {{
            document.body.dataset.jpThemeLight = "{str(theme == "light").lower()}";
            document.head.appendChild(document.createElement("style")).textContent =
                {colors!r} + "body {{ background: var(--jp-layout-color0) }}";
        }});"""
    )
    yield page
    page.close()


def serve(page: Page, demo: Path) -> None:
    def answer(route: Route) -> None:
        name = route.request.url.partition("?")[0].rpartition("/")[2]
        path = demo / (name or "index.html")
        if path.is_file():
            route.fulfill(path=path, content_type=mimetypes.guess_type(path.name)[0])
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)


def told(page: Page, story: str, at: float = 99) -> None:
    """Shows a story as it is after so many seconds."""
    page.goto(f"{HERE}/?story={story}&at={at}")
    page.wait_for_selector(".lgj-root[aria-label]")
    page.evaluate(AXE.read_text(encoding="utf-8"))


def found(page: Page) -> list[str]:
    """What axe finds in what is shown now."""
    page.wait_for_timeout(150)  # what comes into sight by degrees is there
    violations: list[str] = page.evaluate(RUN, RULES)
    return violations


@pytest.mark.parametrize(
    ("page", "story"),
    [
        pytest.param(theme, story, marks=() if (theme, story) in FEW else pytest.mark.matrix)
        for theme in ("light", "dark")
        for story in STORIES
    ],
    indirect=["page"],
)
def test_axe_finds_nothing_in_any_panel(page: Page, story: str) -> None:
    told(page, story, STORIES[story])
    wrong: dict[str, Any] = {}
    for panel in page.evaluate(TABS):
        page.evaluate(f"document.querySelector('.lgj-tab[data-id={panel}]').click()")
        page.wait_for_selector(f".lgj-panel-{panel} > :not(.lgj-loading)")
        if violations := found(page):
            wrong[panel] = violations
    assert wrong == {}


@pytest.mark.parametrize(
    "panel", ["calls", *(pytest.param(panel, marks=pytest.mark.matrix) for panel in ("context", "events"))]
)
@in_dark
def test_so_is_what_a_row_opens(page: Page, panel: str) -> None:
    """What a call was given and answered; of what its context was full."""
    told(page, "research")
    page.evaluate(f"document.querySelector('.lgj-tab[data-id={panel}]').click()")
    box = page.locator(f".lgj-panel-{panel} .lgj-scroll")
    box.hover()
    page.mouse.wheel(0, -100_000)  # as a reader does, whom a list that grows at its end stops taking there
    expect(box).to_have_js_property("scrollTop", 0)
    rows = page.locator(f".lgj-panel-{panel} .lgj-row-toggle")
    opened = page.locator(f".lgj-panel-{panel} .lgj-row-open")
    for row in (0, 1):
        rows.nth(row).click()
        expect(opened).to_have_count(row + 1)
    assert found(page) == []


@in_dark
def test_so_is_what_went_on_inside_of_a_task(page: Page) -> None:
    told(page, "research")
    page.wait_for_selector(".lgj-tl-piece", state="attached")
    assert found(page) == []


@in_dark
def test_what_a_selection_dims_can_be_read(page: Page) -> None:
    told(page, "research")
    page.wait_for_selector(".lgj-panel-timeline [role=option]")
    page.evaluate(PICK)
    page.wait_for_selector(".lgj-tl-other")
    assert found(page) == []


@in_dark
def test_so_can_the_filter_and_what_it_finds(page: Page) -> None:
    told(page, "research")
    page.keyboard.press("Tab")
    page.locator("[role=tab]").first.press("/")
    page.keyboard.type("magnet")
    page.wait_for_function("document.querySelector('.lgj-find [role=status]')?.textContent === '7 found'")
    assert found(page) == []


@in_dark
def test_the_help_can_be_read(page: Page) -> None:
    told(page, "research")
    page.locator("[role=tab]").first.press("?")
    page.wait_for_selector("[role=dialog]")
    assert found(page) == []


OPACITY = "element => getComputedStyle(element).opacity"


def test_nothing_waits_for_a_hover_where_there_is_none(browser: Browser, page: Page, demo: Path) -> None:
    told(page, "research")
    assert page.locator(".lgj-card-tools").first.evaluate(OPACITY) == "0"
    touched = browser.new_page(has_touch=True, is_mobile=True)
    serve(touched, demo)
    told(touched, "research")
    assert touched.locator(".lgj-card-tools").first.evaluate(OPACITY) == "1"
    touched.close()


@in_dark
def test_nothing_moves_and_no_bar_vanishes_where_a_reader_says_so(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    told(page, "research", 3)
    moving = """[...document.querySelectorAll(".lgj-root *")]
        .filter(element => getComputedStyle(element).animationName !== "none").length"""
    assert page.evaluate(moving) == 0
    bar = page.locator(".lgj-tl-bar").first
    ground = (
        "element => getComputedStyle(element).backgroundColor + getComputedStyle(element).backgroundImage"
    )
    assert bar.evaluate(ground) != page.locator(".lgj-root").first.evaluate(ground)
