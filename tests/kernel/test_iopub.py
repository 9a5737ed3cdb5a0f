"""What a run publishes, counted in a real kernel: little, seldom, and everything once."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

import ipykernel
import pytest

from tests.kernel.counted import Kernel, Published, is_idle, kernel, widgets

PER_SECOND = 20
PER_MESSAGE = 1_100
"""The most bytes that a message has beyond what it tells; headers, signature and ids are most of it."""

SETUP = """
import asyncio, os
os.environ["LANGSMITH_TRACING"] = "false"
import lg_jupyter
from langgraph.graph import START, StateGraph
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import Chat, ScriptedModel

RunWidget.is_visible = True  # as if a page showed each view

def talk(count, pause=0.0):
    model = ScriptedModel(lines=[[f"word{number} " for number in range(count)]], pause=pause)
    def speak(state):  # in async nodes, tokens stream from Python 3.11 on
        return {"messages": [model.invoke(state["messages"])]}
    return StateGraph(Chat).add_node("speak", speak).add_edge(START, "speak").compile()

INPUT = {"messages": [("user", "go")]}
"""


@pytest.fixture(scope="module")
def warm() -> Iterator[Kernel]:
    with kernel() as running:
        running.run(SETUP)
        yield running


def customs(messages: list[Published], kind: str) -> list[dict[str, Any]]:
    return [content for message in messages if (content := message.custom) and content["type"] == kind]


def most_in_a_second(messages: list[Published]) -> int:
    moments = [message.moment for message in messages]
    return max(sum(begin <= moment < begin + 1 for moment in moments) for begin in moments)


def after_opening(messages: list[Published]) -> list[Published]:
    (opening,) = widgets(messages)
    return [m for m in messages[messages.index(opening) + 1 :] if m.kind != "status"]


@pytest.mark.parametrize("thread", [False, True])
@pytest.mark.parametrize("modes", [["messages"], None])
def test_a_run_of_tokens_is_told_seldom_and_its_text_once(
    warm: Kernel, modes: list[str] | None, thread: bool
) -> None:
    run = f"run = lg_jupyter.stream(talk(4_000, 0.0002), INPUT, modes={modes}, thread={thread})"
    messages = after_opening(warm.run(f"{run}\nawait run;"))
    deltas = customs(messages, "delta")
    assert most_in_a_second(messages) <= PER_SECOND
    assert [delta["n"] for delta in deltas] == list(range(1, len(deltas) + 1))
    pieces = [piece for delta in deltas for piece in delta.get("text", []) if piece[1] == "text"]
    said = ["go", *(f"word{number} " for number in range(4_000))]  # the question, then the answer
    assert "".join(text for *_, text in pieces) == "".join(said)
    assert customs(messages, "snapshot") == []
    told = [
        message for message in messages if (message.custom or {}).keys() <= TOKENS_ONLY and message.custom
    ]
    assert len(told) > 5
    for message in told:
        assert message.size - len(json.dumps(message.custom["text"])) <= PER_MESSAGE


TOKENS_ONLY = {"type", "n", "elapsed", "counts", "text"}


def test_steps_are_told_by_what_they_changed(warm: Kernel) -> None:
    """The list of messages grows by one each step; what is published grows by the step, not by the list."""
    warm.run(
        """
async def say(state):
    return {"messages": [("ai", "x" * 200)]}
