"""What a run that is over says of itself."""

from __future__ import annotations

from lg_jupyter.runtime import limits, stopped
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import Joins

NOBODY_SAID = "The stream ended, and nobody said how the run did"


def note(run: RunState) -> str | None:
    """What the user should know, now that it is over."""
    if run.status == "incomplete":
        return run.redactor.text(_of_unknown_end(run))
    if run.status == "error" and (met := limits.note(run.trace, run.error)) is not None:
        return met
    said = run.note if run.carrier is None else stopped.note(run, run.carrier)
    said = " ".join(filter(None, (said, without_output(run)))) or None
    return said and run.redactor.text(said)


def _of_unknown_end(run: RunState) -> str:
    source = run.source
    if not isinstance(source, Joins):
        return f"{NOBODY_SAID}: it may go on."
    if (why := source.why_not_joined()) is not None:
        return f"{NOBODY_SAID}. {why}"
    how = f"run.join() follows it; so does, in another kernel, {source.joining()}"
    if run.request.detach:
        return f"It goes on at the server, and is not followed here. {how}"
    return f"{NOBODY_SAID}: it may go on. {how}"


def without_output(run: RunState) -> str | None:
    """Why the output is not known, of a run that is over; ``None`` where it is."""
    told = run.trace.output is not None or run.output is not None or "values" in run.request.modes
    if told or run.source.kind == "local" or run.status not in ("success", "interrupted"):
        return None
    modes = ", ".join(run.request.modes) or "none"
    return f"run.output is not known: what was streamed ({modes}) does not tell the state; 'values' would."
