"""The loops that last: they carry the runs of those who have none, and live as long as the process.

Packages of model providers keep one client for the process, and its connections belong to the loop that
opened them. So runs share one loop, on a daemon thread. Another is made only where that one cannot take a
run: because who asks runs on it and may wait there, or because a node blocks it.
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

from lg_jupyter.kernel import leaving, scopes
from lg_jupyter.kernel.watchdog import Watchdog

Begin: TypeAlias = "Callable[[asyncio.AbstractEventLoop], object]"

PATIENCE = 1.0
"""Seconds in which a loop takes a run, unless something blocks it."""

PARTING = 0.5
"""Seconds that a loop gets to stop when Python exits."""


class LastingLoop:
    """An event loop on a daemon thread, until Python exits."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_task_factory(scopes.make_task)
        self.loop.set_default_executor(scopes.Threads())
        self.blocked = False  # it did not take a run in time, and has not come to it since
        self._stopping = False
        self._stopped = threading.Event()
        # In a context of its own: the loop belongs to nobody who happens to need it first.
        live = contextvars.Context().run
        thread = threading.Thread(target=live, args=(self._live,), name="lg_jupyter loop", daemon=True)
        thread.start()
        self.watchdog = Watchdog(self.loop, thread)

    def take(self, begin: Begin, context: contextvars.Context, patience: float | None) -> bool:
        """Have ``begin`` called there; whether the loop came to it within ``patience`` seconds."""
        offer: futures.Future[None] = futures.Future()
        self.loop.call_soon_threadsafe(self._answer, offer, begin, context=context)
        try:
            offer.result(patience)
        except futures.TimeoutError:
            if offer.cancel():
                self.blocked = True
                return False
            offer.result()
        return True

    def stop(self) -> None:
        """Run nothing any more. What runs is left as it is: nobody would see its end."""
        self._stopping = True
        with suppress(RuntimeError):  # somebody closed it
            self.loop.call_soon_threadsafe(self.loop.stop)
        self._stopped.wait(PARTING)

    def _answer(self, offer: futures.Future[None], begin: Begin) -> None:
        self.blocked = False
        if not offer.set_running_or_notify_cancel():
            return
        try:
            begin(self.loop)
        except BaseException as error:
            offer.set_exception(error)
        else:
            offer.set_result(None)

    def _live(self) -> None:
        asyncio.set_event_loop(self.loop)
        while not self._stopping:
            # asyncio raises what a task raises to end Python out of the loop, too, on which others are.
            with suppress(SystemExit, KeyboardInterrupt):
                self.loop.run_forever()
        self._stopped.set()
        # The thread stays, and with it all that it holds: tasks that are destroyed while they wait complain.
        threading.Event().wait()


def carry(
    begin: Begin, context: contextvars.Context, *, apart_from: asyncio.AbstractEventLoop | None
) -> None:
    """Have ``begin`` called on a lasting loop: the first that can take it."""
    tried = [lasting for lasting in _loops if lasting.loop is apart_from]
    while True:
        lasting, is_new = _next(tried)
        if lasting.take(begin, context, None if is_new else PATIENCE):
            return
        tried.append(lasting)


def _next(tried: list[LastingLoop]) -> tuple[LastingLoop, bool]:
    """A loop that may take a run, and whether it was made for that."""
    with _lock:
        for lasting in _loops:
            if not lasting.blocked and lasting not in tried:
                return lasting, False
        _loops.append(LastingLoop())
        return _loops[-1], True


def watchdog_of(loop: asyncio.AbstractEventLoop) -> Watchdog | None:
    """Who watches a loop, if it is one of these."""
    return next((lasting.watchdog for lasting in _loops if lasting.loop is loop), None)


def lost(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a loop runs in the process that this one was forked from."""
    return any(lasting.loop is loop for lasting in _lost)


_loops: list[LastingLoop] = []
_lost: list[LastingLoop] = []  # held for good: to destroy one closes what the other process uses
_lock = threading.Lock()


def _forked() -> None:
    """Threads stay behind when a process forks, and with them the loops."""
    global _lock
    _lost.extend(_loops)
    _loops.clear()
    _lock = threading.Lock()


def _exit() -> None:
    for lasting in list(_loops):
        lasting.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
leaving.register(_exit)
