"""Checkpoints: those of a thread, and where on it a run is to begin."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.sources.base import UNSET, Fork, Request
from lg_jupyter.sources.breakpoints import format_unknown_node_error
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.server.errors import get_http_status, get_server_error_detail
from lg_jupyter.spelling import format_suggestion_ending

MAX_SERVER_CHECKPOINTS = 1000
"""How many checkpoints are fetched from a server, the newest."""


def validate_fork_node_and_keys(
    fork: Fork, nodes: Sequence[str], keys: Sequence[str], graph_name: str
) -> None:
    """Refuse to write as a node, or to a key, that a graph does not have.

    Raises
    ------
    UsageError
        Saying which it has.
    """
    if fork.as_node is not None and fork.as_node not in nodes and not str(fork.as_node).startswith("__"):
        raise UsageError(format_unknown_node_error(fork.as_node, nodes, graph_name))
    if not isinstance(fork.values, dict) or not keys:
        return
    for key in fork.values:
        if key not in keys:
            meant = format_suggestion_ending(key, keys)
            raise UsageError(
                f"the state of {graph_name} has no key {key!r}{meant} Keys: {', '.join(keys[:20])}."
            )


async def call_graph_method(graph: Any, method_name: str, *args: Any, in_thread: bool, **options: Any) -> Any:
    """One of a graph's methods on its state: the asynchronous one, or in a thread the other."""
    if in_thread:
        return await asyncio.to_thread(getattr(graph, method_name), *args, **options)
    return await getattr(graph, f"a{method_name}")(*args, **options)


@dataclass(frozen=True)
class RunStartPoint:
    """Where a run begins.

    It is the config of a checkpoint, of a server's the id; ``None`` at the thread's end.
    ``state_before_fork_write`` is the state there, before anything was written; ``UNSET`` where none was.
    ``final_state`` is the state that the write has led to, if nothing is left to run after it.
    """

    config_or_checkpoint_id: Any
    state_before_fork_write: Any = UNSET
    final_state: Any = UNSET


async def write_fork_and_find_start(
    graph: Any, config: dict[str, Any], request: Request, in_thread: bool
) -> RunStartPoint:
    """Where a run begins that is forked, as a config; what is to be written there is written.

    Raises
    ------
    UsageError
        If there is no such checkpoint, nothing is left to run there, or it is unknown as which node to write.
    """
    fork = request.fork
    assert fork is not None
    config = make_checkpoint_config(config, fork.checkpoint_id)
    snapshot = await _find_snapshot(graph, config, in_thread)
    if snapshot is None:
        raise UsageError(_format_unknown_checkpoint_error(fork.checkpoint_id))
    before = snapshot.values
    if does_fork_replay_later_writes() and not graphs.is_remote_graph(graphs.unwrap_graph(graph)):
        copied = await call_graph_method(graph, "update_state", config, None, "__copy__", in_thread=in_thread)
        config = _merge_configurable(config, copied)
    if fork.changes_state:
        values = None if fork.values is UNSET else fork.values
        try:
            written = await call_graph_method(
                graph, "update_state", config, values, fork.as_node, in_thread=in_thread
            )
        except Exception as error:
            if type(error).__name__ == "InvalidUpdateError":
                raise UsageError(_format_refused_state_update_error(str(error))) from None
            raise
        config = _merge_configurable(config, written)
        snapshot = await call_graph_method(graph, "get_state", config, in_thread=in_thread)
    if request.input is not None or snapshot.next:
        return RunStartPoint(config, before)
    if not fork.changes_state:
        raise UsageError(_format_no_next_node_error(fork))
    return RunStartPoint(config, before, snapshot.values)


async def _find_snapshot(graph: Any, config: dict[str, Any], in_thread: bool) -> Any:
    """The state at a checkpoint; ``None`` if there is no such checkpoint."""
    try:
        snapshot = await call_graph_method(graph, "get_state", config, in_thread=in_thread)
    except TypeError:
        if graphs.is_remote_graph(graphs.unwrap_graph(graph)):  # which fails on what a server answers then
            return None
        raise
    return None if snapshot.created_at is None else snapshot


async def write_fork_and_find_server_start(
    client: Any, thread_id: str | None, request: Request
) -> RunStartPoint:
    """Where a run on a server begins or goes on, by its checkpoint's id; ``None`` at the thread's end.

    Raises
    ------
    UsageError
        As :func:`write_fork_and_find_start` does.
    """
    fork = request.fork
    if fork is None:
        return RunStartPoint(None if request.answer is None else request.answer.resume_checkpoint_id)
    checkpoint_id = fork.checkpoint_id
    try:
        state = await client.threads.get_state(thread_id, checkpoint_id=checkpoint_id)
    except Exception as error:
        if get_http_status(error) in (400, 404, 422):
            raise UsageError(_format_unknown_checkpoint_error(checkpoint_id)) from None
        raise
    if not state.get("created_at"):
        raise UsageError(_format_unknown_checkpoint_error(checkpoint_id))
    before = state["values"]
    if fork.changes_state:
        values = None if fork.values is UNSET else fork.values
        try:
            written = await client.threads.update_state(
                thread_id, values, as_node=fork.as_node, checkpoint_id=checkpoint_id
            )
        except Exception as error:
            if get_http_status(error) in (400, 404, 409, 422):
                raise UsageError(_format_refused_state_update_error(get_server_error_detail(error))) from None
            raise
        checkpoint_id = str(written["checkpoint"]["checkpoint_id"])
        state = await client.threads.get_state(thread_id, checkpoint_id=checkpoint_id)
    if request.input is not None or state["next"]:
        return RunStartPoint(checkpoint_id, before)
    if not fork.changes_state:
        raise UsageError(_format_no_next_node_error(fork))
    return RunStartPoint(checkpoint_id, before, state["values"])


