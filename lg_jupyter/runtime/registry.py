"""The runs of this process: those that go on, those that wait for an answer, and the newest."""

from __future__ import annotations

from collections import deque

from lg_jupyter.errors import UsageError
from lg_jupyter.runtime.state import RunState

MOST_WAITING = 16


class Registry:
    """Holds the runs that nobody else may hold.

    Attributes
    ----------
    running
        Those that go on, whoever else has let them go.
    waiting
        Those that were interrupted and wait, the newest last.
    last
        The newest that was started.
    """

    def __init__(self) -> None:
        self.running: set[RunState] = set()
        self.waiting: deque[RunState] = deque(maxlen=MOST_WAITING)
        self.last: RunState | None = None

    def began(self, run: RunState) -> None:
        """It was started, or goes on."""
        self.last = run
        self.running.add(run)

    def went_on(self, run: RunState) -> None:
        """It does not wait any more."""
        if run in self.waiting:
            self.waiting.remove(run)

    def stopped(self, run: RunState) -> None:
        """It has stopped and waits."""
        self.went_on(run)
        self.waiting.append(run)

    def ended(self, run: RunState) -> None:
        """It is over, or waits."""
        self.running.discard(run)

    def last_stopped(self) -> RunState:
        """The run that was interrupted last.

        Raises
        ------
        UsageError
            If none is waiting.
        """
        if not self.waiting:
            raise UsageError("no run is interrupted here, so there is nothing to resume")
        return self.waiting[-1]


RUNS = Registry()
