"""Event loops for the runs of callers without one; they live as long as the process.

Packages of model providers keep one client for the process, and its connections belong to the loop that
opened them. So runs share one loop, on a daemon thread. Another is made only where that one cannot take a
run: because the caller is on it and may wait there, or because a node blocks it.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable
from concurrent import futures
from contextlib import suppress
from typing import TypeAlias

from lg_jupyter.kernel import run_task_group, shutdown
from lg_jupyter.kernel.watchdog import LoopWatchdog

BeginOnLoop: TypeAlias = "Callable[[asyncio.AbstractEventLoop], object]"

RUN_ACCEPT_TIMEOUT_SECONDS = 1.0
"""Seconds in which a loop takes a run, unless something blocks it."""

LOOP_STOP_TIMEOUT_SECONDS = 0.5
"""Seconds that a loop gets to stop when Python exits."""


class SharedLoop:
    """An event loop on a daemon thread, until Python exits."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_task_factory(run_task_group.create_task_in_run_group)
        self.loop.set_default_executor(run_task_group.PerRunThreadPool())
        self.is_blocked = False  # it did not take a run in time, and has not come to it since
        self._is_stopping = False
        self._stopped_event = threading.Event()
        # In a context of its own: the loop belongs to nobody who happens to need it first.
        run = contextvars.Context().run
        thread = threading.Thread(
            target=run, args=(self._run_until_stopped,), name="lg_jupyter loop", daemon=True
        )
        thread.start()
        self.watchdog = LoopWatchdog(self.loop, thread)

    def try_call(self, begin: BeginOnLoop, context: contextvars.Context, timeout: float | None) -> bool:
        """Have ``begin`` called there; whether the loop came to it within ``timeout`` seconds."""
        offered: futures.Future[None] = futures.Future()
        self.loop.call_soon_threadsafe(self._accept_call, offered, begin, context=context)
        try:
            offered.result(timeout)
        except futures.TimeoutError:
            if offered.cancel():
                self.is_blocked = True
                return False
            offered.result()
        return True

    def stop(self) -> None:
        """Run nothing any more. What runs is left as it is: nobody would see its end."""
        self._is_stopping = True
        with suppress(RuntimeError):  # somebody closed it
            self.loop.call_soon_threadsafe(self.loop.stop)
        self._stopped_event.wait(LOOP_STOP_TIMEOUT_SECONDS)

    def _accept_call(self, offered: futures.Future[None], begin: BeginOnLoop) -> None:
        self.is_blocked = False
        if not offered.set_running_or_notify_cancel():
            return
        try:
            begin(self.loop)
        except BaseException as error:
            offered.set_exception(error)
        else:
            offered.set_result(None)

    def _run_until_stopped(self) -> None:
        asyncio.set_event_loop(self.loop)
        while not self._is_stopping:
            # asyncio raises what a task raises to end Python out of the loop, too, on which others are.
            with suppress(SystemExit, KeyboardInterrupt):
                self.loop.run_forever()
        self._stopped_event.set()
        # The thread stays, and with it all that it holds: tasks that are destroyed while they wait complain.
        threading.Event().wait()


def start_on_shared_loop(
    begin: BeginOnLoop, context: contextvars.Context, *, avoid: asyncio.AbstractEventLoop | None
) -> None:
    """Have ``begin`` called on a shared loop: the first that can take it."""
    tried = [shared for shared in _shared_loops if shared.loop is avoid]
    while True:
        shared, is_new = _get_or_make_free_loop(tried)
        if shared.try_call(begin, context, None if is_new else RUN_ACCEPT_TIMEOUT_SECONDS):
            return
        tried.append(shared)


def _get_or_make_free_loop(tried: list[SharedLoop]) -> tuple[SharedLoop, bool]:
    """A loop that may take a run, and whether it was made for that."""
    with _shared_loops_lock:
        for shared in _shared_loops:
            if not shared.is_blocked and shared not in tried:
                return shared, False
        _shared_loops.append(SharedLoop())
        return _shared_loops[-1], True


def find_loop_watchdog(loop: asyncio.AbstractEventLoop) -> LoopWatchdog | None:
    """Who watches a loop, if it is one of these."""
    return next((shared.watchdog for shared in _shared_loops if shared.loop is loop), None)


def is_loop_of_parent_process(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a loop runs in the process that this one was forked from."""
    return any(shared.loop is loop for shared in _loops_of_parent_process)


_shared_loops: list[SharedLoop] = []
# held for good: to destroy one closes what the other process uses
_loops_of_parent_process: list[SharedLoop] = []
_shared_loops_lock = threading.Lock()


def _reset_after_fork() -> None:
    """Threads stay behind when a process forks, and with them the loops."""
    global _shared_loops_lock
    _loops_of_parent_process.extend(_shared_loops)
    _shared_loops.clear()
    _shared_loops_lock = threading.Lock()


def _stop_loops_on_exit() -> None:
    for shared in list(_shared_loops):
        shared.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
shutdown.register_exit_callback(_stop_loops_on_exit)
