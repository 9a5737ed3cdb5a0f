"""Whether a run is over, and who waits for that."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

WAIT_CHECK_INTERVAL_SECONDS = 0.1
"""Seconds after which a waiting loop wakes by itself: a signal alone does not wake an idle one."""


class Completion:
    """Whether a run is over, and who waits for that.

    It is set first. Waiters are notified later, when every listener was called and the cell shows the end.
    """

    def __init__(self) -> None:
        self._is_over_event = threading.Event()
        self._notified_event = threading.Event()
        self._wake_functions: list[Callable[[], None]] = []

    @property
    def is_over(self) -> bool:
        return self._is_over_event.is_set()

    def mark_over(self) -> None:
        self._is_over_event.set()

    def reset(self) -> None:
        """The run goes on."""
        self._notified_event.clear()
        self._is_over_event.clear()

    def wake_waiters(self) -> None:
        """Wake all waiters."""
        self._notified_event.set()
        for wake in list(self._wake_functions):
            wake()

    async def await_notified(self, seconds: float) -> bool:
        """Wait for the notification, for ``seconds`` at most; whether it came."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            with suppress(RuntimeError):  # that loop is closed: nobody sleeps there any more
                loop.call_soon_threadsafe(_set_future_done, over)

        self._wake_functions.append(wake)
        try:
            if not self._notified_event.is_set():
                await asyncio.wait({over}, timeout=seconds)
        finally:
            self._wake_functions.remove(wake)
        return self._notified_event.is_set()

    def block_until_notified(self, timeout: float | None, check: Callable[[], None]) -> None:
        """Block until the notification, and ``check`` on each tick that there is something to wait for.

        Raises
        ------
        TimeoutError
            When the time is up.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        check()
        while not self._notified_event.wait(
            WAIT_CHECK_INTERVAL_SECONDS
            if deadline is None
            else max(0, min(WAIT_CHECK_INTERVAL_SECONDS, deadline - time.monotonic()))
        ):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the run goes on after {timeout} s")
            check()

    def block_at_most(self, seconds: float) -> None:
        self._notified_event.wait(seconds)


def _set_future_done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
