"""Takes in what is heard of a run, beside it: in place of what executes the runs that are started here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lg_jupyter.kernel import loops
from lg_jupyter.run import Run
from lg_jupyter.runtime.executor import RunExecutor
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.watching.loop_thread import WATCH_LOOP_THREAD
from lg_jupyter.watching.watched_source import STOP_REFUSAL

RECORDED_END_TIMEOUT_SECONDS = 5.0
"""Seconds to wait for what was heard of a run to be taken in: usually some milliseconds."""


def wait_for_recorded_end(run: Run) -> None:
    """Have a run be over that is so for who started it: what was heard of it may be on its way."""
    state = get_run_state(run)
    if getattr(state.source, "is_over", False) and not WATCH_LOOP_THREAD.is_current_thread:
        state.completion.block_at_most(RECORDED_END_TIMEOUT_SECONDS)


class WatchedRunExecutor(RunExecutor):
    """Feeds the parts that a run's source is handed. It can stop nothing: the run is its caller's."""

    _notify: Callable[[str], None] = staticmethod(lambda note: None)

    def start(self, name: str, *, thread: bool, notify: Callable[[str], None] = lambda note: None) -> None:
        """Begin on the loop of all watched runs."""
        self._notify = notify

        def begin(loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
            self.loop = loop
            self._task = loop.create_task(self._execute_with_exits_converted(), name=f"lg_jupyter {name}")
            return self._task

        WATCH_LOOP_THREAD.start_task(begin, loops.copy_context_without_runnable_config())

    def cancel(self) -> None:
        """Say who can."""
        self._notify(STOP_REFUSAL)

    async def _close_idle_connections_if_loop_changed(self) -> None:
        """No client of a model has connections of this loop, and those of other loops are in use."""
