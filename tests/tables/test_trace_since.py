"""What came since a run went on: rows that are new or other than they were, and the time that it took."""

from __future__ import annotations

from lg_jupyter.events.events import InterruptRaised, RunEnded, RunResumed
from lg_jupyter.tables.resume_point import TABLES_APPENDED_ON_RESUME, TABLES_UPDATED_ON_RESUME
from lg_jupyter.tables.trace_since_resume import TraceSinceResume
from tests.tables.stream import START, Stream


def resumed() -> tuple[Stream, TraceSinceResume]:
    """A run that waited for an answer from the fourth to the tenth second."""
    stream = Stream()
    stream.task("t1", "done", at=0)
    stream.task_end("t1", node="done", at=1)
    stream.task("t2", "asks", at=2)
    stream.state({"n": 1}, step=0, at=3)
    stream(InterruptRaised("i1", "really?", node="asks", task_id="t2"), at=3)
    stream(RunEnded("interrupted"), at=4)
    stream(RunResumed("yes"), at=10)
    assert stream.trace.resumed_at is not None
    return stream, TraceSinceResume(stream.trace, stream.trace.resumed_at)


def test_where_it_went_on() -> None:
    stream, since = resumed()
    point = since.resume_point
    assert point.timestamp == START + 10
    assert point.event_and_token_counts["events"] == 7
    assert {*point.table_lengths} == {*TABLES_APPENDED_ON_RESUME}
    assert {*point.row_fingerprints} == {*TABLES_UPDATED_ON_RESUME}
    assert point.table_lengths["state_diffs"] == len(stream.rows("state_diffs")) == 1


def test_rows_that_are_new_or_other_than_they_were() -> None:
    stream, since = resumed()
    assert since.rows("tasks") == since.rows("state_diffs") == []
    stream.task_end("t2", node="asks", at=11)
    stream.task("t3", "more", at=12)
    stream.state({"n": 2}, step=1, at=13)
    assert [row["task_id"] for row in since.rows("tasks")] == ["t2", "t3"]
    assert [row["status"] for row in since.rows("interrupts")] == ["resumed"]
    assert [row["after"] for row in since.rows("state_diffs")] == [2]
    assert since.rows("custom") == []


def test_the_time_that_it_took_is_that_without_what_it_waited_since() -> None:
    stream, since = resumed()
    assert since.elapsed is None
    stream(RunEnded("success"), at=15)
    assert since.elapsed == 5
    stream.trace.waits.add_wait(START + 11, START + 13, "in the server's queue")
    assert since.elapsed == 3
    stream.trace.waits.add_wait(START + 10, START + 20, "for longer than it ran")
    assert since.elapsed == 0


def test_what_is_of_the_whole_run() -> None:
    stream, since = resumed()
    error = {"error": "ValueError", "message": "no"}
    stream(RunEnded("error", error, output={"n": 1}), at=15)
    trace = stream.trace
    assert since.error == trace.error == error
    assert since.output == trace.output == {"n": 1}
    assert since.failure == trace.failure
    assert since.waits is trace.waits
    assert since.places.format_namespace_path("asks:1") == "asks"
