"""Resuming a run that stopped: which of its interrupts are answered, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSONObject
from lg_jupyter.runtime import lifecycle, stop_note
from lg_jupyter.runtime.answerable import (
    format_interrupt,
    is_answerable_interrupt,
    list_answerable_interrupts,
)
from lg_jupyter.runtime.resume_hint import make_node_interrupt_hint
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET, AnsweredInterrupt, Request, Resumable, ResumeAnswer
from lg_jupyter.spelling import find_nearest_name
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.interrupts import ANSWERED_ELSEWHERE_STATUS
from lg_jupyter.text.words import clip_text


def resume_run(run: RunState, value: Any, breakpoint_fields: Mapping[str, Any], thread: bool) -> None:
    """Answer a run's interrupts and start it again: see :func:`prepare_resume`."""
    prepare_resume(run, value, breakpoint_fields)
    lifecycle.start_execution(run, thread)


def prepare_resume(run: RunState, value: Any, breakpoint_fields: Mapping[str, Any]) -> None:
    """Make a run that stopped ready to be started again, with an answer to its interrupts.

    Parameters
    ----------
    run
        The run.
    value
        The answer; ``UNSET`` at a breakpoint, or where it failed or was cancelled.
    breakpoint_fields
        ``before``, ``breakpoint_conditions``, ``after``, where its breakpoints are to be others, and
        ``until``, those for this time.

    Raises
    ------
    UsageError
        If the run waits for nothing, or not for this, or kept nothing from which it could go on.
    """
    with run.lock:
        given = replace(make_resume_answer(run, value), resume_checkpoint_id=find_resume_checkpoint(run))
        source = run.source
        assert isinstance(source, Resumable)  # or the answer was refused
        next_source = source.make_source_for_same_thread()
        next_request = replace(
            run.request,
            thread_id=run.thread_id,
            input=None,
            fork=None,
            answer=given,
            join_run_id=None,
            detach=False,
            **{**_get_kept_breakpoints(run.current_request), **breakpoint_fields},
        )
        next_source.validate_request(next_request)
        run.note = make_resume_note(run, given)
        run.answered_interrupt_ids = find_answered_interrupt_ids(run, given)
        run.source, run.current_request = next_source, next_request
        lifecycle.reset_for_resume(run, None if given.value is UNSET else given.value, next_request)


def _get_kept_breakpoints(request: Request) -> dict[str, Any]:
    """The breakpoints that a run keeps when it goes on."""
    return {
        "breakpoints_before": request.breakpoints_before,
        "breakpoint_conditions": request.breakpoint_conditions,
        "breakpoints_after": request.breakpoints_after,
        "one_time_breakpoints": (),
    }


def find_resume_checkpoint(run: RunState) -> str | None:
    """The checkpoint where a run stopped, if a branch went on elsewhere since; ``None``: at its thread's end.

    Raises
    ------
    UsageError
        If nobody knows.
    """
    if run.fork_family.last_executed_run is run:
        return None
    roots = [row for row in run.trace.rows("checkpoints") if not row["namespace"]]
    if isinstance(run.latest_checkpoint_at_stop, Mapping):
        return str(run.latest_checkpoint_at_stop["checkpoint_id"])
    if roots:
        return str(roots[-1]["checkpoint_id"])
    raise UsageError(
        f"a branch has gone on since on the thread of {run.name}, whose modes do not tell where it stopped: "
        "run.fork(checkpoint_id, input=Command(resume=...)), with one of run.checkpoints"
    )


def make_resume_answer(run: RunState, value: Any) -> ResumeAnswer:
    """What a run goes on with, if ``value`` fits what it waits for; ``UNSET`` is no value.

    Raises
    ------
    UsageError
        If the run cannot go on, or not with this; the text says what to type.
    """
    validate_resumable(run)
    waiting = list_answerable_interrupts(run)
    stopped_at = (run.trace.thread_state or {}).get("checkpoint_id")
    if value is UNSET:
        if waiting and run.interrupts:
            raise UsageError(f"{run.name} waits for an answer: {_format_how_to_answer(waiting)}")
        return ResumeAnswer(stopped_at_checkpoint_id=stopped_at)
    if not waiting:
        raise UsageError(_format_no_answer_expected(run))
    if _is_answers_by_interrupt_id(value, waiting):
        _validate_interrupt_ids(run, value, waiting)
        chosen = [row for row in waiting if row["interrupt_id"] in value]
        return ResumeAnswer(
            dict(value),
            answered_interrupts=_make_answered_interrupts(chosen),
            stopped_at_checkpoint_id=stopped_at,
        )
    if len(waiting) > 1:
        raise UsageError(
            f"{run.name} waits for {len(waiting)} answers, and got one: {_format_how_to_answer(waiting)}"
        )
    (row,) = waiting
    first = row["status"] == "pending" and len(run.trace.tables["interrupts"]) == 1
    answers = value if first and value is not None else {row["interrupt_id"]: value}
    return ResumeAnswer(
        answers, answered_interrupts=_make_answered_interrupts(waiting), stopped_at_checkpoint_id=stopped_at
    )


def make_resume_note(run: RunState, given: ResumeAnswer) -> str:
    """What the user should know of a run that goes on with ``given``. To be called before it does."""
    if given.value is UNSET:
        return "It goes on from its last checkpoint."
    nodes = list(
        dict.fromkeys(row["node"] for row in _find_answered_interrupt_rows(run, given) if row["node"])
    )
    names = ", ".join(nodes) or "that asked"
    if len(nodes) > 1:
        return f"Answered: the nodes {names} run again from their start, up to where they asked."
    return f"Answered: the node {names} runs again from its start, up to where it asked."


