"""When a run did not run: it waited for a person, or in a server's queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lg_jupyter.events.events import Status
from lg_jupyter.text.words import format_duration, join_with_dots

QUEUE_WAIT_REASON = "in the server's queue"
_WAIT_REASON_BY_STATUS = {
    "interrupted": "at a breakpoint",
    "error": "after it failed",
    "cancelled": "after it was cancelled",
}


class Wait(NamedTuple):
    """A stretch of time in which a run waited.

    ``start`` and ``end`` are seconds since the epoch, ``reason`` ends ``waited 8 min 38 s for an answer``.
    """

    start: float
    end: float
    reason: str


MIN_SHOWN_WAIT_SECONDS = 0.1
"""Seconds: of shorter waits a reader need not hear."""


def format_waits(waits: Iterable[Wait]) -> str:
    """The waits that are worth a word: ``waited 8 min 38 s for an answer``."""
    long = [wait for wait in waits if wait.end - wait.start >= MIN_SHOWN_WAIT_SECONDS]
    return join_with_dots(
        *(f"waited {format_duration(wait.end - wait.start)} {wait.reason}" for wait in long)
    )


class Waits(list[Wait]):
    """The waits of a run that are over, in order."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting_since: tuple[float, str] | None = None

    def record_stop(self, time: float, status: Status, has_interrupts: bool) -> None:
        """The run has ended; what follows, if anything does, is the end of a wait."""
        reason = (
            "for an answer"
            if has_interrupts and status == "interrupted"
            else _WAIT_REASON_BY_STATUS.get(status, "to go on")
        )
        self._waiting_since = time, reason

    def record_resume(self, time: float) -> None:
        """It goes on, if it had ended."""
        since, self._waiting_since = self._waiting_since, None
        if since is not None:
            self.add_wait(since[0], time, since[1])

    def add_wait(self, start: float, end: float, reason: str) -> None:
        if end > start:
            self.append(Wait(start, end, reason))

    def seconds_waited(self, start: float, end: float) -> float:
        """How many seconds between two times were spent waiting."""
        return sum(max(0.0, min(end, wait.end) - max(start, wait.start)) for wait in self)

    def seconds_running(self, start: float, time: float) -> float:
        """How many seconds from ``start`` to ``time`` the run ran."""
        return max(0.0, time - start - self.seconds_waited(start, time))
