"""Whether a run is over, and who sleeps until it is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

TICK = 0.1
"""Seconds after which a waiting loop wakes by itself: a signal alone does not wake an idle one."""


class TheEnd:
    """Whether a run is over, and who waits for that.

    It is ``reached`` first, and then ``told``: every listener has heard of it, and the cell shows it.
    """

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._told = threading.Event()
        self._waiters: list[Callable[[], None]] = []

    @property
    def reached(self) -> bool:
        return self._reached.is_set()

    def reach(self) -> None:
        self._reached.set()

    def put_off(self) -> None:
        """The run goes on."""
        self._told.clear()
        self._reached.clear()

    def tell(self) -> None:
        """Let go all who wait."""
        self._told.set()
        for wake in list(self._waiters):
            wake()

    async def within(self, seconds: float) -> bool:
        """Sleep until it is told, or for so long; whether it is told."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            with suppress(RuntimeError):  # that loop is closed: nobody sleeps there any more
                loop.call_soon_threadsafe(_fulfil, over)

        self._waiters.append(wake)
        try:
            if not self._told.is_set():
                await asyncio.wait({over}, timeout=seconds)
        finally:
            self._waiters.remove(wake)
        return self._told.is_set()

    def block(self, timeout: float | None, check: Callable[[], None]) -> None:
        """Block until it is told, and ``check`` on each tick that there is something to wait for.

        Raises
        ------
        TimeoutError
            When the time is up.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        check()
        while not self._told.wait(
            TICK if deadline is None else max(0, min(TICK, deadline - time.monotonic()))
        ):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the run goes on after {timeout} s")
            check()

    def block_for(self, seconds: float) -> None:
        self._told.wait(seconds)


def _fulfil(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
