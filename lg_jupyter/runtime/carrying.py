"""What carries a run on a loop: from its start, or from where it goes on, to where it stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import Part, Status
from lg_jupyter.kernel import connections, loops, scopes
from lg_jupyter.sources.base import (
    UNSET,
    Drains,
    EncodePart,
    GoesOn,
    HasHistory,
    Request,
    Source,
    Unset,
    closing,
)

BREATH = 0.05
"""Seconds of parts in a row after which the loop gets to do something else, such as hear of a Stop."""

SOURCE_PATIENCE = 0.7
PATIENCE = 0.95
"""Seconds until a cancelled run is over, come what may; of these, the source gets the first."""

OpenTasks = Callable[[], "Sequence[tuple[str, str]] | None"]


class Carrier:
    """Carries a run once. A run that goes on gets another carrier.

    Parameters
    ----------
    source, request
        Where the parts come from, and what is asked of it.
    encode
        Encodes a payload as it arrives.
    feed
        Takes each part, on the loop.
    open_tasks
        The tasks that are running, as (namespace, node); ``None`` where nobody knows.
    over
        Hears that it is over: the status, if the source has not said how it ended, and the exception.

    Attributes
    ----------
    loop
        The loop that carries it, once it has begun.
    cancelled, draining
        Whether it was to stop, at once or at the next step.
    goes_on
        What goes on elsewhere though the run was cancelled, as a sentence.
    latest
        The newest checkpoint of a run that was stopped, ``None`` if there is none, ``UNSET`` if nobody said.
    """

    def __init__(
        self,
        source: Source,
        request: Request,
        encode: EncodePart,
        *,
        feed: Callable[[Part], None],
        open_tasks: OpenTasks,
        over: Callable[[Carrier, Status, BaseException | None], None],
    ) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.cancelled = self.draining = False
        self.goes_on = ""
        self.latest: Mapping[str, Any] | Unset | None = UNSET
        self._source = source
        self._request = request
        self._encode = encode
        self._feed = feed
        self._open_tasks = open_tasks
        self._over = over
        self._task: asyncio.Task[None] | None = None
        self._left = self._apart = False

    def start(self, name: str, *, thread: bool, say: Callable[[str], None] = lambda sentence: None) -> None:
        """Begin, as :func:`lg_jupyter.kernel.loops.start` does it."""

        def begin(loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
            self.loop = loop
            self._apart = scopes.apart()
            self._task = loop.create_task(self._carry(), name=f"lg_jupyter {name}")
            # A task that is cancelled before it first runs never enters its coroutine.
            self._task.add_done_callback(lambda _: self._over(self, "cancelled", None))
            return self._task

        loops.start(begin, name, thread=thread, say=say)

    def cancel(self) -> None:
        """Stop, from any thread."""
        if self.cancelled or self.loop is None or self._task is None:
            return
        self.cancelled = True
        with suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(self._task.cancel)

    @property
    def drained(self) -> bool:
        """Whether it was stopped between two steps."""
        return isinstance(self._source, Drains) and self._source.drained

    @property
    def drains(self) -> bool:
        """Whether it can be."""
        return isinstance(self._source, Drains) and self._source.why_not_drained() is None

    def drain(self) -> None:
        """Stop at the next step, from any thread.

        Raises
        ------
        UsageError
            If the source cannot.
        """
        source = self._source
        why = source.why_not_drained() if isinstance(source, Drains) else "Nothing runs: it is replayed."
        if why is not None:
            raise UsageError(f"{source.name} cannot be stopped between two steps. {why} Use run.cancel()")
        assert isinstance(source, Drains)
        source.drain()
        self.draining = True

    async def _carry(self) -> None:
        """Pump the parts in a task of its own, so that a graph that will not stop cannot keep the run."""
        pump = asyncio.ensure_future(self._pump())
        try:
            await asyncio.wait({pump})
            if self.drained:
                await self._look_back(PATIENCE)
        except asyncio.CancelledError:
            self.cancelled = True
            deadline = time.monotonic() + PATIENCE
            await self._stop(pump, deadline)
            await self._look_back(deadline - time.monotonic())
        finally:
            if self._apart:
                await connections.close_idle()
            self._settle(pump)

    async def _pump(self) -> None:
        breathed = time.time()
        await connections.come_by(self._apart)
        async with closing(self._source.parts(self._request, self._encode)) as parts:
            async for part in parts:
                if self._left:
                    return
                self._feed(part)
                if part.timestamp - breathed > BREATH:
                    await asyncio.sleep(0)
                    breathed = part.timestamp

    async def _stop(self, pump: asyncio.Future[None], deadline: float) -> None:
        """Cancel, first what goes on elsewhere, then the stream."""
        try:
            self.goes_on = await asyncio.wait_for(self._source.cancel(self._open_tasks()), SOURCE_PATIENCE)
        except asyncio.TimeoutError:
            self.goes_on = "It may go on elsewhere, for nobody confirmed that it was cancelled."
        pump.cancel()
        await asyncio.wait({pump}, timeout=max(0.1, deadline - time.monotonic()))

    async def _look_back(self, seconds: float) -> None:
        """See which checkpoint is the newest, now that no other will come."""
        source = self._source
        if not isinstance(source, GoesOn) or not isinstance(source, HasHistory):
            return
        if source.why_not_on() is not None:
            self.latest = None
            return
        with suppress(Exception):  # among them that it takes too long
            self.latest = await asyncio.wait_for(source.alatest(), max(seconds, 0.05))

    def _settle(self, pump: asyncio.Future[None]) -> None:
        if not pump.done():  # it had its time; the run may go on with another
            self._left = True
            pump.cancel()
            pump.add_done_callback(_forget)
            self._over(self, "cancelled", None)
        elif pump.cancelled():
            self._over(self, "cancelled", None)
        else:
            error = pump.exception()
            self._over(self, "error" if error else "incomplete", error)


def _forget(task: asyncio.Future[None]) -> None:
    """Take the exception of a task that nobody waits for, or asyncio complains that nobody did."""
    if not task.cancelled():
        task.exception()
