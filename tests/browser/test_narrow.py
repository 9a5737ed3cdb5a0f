"""Runs in a narrow JupyterLab: one that fails, one that does nothing, and a reader while one streams."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import Lab, NotebookPage
from tests.browser.lab import open_panel as panel
from tests.patience import patience

WIDTH = 700

SETUP = """
%load_ext lg_jupyter
import lg_jupyter
from langgraph.config import get_stream_writer
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from tests.graphs import Chat, ScriptedModel

def speaker(count, pause):
    lines = [[f"word{number} " + 12 * "and so on " for number in range(count)]]
    model = ScriptedModel(lines=lines, pause=pause)
    async def speak(state):
        return {"messages": [await model.ainvoke(state["messages"])]}
    return speak

def look(state):
    get_stream_writer()({"looking at": state["messages"][0].content})
    return {}

def ask(state):
    get_stream_writer()({"label": "museums", "progress": 3, "total": 3})
    interrupt({"question": "Book it?", "costs": "18 € for tickets and 70 € for a good table", "nights": 2})

def fall(state):
    raise ValueError("the well is dry")

inner = StateGraph(Chat).add_node("look", look).add_edge(START, "look").compile()
failing = StateGraph(Chat).add_node("search", inner).add_node("draw", fall).add_edge(START, "search")
failing = failing.add_edge("search", "draw").compile(name="failing")
asking = StateGraph(Chat).add_node("ask", ask).add_edge(START, "ask")
asking = asking.compile(checkpointer=InMemorySaver(), name="asking")
idle = StateGraph(Chat).add_node("rest", lambda state: {}).add_edge(START, "rest").compile(name="idle")
stream = StateGraph(Chat).add_node("speak", speaker(10_000, 0.05)).add_edge(START, "speak")
stream = stream.compile(name="stream")
"""
GO = '{"messages": [("user", "go")]}'
FAILING, IDLE, STREAM, ALONE, ASKING = 1, 2, 3, 4, 5
CELLS = [
    SETUP,
    *(f"%%lgstream {name} -o {name}_run\n{GO}" for name in ("failing", "idle", "stream")),
    'failing_run.panel("custom")',
    f"%%lgstream asking\n{GO}",
]


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: Lab) -> Iterator[NotebookPage]:
    """A notebook in a narrow window; each test runs one of its cells."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 800})
    context.set_default_timeout(patience(30) * 1000)
    lab.write("narrow.ipynb", *CELLS)
    notebook = NotebookPage(context.new_page(), lab, "narrow.ipynb").open()
    notebook.run(0)
    notebook.finish(0)
    yield notebook
    context.close()


def view(notebook: NotebookPage, cell: int) -> Locator:
    return notebook.output(cell).get_by_role("region", name=re.compile("LangGraph run of"))


@pytest.fixture(scope="module")
def failed(notebook: NotebookPage) -> Locator:
    notebook.run(FAILING)
    notebook.finish(FAILING)
    return view(notebook, FAILING)


def test_a_run_that_failed_says_so_and_why(failed: Locator) -> None:
    expect(failed.get_by_role("tabpanel")).to_have_count(1)  # too narrow for two
    expect(failed.locator(".lgj-header")).to_contain_text("Error")
    expect(failed.get_by_role("alert")).to_contain_text("ValueError: the well is dry")
    timeline = panel(failed, "Timeline")
    expect(timeline.get_by_role("option", name=re.compile("^draw, .*error"))).to_be_visible()
    expect(timeline.get_by_role("option", name=re.compile("^search, .*success"))).to_be_visible()


def test_the_state_of_a_run_that_failed_opens_where_it_did(failed: Locator) -> None:
    state = panel(failed, "State")
    card = state.get_by_role("group", name="Where the run failed")
    expect(card).to_contain_text("the well is dry")
    expect(card.locator("header")).to_be_in_viewport()


