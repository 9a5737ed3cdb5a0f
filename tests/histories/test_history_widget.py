"""The live table of a history, without a kernel: a stand-in takes the comm's part."""

from __future__ import annotations

import time
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.widget import HistoryTableWithRuns
from lg_jupyter.kernel import notebook
from lg_jupyter.runtime.registry import RUNS
from tests.graphs import INPUTS, build
from tests.patience import patience
from tests.test_widget import Line, lines, use_comm  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


def ran(name: str) -> lg_jupyter.Run:
    return lg_jupyter.stream(build(name), INPUTS[name], display=False, name=name).wait()


def ask(view: HistoryTableWithRuns, method: str, **params: Any) -> Any:
    """What the kernel answers, be it from a thread."""
    line = view.table.comm
    assert isinstance(line, Line)
    before = len(line.messages("reply"))
    line.receive({"type": "call", "id": method, "method": method, "params": params})
    deadline = time.monotonic() + patience(10)
    while len(line.messages("reply")) == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    reply = line.messages("reply")[-1]
    return reply["result"] if "result" in reply else reply["error"]


def told(view: HistoryTableWithRuns, name: str) -> Any:
    return view.table.comm.state["_summary"][name]


@pytest.fixture
def history() -> lg_jupyter.History:
    return lg_jupyter.history()


@pytest.fixture
def view(history) -> HistoryTableWithRuns:
    """A table of two runs, the newest first: `react`, `steps`."""
    ran("steps"), ran("react")
    history.runs()
    return HistoryTableWithRuns(history._store, HistoryQuery())


def test_its_page_finds_rows_and_counts(history, view):
    found = ask(view, "find")
    assert [row["name"] for row in found["rows"]] == ["react", "steps"]
    assert found["total"] == 2 and found["counts"] == {"success": 2}
    assert found["rows"][0]["last_words"] == "It rains in Bergen." and found["rows"][0]["pinned"] is False
    assert [row["name"] for row in ask(view, "find", text="bergen")["rows"]] == ["react"]
    assert ask(view, "find", status="error") == {"rows": [], "total": 0, "counts": {"success": 2}}
    own = HistoryTableWithRuns(history._store, HistoryQuery(name="ste"))
    assert [row["name"] for row in ask(own, "find")["rows"]] == ["steps"]
    assert ask(own, "find", text="bergen")["rows"] == []


def test_no_more_rows_than_a_page_needs(view, monkeypatch):
    monkeypatch.setattr("lg_jupyter.histories.widget.MAX_SENT_ROWS", 1)
    found = ask(view, "find")
    assert len(found["rows"]) == 1 and found["total"] == 2


def test_a_run_is_opened_two_are_compared_and_closed(history, view):
    react, steps = (each.id for each in history.runs())
    assert ask(view, "show", ids=[steps]) is True
    assert told(view, "opened") == [steps]
    opened = view._shown
    assert repr(opened) == "lg_jupyter: live view of steps"
    assert ask(view, "show", ids=[react, steps]) is True
    assert opened.comm is None and "side by side" in repr(view._shown)
    assert ask(view, "show", ids=[]) is True
    assert told(view, "opened") == [] and view._shown is None
    assert "Two runs" in ask(view, "show", ids=[react, steps, react])
    assert "no run with the id" in ask(view, "show", ids=["nowhere"])


def test_runs_are_pinned_and_deleted(history, view):
    react, steps = (each.id for each in history.runs())
    before = told(view, "changes")
    assert ask(view, "pin", ids=[react], pinned=True) is True
    assert [each.pinned for each in history.runs()] == [True, False]
    assert told(view, "changes") > before, "every table looks again"
    ask(view, "show", ids=[steps])
    assert ask(view, "delete", ids=[steps]) is True
    assert [each.id for each in history.runs()] == [react] and told(view, "opened") == []


def test_it_hears_of_runs_that_come(history, view):
    before = told(view, "changes")
    ran("steps")
    history.runs()
    assert told(view, "changes") > before
    view.close()
    after = len(history._store.listeners)
    ran("steps")
    assert after == 0


def test_what_is_shown_in_a_cell_has_a_static_table_beside(history, view, monkeypatch):
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(notebook, "get_shell", lambda: type("Shell", (), {"kernel": object()})())
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda data, *_, **__: shown.append(data))
    history._ipython_display_()
    live, static = shown
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "react" in static["text/html"] and "2 success" in static["text/plain"]
    assert len(str(view.table.comm.state["_summary"])) < 1_000


def test_secrets_do_not_reach_the_page(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary")
    history = lg_jupyter.history()
    lg_jupyter.stream(build("steps"), {"topic": "sk-canary-canary"}, display=False).wait()
    view = HistoryTableWithRuns(history._store, HistoryQuery())
    ask(view, "find")
    ask(view, "find", text="sk-canary-canary")
    assert all("canary" not in str(line.sent) for line in Line.made)


def test_runs_that_are_open_in_it_are_held_by_the_view_alone(view):
    ids = [row["id"] for row in ask(view, "find")["rows"]]
    for opened in (ids[:1], ids, []):
        ask(view, "show", ids=opened)
        assert sorted(state.name for state in view.runs) == ["react", "steps"][: len(opened)]
        assert not any(RUNS.is_run_referenced(state) for state in view.runs)
