"""A run in a file: written while it goes on or afterwards, read again, played once more."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.final_note import explain_missing_output
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.control_parts import make_control_part
from lg_jupyter.sources.run_location import get_run_location
from lg_jupyter.sources.saved import source as saved
from lg_jupyter.sources.saved import writing
from lg_jupyter.sources.saved.replay import ReplaySource


def save_run(run: RunState, path: str | os.PathLike[str]) -> None:
    """Write a run, as far as it has come.

    Raises
    ------
    SavedRunError
        If the file cannot be written.
    UsageError
        If there is no zstd here.
    """
    with run.lock:
        parts = list(run.parts)
    writing.write_run_file(path, make_file_header(run), parts, run.note if run.done else None)


def record_to_file(run: RunState, path: str | os.PathLike[str], optional: bool = False) -> None:
    """Write each part that comes from now on to a file too; ``optional``: whatever becomes of it later.

    Raises
    ------
    SavedRunError
        If the file cannot be written.
    """
    run.intake.record_to_file(path, partial(make_file_header, run), optional)


def make_file_header(run: RunState) -> dict[str, Any]:
    """The head of a file: what it holds of its run beside the parts."""
    head: dict[str, Any] = {
        "name": run.name,
        "source": get_run_location(run.source),
        "modes": list(run.request.modes),
        "subgraphs": run.request.subgraphs,
        "id": run.key,
    }
    if not run.redactor.is_active:
        head["mask_secrets"] = False
    if dropped := run.trace.events.dropped_count:
        head["dropped_events"] = dropped
    if run.parent_id is not None:
        head["parent"] = run.parent_id
    if run.watched_model_output is not None:
        head["watched"] = run.watched_model_output
    if code_request := _collect_code_request_json(run):
        head["asked"] = code_request
    if shown := run.request.message_filter:
        head["shown"] = shown.to_json()
    if graph := run.structure_if_known():
        head["graph"] = graph
    return head


def load_run(path: str | os.PathLike[str]) -> RunState:
    """Read a run that was saved. It is over, and runs nothing.

    Raises
    ------
    SavedRunError
        If the file holds no run that can be read.
    """
    source = saved.SavedSource(path)
    run = RunState(source, source.make_request_from_header())
    run.key, run.recorded_parent_id = source.id or run.key, source.parent_run_id
    timestamp = 0.0
    for part in source:
        lifecycle.feed_part(run, part)
        timestamp = part.timestamp
    ended = run.trace.ended is not None
    if not ended:
        end = make_control_part({"event": "end", "status": "incomplete"}, run.encode, timestamp)
        lifecycle.feed_part(run, end)
    lifecycle.close_run(run, "incomplete", None)
    source.output = run.trace.output
    run.note = " ".join(filter(None, (source.make_file_note(ended), explain_missing_output(run)))) or None
    return run


def replay_run(run: RunState, speed: float | None, thread: bool) -> RunState:
    """A new run of the same parts, ``speed`` times faster than they came; ``None``: at once.

    Raises
    ------
    UsageError
        If ``speed`` is no positive number.
    """
    with run.lock:
        parts = list(run.parts)
    source = ReplaySource(run.name, parts, speed, run.output, run.structure_if_known())
    source.code_request, source.origin = _collect_code_request_json(run), get_run_location(run.source)
    source.watched_model_output = run.watched_model_output
    replayed = RunState(source, run.request)
    replayed.recorded_parent_id = run.parent_id
    lifecycle.start_execution(replayed, thread)
    return replayed


def _collect_code_request_json(run: RunState) -> JSON:
    """What the run requested, for a file; ``None`` where nobody knows."""
    from lg_jupyter.exports.code.collect import collect_code_request_json

    return collect_code_request_json(run)
