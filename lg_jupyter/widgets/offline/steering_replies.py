"""The answers on a run's steering and its checkpoints where nothing can be steered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.runtime.fork import list_changed_state_keys
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.protocol import CallError
from lg_jupyter.widgets.steering import Steering

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

NO_KERNEL_MESSAGE = "This is a saved run: there is no kernel."


def make_steering_reply(run: RunState) -> JSONObject:
    """The answer to the call ``steering``: what could be done, though nothing can begin at a checkpoint."""
    known: JSONObject = Steering(run, _reject_start, lambda branch: False, lambda: None).describe_steering()
    return {**known, "done": True, "fork_blocker": NO_KERNEL_MESSAGE, "drainable": False}


def _reject_start(start: Callable[[], RunState]) -> RunState:
    raise CallError(NO_KERNEL_MESSAGE)


def make_checkpoints_reply(run: RunState) -> JSONObject:
    """The answer to the call ``checkpoints``: those of the stream, for nobody knows others here."""
    rows = list(_iter_checkpoint_rows(run))
    return {
        "total": len(rows),
        "rows": rows,
        "runs": [],
        "nodes": [],
        "keys": [],
        "reduced": None,
        "by_id": None,
        "supports_overwrite": False,
    }


def _iter_checkpoint_rows(run: RunState) -> Iterator[Row]:
    values: dict[str | None, JSON] = {}
    rows = [row for row in run.trace.rows("checkpoints") if not row["namespace"]]
    for row in sorted(rows, key=lambda row: str(row["checkpoint_id"])):  # which begin with the time
        values[row["checkpoint_id"]] = row["values"]
        yield {
            "checkpoint_id": row["checkpoint_id"],
            "parent_checkpoint_id": row["parent_checkpoint_id"],
            "step": row["step"],
            "source": row["source"],
            "next": list(row["next"] or ()),
            "created_at": datetime.fromtimestamp(row["timestamp"], timezone.utc).isoformat(),
            "changed": list(
                list_changed_state_keys(values.get(row["parent_checkpoint_id"], {}), row["values"])
            ),
            "run": run.key,
        }
