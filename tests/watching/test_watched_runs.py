"""The runs of one output as its table takes them."""

from __future__ import annotations

import threading

import pytest

import lg_jupyter
from lg_jupyter.batch import table
from lg_jupyter.watching.watched_runs import MAX_RUN_ROWS, WatchedRuns
from tests.watching.graphs import INPUT, build


@pytest.fixture(scope="module")
def run() -> lg_jupyter.Run:
    return lg_jupyter.stream(build("bump"), INPUT, thread_id="1", display=False, name="mine").wait()


def test_those_that_come_late_are_counted(run: lg_jupyter.Run) -> None:
    runs = WatchedRuns()
    for _ in range(MAX_RUN_ROWS + 5):
        runs.add_run(run)
    assert (len(runs), runs.unlisted_run_count, runs.status) == (MAX_RUN_ROWS, 5, "running")
    runs.is_closed = True
    assert (runs.status, runs.status_counts) == ("success", {"success": MAX_RUN_ROWS})
    assert table.format_headline(runs).startswith(f"mine on {MAX_RUN_ROWS + 5} runs · {MAX_RUN_ROWS} success")
    page = table.render_html(runs, is_final=False)
    assert "left out here; watch.runs has all" in page


def test_a_row_tells_graph_and_thread_where_they_are_others(run: lg_jupyter.Run) -> None:
    runs = WatchedRuns()
    other = lg_jupyter.stream(build("bump"), INPUT, thread_id="1", display=False, name="other").wait()
    runs.add_run(run)
    thread = threading.Thread(target=runs.add_run, args=(other,), name="worker")
    thread.start()
    thread.join()
    assert [entry.input_title for entry in runs.entries] == ["hi", "other · hi · in thread worker"]
    assert runs.name == "mine, other"


def test_nothing_of_it_can_be_stopped(run: lg_jupyter.Run) -> None:
    runs = WatchedRuns()
    runs.add_run(run)
    with pytest.raises(lg_jupyter.UsageError, match="only that can stop it"):
        runs.stop()
    assert "■" in (runs.stop_hint or "")
