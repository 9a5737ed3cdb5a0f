"""A run from its start, or from where it goes on, to its end: carried, fed, stopped, closed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

from lg_jupyter.events.events import FINAL_STATUSES, Part, Status
from lg_jupyter.runtime import closing, stopped
from lg_jupyter.runtime.carrying import Carrier
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.secrets.masked_errors import masked_where_shown
from lg_jupyter.sources.base import control_part, end_part, note_part


def start(run: RunState, thread: bool) -> None:
    """Begin, as :func:`lg_jupyter.kernel.loops.start` does it."""
    RUNS.began(run)
    run.lineage.newest = run
    run.carrier = Carrier(
        run.source,
        run.asked,
        run.encode,
        feed=partial(feed, run),
        open_tasks=partial(_open_tasks, run),
        over=partial(_carried, run),
    )
    run.carrier.start(run.name, thread=thread, say=partial(_add_note, run))


def go_on(run: RunState, value: Any, breakpoints: dict[str, Any]) -> None:
    """Be a run that is not over: to be started again."""
    run.intake.go_on()
    RUNS.went_on(run)
    run.exception = run.traceback = run.carrier = None
    run.end.put_off()
    said = {"event": "resume", "value": value, **({"breakpoints": breakpoints} if breakpoints else {})}
    run.intake.take(control_part(said, run.encode))


# Stopping.


def cancel(run: RunState) -> None:
    """Stop the run, from any thread."""
    if not run.done and run.carrier is not None:
        run.carrier.cancel()


def drains(run: RunState) -> bool:
    """Whether it can be stopped between two steps."""
    return not run.done and run.carrier is not None and run.carrier.drains


def drain(run: RunState) -> None:
    """Stop the run before its next step, from any thread.

    Raises
    ------
    UsageError
        If it can only be stopped at once.
    """
    carrier = run.carrier
    if run.done or carrier is None or carrier.cancelled or carrier.draining:
        return
    carrier.drain()
    _say(run, stopped.DRAINING)


def _say(run: RunState, note: str) -> None:
    """Have it noted, and told, on the loop that carries the run."""
    if (loop := run.loop) is not None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: feed(run, note_part(note, run.encode)))


def _add_note(run: RunState, note: str) -> None:
    """Say one thing more of the run, from any thread, also where its loop is blocked."""
    run.note = run.redactor.text(" ".join(filter(None, (run.note, note))))
    _say(run, run.note)


# Carrying.


def feed(run: RunState, part: Part) -> None:
    """Take a part, and have it told."""
    if run.done:
        return
    if part.mode == "control" and isinstance(part.data, dict):
        if part.data.get("event") == "start" and run.request.join:
            _take_what_was_asked(run, part.data)
        elif part.data.get("event") == "end":
            run.intake.flush(part.timestamp)
        elif part.data.get("event") == "note":
            run.note = part.data.get("note")
    run.intake.take(part)
    if (loop := run.loop) is not None:
        run.listeners.changed(loop)


def _take_what_was_asked(run: RunState, start: Mapping[str, Any]) -> None:
    """Know of a run that was joined what it was started with."""
    modes, subgraphs = tuple(start["modes"]), start.get("subgraphs", True)
    run.request = replace(run.request, modes=modes, subgraphs=subgraphs)


def _open_tasks(run: RunState) -> list[tuple[str, str]] | None:
    """The tasks that are running, as (namespace, node); ``None`` if no mode tells of tasks."""
    if {"debug", "tasks", "events"}.isdisjoint(run.request.modes):
        return None
    rows = run.trace.rows("tasks")
    return [(row["namespace"], row["node"]) for row in rows if row["status"] not in FINAL_STATUSES]


# Ending.


def _carried(run: RunState, carrier: Carrier, status: Status, error: BaseException | None) -> None:
    if carrier is not run.carrier:  # the run has gone on since, and has another
        return
    if carrier.cancelled:
        status, error = "cancelled", None
    close(run, status, error)


def close(run: RunState, status: Status, error: BaseException | None) -> None:
    """End the run, as ``status`` if its source has not said how it ended."""
    if run.done:
        return
    if error is not None:
        run.exception = masked_where_shown(error, run.redactor)
        run.traceback = _without_our_frames(error.__traceback__)
    if run.trace.ended is None:
        feed(run, end_part(status, run.encode, error))
    run.note = closing.note(run)
    if failure := run.intake.finish(run.note):
        run.note = " ".join(filter(None, (run.note, failure)))
    if run.status == "interrupted":
        RUNS.stopped(run)
    with run.lock:
        run.end.reach()
    RUNS.ended(run)
    run.listeners.finish()
    if not run.done:  # a listener had it go on
        return
    run.end.tell()


def _without_our_frames(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from where the graph's own code begins."""
    while traceback is not None and traceback.tb_frame.f_globals.get("__name__", "").startswith(
        "lg_jupyter."
    ):
        traceback = traceback.tb_next
    return traceback
