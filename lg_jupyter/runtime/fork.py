"""The checkpoints of a run's thread, and runs that begin anew at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import get_root_node_and_task_id
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.checkpoint_list import Checkpoint, Checkpoints
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import Fork, HasHistory, Request, Resumable

MAX_LISTED_CHECKPOINTS = 5
"""The most checkpoints that one sentence names, the newest."""


def list_checkpoints(run: RunState) -> Checkpoints:
    """All checkpoints on a run's thread, those of earlier runs too; of a saved run, those in the file.

    Where the checkpointer has to be awaited: those in the stream, and what was fetched.

    Raises
    ------
    UsageError
        If it has to be awaited, and nothing is known.
    """
    history = _get_history_source(run)
    if history is None:
        return _make_checkpoints(run, _iter_root_checkpoints_in_trace(run))
    try:
        return _make_checkpoints(run, history.list_checkpoints())
    except UsageError:
        if known := _list_known_checkpoints(run):
            return known
        raise


async def fetch_checkpoints(run: RunState) -> Checkpoints:
    """The same, where the checkpointer has to be awaited."""
    history = _get_history_source(run)
    rows = _iter_root_checkpoints_in_trace(run) if history is None else await history.alist_checkpoints()
    # In a thread, for long states take their time.
    run.fetched_checkpoints = await asyncio.to_thread(_make_checkpoints, run, rows)
    return run.fetched_checkpoints


def start_fork(
    run: RunState, fork: Fork, input: Any, breakpoint_fields: Mapping[str, Any], thread: bool
) -> RunState:
    """Begin a branch of ``run``; ``breakpoint_fields`` are its breakpoints, before and after nodes.

    Raises
    ------
    UsageError
        If the run kept nothing, the thread has no such checkpoint, or the graph no such node or key.
    """
    forked = replace(make_fork_request(run, fork, input), **breakpoint_fields)
    _validate_checkpoint_exists(run, fork.checkpoint_id)
    assert isinstance(run.source, Resumable)  # or it was refused
    source = run.source.make_source_for_same_thread()
    source.validate_request(forked)
    branch = RunState(source, forked)
    branch.parent, branch.fork_family = run, run.fork_family
    run.branches.append(branch)
    lifecycle.start_execution(branch, thread)
    return branch


def make_fork_request(run: RunState, fork: Fork, input: Any) -> Request:
    """The request of a run that begins at a checkpoint of ``run``'s thread.

    Raises
    ------
    UsageError
        If there is nothing to begin with.
    """
    if not isinstance(run.source, Resumable):
        raise UsageError(f"this run of {run.name} is a saved one, and runs nothing: stream its graph anew")
    if (why := run.source.describe_resume_blocker()) is not None:
        raise UsageError(f"{run.name} has no checkpoints to begin at. {why}")
    if not isinstance(fork.checkpoint_id, str) or not fork.checkpoint_id:
        raise UsageError(
            f"fork() takes a checkpoint's id, as in run.checkpoints[-1].checkpoint_id, "
            f"not {fork.checkpoint_id!r}"
        )
    if (why := _format_subgraph_checkpoint_error(run, fork.checkpoint_id)) is not None:
        raise UsageError(why)
    return replace(
        run.request,
        thread_id=run.thread_id,
        input=input,
        fork=fork,
        breakpoints_before=(),
        breakpoint_conditions={},
        breakpoints_after=(),
        one_time_breakpoints=(),
        join_run_id=None,
        detach=False,
    )


# ---------------------------------------------------------------------------------------------


def _validate_checkpoint_exists(run: RunState, checkpoint_id: str) -> None:
    """Refuse a checkpoint that the thread does not have, as far as that is known without waiting."""
    if checkpoint_id in {one.checkpoint_id for one in run.fetched_checkpoints}:
        return
    if run.trace.row("checkpoints", checkpoint_id) is not None:
        return
    history = _get_history_source(run)
    assert history is not None  # or there is nothing to fork
    try:
        found = _make_checkpoints(run, history.list_checkpoints())
    except UsageError:  # it has to be awaited, and is when the branch begins
        return
    if checkpoint_id not in {one.checkpoint_id for one in found}:
        raise UsageError(_format_unknown_checkpoint(checkpoint_id, found))


def _format_unknown_checkpoint(checkpoint_id: str, found: Checkpoints) -> str:
    """The sentence on a checkpoint that is not among those that were ``found``."""
    if not found:
        return f"the thread has no checkpoint {checkpoint_id!r}: it has none at all"
    listed = "; ".join(
        f"{one.checkpoint_id!r} ({_format_checkpoint_position(one)})"
        for one in found[-MAX_LISTED_CHECKPOINTS:]
    )
    newest = (
        f"the newest {MAX_LISTED_CHECKPOINTS} of its {len(found)}"
        if len(found) > MAX_LISTED_CHECKPOINTS
        else "it has"
    )
    return f"the thread has no checkpoint {checkpoint_id!r}; {newest}: {listed}. run.checkpoints has them all"


def _format_checkpoint_position(one: Checkpoint) -> str:
    following = f"before {', '.join(one.next)}" if one.next else "the end"
    return f"step {one.step}, {following}"


def _format_subgraph_checkpoint_error(run: RunState, checkpoint_id: str) -> str | None:
    """The sentence on a checkpoint of a subgraph, ``None`` of any other."""
    row = run.trace.row("checkpoints", checkpoint_id)
    if row is None or not row["namespace"]:
        return None
    subgraph, task_id = get_root_node_and_task_id(row["namespace"])
    task = run.trace.row("tasks", task_id) or {"step": None}
    roots = [one for one in run.trace.rows("checkpoints") if not one["namespace"]]
    before = [one["checkpoint_id"] for one in roots if task["step"] and one["step"] == task["step"] - 1]
    which = f": {before[-1]!r} is the one before {subgraph} ran" if before else ""
    return (
        f"the checkpoint {checkpoint_id!r} is one of the subgraph {subgraph}, and a run begins at those of "
        f"the root graph{which}; run.checkpoints lists them"
    )


def _get_history_source(run: RunState) -> HasHistory | None:
    """Who knows the thread's checkpoints: nobody for a saved run, nor where nothing was kept."""
    source = run.source
    if (
        isinstance(source, Resumable)
        and isinstance(source, HasHistory)
        and source.describe_resume_blocker() is None
    ):
        return source
    return None


