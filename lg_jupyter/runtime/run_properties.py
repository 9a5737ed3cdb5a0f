"""What users hold of a run, as far as it tells what is known: the base of :class:`lg_jupyter.Run`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from lg_jupyter.events.events import JSONObject, Status
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import Request, Source
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.tables.trace import Trace


class RunProperties(SuggestsAttributes, metaclass=InstanceCheckByName):
    """The properties of a run."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        state.user_run = self

    @property
    def name(self) -> str:
        """The graph's or the assistant's name, or what the notebook calls it."""
        return self._state.name

    @property
    def source(self) -> Source:
        """Where the run comes from. Internal: it may change with any release."""
        return self._state.source

    @property
    def request(self) -> Request:
        """What was requested. Internal: it may change with any release."""
        return self._state.request

    @property
    def trace(self) -> Trace:
        """All events and tables."""
        return self._state.trace

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while the trace grows: to be held by who reads the trace of a run on another thread."""
        return self._state.lock

    @property
    def status(self) -> Status:
        """``pending``, ``running``, or how it ended.

        That is ``success``, ``interrupted``, ``error``, ``cancelled``, or ``incomplete``: nobody knows.
        """
        return self._state.status

    @property
    def output(self) -> Any:
        """The root's last state, whatever the modes: the graph's own object, or the server's JSON.

        ``None`` where nobody tells it, as ``run.note`` says then.
        """
        return self._state.output

    @property
    def note(self) -> str | None:
        """A sentence on what the user should know: what a cancelled run kept, a limit it met, or ``None``.

        Of parts that were not understood it tells too.
        """
        return self._state.note

    @note.setter
    def note(self, note: str | None) -> None:
        self._state.note = note

    @property
    def error(self) -> dict[str, str] | None:
        """``{"error": class name, "message": text}`` of a run that failed."""
        return self._state.error

    @property
    def failure(self) -> JSONObject | None:
        """Why the run failed: ``headline`` says where and why on one line; ``None`` if it did not.

        With it are ``error`` and ``message``; ``task_id``, ``namespace``, ``node`` and ``step`` of the task
        that raised it, as far as one did; and ``traceback``, the exception and what caused it as in the
        column ``traceback`` of ``tasks``, empty of a run on a server. A saved run knows all of it.

        Examples
        --------
        >>> run.failure["headline"]
        "total · step 2: RuntimeError: could not add up ← ValueError: could not convert '12,50'"
        """
        failure = self._state.trace.failure
        return None if failure is None else failure.to_json()

    @property
    def exception(self) -> BaseException | None:
        """What the graph raised: the same object. ``None`` for a saved run."""
        return self._state.exception

    @property
    def interrupts(self) -> list[JSONObject]:
        """The interrupts that wait for an answer; empty at a static breakpoint."""
        return self._state.interrupts

    @property
    def run_id(self) -> str | None:
        """The server's id of the run; a local run has none."""
        return self._state.run_id

    @property
    def id(self) -> str:
        """The server's id of the run if it has one, else one made here; a file keeps it."""
        return self._state.id

    @property
    def parent_id(self) -> str | None:
        """The ``id`` of the run that it was forked from; a loaded run knows it, too."""
        return self._state.parent_id

    @property
    def thread_id(self) -> str | None:
        """The thread in which the run's checkpoints are, if it has one."""
        return self._state.thread_id

    @property
    def usage(self) -> dict[str, float | None]:
        """``input_tokens``, ``output_tokens``, ``total_tokens`` of all model calls; ``None``: none tells.

        ``cache_read_tokens``, ``cache_write_tokens``, ``reasoning_tokens`` are there where one does. ``cost``
        is the sum in US dollars of the calls whose list price is known, where one is, and ``unpriced_calls``
        how many others there were.
        """
        return self._state.usage

    def now(self) -> float:
        """The time by the run's own clock, in seconds since the epoch; a replay has that of its run.

        Returns
        -------
        float
            Seconds since the epoch.

        Examples
        --------
        >>> run.now() >= run.trace.ended
        True
        """
        return self._state.now()

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self._state.done


def get_run_state(run: RunState | RunProperties) -> RunState:
    """The data of a run, whichever of the two is given."""
    known: Any = run  # of whichever class: modules may be loaded anew
    state: RunState = getattr(known, "_state", known)
    return state
