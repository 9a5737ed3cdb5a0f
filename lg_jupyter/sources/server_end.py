"""How a run on a server ended. Its stream does not say: an interrupt, a cancel and a success look alike."""

from __future__ import annotations

import ast
import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lg_jupyter.events import JSON, Status
from lg_jupyter.sources.server_errors import status_of

SETTLED_WITHIN = 3.0  # seconds for the server to write down what its stream has already said
PAUSE = 0.05

HIDDEN = "An internal error occurred"  # what a server puts in place of the text of most exceptions


@dataclass(frozen=True)
class Ending:
    """How a run ended, and the thread's state at the end, where it was asked for."""

    status: Status
    error: dict[str, str] | None = None
    values: JSON = None
    interrupts: Sequence[dict[str, Any]] = ()


async def ask_how_it_ended(
    client: Any, thread_id: str, run_id: str, error: dict[str, str] | None, interrupted: bool
) -> Ending:
    """Ask the server for the run and its thread; ``error`` and ``interrupted`` are what the stream said.

    A run that is not there any more was rolled back: cancelled. One that the server still carries lost its
    stream: incomplete. One of which the server does not answer is what the stream said, else incomplete.
    """
    try:
        status = await _settled_run(client, thread_id, run_id)
        if status in ("error", "timeout"):
            return Ending("error", await _told(client, thread_id, error, status))
        if status != "success":
            return Ending("cancelled" if status == "interrupted" else "incomplete", error)
        thread = await _settled_thread(client, thread_id)
        state = await client.threads.get_state(thread_id)
    except Exception as failure:
        if status_of(failure) == 404:
            return Ending("cancelled", error)
        return Ending("error" if error else "interrupted" if interrupted else "incomplete", error)
    asked = [
        {**interrupt, "node": task["name"], "task_id": task["id"]}
        for task in state["tasks"]
        if not task.get("result")  # older releases leave a task that is done its questions
        for interrupt in task.get("interrupts") or ()
    ]
    # A thread of which some questions were answered, and not all, calls itself idle: its state knows better.
    stopped = interrupted or thread["status"] == "interrupted" or bool(state["next"] or asked)
    return Ending("interrupted" if stopped else "success", None, thread.get("values"), asked)


async def _settled_run(client: Any, thread_id: str, run_id: str) -> str:
    deadline = time.monotonic() + SETTLED_WITHIN
    while True:
        status: str = (await client.runs.get(thread_id, run_id))["status"]
        if status not in ("pending", "running") or time.monotonic() > deadline:
            return status
        await asyncio.sleep(PAUSE)


async def _settled_thread(client: Any, thread_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + SETTLED_WITHIN
    while True:
        thread: dict[str, Any] = await client.threads.get(thread_id)
        if thread["status"] != "busy" or time.monotonic() > deadline:
            return thread
        await asyncio.sleep(PAUSE)


async def _told(client: Any, thread_id: str, error: dict[str, str] | None, status: str) -> dict[str, str]:
    """The error with its text, also where the server hides it: the thread's state still has its repr."""
    error = error or {"error": "TimeoutError" if status == "timeout" else "Error", "message": HIDDEN}
    if error["message"] != HIDDEN:
        return error
    try:
        tasks = (await client.threads.get_state(thread_id))["tasks"]
    except Exception:
        return error
    reprs = [task["error"] for task in tasks if task.get("error")]
    return read_error(reprs, error)


def read_error(reprs: list[str], error: dict[str, str]) -> dict[str, str]:
    """An error's class and text from the repr of the exception, ``OddError('the text')``."""
    fitting = [text for text in reprs if text.startswith(f"{error['error']}(")] or reprs
    if not fitting:
        return error
    match = re.fullmatch(r"(\w+)\((.*)\)", fitting[0], re.DOTALL)
    if match is None:
        return {**error, "message": fitting[0]}
    name, arguments = match.groups()
    try:
        message = ast.literal_eval(arguments.rstrip(",") or "''")
    except (ValueError, SyntaxError):
        message = arguments
    return {"error": name, "message": str(message)}
