"""The checkpoints of a run's thread, and runs that begin anew at one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import Encoder, plain
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import root_task
from lg_jupyter.runtime import execution
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import Fork, GoesOn, HasHistory, Request

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint of the root graph.

    Attributes
    ----------
    source
        ``input``, ``loop``, ``update`` or ``fork``.
    next
        The nodes that come next.
    created_at
        When it was made: ISO 8601, as LangGraph tells it.
    changed
        The keys of the state that are not as at its parent.
    values
        The state, as JSON values.
    """

    checkpoint_id: str
    parent_checkpoint_id: str | None
    step: int | None
    source: str | None
    next: tuple[str, ...]
    created_at: str | None
    changed: tuple[str, ...]
    values: JSON = field(repr=False)


class Checkpoints(list[Checkpoint]):
    """The checkpoints of a thread, the oldest first."""

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a DataFrame, a row each."""
        import pandas

        return pandas.DataFrame([asdict(one) for one in self], columns=list(Checkpoint.__dataclass_fields__))


def checkpoints(run: RunState) -> Checkpoints:
    """All checkpoints on a run's thread, those of earlier runs too; of a saved run, those in the file."""
    history = _history(run)
    return _read(run, _from_trace(run) if history is None else history.history())


async def fetch_checkpoints(run: RunState) -> Checkpoints:
    """The same, where the checkpointer has to be awaited."""
    history = _history(run)
    told = _from_trace(run) if history is None else await history.ahistory()
    return await asyncio.to_thread(_read, run, told)  # long states take their time


def fork(run: RunState, at: Fork, input: Any, stops: Mapping[str, Any], thread: bool) -> RunState:
    """Begin a branch of ``run``; ``stops`` are its breakpoints, ``before`` and ``after``.

    Raises
    ------
    UsageError
        If the run kept nothing, or the graph has no such node or key.
    """
    asked = replace(request(run, at, input), **stops)
    assert isinstance(run.source, GoesOn)  # or it was refused
    source = run.source.again()
    source.check(asked)
    branch = RunState(source, asked)
    branch.parent, branch.lineage = run, run.lineage
    run.branches.append(branch)
    execution.start(branch, thread)
    return branch


def request(run: RunState, fork: Fork, input: Any) -> Request:
    """What is asked of a run that begins at a checkpoint of ``run``'s thread.

    Raises
    ------
    UsageError
        If there is nothing to begin with.
    """
    if not isinstance(run.source, GoesOn):
        raise UsageError(f"this run of {run.name} is a saved one, and runs nothing: stream its graph anew")
    if (why := run.source.why_not_on()) is not None:
        raise UsageError(f"{run.name} has no checkpoints to begin at. {why}")
    if not isinstance(fork.checkpoint_id, str) or not fork.checkpoint_id:
        raise UsageError(
            f"fork() takes a checkpoint's id, as in run.checkpoints[-1].checkpoint_id, "
            f"not {fork.checkpoint_id!r}"
        )
    if (why := _inside(run, fork.checkpoint_id)) is not None:
        raise UsageError(why)
    asked = run.request
    return replace(
        asked, thread_id=run.thread_id, input=input, fork=fork, before=(), after=(), join=None, detach=False
    )


# ---------------------------------------------------------------------------------------------


def _inside(run: RunState, checkpoint_id: str) -> str | None:
    """The sentence on a checkpoint of a subgraph, ``None`` of any other."""
    row = run.trace.row("checkpoints", checkpoint_id)
    if row is None or not row["namespace"]:
        return None
    subgraph, task_id = root_task(row["namespace"])
    task = run.trace.row("tasks", task_id) or {"step": None}
    roots = [one for one in run.trace.rows("checkpoints") if not one["namespace"]]
    before = [one["checkpoint_id"] for one in roots if task["step"] and one["step"] == task["step"] - 1]
    which = f": {before[-1]!r} is the one before {subgraph} ran" if before else ""
    return (
        f"the checkpoint {checkpoint_id!r} is one of the subgraph {subgraph}, and a run begins at those of "
        f"the root graph{which}; run.checkpoints lists them"
    )


def _history(run: RunState) -> HasHistory | None:
    """Who can be asked for the thread's past: nobody of a saved run, nor where nothing was kept."""
    source = run.source
    if isinstance(source, GoesOn) and isinstance(source, HasHistory) and source.why_not_on() is None:
        return source
    return None


def _from_trace(run: RunState) -> Iterable[Mapping[str, Any]]:
    rows = [row for row in run.trace.rows("checkpoints") if not row["namespace"]]
    for row in reversed(rows):
        yield {**row, "created_at": datetime.fromtimestamp(row["timestamp"], timezone.utc).isoformat()}


def _read(run: RunState, newest_first: Iterable[Mapping[str, Any]]) -> Checkpoints:
    encoder = Encoder(run.redactor)
    found = Checkpoints()
    values: dict[str | None, JSON] = {}
    for told in sorted(newest_first, key=lambda one: str(one["checkpoint_id"])):  # which begin with the time
        state = plain(encoder.encode(told["values"]))
        parent = told["parent_checkpoint_id"]
        values[told["checkpoint_id"]] = state
        found.append(
            Checkpoint(
                told["checkpoint_id"],
                parent,
                told["step"],
                told["source"],
                tuple(told["next"] or ()),
                told["created_at"],
                _changed(values.get(parent, {}), state),
                state,
            )
        )
    return found


def _changed(before: JSON, after: JSON) -> tuple[str, ...]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ()
    return tuple(key for key in {**before, **after} if before.get(key) != after.get(key))
