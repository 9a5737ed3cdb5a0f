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
from lg_jupyter.sources.base import INTERRUPT_KEY, Request, strip_and_detect_interrupts
from lg_jupyter.sources.local.inputs import NO_INPUT_MESSAGE
from lg_jupyter.sources.server import rejoin
from lg_jupyter.sources.server.errors import get_http_status
from lg_jupyter.sources.server.probe import aensure_server_reachable
from lg_jupyter.sources.thread_state import ThreadState

FINAL_STATUS_TIMEOUT_SECONDS = 3.0  # seconds for the server to store what its stream has already sent
STATUS_POLL_INTERVAL_SECONDS = 0.05

RUN_NOT_FOUND_MESSAGE = "Run not found"  # how a stream ends whose thread is deleted while it runs

HIDDEN_ERROR_MESSAGE = (
    "An internal error occurred"  # what a server puts in place of the text of most exceptions
)


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended, and the thread's state at the end, where it was read."""

    status: Status
    error_fields: dict[str, str] | None = None
    thread_values: JSON = None
    interrupts: Sequence[Mapping[str, Any]] = ()
    thread_state: Mapping[str, Any] | None = None
    is_thread_deleted: bool = False
    is_rolled_back: bool = False

    def make_exception(self, request: Request, assistant_name: str, *, has_taken_input: bool) -> Exception:
        """What to raise of a run that failed; ``has_taken_input``: its graph had taken the input."""
        error = self.error_fields or {"error": "Error", "message": ""}
        if not has_taken_input and error["error"] in ("InvalidUpdateError", "EmptyInputError"):
            if request.input is None:
                return InputError(NO_INPUT_MESSAGE)
            reason = error["message"].split("\n")[0]
            return InputError(f"{assistant_name} cannot take this input: {reason}")
        return RunError(error["error"], error["message"])


@dataclass
class StreamOutcomeObserver:
    """Observes how a run ended, as far as its stream shows it.

    Attributes
    ----------
    error
        The error event, if one came; that of a deleted thread tells nothing of the run.
    is_interrupted
        Whether it was interrupted.
    unfinished_task_ids
        The tasks that started and did not end.
    is_thread_temporary
        Whether the server deletes the thread when the run is over, as it does where none was named.
    has_streamed_values
        Whether the state was streamed.
    """

    error: dict[str, str] | None = None
    is_interrupted: bool = False
    unfinished_task_ids: set[str] = field(default_factory=set)
    is_thread_temporary: bool = False
    has_streamed_values: bool = False

    def observe_root_item_and_get_state(self, mode: str, data: Mapping[str, Any]) -> JSON:
        """Take an item of the root; returns the state, if it holds one."""
        if mode == "error":
            self._observe_error(data)
        elif mode == "updates" and data.get(INTERRUPT_KEY):  # of a breakpoint it is empty, also of the last
            self.is_interrupted = True
        elif mode == "tasks":
            self._observe_task(data)
        elif mode == "debug" and data.get("type") in ("task", "task_result"):
            self._observe_task(data.get("payload") or {})
        elif mode == "values":
            self.has_streamed_values = True
            values: JSON
            values, interrupted = strip_and_detect_interrupts(data)
            self.is_interrupted = self.is_interrupted or interrupted
            return values
        return None

    def _observe_error(self, error: Mapping[str, Any]) -> None:
        """Take an error event."""
        if RUN_NOT_FOUND_MESSAGE not in str(error.get("message")):
            self.error = {"error": str(error.get("error")), "message": str(error.get("message") or "")}

    def _observe_task(self, payload: Mapping[str, Any]) -> None:
        """Take an item of the mode ``tasks``."""
        if "input" in payload and "result" not in payload:
            self.unfinished_task_ids.add(str(payload.get("id")))
        else:
            self.unfinished_task_ids.discard(str(payload.get("id")))

    @property
    def streamed_outcome(self) -> RunOutcome:
        """How it ended, where the server keeps nothing and the stream came to its end."""
        if self.error:
            return RunOutcome("error", self.error)
        if self.is_interrupted:
            return RunOutcome("interrupted")
        return RunOutcome("incomplete" if self.unfinished_task_ids else "success")


async def resolve_stateless_outcome(observer: StreamOutcomeObserver, url: str) -> RunOutcome:
    """How a run ended of which the server keeps nothing: as its stream shows.

    A server that is stopped ends its streams as if the runs had come to their end.
    """
    if observer.streamed_outcome.status == "success":
        try:
            await aensure_server_reachable(url)
        except OSError:
            return RunOutcome("incomplete")
    return observer.streamed_outcome


