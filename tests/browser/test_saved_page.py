"""A run as a page of its own, opened from its file in a real Chromium: all panels, and nothing loaded."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from playwright.sync_api import Browser, Locator, Page, expect

import lg_jupyter
from tests.graphs import INPUTS, build

PANELS = [
    *("Tokens", "State", "Subgraphs", "Timeline", "Calls", "Context", "Graph", "Events", "Checkpoints"),
]


class Draft(TypedDict):
    round: int
    text: str


def drafts(rounds: int = 3) -> Any:
    """Some steps, each with a text that is too long to be sent at once."""

    def write(state: Draft) -> Draft:
        number = state["round"] + 1
        return {"round": number, "text": " ".join(f"word{number}x{at}" for at in range(2_000))}

    graph = StateGraph(Draft).add_node(write).add_edge(START, "write")
    graph = graph.add_conditional_edges("write", lambda state: END if state["round"] == rounds else "write")
    return graph.compile(checkpointer=InMemorySaver(), name="drafts")


async def run_of(graph: Any, value: Any) -> lg_jupyter.Run:
    try:
        return await lg_jupyter.stream(graph, value, thread_id="t", display=False)
    except Exception:
        return lg_jupyter.last_run


def attached(base64: str, mime: str, name: str) -> dict[str, str]:
    return {"type": "file", "base64": base64, "mime_type": mime, "filename": name}


FILES = [
    attached(b64encode(b"a,b\n1,2\n").decode(), "text/csv", "table.csv"),
    attached(b64encode(b"%PDF-1.4\n%%EOF").decode(), "application/pdf", "page.pdf"),
]


def with_files() -> Any:
    graph = StateGraph(MessagesState).add_node("read", lambda state: {"messages": [AIMessage("seen")]})
    return graph.add_edge(START, "read").compile(name="files")


async def make(folder: Path) -> None:
    run = await run_of(with_files(), {"messages": [HumanMessage(FILES)]})
    run.to_html(folder / "files.html", interactive=True)
    for name in ("react", "ask", "broken"):
        run = await run_of(build(name, InMemorySaver()), INPUTS[name])
        run.to_html(folder / f"{name}.html", interactive=True)
    runs = [await run_of(drafts(rounds), {"round": 0, "text": ""}) for rounds in (3, 2)]
    runs[0].to_html(folder / "drafts.html", interactive=True)
    lg_jupyter.compare(*runs).to_html(folder / "compared.html", interactive=True)
    inputs = [{"round": number, "text": ""} for number in (0, 1, 2)]
    batch = await lg_jupyter.map(drafts(), inputs, display=False)
    batch.to_html(folder / "batch.html", interactive=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of runs, made before Playwright has a loop of its own."""
    made = tmp_path_factory.mktemp("pages")
    asyncio.run(make(made))
    return made


