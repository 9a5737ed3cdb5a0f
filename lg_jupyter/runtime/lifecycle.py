"""A run from its start, or from where it is resumed, to its end: executed, fed, stopped, closed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from lg_jupyter.events.events import FINAL_STATUSES, Part, Status
from lg_jupyter.kernel.frames import strip_leading_own_frames
from lg_jupyter.runtime import final_note, stop_note
from lg_jupyter.runtime.budget import RunBudget
from lg_jupyter.runtime.executor import RunExecutor
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.secrets.ipython_tracebacks import IPYTHON_RENDER_ATTRIBUTE, IPythonTracebackRenderer
from lg_jupyter.secrets.masked_errors import mask_exception_to_raise
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.control_parts import make_control_part, make_end_part, make_note_part


def start_execution(run: RunState, thread: bool, executor: type[RunExecutor] = RunExecutor) -> None:
    """Begin, on the running loop or a shared one, or as another ``executor`` does it."""
    RUNS.add_started(run)
    run.fork_family.last_executed_run = run
    run.budget = RunBudget(run.current_request.limits, run.trace)
    run.executor = executor(
        run.source,
        run.current_request,
        run.encode,
        feed=partial(feed_part, run),
        on_begin=partial(run.budget.start_time_limit, stop=partial(_stop_at_limit, run)),
        open_tasks=partial(_list_running_tasks, run),
        on_done=partial(_on_executor_done, run),
    )
    run.executor.start(run.name, thread=thread, notify=partial(_append_note, run))


def reset_for_resume(run: RunState, value: Any, request: Request, *, is_answered: bool = True) -> None:
    """Reset a run that is over, to be started again; ``is_answered``: what it waits for gets ``value``."""
    run.intake.reopen_files()
    RUNS.remove_interrupted(run)
    run.exception = run.traceback = run.executor = None
    run.completion.reset()
    stops = {"breakpoints": request.root_interrupt_kwargs, "inner_breakpoints": request.subgraph_breakpoints}
    more = {"modes": _list_modes_if_changed(run, request), **stops}
    resumed = {"event": "resume", "value": value, **{name: given for name, given in more.items() if given}}
    if not is_answered:
        resumed["answers"] = False
    run.intake.ingest_part(make_control_part(resumed, run.encode))


def _list_modes_if_changed(run: RunState, request: Request) -> list[str]:
    """The modes that a run is to stream now, if these are others than it began with."""
    start = next(iter(run.parts)).data if len(run.parts) else None
    known = start.get("modes") if isinstance(start, dict) else None
    return list(request.modes) if isinstance(known, list) and set(known) != set(request.modes) else []


# Stopping.


def cancel_run(run: RunState) -> None:
    """Stop the run, from any thread."""
    if not run.done and run.executor is not None:
        run.executor.cancel()


def is_run_drainable(run: RunState) -> bool:
    """Whether it can be stopped between two steps."""
    return not run.done and run.executor is not None and run.executor.is_drainable


def drain_run(run: RunState) -> None:
    """Stop the run before its next step, from any thread.

    Raises
    ------
    UsageError
        If it can only be stopped at once.
    """
    executor = run.executor
    if run.done or executor is None or executor.is_cancelled or executor.is_draining:
        return
    executor.drain()
    _schedule_note(run, stop_note.DRAINING_NOTE)


def _schedule_note(run: RunState, note: str) -> None:
    """Set the note and notify the listeners, on the run's loop."""
    if (loop := run.loop) is not None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: feed_part(run, make_note_part(note, run.encode)))


def _append_note(run: RunState, note: str) -> None:
    """Add to the run's note, from any thread, also where its loop is blocked."""
    note = run.redactor.mask(" ".join(filter(None, (run.assigned_note, note))))
    run.note = note
    _schedule_note(run, note)


# Executing.


