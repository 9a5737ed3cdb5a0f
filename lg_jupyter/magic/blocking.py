"""A run for a caller that cannot await: it is on a loop that lasts, and the caller waits for it."""

from __future__ import annotations

import asyncio
from concurrent import futures
from contextlib import suppress
from typing import TYPE_CHECKING

from lg_jupyter.kernel import loops
from lg_jupyter.magic.evaluation import run_coroutine_without_loop
from lg_jupyter.magic.interrupt import (
    CANCEL_TIMEOUT_SECONDS,
    INTERRUPT_POLL_SECONDS,
    InterruptCounter,
    choose_keyboard_interrupt,
    choose_no_exception,
    make_run_interrupted_error,
)
from lg_jupyter.magic.magic_call import MagicCall

if TYPE_CHECKING:
    from lg_jupyter.run import Run


def evaluate_and_start_run(call: MagicCall, counter: InterruptCounter) -> Run:
    """Evaluate what was typed and start the run. An interrupt from there on is left to who waits."""
    __tracebackhide__ = True
    if call.needs_await:
        return _EvaluationOnLoop(call).wait_until_run_started(counter)
    counter.choose_exception = choose_keyboard_interrupt
    try:
        arguments = run_coroutine_without_loop(call.evaluate_arguments())
    except KeyboardInterrupt:
        raise make_run_interrupted_error(None) from None
    finally:
        counter.choose_exception = choose_no_exception
    return call.start_and_show_run(arguments, on_own_thread=True, is_caller_blocking=True)


def block_until_done(run: Run, counter: InterruptCounter) -> None:
    """Wait for a run; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    counter.choose_exception = choose_keyboard_interrupt
    try:
        if not counter.interrupt_count:
            run.wait()
            return
    except KeyboardInterrupt:  # for which the run cancels itself, and waits
        counter.choose_exception = choose_no_exception
    else:
        run.cancel()
        with suppress(Exception, KeyboardInterrupt):
            run.wait(CANCEL_TIMEOUT_SECONDS)
    raise make_run_interrupted_error(run)


class _EvaluationOnLoop:
    """What was typed, awaited on the loop that then carries the run."""

    def __init__(self, call: MagicCall) -> None:
        self._call = call
        self._run_future: futures.Future[Run] = futures.Future()
        loops.start_on_running_or_shared_loop(self._start_on_loop, "what was typed", thread=True)

    def _start_on_loop(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        self._loop, self._task = loop, loop.create_task(self._evaluate_and_start_run())
        self._task.add_done_callback(self._on_done)
        return self._task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if not self._run_future.done():  # it was cancelled before it could begin
            self._run_future.set_exception(asyncio.CancelledError())

    def wait_until_run_started(self, counter: InterruptCounter) -> Run:
        """The run, as soon as there is one. The first interrupt cancels what is awaited."""
        __tracebackhide__ = True
        while not self._run_future.done() and counter.interrupt_count < 2:
            # A wait without end cannot be interrupted on Windows.
            futures.wait([self._run_future], timeout=INTERRUPT_POLL_SECONDS)
            if counter.interrupt_count:
                self._cancel_evaluation()
        if counter.interrupt_count and not (self._run_future.done() and self._run_future.exception() is None):
            raise make_run_interrupted_error(None)
        return self._run_future.result()

    def _cancel_evaluation(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)

    async def _evaluate_and_start_run(self) -> None:
        try:
            arguments = await self._call.evaluate_arguments()
            run = self._call.start_and_show_run(arguments, on_own_thread=False, is_caller_blocking=True)
        except BaseException as error:
            self._run_future.set_exception(error)
            return
        self._run_future.set_result(run)
        with suppress(Exception):  # whoever waits for the run gets it
            await run
