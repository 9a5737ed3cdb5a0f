"""Threads as they are stored: a source that reads their checkpoints, and has nothing run.

What a run of the thread would stream of them are its parts: a state and a checkpoint for each. When it goes
on, or a branch begins, the graph or the server does that itself (:meth:`make_source_for_same_thread`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, Part, Status
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import EncodePayload, Request
from lg_jupyter.sources.control_parts import make_end_part, make_note_part, make_start_part
from lg_jupyter.sources.local import checkpointers
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.server import api_calls
from lg_jupyter.sources.server.errors import make_server_error
from lg_jupyter.sources.server.probe import aensure_server_reachable
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.server.source import ServerSource
from lg_jupyter.sources.thread_state import ThreadState
from lg_jupyter.text.words import format_count

STORED_THREAD_MODES = ("values", "checkpoints")
"""What is known of a thread is what these would stream."""

CheckpointRow = Mapping[str, Any]


def make_stored_thread_source(target: Any, thread_id: str) -> StoredThreadSource | StoredServerThreadSource:
    """The source of what is stored of a thread of a graph or on a server.

    Raises
    ------
    UsageError
        If the graph stores nothing.
    TargetError
        If it is neither.
    """
    if isinstance(target, Server):
        return StoredServerThreadSource(target)
    source = as_source(target)
    if not isinstance(source, LocalSource):
        raise UsageError(f"thread() takes a graph or a Server, not {type(target).__name__}")
    stored = StoredThreadSource(source.graph)
    stored.thread_id = thread_id
    if (why := stored.describe_resume_blocker()) is not None:
        raise UsageError(f"nothing is stored of threads of {stored.name}. {why}")
    return stored


class StoredThreadSource(LocalSource):
    """A thread that a checkpointer in this process has, or a ``RemoteGraph``'s server."""

    is_stored_thread = True

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        config = self._choose_thread_and_make_config(request)
        checkpointers.validate_checkpointer_loop(self._capabilities.checkpointer)
        rows = sort_checkpoints_oldest_first(await self.alist_checkpoints(), self.thread_id)
        channels = self._capabilities.message_channels
        for part in make_stored_thread_parts(self, request, rows, encode, message_channels=channels):
            yield part
        self.output = rows[-1]["values"]
        _, state = await self._read_end_state_and_set_output(config, request)
        yield make_stored_thread_end_part(state, rows[-1], encode)


class StoredServerThreadSource(ServerSource):
    """A thread that a server has."""

    is_stored_thread = True

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        self.thread_id = str(request.thread_id)
        try:
            await aensure_server_reachable(self.server.url)
            rows = sort_checkpoints_oldest_first(await self.alist_checkpoints(), self.thread_id)
            async with api_calls.open_sdk_client(self.server) as client:
                state = await ThreadState.read_from_server(client, self.thread_id)
        except Exception as error:
            instead = make_server_error(error, self.server.make_server_address())
            if instead is None:
                raise
            raise instead from None
        for part in make_stored_thread_parts(self, request, rows, encode):
            yield part
        self.output = rows[-1]["values"]
        yield make_stored_thread_end_part(state, rows[-1], encode)


def sort_checkpoints_oldest_first(
    history: Sequence[CheckpointRow], thread_id: str | None
) -> list[CheckpointRow]:
    """The checkpoints of a thread in the order in which they were made.

    Raises
    ------
    UsageError
        If there is none.
    """
    if not history:
        raise UsageError(f"there is no checkpoint of a thread {thread_id!r}: is its id another one?")
    return sorted(history, key=lambda row: str(row["checkpoint_id"]))  # which begins with the time


def make_stored_thread_parts(
    source: LocalSource | ServerSource,
    request: Request,
    rows: list[CheckpointRow],
    encode: EncodePayload,
    **more: Any,
) -> Iterator[Part]:
    """The parts that tell what checkpoints hold, all but the last."""
    known = replace(request, modes=STORED_THREAD_MODES, input=None)
    yield make_start_part(source, known, encode, _parse_created_at(rows[0]), calls="inferred", **more)
    stored = format_count(len(rows), "checkpoint")
    what = f"What is stored of the thread {source.thread_id}: {stored}. Nothing ran here."
    yield make_note_part(what, encode)
    line = _find_newest_and_ancestor_ids(rows)
    for row in rows:
        time = _parse_created_at(row)
        if row["checkpoint_id"] in line and row["source"] != "input":  # which holds the state before it
            yield Part("values", "", encode("values", "", row["values"]), time)
        yield Part(
            "checkpoints",
            "",
            encode("checkpoints", "", _make_checkpoint_payload(row, source.thread_id)),
            time,
        )


def _find_newest_and_ancestor_ids(rows: list[CheckpointRow]) -> set[str]:
    """The newest checkpoint and those that led to it: states of other branches are no changes of this one."""
    parents = {row["checkpoint_id"]: row["parent_checkpoint_id"] for row in rows}
    at, line = rows[-1]["checkpoint_id"], set()
    while at is not None and at not in line:
        line.add(at)
        at = parents.get(at)
    return line


def make_stored_thread_end_part(
    state: ThreadState | None, newest: CheckpointRow, encode: EncodePayload
) -> Part:
    """The part that tells how a thread stands."""
    errors = [task for task in newest["tasks"] if task["error"]]
    error: JSON = None
    status: Status = (
        "interrupted" if state is not None and (state.next_nodes or state.interrupts) else "success"
    )
    if errors and not (state and state.interrupts):
        status, error = "error", {"error": "Error", "message": f"{errors[0]['name']}: {errors[0]['error']}"}
    interrupts = () if state is None else state.interrupts
    thread_state = None if state is None else state.to_end_part_json()
    end = make_end_part(status, encode, error, interrupts, thread_state)
    return replace(end, timestamp=_parse_created_at(newest))


def _make_checkpoint_payload(row: CheckpointRow, thread_id: str | None) -> dict[str, Any]:
    """A checkpoint as LangGraph streams it."""
    parent = row["parent_checkpoint_id"]
    return {
        "config": _make_checkpoint_config(thread_id, row["checkpoint_id"]),
        "parent_config": parent and _make_checkpoint_config(thread_id, parent),
        "values": row["values"],
        "metadata": {"source": row["source"], "step": row["step"]},
        "next": list(row["next"] or ()),
        "tasks": [{"id": task["id"], "name": task["name"]} for task in row["tasks"]],
    }


def _make_checkpoint_config(thread_id: str | None, checkpoint_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}}


def _parse_created_at(row: CheckpointRow) -> float:
    return datetime.fromisoformat(str(row["created_at"]).replace("Z", "+00:00")).timestamp()