class Opened:
    """A page, and what went wrong with it."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text))
        page.on("request", lambda request: self._loaded(request.url, path))
        page.goto(path.as_uri())
        self.view = page.locator("#lgj-view .lgj-root").first

    def _loaded(self, url: str, path: Path) -> None:
        if url != path.as_uri() and not url.startswith("data:"):
            self.problems.append(f"it loads {url}")

    def tab(self, name: str) -> Locator:
        return self.view.get_by_role("tab", name=re.compile(f"^{name}"))

    def open(self, name: str) -> Locator:
        self.tab(name).click()
        return self.view.get_by_role("tabpanel", name=re.compile(f"^{name}"))


@pytest.fixture
def open_page(folder: Path, browser: Browser) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield lambda name: Opened(context.new_page(), folder / f"{name}.html")
    context.close()


@pytest.mark.parametrize(
    "name", ["react", *(pytest.param(name, marks=pytest.mark.matrix) for name in ("ask", "broken"))]
)
def test_every_panel_opens_from_a_file_and_nothing_is_loaded(open_page, name):
    opened = open_page(name)
    expect(opened.view).to_be_visible()
    expect(opened.view.get_by_text("Saved run, not connected")).to_be_visible()
    expect(opened.page.locator(".lgj-record")).to_be_hidden()
    for panel in PANELS:
        if opened.tab(panel).count() == 0:  # what a run has nothing of
            continue
        shown = opened.open(panel)
        expect(shown).to_be_visible()
        expect(shown.get_by_text("Loading")).to_have_count(0)
        expect(shown.get_by_text("no kernel to ask")).to_have_count(0)
    assert opened.problems == []


def test_what_was_too_long_to_send_is_found_and_shown(open_page):
    opened = open_page("drafts")
    state = opened.open("State")
    expect(state).to_contain_text("word3x")
    opened.view.press("/")
    opened.view.locator(".lgj-search input").fill("word2x1999")
    events = opened.open("Events")
    expect(events.get_by_role("table", name=re.compile("matching|fit"))).to_be_visible()
    expect(events.locator(".lgj-row[role=row]").first).to_be_visible()
    assert opened.problems == []


def test_a_run_that_waits_says_that_its_answer_needs_a_kernel(open_page):
    opened = open_page("ask")
    questions = opened.open("Interrupts")
    send = questions.get_by_role("button", name=re.compile("^(Send|Resume)"))
    expect(send.first).to_be_disabled()
    expect(send.first).to_have_attribute("title", "Not connected: show the run in a notebook again")
    expect(opened.view.get_by_role("button", name="Stop")).to_have_count(0)
    assert opened.problems == []


def test_the_code_of_the_run_can_be_copied(open_page):
    opened = open_page("drafts")
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.view.get_by_role("button", name="Code", exact=True).click()
    opened.view.get_by_role("button", name="Copy the code in Python").click()
    expect(opened.view.get_by_text("Copied").first).to_be_attached()
    assert opened.problems == []


def test_two_runs_stand_side_by_side(open_page):
    opened = open_page("compared")
    for name in ("Path", "State", "Tasks"):
        if opened.tab(name).count():
            expect(opened.open(name)).to_be_visible()
    opened.tab("State").click()
    expect(opened.view).to_contain_text("round")
    expect(opened.page.locator(".lgj-record-page")).to_be_hidden()
    assert opened.problems == []


def test_a_row_of_a_batch_opens_the_panels_of_its_run(open_page):
    opened = open_page("batch")
    run = opened.page.locator(".lgj-root").nth(1)
    for number in (2, 0):
        opened.view.get_by_role("row").nth(number + 1).click()
        expect(run.get_by_text("Saved run, not connected")).to_be_visible()
        run.get_by_role("tab", name=re.compile("^State")).click()
        expect(run).to_contain_text(f"word{number + 1}x0")
    opened.view.press("Escape")
    expect(opened.page.locator(".lgj-root")).to_have_count(1)
    assert opened.problems == []


def test_where_scripts_are_forbidden_the_record_shows(folder, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "react.html").as_uri())
    expect(page.locator("details.lgj-record")).to_be_visible()
    context.close()


def test_a_drawing_and_a_file_are_saved_and_opened_under_its_policy(open_page):
    opened = open_page("files")
    graph = opened.open("Graph")
    for format, beginning in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        graph.get_by_role("button", name="Save", exact=True).click()
        with opened.page.expect_download() as drawn:
            graph.get_by_role("button", name=format, exact=True).click()
        assert drawn.value.path().read_bytes().startswith(beginning)
    tokens = opened.open("Tokens")
    with opened.page.expect_download() as kept:
        tokens.get_by_role("button", name="Download", exact=True).click()
    assert kept.value.path().read_bytes() == b"a,b\n1,2\n"
    with opened.page.expect_popup() as other:
        tokens.get_by_role("button", name="Open", exact=True).click()
    assert other.value.url.startswith("blob:")
    assert opened.problems == []