def list_checkpoints(graph: Any, config: dict[str, Any]) -> list[dict[str, Any]]:
    """A thread's checkpoints, the newest first.

    Raises
    ------
    UsageError
        If the checkpointer can only be awaited.
    """
    try:
        return [make_checkpoint_from_snapshot(one) for one in graph.get_state_history(config)]
    except Exception as error:
        if type(error).__name__ in ("InvalidStateError", "NotImplementedError"):
            raise UsageError("this checkpointer has to be awaited: await run.fetch_checkpoints()") from None
        raise


async def alist_checkpoints(graph: Any, config: dict[str, Any], in_thread: bool) -> list[dict[str, Any]]:
    """The same on the running loop."""
    if in_thread:
        try:
            return await asyncio.to_thread(list_checkpoints, graph, config)
        except UsageError:
            if not hasattr(graph, "aget_state_history"):
                raise
    return [make_checkpoint_from_snapshot(one) async for one in graph.aget_state_history(config)]


async def aget_latest_checkpoint(
    graph: Any, config: dict[str, Any], in_thread: bool
) -> dict[str, Any] | None:
    """A thread's newest checkpoint, if it has one."""
    snapshot = await call_graph_method(graph, "get_state", config, in_thread=in_thread)
    return None if snapshot.created_at is None else make_checkpoint_from_snapshot(snapshot)


def make_checkpoint_from_server_state(state: dict[str, Any]) -> dict[str, Any]:
    """A checkpoint as a server sends it, with the keys of :class:`lg_jupyter.sources.base.HasHistory`."""
    metadata = state.get("metadata") or {}
    return {
        "checkpoint_id": (state.get("checkpoint") or {}).get("checkpoint_id"),
        "parent_checkpoint_id": (state.get("parent_checkpoint") or {}).get("checkpoint_id"),
        "step": metadata.get("step"),
        "source": metadata.get("source"),
        "next": state.get("next"),
        "created_at": state.get("created_at"),
        "values": state.get("values"),
        "tasks": [
            {"id": task["id"], "name": task["name"], "error": task.get("error")}
            for task in state.get("tasks") or ()
        ],
    }


def make_checkpoint_from_snapshot(snapshot: Any) -> dict[str, Any]:
    """A checkpoint as a local graph has it, with the same keys."""
    metadata = snapshot.metadata or {}
    return {
        "checkpoint_id": _get_config_checkpoint_id(snapshot.config),
        "parent_checkpoint_id": _get_config_checkpoint_id(snapshot.parent_config),
        "step": metadata.get("step"),
        "source": metadata.get("source"),
        "next": snapshot.next,
        "created_at": snapshot.created_at,
        "values": snapshot.values,
        "tasks": [
            {"id": task.id, "name": task.name, "error": None if task.error is None else str(task.error)}
            for task in snapshot.tasks
        ],
    }


def does_fork_replay_later_writes() -> bool:
    """Whether a checkpoint brings what ran after it, and what was answered, into a run that begins there.

    It did before langgraph 1.1. A copy of the checkpoint remembers nothing.
    """
    major, minor = version("langgraph").split(".")[:2]
    return (int(major), int(minor)) < (1, 1)


def _merge_configurable(config: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**config, "configurable": {**config["configurable"], **other["configurable"]}}


def _get_config_checkpoint_id(config: Any) -> str | None:
    found = ((config or {}).get("configurable") or {}).get("checkpoint_id")
    return None if found is None else str(found)


def make_checkpoint_config(config: dict[str, Any], checkpoint_id: str) -> dict[str, Any]:
    """A config that names a checkpoint of its thread."""
    where = {"checkpoint_ns": "", "checkpoint_id": checkpoint_id}
    configurable = {**(config.get("configurable") or {}), **where}
    return {**config, "configurable": configurable}


def _format_unknown_checkpoint_error(checkpoint_id: str) -> str:
    return f"the thread has no checkpoint {checkpoint_id!r}; run.checkpoints lists those that it has"


def _format_no_next_node_error(fork: Fork) -> str:
    return (
        f"at the checkpoint {fork.checkpoint_id!r} nothing is left to run: give an input=, an earlier "
        "checkpoint, or values= and the node as_node= which is to have written them"
    )


def _format_refused_state_update_error(why: str) -> str:
    if "mbiguous" in why:
        return "several nodes may have written these values: say which one, as_node="
    return f"these values cannot be written there: {why.partition('For troubleshooting')[0].strip()}"
