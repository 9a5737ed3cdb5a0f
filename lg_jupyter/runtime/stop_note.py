"""The note on a run that was stopped: what it kept, and whether it can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.runtime.executor import RunExecutor
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET, MayBeRolledBack
from lg_jupyter.text.words import format_count, format_name_counts

DRAINING_NOTE = "It stops before its next step; what runs now ends first. run.cancel() stops it at once."
ROLLED_BACK_PHRASE = " here, on this side only, for the server has rolled the run back and deleted it"
ENDED_BEFORE_DRAIN_NOTE = "It was to stop before its next step, and had none: it came to its end."


def was_rolled_back(run: RunState) -> bool:
    """Whether the server has deleted what it had of the run."""
    return isinstance(run.source, MayBeRolledBack) and run.source.is_rolled_back


def make_stop_note(run: RunState, executor: RunExecutor) -> str | None:
    """The note on a run that is over, given its note so far."""
    if run.status != "cancelled":
        if executor.is_draining and run.status == "success":
            return ENDED_BEFORE_DRAIN_NOTE
        return (run.note or "").replace(DRAINING_NOTE, "").strip() or None  # it ended before it could stop
    if executor.is_cancelled or executor.is_drained:
        how = "Cancelled." if executor.is_cancelled else "Stopped between two steps."
    elif run.source.kind == "server":
        how = "Cancelled at its server: not from here, or by a run that took its thread."
    else:
        return run.note  # a replay has the note of its run
    steps = run.trace.root_step_count
    events = format_count(len(run.parts), "event") + (f" of {format_count(steps, 'step')}" if steps else "")
    kept = f"All that had come is kept{ROLLED_BACK_PHRASE if was_rolled_back(run) else ''}: {events}."
    return " ".join(
        filter(
            None,
            (
                how,
                kept,
                executor.still_running_sentence,
                _format_latest_checkpoint(executor.latest_checkpoint_at_stop),
            ),
        )
    )


def _format_latest_checkpoint(latest: Any) -> str:
    """A sentence on the newest checkpoint."""
    if latest is UNSET:
        return ""
    return (
        "There is no checkpoint, so it cannot be resumed." if latest is None else _format_resume_point(latest)
    )


def _format_resume_point(latest: Mapping[str, Any]) -> str:
    names = ("its input" if name == "__start__" else name for name in latest["next"] or ())
    following = format_name_counts(names)
    if not following:
        return f"Its last checkpoint, of step {latest['step']}, has nothing left to run."
    return (
        f"Its last checkpoint is of step {latest['step']}: run.resume() goes on from there with {following}."
    )
