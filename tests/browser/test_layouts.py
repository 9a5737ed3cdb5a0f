"""Panels in layouts of ipywidgets, beside widgets that are not ours, in a real JupyterLab."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook

SETUP = """
import anywidget, ipywidgets, traitlets
import lg_jupyter
from tests.graphs import INPUTS, build

class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        const b = document.createElement("button");
        const draw = () => { b.textContent = "count " + model.get("value"); };
        b.onclick = () => { model.set("value", model.get("value") + 1); model.save_changes(); };
        model.on("change:value", draw); draw(); el.append(b);
    } }'''
    value = traitlets.Int(0).tag(sync=True)

run = await lg_jupyter.stream(build("react"), INPUTS["react"], display=False)
timeline, tokens = run.panel("timeline", height=260), run.panel("tokens", height=260)
said = ipywidgets.Label()
def say(change):
    chosen = change["new"]
    said.value = "nothing" if chosen is None else f"{chosen.kind} of {chosen.row['node']}"
timeline.observe(say, "selection")
"""
ROW = "ipywidgets.VBox([said, ipywidgets.HBox([timeline, tokens])])"
MIXED = "ipywidgets.HBox([Counter(), run.panel('state', height=260), ipywidgets.IntSlider()])"
GRID = """
ipywidgets.GridBox([run.panel(name, height=260) for name in ("timeline", "tokens", "state", "calls")],
                   layout=ipywidgets.Layout(grid_template_columns="2fr 1fr"))
"""
TABS = """
ipywidgets.Tab([run.panel("timeline"), run.panel("graph")], titles=("Time", "Graph"))
"""
ACCORDION = """
ipywidgets.Accordion([run.panel("events")], titles=("Events",), selected_index=0)
"""
APP_LAYOUT = """
ipywidgets.AppLayout(header=said, left_sidebar=run.panel("state", height=300),
                     center=run.panel("tokens", height=300), right_sidebar=Counter(),
                     pane_widths=[1, 2, "120px"], pane_heights=["40px", 1, 0])
"""
PYTHON = "timeline.selection = None\ntokens.filter = {'nodes': ['tools']}\ntokens.filter"
LAYOUTS = (ROW, MIXED, GRID, TABS, ACCORDION, APP_LAYOUT)


def panels(output: Locator) -> list[dict[str, float]]:
    """Where the panels of an output are, once they are drawn."""
    views = output.locator(".lgj-root:visible")
    expect(views.first).to_be_visible()
    boxes = [view.bounding_box() for view in views.all()]
    return [dict(box) for box in boxes if box is not None]


def select_first_task(output: Locator) -> None:
    bars = output.locator(".lgj-panel-timeline .lgj-tl-bar")
    expect(bars.first).to_be_visible()
    bars.first.click()


def test_panels_compose_and_are_heard(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, *LAYOUTS, PYTHON)
    for number in range(len(LAYOUTS) + 1):
        notebook.run(number)
        notebook.finish(number)
    row, mixed, grid, tabs, accordion, app = map(notebook.output, range(1, len(LAYOUTS) + 1))
    width = row.bounding_box()["width"]

    left, right = panels(row)
    assert left["y"] == right["y"] and left["height"] == right["height"] == 260
    assert abs(left["width"] - right["width"]) < 2 and left["width"] > 0.4 * width
    (alone,) = panels(mixed)
    assert alone["width"] > 0.4 * width, "a panel takes what its neighbours leave"
    wide, narrow, *_ = panels(grid)
    assert abs(wide["width"] - 2 * narrow["width"]) < 12, "the grid's columns are as the grid says"
    for output in (tabs, accordion):
        assert panels(output)[0]["width"] > 0.8 * width
    side, center = panels(app)
    assert 1.6 < center["width"] / side["width"] < 2.4

    # No header unless it is asked for; what is selected in one panel is known to Python and to the others.
    expect(row.locator(".lgj-header")).to_have_count(0)
    select_first_task(row)
    expect(row.locator(".widget-label")).to_have_text(re.compile(r"^task of \w+"))
    expect(row.get_by_role("status", name="Selection")).to_have_count(2)
    expect(grid.get_by_role("status", name="Selection")).to_have_count(4)

    # What Python sets reaches the page.
    last = len(LAYOUTS) + 1
    notebook.run(last)
    notebook.finish(last)
    expect(row.get_by_role("status", name="Selection")).to_have_count(0)
    expect(row.locator(".widget-label")).to_have_text("nothing")
    expect(row.get_by_role("button", name="Filtered")).to_have_count(2)


BOARD = """
board = lg_jupyter.dashboard(run, height=240)
board
"""
ANOTHER = "board.run = await lg_jupyter.stream(build('nested'), INPUTS['nested'], display=False)"
CHAT = """
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
def speak(state): return {"messages": [AIMessage("said: " + state["messages"][-1].content)]}
built = StateGraph(MessagesState).add_node(speak).add_edge(START, "speak")
chat = built.compile(InMemorySaver(), name="chat")
app = lg_jupyter.app(chat)
chat_board = lg_jupyter.dashboard(app, height=240)
chat_board
"""


def test_a_dashboard_shows_a_run_and_then_another(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, BOARD, ANOTHER, CHAT)
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    output = notebook.output(1)
    views = output.locator(".lgj-root:visible")
    expect(views).to_have_count(5)
    expect(output.locator(".lgj-header")).to_have_count(1)
    expect(output.get_by_role("region", name="Dashboard of graph")).to_contain_text("It rains in Bergen.")
    expect(output.locator("[class*=lgj-record]")).to_be_hidden()  # the static record, while this lives
    notebook.run(2)
    expect(output.locator(".lgj-dashboard")).not_to_contain_text("It rains in Bergen.")
    expect(views).to_have_count(5)
    # An app's newest run, started from the page.
    notebook.run(3)
    notebook.finish(3)
    app = notebook.output(3)
    app.get_by_role("textbox").first.fill("hello")
    app.get_by_role("textbox").first.press("Enter")
    expect(app.get_by_role("log")).to_contain_text("said: hello")
    expect(app.locator(".lgj-panel-timeline")).to_contain_text("speak")
    expect(app.locator(".lgj-panel-state")).to_be_visible()