def _iter_root_checkpoints_in_trace(run: RunState) -> Iterable[Mapping[str, Any]]:
    rows = [row for row in run.trace.rows("checkpoints") if not row["namespace"]]
    for row in reversed(rows):
        yield {**row, "created_at": datetime.fromtimestamp(row["timestamp"], timezone.utc).isoformat()}


def _list_known_checkpoints(run: RunState) -> Checkpoints:
    """The checkpoints that were fetched, and those in the stream since."""
    fetched = {one.checkpoint_id: one for one in run.fetched_checkpoints}
    streamed = (row for row in _iter_root_checkpoints_in_trace(run) if row["checkpoint_id"] not in fetched)
    newer = _make_checkpoints(run, streamed, {one.checkpoint_id: one.values for one in fetched.values()})
    return Checkpoints(sorted([*fetched.values(), *newer], key=lambda one: one.checkpoint_id))


def _make_checkpoints(
    run: RunState, newest_first: Iterable[Mapping[str, Any]], parents: Mapping[str | None, JSON] | None = None
) -> Checkpoints:
    encoder = Encoder(run.redactor)
    found = Checkpoints()
    values: dict[str | None, JSON] = {**(parents or {})}
    for row in sorted(newest_first, key=lambda one: str(one["checkpoint_id"])):  # which begin with the time
        state = to_plain_json(encoder.encode(row["values"]))
        parent = row["parent_checkpoint_id"]
        values[row["checkpoint_id"]] = state
        found.append(
            Checkpoint(
                row["checkpoint_id"],
                parent,
                row["step"],
                row["source"],
                tuple(row["next"] or ()),
                row["created_at"],
                list_changed_state_keys(values.get(parent, {}), state),
                state,
            )
        )
    return found


def list_changed_state_keys(before: JSON, after: JSON) -> tuple[str, ...]:
    """The keys of a state that are not as they were before."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ()
    return tuple(key for key in {**before, **after} if before.get(key) != after.get(key))
