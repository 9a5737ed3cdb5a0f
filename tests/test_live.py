"""What is synced with pages is the kernel's to set, in every widget of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.batch.widget import BatchView
from tests.graphs import INPUTS, build
from tests.test_comm_fuzz import WIDGETS
from tests.test_widget import Line, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


def box_of_a_batch() -> Any:
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]], display=False)
    batch.wait()
    return BatchView(batch._state).box


def app() -> Any:
    return lg_jupyter.app(build("steps"))


ALL = {**WIDGETS, "box": box_of_a_batch, "app": app}
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


def state_of(widget: Any) -> dict[str, Any]:
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
    before = state_of(widget)
    for state in STATES:
        told = updated(widget, state)
        known = {name: before[name] for name in state if name in before}
        assert [(each["method"], each["state"]) for each in told] == ([("update", known)] if known else [])
        assert state_of(widget) == before


@pytest.mark.parametrize("kind", ALL)
def test_a_page_that_says_what_is_known_is_told_nothing(kind: str) -> None:
    """Some front ends send back what they were sent: told again, they would go on without end."""
    widget = ALL[kind]()
    state = state_of(widget)
    assert updated(widget, state) == []
    assert [each["state"] for each in updated(widget, {**state, "tooltip": "x"})] == [{"tooltip": None}]


@pytest.mark.parametrize("kind", ALL)
def test_a_page_can_ask_for_what_is_synced(kind: str) -> None:
    widget = ALL[kind]()
    widget.comm.sent.clear()
    widget.comm.handle_msg({"content": {"data": {"method": "request_state"}}, "buffers": []})
    assert [each["state"] for each in widget.comm.sent] == [state_of(widget)]


@pytest.mark.parametrize("state", [None, [], "x", 7, [["_esm", "x"]]])
def test_what_is_no_state_is_left(state: Any) -> None:
    widget = app()
    assert updated(widget, state) == updated(widget, state, buffer_paths=[["a"], 7]) == []


def test_the_kernel_sets_them_still() -> None:
    widget = WIDGETS["run"]()
    widget.comm.sent.clear()
    widget.record = "lgj-record-7"
    assert widget.comm.state["_summary"]["record"] == "lgj-record-7"
