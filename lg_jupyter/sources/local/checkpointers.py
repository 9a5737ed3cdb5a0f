"""What a checkpointer demands: the loop that it was made on, or nodes that it can serve."""

from __future__ import annotations

import asyncio
import importlib
import re
from contextlib import suppress
from typing import Any

from lg_jupyter.errors import UsageError

_ASYNC_NODE_ERROR_PATTERN = re.compile(
    r'No synchronous function provided to "(?P<node>[^"]*)"|does not support sync invocation'
)


def validate_checkpointer_loop(saver: Any) -> None:
    """Refuse a checkpointer that belongs to another loop than the running one, as LangGraph's async ones do.

    Raises
    ------
    UsageError
        Saying where it belongs and what to do.
    """
    loop = _find_saver_loop(saver)
    if loop is not None and loop is not asyncio.get_running_loop():
        raise UsageError(
            f"{type(saver).__name__} belongs to the event loop on which it was made"
            f"{_format_loop_state(loop)}, "
            "and this run is on another: await the run there (`await lg_jupyter.stream(...)`, without "
            f"thread=True, %%time or wait()){_format_sync_saver_hint(saver)}"
        )


def validate_checkpointer_loop_running(saver: Any) -> None:
    """Refuse to wait for a checkpointer whose loop stands still.

    Raises
    ------
    UsageError
        Saying what to do.
    """
    loop = _find_saver_loop(saver)
    if loop is not None and not loop.is_running():
        raise UsageError(
            f"{type(saver).__name__} belongs to the event loop on which it was made"
            f"{_format_loop_state(loop)}: "
            "await run.fetch_checkpoints() there"
        )


def make_async_node_error(error: Exception, saver: Any) -> UsageError | None:
    """What is wrong where a graph had to run without asyncio for its checkpointer, and a node cannot."""
    found = _ASYNC_NODE_ERROR_PATTERN.search(str(error))
    if saver is None or found is None:
        return None
    what = f"the node {found['node']} is async" if found["node"] else "a tool is async"
    return UsageError(
        f"{what}, and {type(saver).__name__} has no async side: use {_suggest_async_saver(saver)}, "
        "or plain functions (def)"
    )


def _find_saver_loop(saver: Any) -> asyncio.AbstractEventLoop | None:
    loop = getattr(saver, "loop", None)
    return loop if isinstance(loop, asyncio.AbstractEventLoop) else None


def _format_loop_state(loop: asyncio.AbstractEventLoop) -> str:
    if loop.is_closed():
        return ", which is closed"
    return "" if loop.is_running() else ", which does not run"


def _format_sync_saver_hint(saver: Any) -> str:
    name = type(saver).__name__
    if not name.startswith("Async"):
        return ""
    return f"; for nodes that are plain functions there is {name.removeprefix('Async')}"


def _suggest_async_saver(saver: Any) -> str:
    kind = type(saver)
    name, module = f"Async{kind.__name__}", f"{kind.__module__}.aio"
    with suppress(ImportError):
        if hasattr(importlib.import_module(module), name):
            return f"{name} (from {module})"
    return "a checkpointer that has one"