grow = (
    StateGraph(Chat).add_node("say", say).add_edge(START, "say")
    .add_conditional_edges("say", lambda state: "say" if len(state["messages"]) < 300 else "__end__")
    .compile()
)
"""
    )
    published = warm.run("await lg_jupyter.stream(grow, INPUT, config={'recursion_limit': 1_000})")
    messages = after_opening(published)
    assert most_in_a_second(messages) <= PER_SECOND
    rows = [delta.get("rows", {}) for delta in customs(messages, "delta")]
    for table, steps in (("tasks", 299), ("checkpoints", 0), ("state_diffs", 299)):
        told = [row for each in rows for row in each.get(table, [])]
        assert len(told) >= steps
        assert all(len(json.dumps(row)) < 2_500 for row in told)


def test_printing_nodes_and_a_second_view_stay_within_the_pace(warm: Kernel) -> None:
    warm.run("from IPython.display import display\nfrom lg_jupyter.widgets.run import RunWidget")
    published = warm.run(
        "run = lg_jupyter.stream(talk(2_000, 0.0005), INPUT)\nsecond = RunWidget(run, 'state')\nawait run;"
    )
    _, second = widgets(published)
    assert second.content["data"]["state"]["_panel"] == "state"
    streaming = [m for m in published[published.index(second) + 1 :] if m.kind != "status"]
    assert most_in_a_second(streaming) <= PER_SECOND + 2  # each view also syncs how the run ended


def test_the_record_is_filled_before_the_cell_ends(warm: Kernel) -> None:
    cell = warm.start_cell("await lg_jupyter.stream(talk(5), INPUT)")
    warm.wait_for(lambda message: is_idle(message, cell))
    of_cell = [message for message in warm.messages if message.parent == cell]
    shown = [message for message in of_cell if message.kind == "display_data"]
    (filled,) = (message for message in of_cell if message.kind == "update_display_data")
    assert "running when this was written" in shown[1].content["data"]["text/plain"]
    assert filled.content["transient"] == shown[1].content["transient"]
    assert "word4" in filled.content["data"]["text/html"]


def test_a_background_run_fills_its_record_from_whatever_cell_waits_for_it(warm: Kernel) -> None:
    """Who runs notebooks without a front end takes only what belongs to the cell at hand."""
    first = warm.run(
        "from lg_jupyter.runtime.run_properties import get_run_state\n"
        "from lg_jupyter.widgets.display import show_run\n"
        "run = lg_jupyter.stream(talk(500, 0.001), INPUT, display=False)\n"
        "show_run(get_run_state(run), background=True)"
    )
    record = [message for message in first if message.kind == "display_data"][1]
    assert "running when this was written" in record.content["data"]["text/plain"]
    cell = warm.start_cell("await run;")
    warm.wait_for(lambda message: is_idle(message, cell))
    (filled,) = (m for m in warm.messages if m.parent == cell and m.kind == "update_display_data")
    assert filled.content["transient"] == record.content["transient"]


HEARS = ipykernel.version_info >= (7, 4)
PLACES = [
    "lg_jupyter.stream({}, INPUT);",
    pytest.param(
        "await lg_jupyter.stream({}, INPUT);",
        marks=pytest.mark.skipif(not HEARS, reason="this ipykernel reads a widget's messages between cells"),
    ),
]
"""Where a widget's messages are heard: between cells, and in new kernels while a cell awaits."""


@pytest.mark.parametrize("where", PLACES)
def test_stop_is_heard(warm: Kernel, where: str) -> None:
    warm.run("run = None")
    cell = warm.start_cell(where.format("talk(20_000, 0.01)"))
    comm_id = warm.wait_for(lambda message: widgets([message])).content["comm_id"]
    warm.wait_for(lambda message: message.custom and message.custom.get("text"))
    warm.send(comm_id, {"type": "call", "id": "1", "method": "cancel", "params": {}})
    warm.wait_for(lambda message: message.custom and message.custom["type"] == "reply")
    if not any(is_idle(message, cell) for message in warm.messages):
        warm.wait_for(lambda message: is_idle(message, cell))
    status = warm.run("run = lg_jupyter.last_run\nawait run\nrun.status")
    assert [m.content["data"]["text/plain"] for m in status if m.kind == "execute_result"] == ["'cancelled'"]


