"""Whether a run is over, and who waits for that."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

TICK = 0.1
"""Seconds after which a waiting loop wakes by itself: a signal alone does not wake an idle one."""


class Completion:
    """Whether a run is over, and who waits for that.

    It is set first. Waiters are notified later, when every listener was called and the cell shows the end.
    """

    def __init__(self) -> None:
        self._set = threading.Event()
        self._notified = threading.Event()
        self._waiters: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        return self._set.is_set()

    def set(self) -> None:
        self._set.set()

    def reset(self) -> None:
        """The run goes on."""
        self._notified.clear()
        self._set.clear()

    def notify(self) -> None:
        """Wake all waiters."""
        self._notified.set()
        for wake in list(self._waiters):
            wake()

    async def wait(self, seconds: float) -> bool:
        """Wait for the notification, for ``seconds`` at most; whether it came."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            with suppress(RuntimeError):  # that loop is closed: nobody sleeps there any more
                loop.call_soon_threadsafe(_fulfil, over)

        self._waiters.append(wake)
        try:
            if not self._notified.is_set():
                await asyncio.wait({over}, timeout=seconds)
        finally:
            self._waiters.remove(wake)
        return self._notified.is_set()

    def block(self, timeout: float | None, check: Callable[[], None]) -> None:
        """Block until the notification, and ``check`` on each tick that there is something to wait for.

        Raises
        ------
        TimeoutError
            When the time is up.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        check()
        while not self._notified.wait(
            TICK if deadline is None else max(0, min(TICK, deadline - time.monotonic()))
        ):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the run goes on after {timeout} s")
            check()

    def block_for(self, seconds: float) -> None:
        self._notified.wait(seconds)


def _fulfil(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
