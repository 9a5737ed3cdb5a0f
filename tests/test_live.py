"""What is synced with pages is the kernel's to set, in every widget of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.batch.widget import BatchTableWithRun
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build
from tests.test_comm_fuzz import WIDGETS
from tests.test_widget import Line, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


def table_of_a_batch() -> Any:
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]], display=False)
    batch.wait()
    return BatchTableWithRun(batch._state).table


def app() -> Any:
    return lg_jupyter.app(build("steps"))


ALL = {**WIDGETS, "table": table_of_a_batch, "app": app}
STATES = [
    {"_esm": "export default { render() { alert(1) } }"},
    {"_css": "* { display: none }"},
    {"_summary": {"status": "success"}, "_protocol": 2},
    {"_panel": "state", "_branches": [{"run": "x"}]},
    {"_model_module": "evil", "_view_name": None, "_anywidget_id": "x"},
    {"layout": None, "_dom_classes": 7, "tabbable": "x"},
    {"children": []},
    {"no trait": 1},
    {},
]


def get_run_state(widget: Any) -> dict[str, Any]:
    """As a page has it."""
    return json.loads(json.dumps(widget.get_state()))


def updated(widget: Any, state: Any, **data: Any) -> list[dict[str, Any]]:
    """What is sent when a page sets synced traits."""
    line: Line = widget.comm
    line.sent.clear()
    line.handle_msg({"content": {"data": {"method": "update", "state": state, **data}}, "buffers": []})
    return line.sent


@pytest.mark.parametrize("kind", ALL)
def test_a_page_that_sets_a_trait_is_told_what_it_is(kind: str) -> None:
    widget = ALL[kind]()
    before = get_run_state(widget)
    for state in STATES:
        told = updated(widget, state)
        known = {name: before[name] for name in state if name in before}
        assert [(each["method"], each["state"]) for each in told] == ([("update", known)] if known else [])
        assert get_run_state(widget) == before


@pytest.mark.parametrize("kind", ALL)
def test_a_page_that_says_what_is_known_is_told_nothing(kind: str) -> None:
    """Some front ends send back what they were sent: told again, they would go on without end."""
    widget = ALL[kind]()
    state = get_run_state(widget)
    assert updated(widget, state) == []
    assert [each["state"] for each in updated(widget, {**state, "tooltip": "x"})] == [{"tooltip": None}]


@pytest.mark.parametrize("kind", ALL)
def test_a_page_can_ask_for_what_is_synced(kind: str) -> None:
    widget = ALL[kind]()
    widget.comm.sent.clear()
    widget.comm.handle_msg({"content": {"data": {"method": "request_state"}}, "buffers": []})
    assert [each["state"] for each in widget.comm.sent] == [get_run_state(widget)]


@pytest.mark.parametrize("state", [None, [], "x", 7, [["_esm", "x"]]])
def test_what_is_no_state_is_left(state: Any) -> None:
    widget = app()
    assert updated(widget, state) == updated(widget, state, buffer_paths=[["a"], 7]) == []


def test_the_kernel_sets_them_still() -> None:
    widget = WIDGETS["run"]()
    widget.comm.sent.clear()
    widget.record = "lgj-record-7"
    assert widget.comm.state["_summary"]["record"] == "lgj-record-7"


# -- drawn inside another ------------------------------------------------------------------------------


def hosted_in(host: Any) -> tuple[Any, RunWidget]:
    """A widget, and one that is drawn inside it."""
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    host.comm.sent.clear()
    return host, RunWidget(run, host=host)


def test_what_is_drawn_inside_another_speaks_over_its_line() -> None:
    host, inner = hosted_in(app())
    opened, *_ = [each for each in host.comm.messages("hosted") if each["id"] == inner.model_id]
    assert opened["data"]["method"] == "open"
    state = opened["data"]["state"]
    assert state["_summary"]["status"] == "success" and state["_module"].endswith("/run")
    assert not {"_esm", "_css", "layout", "_model_name"} & state.keys()
    call = {"type": "call", "id": "7", "method": "ping"}
    host.comm.receive({"type": "hosted", "id": inner.model_id, "content": call})
    replies = [each["data"]["content"] for each in host.comm.messages("hosted")[1:]]
    assert replies[-1] == {"type": "reply", "id": "7", "result": True}
    inner.record = "lgj-record-7"
    assert host.comm.messages("hosted")[-1]["data"]["state"]["_summary"]["record"] == "lgj-record-7"


def test_a_page_that_came_late_asks_for_it_and_hears_when_it_is_gone() -> None:
    host, inner = hosted_in(app())
    ask = {"type": "call", "id": "1", "method": "hosted", "params": {"id": inner.model_id}}
    host.comm.receive(ask)
    assert host.comm.messages("reply")[-1]["result"]["_summary"]["status"] == "success"
    gone = inner.model_id
    inner.close()
    assert host.comm.messages("hosted")[-1] == {"type": "hosted", "id": gone, "data": {"method": "close"}}
    host.comm.receive(ask)
    assert "closed" in host.comm.messages("reply")[-1]["error"]


def test_a_widget_inside_one_that_is_inside_another_is_heard() -> None:
    host, middle = hosted_in(app())
    inner = RunWidget(middle._run, host=middle)
    call = {"type": "hosted", "id": inner.model_id, "content": {"type": "call", "id": "7", "method": "ping"}}
    host.comm.receive({"type": "hosted", "id": middle.model_id, "content": call})
    last = host.comm.messages("hosted")[-1]["data"]["content"]
    assert (last["type"], last["id"], last["data"]["content"]["id"]) == ("hosted", inner.model_id, "7")


@pytest.mark.parametrize("id", [None, 7, [], "nobody"])
def test_what_is_for_nobody_is_left(id: Any) -> None:
    host, _ = hosted_in(app())
    before = len(host.comm.sent)
    host.comm.receive({"type": "hosted", "id": id, "content": {"type": "call", "id": "7", "method": "ping"}})
    assert len(host.comm.sent) == before