@pytest.mark.parametrize("where", PLACES)
def test_a_view_asks_and_catches_up(warm: Kernel, where: str) -> None:
    warm.start_cell(where.format("talk(400, 0.005)"))
    opening = warm.wait_for(lambda message: widgets([message]))
    warm.wait_for(lambda message: "word1 " in str((message.custom or {}).get("text")))
    warm.send(opening.content["comm_id"], {"type": "snapshot"})
    message = warm.wait_for(lambda message: message.custom and message.custom["type"] == "snapshot")
    assert message.custom
    assert message.custom["summary"]["status"] == "running"
    texts = [text for _, kind, _, text in message.custom["text"] if kind == "text"]
    assert texts[0] == "go" and texts[1].startswith("word0 word1 ")
    warm.run("await lg_jupyter.wait_all()")


WRONG: list[Any] = [
    None,
    [],
    "custom",
    {},
    {"method": None},
    {"method": "explode"},
    {"method": "custom"},
    {"method": "custom", "content": [1]},
    {"method": "custom", "content": {"type": "call"}},
    {"method": "custom", "content": {"type": "call", "id": ["1"], "method": "ping"}},
    {"method": "update"},
    {"method": "update", "state": [["_esm", "x"]]},
    {"method": "update", "state": {"_protocol": "two", "_summary": [], "children": 7, "layout": "x"}},
    {"method": "update", "state": {"_esm": 7}, "buffer_paths": [["_esm", "a"], 1]},
    {"method": "anywidget-command", "content": {"kind": "anywidget-command"}},
]
WRONG_CALLS: list[dict[str, Any]] = [
    {"method": "explode"},
    {"method": {"a": 1}},
    {"method": "value", "params": {"table": ["messages"], "key": {}, "column": None}},
    {"method": "open", "params": {"input_index": 10**30}},
    {"method": "start", "params": 5},
    {"method": "state", "params": {"path": "no pointer"}},
    {"method": "resume_run", "params": {"answers": {"x": "y"}}},
    {"method": "close", "params": {"deep": [[[[{}]]]]}},
]


def test_no_traceback_is_published_whatever_a_page_sends(warm: Kernel) -> None:
    """Each wrong call has one answer, in a sentence; all else has none; and nothing is printed."""
    warm.run(
        """
from lg_jupyter.widgets.run import RunWidget
run = await lg_jupyter.stream(talk(3), INPUT, display=False)
batch = lg_jupyter.map(talk(3), [INPUT], display=False)
await batch
from lg_jupyter.batch.widget import BatchTableWithRun
form, view = lg_jupyter.app(talk(3)), BatchTableWithRun(batch._state)
from lg_jupyter.comparison.widget import ComparisonWidget
compared = ComparisonWidget(lg_jupyter.compare(run, run))
shown = [RunWidget(run), view.table, compared, form]
"""
    )
    ids = warm.run("[widget.comm.comm_id for widget in shown]")
    (result,) = (message for message in ids if message.kind == "execute_result")
    begin = len(warm.messages)
    for comm_id in ast.literal_eval(result.content["data"]["text/plain"]):
        for data in WRONG:
            warm.send_data(comm_id, data)
        for number, call in enumerate(WRONG_CALLS):
            warm.send(comm_id, {"type": "call", "id": f"{comm_id} {number}", **call})
    warm.run("await lg_jupyter.wait_all()")
    warm.run("await asyncio.sleep(0.2)  # what is awaited is answered, too")
    published = warm.messages[begin:]
    assert [message.content for message in published if message.kind in ("error", "stream")] == []
    replies = [message.custom for message in published if message.custom]
    assert len(replies) == len({reply["id"] for reply in replies}) == 4 * len(WRONG_CALLS)
    errors = [str(reply.get("error")) for reply in replies]
    assert all(0 < len(error) < 400 and "\n" not in error for error in errors)
    assert [error for error in errors if "Traceback" in error or "could not answer" in error] == []
    told = [message.content["data"] for message in published if message.kind == "comm_msg"]
    restored = [data["state"] for data in told if data["method"] == "update"]
    assert {"_protocol", "_summary", "layout"} in [state.keys() for state in restored]
    assert [data for data in told if data["method"] == "echo_update"] == []
