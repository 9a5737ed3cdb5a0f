"""A run for a caller that cannot await: it is on a loop that lasts, and the caller waits for it."""

from __future__ import annotations

import asyncio
from concurrent import futures
from contextlib import suppress
from typing import TYPE_CHECKING

from lg_jupyter.kernel import loops
from lg_jupyter.magic.call import MagicCall
from lg_jupyter.magic.cell import run_without_waiting
from lg_jupyter.magic.interrupt import (
    CANCEL_TIMEOUT,
    POLL_SECONDS,
    InterruptCounter,
    make_run_interrupted_error,
    raise_at_once,
    raise_nothing,
)

if TYPE_CHECKING:
    from lg_jupyter.run import Run


def evaluate_and_start(call: MagicCall, counter: InterruptCounter) -> Run:
    """Evaluate what was typed and start the run. An interrupt from there on is left to who waits."""
    __tracebackhide__ = True
    if call.awaits:
        return _AwaitedStart(call).wait_for_run(counter)
    counter.raises = raise_at_once
    try:
        arguments = run_without_waiting(call.evaluate())
    except KeyboardInterrupt:
        raise make_run_interrupted_error(None) from None
    finally:
        counter.raises = raise_nothing
    return call.start(arguments, thread=True, blocking=True)


def block_until_done(run: Run, counter: InterruptCounter) -> None:
    """Wait for a run; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    counter.raises = raise_at_once
    try:
        if not counter.count:
            run.wait()
            return
    except KeyboardInterrupt:  # for which the run cancels itself, and waits
        counter.raises = raise_nothing
    else:
        run.cancel()
        with suppress(Exception, KeyboardInterrupt):
            run.wait(CANCEL_TIMEOUT)
    raise make_run_interrupted_error(run)


class _AwaitedStart:
    """What was typed, awaited on the loop that then carries the run."""

    def __init__(self, call: MagicCall) -> None:
        self._call = call
        self._future: futures.Future[Run] = futures.Future()
        loops.start_on_loop(self._begin, "what was typed", thread=True)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        self._loop, self._task = loop, loop.create_task(self._run())
        self._task.add_done_callback(self._on_done)
        return self._task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if not self._future.done():  # it was cancelled before it could begin
            self._future.set_exception(asyncio.CancelledError())

    def wait_for_run(self, counter: InterruptCounter) -> Run:
        """The run, as soon as there is one. The first interrupt cancels what is awaited."""
        __tracebackhide__ = True
        while not self._future.done() and counter.count < 2:
            # A wait without end cannot be interrupted on Windows.
            futures.wait([self._future], timeout=POLL_SECONDS)
            if counter.count:
                self._cancel()
        if counter.count and not (self._future.done() and self._future.exception() is None):
            raise make_run_interrupted_error(None)
        return self._future.result()

    def _cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)

    async def _run(self) -> None:
        try:
            arguments = await self._call.evaluate()
            run = self._call.start(arguments, thread=False, blocking=True)
        except BaseException as error:
            self._future.set_exception(error)
            return
        self._future.set_result(run)
        with suppress(Exception):  # whoever waits for the run gets it
            await run
