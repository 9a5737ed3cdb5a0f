"""What of a run's views is observed and set from Python: selection, filter, step, status."""

from __future__ import annotations

from typing import Any

import pytest
from traitlets import TraitError

from lg_jupyter import stream
from lg_jupyter.errors import UsageError
from lg_jupyter.run import Run
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, build
from tests.test_widget import Line, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def run_of(graph: str = "steps", **options: Any) -> Run:
    return await stream(build(graph), INPUTS[graph], display=False, **options)


def line(view: RunWidget) -> Line:
    return view.comm


def told(view: RunWidget) -> dict[str, Any]:
    """What pages know of what narrows the view."""
    return line(view).state["_narrowing"]


def propose(view: RunWidget, name: str, value: Any, known: int) -> dict[str, Any]:
    """What a page is answered that selects, or filters."""
    params = {"name": name, "value": value, "known": known}
    line(view).receive({"type": "call", "id": "p", "method": "narrow", "params": params})
    return line(view).messages("reply")[-1]


def heard(view: RunWidget, *names: str) -> list[tuple[str, Any]]:
    """What observers are told."""
    changes: list[tuple[str, Any]] = []
    view.observe(lambda change: changes.append((change["name"], change["new"])), names)
    return changes


async def test_what_a_page_selects_is_heard_in_all_views_with_its_row() -> None:
    run = await run_of()
    timeline, tokens = run.panel("timeline"), run.panel("tokens")
    changes = heard(tokens, "selection", "step")
    task = run.frames.tasks.iloc[0]
    assert propose(timeline, "selection", {"kind": "task", "id": task.task_id}, 0)["result"][0] == 1
    assert [name for name, _ in changes] == ["selection", "step"]
    assert tokens.selection == timeline.selection
    assert tokens.selection.row["node"] == task.node and tokens.step == task.step
    expected = [1, {"kind": "task", "id": task.task_id}]
    assert told(timeline)["selection"] == told(tokens)["selection"] == expected


async def test_what_python_selects_reaches_each_page_once() -> None:
    run = await run_of()
    timeline, tokens = run.panel("timeline"), run.panel("tokens")
    before = len(line(tokens).sent)
    timeline.selection = ("step", 1)
    timeline.selection = {"kind": "step", "id": 1}
    tokens.step = 1
    updates = [each["state"] for each in line(tokens).sent[before:] if each["method"] == "update"]
    assert updates == [{"_narrowing": {"selection": [1, {"kind": "step", "id": 1}]}}]
    tokens.step = None
    assert timeline.selection is None and told(timeline)["selection"] == [2, None]


async def test_of_two_values_one_holds() -> None:
    """A page that did not know of what Python set is told, and takes it over: nothing goes on and on."""
    view = (await run_of()).panel("tokens")
    view.filter = {"nodes": ["write"]}
    assert propose(view, "filter", {"text": "tea"}, 0)["result"] == [1, {"nodes": ["write"]}]
    assert propose(view, "filter", {"text": "tea"}, 1)["result"] == [2, {"text": "tea"}]
    assert view.filter == {"text": "tea"}
    assert propose(view, "filter", {"text": "tea"}, 2)["result"] == [2, {"text": "tea"}]


async def test_an_observer_that_sets_what_it_observes_has_the_last_word() -> None:
    view = (await run_of()).panel("timeline")
    view.observe(lambda change: setattr(view, "selection", None), "selection")
    assert propose(view, "selection", {"kind": "node", "id": "write"}, 0)["result"] == [2, None]
    assert view.selection is None


async def test_a_view_has_the_filter_of_the_others_or_its_own() -> None:
    run = await run_of(tags=["joke"])
    shared, other, own = run.panel("tokens"), run.panel("events"), run.panel("tokens", filter={"steps": 1})
    assert shared.filter == other.filter == {"tags": ["joke"]}
    assert own.filter == {"steps": [1, 1]} and told(own)["filter"] == [1, {"steps": [1, 1]}]
    assert line(own).state["_options"] == {"header": False, "own_filter": True}
    own.filter = {}
    shared.filter = {"nodes": "write"}
    assert other.filter == {"nodes": ["write"]} and own.filter == {}
    own.selection = ("node", "write")
    assert shared.selection.id == "write"


async def test_status_is_the_runs_and_is_read_only() -> None:
    run = stream(build("steps"), INPUTS["steps"], display=False)
    view = run.panel("tokens")
    changes = heard(view, "status")
    await run
    assert view.status == "success" == changes[-1][1]
    with pytest.raises(TraitError, match="read-only"):
        view.status = "error"


async def test_a_closed_view_is_told_nothing() -> None:
    run = await run_of()
    one, other = run.panel("tokens"), run.panel("state")
    one.close()
    other.selection = ("step", 1)
    assert one.selection is None


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("selection", "write", "a kind and an id"),
        ("selection", ("nodes", "write"), "did you mean 'node'"),
        ("selection", ("step", "two"), "by its number"),
        ("filter", "write", "A filter is a dict"),
        ("filter", {"node": ["write"]}, "did you mean 'nodes'"),
        ("filter", {"steps": "2"}, "the first and the last step"),
        ("filter", {"text": 7}, "takes a text"),
    ],
)
async def test_what_is_none_is_refused_in_a_sentence(name: str, value: Any, why: str) -> None:
    view = (await run_of()).panel("tokens")
    with pytest.raises(UsageError, match=why):
        setattr(view, name, value)
    assert propose(view, name, value, 0).keys() == {"type", "id", "error"}
    assert getattr(view, name) in (None, {}) and told(view) == {}


async def test_a_panel_has_the_height_that_it_is_given() -> None:
    run = await run_of()
    assert line(run.panel("state", height=300, header=True)).state["_options"] == {"height": 300}
    with pytest.raises(UsageError, match="200 to 1600, not 20"):
        run.panel("state", height=20)
