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
from lg_jupyter.sources.base import INTERRUPT_KEY, Request, split_off_interrupts
from lg_jupyter.sources.local.inputs import NO_INPUT
from lg_jupyter.sources.server import rejoin
from lg_jupyter.sources.server.errors import status_of
from lg_jupyter.sources.server.probe import aprobe
from lg_jupyter.sources.thread_state import ThreadState

SETTLE_TIMEOUT = 3.0  # seconds for the server to store what its stream has already sent
POLL_INTERVAL = 0.05

RUN_NOT_FOUND = "Run not found"  # how a stream ends whose thread is deleted while it runs

HIDDEN_ERROR = "An internal error occurred"  # what a server puts in place of the text of most exceptions


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and the thread's state at the end, where it was read."""

    status: Status
    error: dict[str, str] | None = None
    values: JSON = None
    interrupts: Sequence[Mapping[str, Any]] = ()
    thread_state: Mapping[str, Any] | None = None
    thread_is_gone: bool = False
    rolled_back: bool = False

    def failure(self, request: Request, name: str, *, began: bool) -> Exception:
        """What to raise of a run that failed; ``began``: its graph had taken the input."""
        error = self.error or {"error": "Error", "message": ""}
        if not began and error["error"] in ("InvalidUpdateError", "EmptyInputError"):
            if request.input is None:
                return InputError(NO_INPUT)
            reason = error["message"].split("\n")[0]
            return InputError(f"{name} cannot take this input: {reason}")
        return RunError(error["error"], error["message"])


@dataclass
class StreamObserver:
    """Observes how a run ended, as far as its stream shows it.

    Attributes
    ----------
    error
        The error event, if one came; that of a deleted thread tells nothing of the run.
    interrupted
        Whether it was interrupted.
    tasks
        The tasks that started and did not end.
    temporary
        Whether the server deletes the thread when the run is over, as it does where none was named.
    values
        Whether the state was streamed.
    """

    error: dict[str, str] | None = None
    interrupted: bool = False
    tasks: set[str] = field(default_factory=set)
    temporary: bool = False
    values: bool = False

    def observe(self, mode: str, data: Mapping[str, Any]) -> JSON:
        """Take an item of the root; returns the state, if it holds one."""
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
            values, interrupted = split_off_interrupts(data)
            self.interrupted = self.interrupted or interrupted
            return values
        return None

    def _failed(self, error: Mapping[str, Any]) -> None:
        """Take an error event."""
        if RUN_NOT_FOUND not in str(error.get("message")):
            self.error = {"error": str(error.get("error")), "message": str(error.get("message") or "")}

    def _task(self, payload: Mapping[str, Any]) -> None:
        """Take an item of the mode ``tasks``."""
        if "input" in payload and "result" not in payload:
            self.tasks.add(str(payload.get("id")))
        else:
            self.tasks.discard(str(payload.get("id")))

    @property
    def outcome(self) -> Outcome:
        """How it ended, where the server keeps nothing and the stream came to its end."""
        if self.error:
            return Outcome("error", self.error)
        if self.interrupted:
            return Outcome("interrupted")
        return Outcome("incomplete" if self.tasks else "success")


async def stream_outcome(observer: StreamObserver, url: str) -> Outcome:
    """How a run ended of which the server keeps nothing: as its stream shows.

    A server that is stopped ends its streams as if the runs had come to their end.
    """
    if observer.outcome.status == "success":
        try:
            await aprobe(url)
        except OSError:
            return Outcome("incomplete")
    return observer.outcome


async def fetch_outcome(client: Any, thread_id: str, run_id: str, observer: StreamObserver) -> Outcome:
    """Read the run and its thread from the server, again where the way there breaks.

    A run that is not there any more, on a thread that is, was rolled back: cancelled. If its thread is gone
    with it, the stream must do. One that still runs on the server lost its stream: incomplete. If
    the server does not answer, it is what the stream showed, else incomplete.
    """
    error = observer.error
    for pause in (*rejoin.RETRY_DELAYS[:5], None):
        try:
            return await _read_outcome(client, thread_id, run_id, observer)
        except Exception as failure:
            if pause is None or not rejoin.is_break(failure):
                break
        await asyncio.sleep(pause)
    return Outcome("error" if error else "interrupted" if observer.interrupted else "incomplete", error)


async def _read_outcome(client: Any, thread_id: str, run_id: str, observer: StreamObserver) -> Outcome:
    """As :func:`fetch_outcome`, of a server that answers."""
    try:
        settled = await _wait_for_run(client, thread_id, run_id)
        if settled in ("error", "timeout"):
            return Outcome("error", await _full_error(client, thread_id, observer.error, settled))
        if settled != "success":
            return Outcome("cancelled" if settled == "interrupted" else "incomplete", observer.error)
        thread = await _wait_for_thread(client, thread_id)
        state = await ThreadState.read_from_server(client, thread_id)
    except Exception as failure:
        if status_of(failure) == 404:
            return await _without_run(client, thread_id, observer)
        raise
    # A thread of which some interrupts were answered, and not all, calls itself idle: its state knows better.
    waits = thread["status"] == "interrupted" or bool(state.next or state.interrupts)
    status: Status = "interrupted" if observer.interrupted or waits else "success"
    return Outcome(status, None, thread.get("values"), state.interrupts, state.to_json())


async def _without_run(client: Any, thread_id: str, observer: StreamObserver) -> Outcome:
    """How a run ended that the server does not have any more."""
    try:
        await client.threads.get(thread_id)
        return Outcome("cancelled", observer.error, rolled_back=True)
    except Exception as failure:
        if status_of(failure) != 404:
            raise
    outcome = observer.outcome if observer.temporary or observer.error else Outcome("incomplete")
    return replace(outcome, thread_is_gone=True)


async def _wait_for_run(client: Any, thread_id: str, run_id: str) -> str:
    deadline = time.monotonic() + SETTLE_TIMEOUT
    while True:
        status: str = (await client.runs.get(thread_id, run_id))["status"]
        if status not in ("pending", "running") or time.monotonic() > deadline:
            return status
        await asyncio.sleep(POLL_INTERVAL)


async def _wait_for_thread(client: Any, thread_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + SETTLE_TIMEOUT
    while True:
        thread: dict[str, Any] = await client.threads.get(thread_id)
        if thread["status"] != "busy" or time.monotonic() > deadline:
            return thread
        await asyncio.sleep(POLL_INTERVAL)


async def _full_error(
    client: Any, thread_id: str, error: dict[str, str] | None, status: str
) -> dict[str, str]:
    """The error with its text, also where the server hides it: the thread's state still has its repr."""
    error = error or {"error": "TimeoutError" if status == "timeout" else "Error", "message": HIDDEN_ERROR}
    if error["message"] != HIDDEN_ERROR:
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