def test_subgraphs_stand_in_a_tree(failed: Locator) -> None:
    tree = panel(failed, "Subgraphs").get_by_role("treegrid")
    expect(tree.get_by_role("row", level=1)).to_contain_text("Error")
    expect(tree.get_by_role("row", level=2)).to_contain_text("search")
    expect(tree.get_by_role("row", level=2)).to_contain_text("Success")


def test_custom_data_stand_under_their_node(failed: Locator) -> None:
    custom = panel(failed, "Custom")
    expect(custom.get_by_role("heading", name=re.compile("look"))).to_be_visible()
    expect(custom.get_by_role("list", name="Custom data by node")).to_contain_text("looking at")


def test_a_panel_alone_in_another_cell_marks_a_node_as_the_run_does(
    notebook: NotebookPage, failed: Locator
) -> None:
    notebook.run(ALONE)
    notebook.finish(ALONE)
    color = "element => getComputedStyle(element).backgroundColor"
    marks = [
        place.get_by_role("heading", name=re.compile("look")).locator(".lgj-mark").evaluate(color)
        for place in (view(notebook, ALONE), panel(failed, "Custom"))
    ]
    assert marks[0] == marks[1]
    node = panel(failed, "Timeline").get_by_role("group", name=re.compile("look")).locator(".lgj-mark").first
    assert node.evaluate(color) == marks[0]


def test_nothing_of_it_is_wider_than_the_page(failed: Locator) -> None:
    for name in ("Tokens", "Timeline", "Subgraphs", "Custom", "State", "Events"):
        panel(failed, name)
        over = failed.evaluate("element => element.scrollWidth - element.clientWidth")
        assert over <= 0, name


def test_numbers_of_subgraphs_are_not_cut(failed: Locator) -> None:
    tree = panel(failed, "Subgraphs").get_by_role("treegrid")
    over = "element => element.scrollWidth - element.clientWidth"
    assert tree.evaluate(over) <= 0
    for cell in tree.get_by_role("row", level=2).get_by_role("gridcell").all():
        if cell.is_visible():
            assert cell.evaluate(over) <= 0, cell.text_content()
    expect(tree.get_by_role("row", level=2)).to_have_attribute("title", re.compile("1\xa0task"))


def test_tabs_without_room_are_in_a_menu(notebook: NotebookPage, failed: Locator) -> None:
    notebook.page.set_viewport_size({"width": 420, "height": 800})
    try:
        tabs = failed.get_by_role("tab", include_hidden=True)
        assert tabs.count() >= 7
        panel(failed, "Tokens")
        tabs.first.focus()
        expect(tabs.last).to_be_hidden()
        for key, chosen in (("End", tabs.last), ("Home", tabs.first), ("ArrowLeft", tabs.last)):
            notebook.page.keyboard.press(key)
            expect(chosen).to_be_focused()
            expect(chosen).to_have_attribute("aria-selected", "true")
        expect(failed.get_by_role("tab", selected=True).locator(".lgj-count")).to_be_visible()
        expect(panel(failed, "Timeline")).to_be_visible()
        expect(failed.get_by_role("tab", name="Timeline")).to_be_focused()
        assert failed.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    finally:
        notebook.page.set_viewport_size({"width": WIDTH, "height": 800})


PLACES = """list => [...list.querySelectorAll('dt')].map(name => {
    const [own, value] = [name, name.nextElementSibling].map(each => each.getBoundingClientRect());
    const left = own.left - list.getBoundingClientRect().left;
    return [left, Math.abs(own.top - value.top), value.left >= own.right];
})"""


@pytest.mark.matrix
def test_fields_and_figures_are_whole_on_the_narrowest_page(notebook: NotebookPage) -> None:
    notebook.page.set_viewport_size({"width": 420, "height": 800})
    try:
        notebook.run(ASKING)
        notebook.finish(ASKING)
        asking = view(notebook, ASKING)
        fields = asking.locator("dl.lgj-arguments")
        expect(fields).to_contain_text("nights")
        for left, apart, beside in fields.evaluate(PLACES):
            assert left == 0 and apart < 4 and beside
        bar = panel(asking, "Custom").get_by_text("100\xa0%")
        expect(bar).to_be_visible()
        inside = "(bar, view) => bar.getBoundingClientRect().right <= view.getBoundingClientRect().right"
        assert bar.evaluate(inside, asking.element_handle())
    finally:
        notebook.page.set_viewport_size({"width": WIDTH, "height": 800})


