"""The note on a run that is over."""

from __future__ import annotations

from lg_jupyter.runtime import limit_note, stop_note
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import ExecutedByOtherCode, Joinable

UNKNOWN_STATUS_SENTENCE = "The stream ended, and nobody said how the run did"


def make_final_note(run: RunState) -> str | None:
    """What the user should know, now that it is over."""
    if run.status == "incomplete":
        return run.redactor.mask(_format_unknown_end(run))
    if run.status == "error" and (met := limit_note.make_limit_note(run.trace, run.error)) is not None:
        return met
    note = run.note if run.executor is None else stop_note.make_stop_note(run, run.executor)
    sentences = " ".join(filter(None, (note, explain_missing_output(run)))) or None
    return sentences and run.redactor.mask(sentences)


def _format_unknown_end(run: RunState) -> str:
    source = run.source
    if isinstance(source, ExecutedByOtherCode):
        return " ".join(filter(None, (run.assigned_note, "How it ended, what came of it does not tell.")))
    if not isinstance(source, Joinable):
        return f"{UNKNOWN_STATUS_SENTENCE}: it may go on."
    if (why := source.describe_join_blocker()) is not None:
        return f"{UNKNOWN_STATUS_SENTENCE}. {why}"
    how = f"run.join() follows it; so does, in another kernel, {source.make_join_code()}"
    if run.request.detach:
        return f"It goes on at the server, and is not followed here. {how}"
    return f"{UNKNOWN_STATUS_SENTENCE}: it may go on. {how}"


def explain_missing_output(run: RunState) -> str | None:
    """Why the output is not known, of a run that is over; ``None`` where it is."""
    known = run.trace.output is not None or run.output is not None or "values" in run.request.modes
    if known or run.source.kind == "local" or run.status not in ("success", "interrupted"):
        return None
    modes = ", ".join(run.request.modes) or "none"
    return f"run.output is not known: what was streamed ({modes}) does not tell the state; 'values' would."
