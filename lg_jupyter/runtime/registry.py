"""The runs of this process: those that are running, those that are interrupted, and the newest."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.runtime.state import RunState

MAX_INTERRUPTED_RUNS = 16


class RunKeeper(Protocol):
    """What keeps the runs of this process on disk."""

    def keep_started_run(self, run: RunState) -> None:
        """A run is started or goes on; nothing of it has come yet."""

    def keep_ended_run(self, run: RunState) -> None:
        """It is over, and its files are closed."""

    def find_run_file_with_same_input(self, run: RunState) -> Path | None:
        """The file of the newest run before it of the same graph with the same input."""


class RunRegistry:
    """Holds the runs that nobody else may hold.

    Attributes
    ----------
    running
        Those that run, whether or not the user holds them.
    interrupted
        Those that were interrupted and may be resumed, the newest last.
    last
        The newest that was started.
    keeper
        What keeps the runs on disk that are started from now on, if anything does.
    """

    def __init__(self) -> None:
        self.running: set[RunState] = set()
        self.interrupted: deque[RunState] = deque(maxlen=MAX_INTERRUPTED_RUNS)
        self.last: RunState | None = None
        self.keeper: RunKeeper | None = None
        # of the runs that are kept
        self._keepers_by_run: WeakKeyDictionary[RunState, RunKeeper] = WeakKeyDictionary()

    def add_started(self, run: RunState) -> None:
        """It was started or resumed."""
        self.last = run
        self.running.add(run)
        if (keeper := self._keepers_by_run.get(run, self.keeper)) is not None:
            self._keepers_by_run[run] = keeper
            _call_keeper_safely(keeper.keep_started_run, run)

    def remove_interrupted(self, run: RunState) -> None:
        """It is resumed."""
        if run in self.interrupted:
            self.interrupted.remove(run)

    def add_interrupted(self, run: RunState) -> None:
        """It was interrupted."""
        self.remove_interrupted(run)
        self.interrupted.append(run)

    def remove_running(self, run: RunState) -> None:
        """It is over or interrupted."""
        self.running.discard(run)
        if (keeper := self._keepers_by_run.get(run)) is not None:
            _call_keeper_safely(keeper.keep_ended_run, run)

    def is_run_referenced(self, run: RunState) -> bool:
        """Whether somebody holds a run, or a branch by which it is reached: a user, or this registry."""
        held = {self.last, *self.running, *self.interrupted}
        return any(each in held or each.user_run is not None for each in run.fork_tree)

    def get_last_interrupted(self) -> RunState:
        """The run that was interrupted last.

        Raises
        ------
        UsageError
            If there is none.
        """
        if not self.interrupted:
            raise UsageError("no run is interrupted here, so there is nothing to resume")
        return self.interrupted[-1]


def _call_keeper_safely(notify: Callable[[RunState], None], run: RunState) -> None:
    """A fault in what keeps runs ends none of them."""
    try:
        notify(run)
    except Exception as error:
        warnings.warn(f"a run is not kept: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)


RUNS = keep_across_reloads("runs", RunRegistry())