def test_the_filter_leaves_the_panel_its_room_and_steps_through_what_it_finds(
    notebook: NotebookPage, failed: Locator
) -> None:
    panel(failed, "Tokens").get_by_role("list", name="Messages").press("/")
    search = failed.get_by_role("search")
    search.get_by_role("searchbox").fill("go")
    expect(search.get_by_role("status")).to_have_text("1 found")
    notebook.page.keyboard.press("Enter")
    expect(search.get_by_role("status")).to_have_text("1 of 1")
    marked = notebook.page.evaluate("[...CSS.highlights.get('lgj-found-current')].map(String)")
    assert marked == ["go"]
    share = "view => view.querySelector('[role=tabpanel]').clientHeight / view.clientHeight"
    assert failed.evaluate("view => view.clientHeight") < 450  # its usual height
    assert failed.evaluate(share) >= 0.7  # with what went wrong told above it
    search.get_by_role("button", name="Clear").click()
    expect(search.get_by_role("status")).to_have_count(0)
    failed.get_by_role("button", name="Filter").click()


def test_what_has_the_focus_shows_it(notebook: NotebookPage, failed: Locator) -> None:
    failed.get_by_role("tab", name="Tokens").click()
    for _ in range(2):
        notebook.page.keyboard.press("Tab")
        focused = notebook.page.locator(":focus")
        assert focused.evaluate("element => element.closest('.lgj-root') !== null")
        expect(focused).to_have_css("outline-style", "solid")


def test_an_empty_panel_says_why_it_is(notebook: NotebookPage) -> None:
    notebook.run(IDLE)
    notebook.finish(IDLE)
    empty = view(notebook, IDLE)
    expect(panel(empty, "Custom")).to_contain_text("No custom data came")
    expect(panel(empty, "Subgraphs")).to_contain_text("No subgraph was seen to run")


READ = """view => {
    const list = view.querySelector('[aria-label="Messages"]');
    return {
        top: list.scrollTop,
        below: list.scrollHeight - list.clientHeight - list.scrollTop,
        height: list.scrollHeight,
        page: view.getBoundingClientRect().top,
    };
}"""
LONGER = """([view, height]) => view.querySelector('[aria-label="Messages"]').scrollHeight > height + 60"""


def test_a_reader_stays_where_they_are_while_a_run_streams(notebook: NotebookPage) -> None:
    page = notebook.page
    notebook.run(STREAM)
    streaming = view(notebook, STREAM)
    messages = panel(streaming, "Tokens").get_by_role("list", name="Messages")
    messages.scroll_into_view_if_needed()
    element = streaming.element_handle()

    def grown() -> dict[str, float]:
        """Where the reader is, and the page, after the text has become longer."""
        height = streaming.evaluate(READ)["height"]
        page.wait_for_function(LONGER, arg=[element, height])
        where: dict[str, float] = streaming.evaluate(READ)
        return where

    page.wait_for_function(LONGER, arg=[element, 500])
    at_tail, later = grown(), grown()
    assert later["top"] > at_tail["top"]
    assert at_tail["below"] <= 2 and later["below"] <= 2
    assert later["page"] == at_tail["page"]

    messages.hover()
    page.mouse.wheel(0, -200)
    newest = streaming.get_by_role("button", name="Newest")
    expect(newest).to_be_visible()
    up, later = grown(), grown()
    assert later["top"] == up["top"] > 0
    assert later["below"] > up["below"] > 60
    assert later["page"] == up["page"] == at_tail["page"]

    newest.click()
    expect(newest).to_have_count(0)
    assert grown()["below"] <= 2
    assert notebook.running(STREAM)
    streaming.get_by_role("button", name="Stop", exact=True).click()
    notebook.finish(STREAM)