def find_answered_interrupt_ids(run: RunState, given: ResumeAnswer) -> frozenset[str]:
    """The ids of the interrupts that ``given`` answers. To be called before the run goes on."""
    return frozenset(row["interrupt_id"] for row in _find_answered_interrupt_rows(run, given))


def validate_resumable(run: RunState) -> None:
    """Refuse, with a :class:`UsageError`, to have a run go on that cannot."""
    if not run.done:
        raise UsageError(f"{run.name} is going on ({run.status}): it can be resumed when it has stopped")
    if run.status == "success":
        raise UsageError(_format_no_answer_expected(run))
    if run.request.detach and run.status == "incomplete":
        raise UsageError(f"{run.name} goes on at its server, and nobody knows how far it is: run.join()")
    source = run.source
    if not isinstance(source, Resumable):
        raise UsageError(
            f"this run of {run.name} is a saved one, and runs nothing: {_make_restart_hint(run)}"
        )
    if (why := source.describe_resume_blocker()) is not None:
        raise UsageError(f"{run.name} cannot go on. {why}")
    if stop_note.was_rolled_back(run):
        raise UsageError(f"{run.name} cannot go on: its server has rolled it back and deleted it")
    if (state := run.trace.thread_state) and state["next"] == [] and not run.interrupts:
        raise UsageError(f"{run.name} cannot go on: its thread has come to its end")
    if run.status == "cancelled" and run.latest_checkpoint_at_stop is None:
        raise UsageError(f"{run.name} cannot go on. It stopped before its first checkpoint: stream it anew")


# ---------------------------------------------------------------------------------------------


def _make_restart_hint(run: RunState) -> str:
    """What to do instead of having a saved run go on."""
    if run.thread_id is None:
        return "it had no thread on which anything was kept; start it anew, stream(graph, input)"
    return f"start it anew, stream(graph, Command(resume=...), thread_id={run.thread_id!r})"


def _find_answered_interrupt_rows(run: RunState, given: ResumeAnswer) -> list[Row]:
    if given.value is UNSET:
        return []
    waiting = list_answerable_interrupts(run)
    if not _is_answers_by_interrupt_id(given.value, waiting):
        return waiting
    return [row for row in waiting if row["interrupt_id"] in given.value]


def _make_answered_interrupts(rows: list[Row]) -> tuple[AnsweredInterrupt, ...]:
    return tuple(
        AnsweredInterrupt(row["interrupt_id"], row["value"], row["node"], bool(row["namespace"]))
        for row in rows
    )


def _format_no_answer_expected(run: RunState) -> str:
    if run.interrupts:
        return f"{run.name} waits for no answer. {make_node_interrupt_hint(run, run.interrupts[0])}"
    answered = [row for row in run.trace.rows("interrupts") if row["status"] == "resumed"]
    if answered:
        with_ = clip_text(repr(answered[-1]["resumed_with"]), 60)
        failed = "; run.resume() runs the node again with it" if run.status == "error" else ""
        return f"{run.name} waits for no answer: its interrupt was answered already, with {with_}{failed}"
    if run.status == "interrupted":
        return f"{run.name} stopped at a breakpoint, which takes no answer: run.resume()"
    return f"{run.name} waits for no answer: it is {run.status}"


def _is_answers_by_interrupt_id(value: Any, waiting: list[Row]) -> bool:
    """Whether this is a map of answers, as LangGraph takes one: by keys like its ids, or nearly like them."""
    if not isinstance(value, dict) or not value:
        return False
    ids = [row["interrupt_id"] for row in waiting]
    if not set(ids).isdisjoint(value):
        return True
    return all(
        isinstance(key, str)
        and (re.fullmatch(r"[0-9a-f]{32}", key) or find_nearest_name(key, ids, cutoff=0.9))
        for key in value
    )


def _validate_interrupt_ids(run: RunState, value: JSONObject, waiting: list[Row]) -> None:
    ids = [row["interrupt_id"] for row in waiting]
    for key in value:
        if key in ids:
            continue
        for row in run.trace.rows("interrupts"):
            if row["interrupt_id"] == key and row["status"] == "resumed":
                with_ = clip_text(repr(row["resumed_with"]), 60)
                raise UsageError(f"the interrupt {key!r} was answered already, with {with_}")
            if row["interrupt_id"] == key and row["status"] == ANSWERED_ELSEWHERE_STATUS:
                raise UsageError(f"the interrupt {key!r} was answered elsewhere")
            if row["interrupt_id"] == key and not is_answerable_interrupt(row):
                raise UsageError(make_node_interrupt_hint(run, row))
        near = find_nearest_name(key, ids)
        meant = f"; did you mean {near!r}?" if near else f". {_format_how_to_answer(waiting)}"
        raise UsageError(f"{run.name} has no interrupt {key!r}{meant}")


def _format_how_to_answer(waiting: list[Row]) -> str:
    if len(waiting) == 1:
        return f"run.resume(value), to the question of {format_interrupt(waiting[0])}"
    ids = "; ".join(f"{row['interrupt_id']!r}, of {format_interrupt(row)}" for row in waiting[:5])
    more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
    return f"run.resume({{id: value}}) with the ids {ids}{more}"
