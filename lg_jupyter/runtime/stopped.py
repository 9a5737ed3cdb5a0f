"""What a run that was stopped kept, and whether it can go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.runtime.carrying import Carrier
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET, RollsBack
from lg_jupyter.text.words import count

DRAINING = "It stops before its next step; what runs now ends first. run.cancel() stops it at once."
ROLLED_BACK = " here, on this side only, for the server has rolled the run back and deleted it"
CAME_TO_ITS_END = "It was to stop before its next step, and had none: it came to its end."


def rolled_back(run: RunState) -> bool:
    """Whether the server has deleted what it had of the run."""
    return isinstance(run.source, RollsBack) and run.source.rolled_back


def note(run: RunState, carrier: Carrier) -> str | None:
    """What a run that is over is to say of itself, after what it has said so far."""
    if run.status != "cancelled":
        if carrier.draining and run.status == "success":
            return CAME_TO_ITS_END
        return None if run.note == DRAINING else run.note  # it failed, or asked, before it could stop
    if carrier.cancelled or carrier.drained:
        how = "Cancelled." if carrier.cancelled else "Stopped between two steps."
    elif run.source.kind == "server":
        how = "Cancelled at its server: not from here, or by a run that took its thread."
    else:
        return run.note  # a replay says what the run had said
    steps = run.trace.steps
    events = count(len(run.parts), "event") + (f" of {count(steps, 'step')}" if steps else "")
    kept = f"All that had come is kept{ROLLED_BACK if rolled_back(run) else ''}: {events}."
    return " ".join(filter(None, (how, kept, carrier.goes_on, _onwards(carrier.latest))))


def _onwards(latest: Any) -> str:
    """What is said of the newest checkpoint."""
    if latest is UNSET:
        return ""
    return "There is no checkpoint, so it cannot be resumed." if latest is None else _of(latest)


def _of(latest: Mapping[str, Any]) -> str:
    names = ("its input" if name == "__start__" else name for name in latest["next"] or ())
    following = ", ".join(dict.fromkeys(names))
    if not following:
        return f"Its last checkpoint, of step {latest['step']}, has nothing left to run."
    return (
        f"Its last checkpoint is of step {latest['step']}: run.resume() goes on from there with {following}."
    )
