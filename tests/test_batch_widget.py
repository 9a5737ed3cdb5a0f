"""The live table of a batch, without a kernel: a stand-in takes the comm's part."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.batch import waiting
from lg_jupyter.batch.batch import Batch
from lg_jupyter.batch.state import BLOCKED_KERNEL_STOP_HINT, OLD_KERNEL_STOP_HINT
from lg_jupyter.batch.widget import BatchTableWithRun
from lg_jupyter.kernel import notebook
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, build
from tests.test_batch import TOPICS, Counted, until
from tests.test_widget import Line, lines, use_comm  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


def line(view: BatchTableWithRun) -> Line:
    assert isinstance(view.table.comm, Line)
    return view.table.comm


def table_of(view: BatchTableWithRun) -> dict[int, dict[str, Any]]:
    """The rows as a page has them that applied every delta."""
    rows: dict[int, dict[str, Any]] = {}
    for message in line(view).messages("delta"):
        for row in message.get("rows", {}).get("inputs", []):
            rows.setdefault(row["input_index"], {}).update(row)
    return rows


def ask(view: BatchTableWithRun, method: str, **params: Any) -> dict[str, Any]:
    line(view).receive({"type": "call", "id": method, "method": method, "params": params})
    return line(view).messages("reply")[-1]


def told(view: BatchTableWithRun, name: str) -> Any:
    """A field of the summary as a page has it."""
    values = [line(view).state["_summary"].get(name)]
    summaries = [message.get("summary", {}) for message in line(view).messages("delta")]
    values += [summary[name] for summary in summaries if name in summary]
    return values[-1]


async def watched(
    monkeypatch: pytest.MonkeyPatch, *args: Any, **options: Any
) -> tuple[Batch, BatchTableWithRun]:
    """A batch in a notebook, and its live view."""
    monkeypatch.setattr(notebook, "get_shell", lambda: type("Shell", (), {"kernel": object()})())
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda *_, **__: None)
    batch = lg_jupyter.map(*args, **options)
    view = batch._display._view
    assert view is not None
    return batch, view


async def test_the_rows_are_told_as_they_change(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0.3).graph, TOPICS, concurrency=4)
    await batch
    rows = table_of(view)
    assert [row["status"] for row in rows.values()] == [
        "error" if index == 3 else "success" for index in range(12)
    ]
    assert rows[3]["error"] == "work · step 1: ValueError: three will not do"
    assert rows[0]["title"] == "topic: 0"
    assert all(row["ended"] > row["started"] for row in rows.values())
    deltas = line(view).messages("delta")
    assert [delta["n"] for delta in deltas] == list(range(1, len(deltas) + 1))
    first = [row for delta in deltas for row in delta.get("rows", {}).get("inputs", [])]
    assert {"title", "status"} <= first[0].keys()
    assert any("title" not in row for row in first), "rows that changed say only what did"
    assert told(view, "status") == "error" and told(view, "remaining") is False
    assert line(view).state["_summary"]["total"] == 12


async def test_a_page_that_comes_late_gets_everything(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0).graph, TOPICS)
    await batch
    line(view).receive({"type": "snapshot"})
    (snapshot,) = line(view).messages("snapshot")
    assert {row["input_index"]: row for row in snapshot["rows"]["inputs"]} == table_of(view)
    assert snapshot["n"] == line(view).messages("delta")[-1]["n"]
    assert snapshot["summary"]["status"] == "error"


async def test_stop_and_go_on_are_heard(monkeypatch):
    work = Counted(pause=0.2)
    batch, view = await watched(monkeypatch, work.graph, TOPICS, concurrency=2)
    await until(lambda: batch.counts.get("success", 0) >= 2 and work.now)
    assert ask(view, "cancel")["result"] == {"message": "Stopping."}
    await batch
    assert told(view, "status") == "cancelled" and told(view, "remaining") is True
    assert "cancelled" in {row["status"] for row in table_of(view).values()}
    assert ask(view, "resume")["result"] is True
    await batch
    assert batch.counts == {"success": 11, "error": 1}
    assert {row["status"] for row in table_of(view).values()} == {"success", "error"}
    assert told(view, "status") == "error" and told(view, "remaining") is False


async def test_a_row_opens_the_live_panels_of_its_run(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0).graph, [*TOPICS[:2], 5])
    await batch
    assert ask(view, "open", input_index=1)["result"] is True
    opened = view._shown[1]
    assert told(view, "view") == opened.model_id and opened._run is get_run_state(batch.runs[1])
    assert told(view, "opened") == 1
    ask(view, "open", input_index=0)
    assert view._shown[1]._run is get_run_state(batch.runs[0]) and opened.comm is None  # the other was closed
    for index, why in ((2, "InputError"), (7, "has not begun")):
        assert why in ask(view, "open", input_index=index)["error"]
    assert told(view, "view") == view._shown[1].model_id
    assert ask(view, "close")["result"] is True
    assert view._shown is told(view, "view") is told(view, "opened") is None


async def test_a_run_that_is_answered_in_its_panels_is_told_of_in_its_row(monkeypatch):
    graph = build("ask", InMemorySaver())
    batch, view = await watched(monkeypatch, graph, [INPUTS["ask"]] * 2)
    await batch
    assert {row["status"] for row in table_of(view).values()} == {"interrupted"}
    ask(view, "open", input_index=1)
    await batch.runs[1].resume("yes")
    assert [row["status"] for row in table_of(view).values()] == ["interrupted", "success"]
    assert batch.counts == {"interrupted": 1, "success": 1}


async def test_an_input_that_is_begun_anew_shows_its_new_run(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0.3).graph, TOPICS[:2])
    await until(lambda: len(batch) == 2)
    ask(view, "open", input_index=0)
    old = batch.runs[0]
    batch.stop()
    await batch
    await batch.resume()
    assert batch.runs[0] is not old and view._shown[1]._run is get_run_state(batch.runs[0])


@pytest.mark.parametrize(
    ("version", "blocks", "hint"),
    [
        ((6, 29, 5), False, OLD_KERNEL_STOP_HINT),
        ((7, 0, 0), False, None),
        ((7, 0, 0), True, BLOCKED_KERNEL_STOP_HINT),
    ],
)
async def test_it_says_where_clicks_are_not_heard(monkeypatch, version, blocks, hint):
    import ipykernel

    monkeypatch.setattr(ipykernel, "version_info", version)
    options = {"thread": True} if blocks else {}
    batch, view = await watched(monkeypatch, Counted(pause=0.4).graph, TOPICS[:1], **options)
    assert told(view, "stop") == {"available": True, "hint": None}
    waits = asyncio.to_thread(batch.wait) if blocks else waiting.wait_until_done(batch._state)
    over = asyncio.ensure_future(waits)
    await until(lambda: batch._state.cell_wait_mode is not None)
    assert view.table.summarize()["stop"] == {"available": hint is None, "hint": hint}
    await over
    assert told(view, "stop") == {"available": True, "hint": None}


async def test_no_more_than_twenty_messages_a_second(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0).graph, [TOPICS[0]] * 300, concurrency=50)
    await batch
    deltas = line(view).messages("delta")
    assert len(deltas) <= 3 + 20 * (batch.ended - batch.started)
    assert len(table_of(view)) == 300


async def test_what_is_asked_wrongly_gets_an_answer(monkeypatch):
    batch, view = await watched(monkeypatch, Counted(pause=0).graph, TOPICS[:1])
    await batch
    assert "no method 'explode'" in ask(view, "explode")["error"]
    assert (
        ask(view, "open", input_index="x")["error"] == "open: input_index has to be a whole number, not 'x'."
    )
    assert ask(view, "ping")["result"] is True


async def test_secrets_do_not_reach_the_page(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary")
    inputs = [{"topic": "sk-canary-canary", "log": []}, 5, {"topic": "3", "log": ["sk-canary-canary"]}]
    batch, view = await watched(monkeypatch, Counted(pause=0).graph, inputs)
    await batch
    line(view).receive({"type": "snapshot"})
    ask(view, "open", input_index=0)
    assert "[redacted SOME_API_KEY]" in str(line(view).sent)
    for each in Line.made:
        assert "canary" not in str(each.sent)