async def fetch_run_outcome(
    client: Any, thread_id: str, run_id: str, observer: StreamOutcomeObserver
) -> RunOutcome:
    """Read the run and its thread from the server, again where the way there breaks.

    A run that is not there any more, on a thread that is, was rolled back: cancelled. If its thread is gone
    with it, the stream must do. One that still runs on the server lost its stream: incomplete. If
    the server does not answer, it is what the stream showed, else incomplete.
    """
    error = observer.error
    for pause in (*rejoin.REJOIN_DELAYS_SECONDS[:5], None):
        try:
            return await _fetch_run_outcome_once(client, thread_id, run_id, observer)
        except Exception as failure:
            if pause is None or not rejoin.is_connection_break(failure):
                break
        await asyncio.sleep(pause)
    return RunOutcome("error" if error else "interrupted" if observer.is_interrupted else "incomplete", error)


async def _fetch_run_outcome_once(
    client: Any, thread_id: str, run_id: str, observer: StreamOutcomeObserver
) -> RunOutcome:
    """As :func:`fetch_run_outcome`, of a server that answers."""
    try:
        settled = await _wait_for_final_run_status(client, thread_id, run_id)
        if settled in ("error", "timeout"):
            return RunOutcome(
                "error", await _fetch_unhidden_error(client, thread_id, observer.error, settled)
            )
        if settled != "success":
            return RunOutcome("cancelled" if settled == "interrupted" else "incomplete", observer.error)
        thread = await _wait_for_idle_thread(client, thread_id)
        state = await ThreadState.read_from_server(client, thread_id)
    except Exception as failure:
        if get_http_status(failure) == 404:
            return await _resolve_outcome_of_missing_run(client, thread_id, observer)
        raise
    # A thread of which some interrupts were answered, and not all, calls itself idle: its state knows better.
    waits = thread["status"] == "interrupted" or bool(state.next_nodes or state.interrupts)
    status: Status = "interrupted" if observer.is_interrupted or waits else "success"
    return RunOutcome(status, None, thread.get("values"), state.interrupts, state.to_end_part_json())


async def _resolve_outcome_of_missing_run(
    client: Any, thread_id: str, observer: StreamOutcomeObserver
) -> RunOutcome:
    """How a run ended that the server does not have any more."""
    try:
        await client.threads.get(thread_id)
        return RunOutcome("cancelled", observer.error, is_rolled_back=True)
    except Exception as failure:
        if get_http_status(failure) != 404:
            raise
    outcome = (
        observer.streamed_outcome
        if observer.is_thread_temporary or observer.error
        else RunOutcome("incomplete")
    )
    return replace(outcome, is_thread_deleted=True)


async def _wait_for_final_run_status(client: Any, thread_id: str, run_id: str) -> str:
    deadline = time.monotonic() + FINAL_STATUS_TIMEOUT_SECONDS
    while True:
        status: str = (await client.runs.get(thread_id, run_id))["status"]
        if status not in ("pending", "running") or time.monotonic() > deadline:
            return status
        await asyncio.sleep(STATUS_POLL_INTERVAL_SECONDS)


async def _wait_for_idle_thread(client: Any, thread_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + FINAL_STATUS_TIMEOUT_SECONDS
    while True:
        thread: dict[str, Any] = await client.threads.get(thread_id)
        if thread["status"] != "busy" or time.monotonic() > deadline:
            return thread
        await asyncio.sleep(STATUS_POLL_INTERVAL_SECONDS)


async def _fetch_unhidden_error(
    client: Any, thread_id: str, streamed_error: dict[str, str] | None, status: str
) -> dict[str, str]:
    """The error with its text, also where the server hides it: the thread's state still has its repr."""
    streamed_error = streamed_error or {
        "error": "TimeoutError" if status == "timeout" else "Error",
        "message": HIDDEN_ERROR_MESSAGE,
    }
    if streamed_error["message"] != HIDDEN_ERROR_MESSAGE:
        return streamed_error
    try:
        tasks = (await client.threads.get_state(thread_id))["tasks"]
    except Exception:
        return streamed_error
    reprs = [task["error"] for task in tasks if task.get("error")]
    return find_error_in_reprs(reprs, streamed_error)


def find_error_in_reprs(reprs: list[str], streamed_error: dict[str, str]) -> dict[str, str]:
    """An error's class and text from the repr of the exception, ``OddError('the text')``."""
    fitting = [text for text in reprs if text.startswith(f"{streamed_error['error']}(")] or reprs
    if not fitting:
        return streamed_error
    match = re.fullmatch(r"(\w+)\((.*)\)", fitting[0], re.DOTALL)
    if match is None:
        return {**streamed_error, "message": fitting[0]}
    name, arguments = match.groups()
    try:
        message = ast.literal_eval(arguments.rstrip(",") or "''")
    except (ValueError, SyntaxError):
        message = arguments
    return {"error": name, "message": str(message)}