def feed_part(run: RunState, part: Part) -> None:
    """Ingest a part, and notify the listeners."""
    if run.done:
        return
    if part.mode == "control" and isinstance(part.data, dict):
        if part.data.get("event") == "start" and run.request.join_run_id:
            _adopt_modes_of_joined_run(run, part.data)
        elif part.data.get("event") == "end":
            run.intake.flush_text_held_for_masking(part.timestamp)
        elif part.data.get("event") == "note":
            run.note = part.data.get("note")
    run.intake.ingest_part(part)
    _price_calls_and_check_limits(run, part.timestamp)
    if (loop := run.loop) is not None:
        run.listeners.schedule_calls_after_change(loop)


def _price_calls_and_check_limits(run: RunState, timestamp: float) -> None:
    """Price the calls that are over by now, and stop the run if it has met a limit."""
    unpriced = False
    for price in () if run.call_pricer is None else run.call_pricer.price_ended_calls(timestamp):
        run.intake.ingest_part(price)
        if run.budget is not None and run.trace.ended is None:
            unpriced = run.budget.record_if_unpriced(price.data) or unpriced
    if run.budget is not None and run.trace.ended is None and (unpriced or run.budget.record_if_limit_met()):
        _stop_at_limit(run)


def _stop_at_limit(run: RunState) -> None:
    """Stop a run that has met a limit, which its note tells: before its next step where that can be."""
    if run.budget is not None and not run.budget.stops_at_once and is_run_drainable(run):
        drain_run(run)
    else:
        cancel_run(run)


def _adopt_modes_of_joined_run(run: RunState, start: Mapping[str, Any]) -> None:
    """Take over from a run that was joined the modes that it was started with."""
    modes, subgraphs = tuple(start["modes"]), start.get("subgraphs", True)
    run.request = replace(run.request, modes=modes, subgraphs=subgraphs)


def _list_running_tasks(run: RunState) -> list[tuple[str, str]] | None:
    """The tasks that are running, as (namespace, node); ``None`` if no mode reports tasks."""
    if {"debug", "tasks", "events"}.isdisjoint(run.request.modes):
        return None
    rows = run.trace.rows("tasks")
    return [(row["namespace"], row["node"]) for row in rows if row["status"] not in FINAL_STATUSES]


# Ending.


def _on_executor_done(
    run: RunState, executor: RunExecutor, status: Status, error: BaseException | None
) -> None:
    if executor is not run.executor:  # the run was resumed since, and has another
        return
    if executor.is_cancelled:
        status, error = "cancelled", None
    close_run(run, status, error)


def close_run(run: RunState, status: Status, error: BaseException | None) -> None:
    """End the run, as ``status`` if its source did not report how it ended."""
    if run.done:
        return
    if error is not None:
        run.exception = mask_exception_to_raise(error, run.redactor)
        run.traceback = strip_leading_own_frames(error.__traceback__)
    if run.trace.ended is None:
        feed_part(run, make_end_part(status, run.encode, error))
    _add_failure_place_to_traceback(run)
    if run.budget is not None:
        run.budget.cancel_time_limit()
    run.note = final_note.make_final_note(run)
    if failure := run.intake.close_files_and_get_failure(run.note):
        run.note = " ".join(filter(None, (run.note, failure)))
    if run.status == "interrupted" and run.source.kind != "saved":  # which waits for no answer any more
        RUNS.add_interrupted(run)
    with run.lock:
        run.completion.mark_over()
    RUNS.remove_running(run)
    run.listeners.notify_last_time()
    if not run.done:  # a listener resumed it
        return
    run.completion.wake_waiters()


def _add_failure_place_to_traceback(run: RunState) -> None:
    """Have IPython say where a run failed, where no node did: no frame of the user's may tell."""
    shown = getattr(run.exception, IPYTHON_RENDER_ATTRIBUTE, None)
    failure = run.trace.failure
    if failure is not None and not failure.is_raised_by_node and isinstance(shown, IPythonTracebackRenderer):
        shown.raise_place = failure.where
