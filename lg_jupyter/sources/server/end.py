"""How a run on a server ended. Its stream does not say: an interrupt, a cancel and a success look alike."""

from __future__ import annotations

import ast
import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lg_jupyter.errors import InputError, RunError
from lg_jupyter.events.events import JSON, Status
from lg_jupyter.sources.base import INTERRUPT_KEY, Request, without_interrupts
from lg_jupyter.sources.local.inputs import NO_INPUT
from lg_jupyter.sources.server.errors import status_of
from lg_jupyter.sources.standing import Standing

SETTLED_WITHIN = 3.0  # seconds for the server to write down what its stream has already said
PAUSE = 0.05

RUN_NOT_FOUND = "Run not found"  # how a stream ends whose thread is deleted while it runs

HIDDEN = "An internal error occurred"  # what a server puts in place of the text of most exceptions


@dataclass(frozen=True)
class Ending:
    """How a run ended, and the thread's state at the end, where it was asked for."""

    status: Status
    error: dict[str, str] | None = None
    values: JSON = None
    interrupts: Sequence[Mapping[str, Any]] = ()
    standing: Mapping[str, Any] | None = None
    thread_is_gone: bool = False
    rolled_back: bool = False

    def failure(self, request: Request, name: str, *, began: bool) -> Exception:
        """What to raise of a run that failed; ``began`` says that its graph had taken the input."""
        error = self.error or {"error": "Error", "message": ""}
        if not began and error["error"] in ("InvalidUpdateError", "EmptyInputError"):
            if request.input is None:
                return InputError(NO_INPUT)
            reason = error["message"].split("\n")[0]
            return InputError(f"{name} cannot take this input: {reason}")
        return RunError(error["error"], error["message"])


@dataclass
class Seen:
    """What a stream itself says of how its run ended.

    Attributes
    ----------
    error
        The error event, if one came; of a thread that was deleted it says nothing of the run.
    interrupted
        Whether it stopped to ask.
    tasks
        The tasks of which the start was told, and not the end.
    temporary
        Whether the server deletes the thread when the run is over, as it does where none was named.
    values
        Whether the state was told.
    """

    error: dict[str, str] | None = None
    interrupted: bool = False
    tasks: set[str] = field(default_factory=set)
    temporary: bool = False
    values: bool = False

    def take(self, mode: str, data: Mapping[str, Any]) -> JSON:
        """Take what the root says of itself; the state, if it tells one."""
        if mode == "error":
            self._failed(data)
        elif mode == "updates" and data.get(INTERRUPT_KEY):  # of a breakpoint it is empty, also of the last
            self.interrupted = True
        elif mode == "tasks":
            self._task(data)
        elif mode == "debug" and data.get("type") in ("task", "task_result"):
            self._task(data.get("payload") or {})
        elif mode == "values":
            self.values = True
            values, interrupted = without_interrupts(data)
            self.interrupted = self.interrupted or interrupted
            return values
        return None

    def _failed(self, told: Mapping[str, Any]) -> None:
        """Take an error event."""
        if RUN_NOT_FOUND not in str(told.get("message")):
            self.error = {"error": str(told.get("error")), "message": str(told.get("message") or "")}

    def _task(self, payload: Mapping[str, Any]) -> None:
        """Take what the mode ``tasks`` tells of a task."""
        if "input" in payload and "result" not in payload:
            self.tasks.add(str(payload.get("id")))
        else:
            self.tasks.discard(str(payload.get("id")))

    @property
    def ending(self) -> Ending:
        """How it ended, where nobody can be asked and the stream came to its end."""
        if self.error:
            return Ending("error", self.error)
        if self.interrupted:
            return Ending("interrupted")
        return Ending("incomplete" if self.tasks else "success")


async def ask_how_it_ended(client: Any, thread_id: str, run_id: str, seen: Seen) -> Ending:
    """Ask the server for the run and its thread.

    A run that is not there any more, on a thread that is, was rolled back: cancelled. If its thread is gone
    with it, the stream must do. One that the server still carries lost its stream: incomplete. One of which
    the server does not answer is what the stream said, else incomplete.
    """
    error, interrupted = seen.error, seen.interrupted
    try:
        settled = await _settled_run(client, thread_id, run_id)
        if settled in ("error", "timeout"):
            return Ending("error", await _told(client, thread_id, error, settled))
        if settled != "success":
            return Ending("cancelled" if settled == "interrupted" else "incomplete", error)
        thread = await _settled_thread(client, thread_id)
        standing = await Standing.on_server(client, thread_id)
    except Exception as failure:
        if status_of(failure) == 404:
            return await _without_run(client, thread_id, seen)
        return Ending("error" if error else "interrupted" if interrupted else "incomplete", error)
    # A thread of which some questions were answered, and not all, calls itself idle: its state knows better.
    stopped = interrupted or thread["status"] == "interrupted" or bool(standing.next or standing.asks)
    status: Status = "interrupted" if stopped else "success"
    return Ending(status, None, thread.get("values"), standing.asks, standing.told())


async def _without_run(client: Any, thread_id: str, seen: Seen) -> Ending:
    """How a run ended that the server does not have any more."""
    try:
        await client.threads.get(thread_id)
        return Ending("cancelled", seen.error, rolled_back=True)
    except Exception as failure:
        if status_of(failure) != 404:
            return Ending("error" if seen.error else "incomplete", seen.error)
    ending = seen.ending if seen.temporary or seen.error else Ending("incomplete")
    return replace(ending, thread_is_gone=True)


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
