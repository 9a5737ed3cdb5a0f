"""A run for a caller that cannot await: it is on a loop that lasts, and the caller waits for it."""

from __future__ import annotations

import asyncio
from concurrent import futures
from contextlib import suppress
from typing import TYPE_CHECKING

from lg_jupyter.kernel import loops
from lg_jupyter.magic.call import Call
from lg_jupyter.magic.cell import run_now
from lg_jupyter.magic.interrupt import (
    PATIENCE,
    TICK,
    Watch,
    interrupted_run,
    raise_at_once,
    raise_nothing,
)

if TYPE_CHECKING:
    from lg_jupyter.run import Run


def start_on_thread(call: Call, watch: Watch) -> Run:
    """Evaluate what was typed and start the run. An interrupt from there on is left to who waits."""
    __tracebackhide__ = True
    if call.awaits:
        return _Awaited(call).started(watch)
    watch.raises = raise_at_once
    try:
        arguments = run_now(call.evaluate())
    except KeyboardInterrupt:
        raise interrupted_run(None) from None
    finally:
        watch.raises = raise_nothing
    return call.start(arguments, thread=True, blocking=True)


def block_until_over(run: Run, watch: Watch) -> None:
    """Wait for a run; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    watch.raises = raise_at_once
    try:
        if not watch.count:
            run.wait()
            return
    except KeyboardInterrupt:  # for which the run cancels itself, and waits
        watch.raises = raise_nothing
    else:
        run.cancel()
        with suppress(Exception, KeyboardInterrupt):
            run.wait(PATIENCE)
    raise interrupted_run(run)


class _Awaited:
    """What was typed, awaited on the loop that then carries the run."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._started: futures.Future[Run] = futures.Future()
        loops.start(self._begin, "what was typed", thread=True)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        self._loop, self._task = loop, loop.create_task(self._live())
        self._task.add_done_callback(self._give_up)
        return self._task

    def _give_up(self, task: asyncio.Task[None]) -> None:
        if not self._started.done():  # it was cancelled before it could begin
            self._started.set_exception(asyncio.CancelledError())

    def started(self, watch: Watch) -> Run:
        """The run, as soon as there is one. The first interrupt cancels what is awaited."""
        __tracebackhide__ = True
        while not self._started.done() and watch.count < 2:
            futures.wait([self._started], timeout=TICK)  # a wait without end cannot be interrupted on Windows
            if watch.count:
                self._cancel()
        if watch.count and not (self._started.done() and self._started.exception() is None):
            raise interrupted_run(None)
        return self._started.result()

    def _cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)

    async def _live(self) -> None:
        try:
            arguments = await self._call.evaluate()
            run = self._call.start(arguments, thread=False, blocking=True)
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(run)
        with suppress(Exception):  # whoever waits for the run gets it
            await run
