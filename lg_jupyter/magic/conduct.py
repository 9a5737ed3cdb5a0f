"""From the typed line to the finished run: awaited on the caller's loop, or blocking on a thread's."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Mapping
from concurrent import futures
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from lg_jupyter.magic.background import Background, Execution, block_for, execution, wait_for
from lg_jupyter.magic.call import Call
from lg_jupyter.magic.cell import Shell, compile_body, run_now
from lg_jupyter.magic.interrupt import (
    TICK,
    Watch,
    cancellable,
    interrupted,
    raise_at_once,
    raise_in_blocking_node,
    until,
    watching,
)
from lg_jupyter.magic.options import help_text, parse
from lg_jupyter.magic.shown import presentable
from lg_jupyter.redact import Redactor

if TYPE_CHECKING:
    from lg_jupyter.run import Run

PATIENCE = 1.0
"""Seconds that an interrupted cell waits for its run to be over."""

Local: TypeAlias = "Mapping[str, Any] | None"


class Conductor:
    """Runs the magic, in either way. ``None`` instead of a run where only help was asked for."""

    def __init__(self, shell: Shell, background: Background) -> None:
        self._shell = shell
        self._background = background

    async def run(self, line: str, cell: str | None, local: Local, caller: str | None = None) -> Run | None:
        """For a cell that awaits: the run shares its loop. ``caller`` is the calling code's file name."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._understand(line, cell, local, caller)
            if call is None:
                return None
            arguments = await cancellable(call.evaluate())
            now = self._execution(line, cell)
            await wait_for(self._background.cancel_earlier(now))
            run = call.start(arguments, thread=call.in_background and not self._loop_goes_on())
            if call.in_background:
                self._background.add(now, run)
            else:
                await _finish(run)
        except Exception as error:
            raise self._presentable(error, run)  # noqa: B904 - nearly always the same
        return run

    def block(self, line: str, cell: str | None, local: Local) -> Run | None:
        """For a caller that cannot await: the run has a loop in a thread, and the caller waits for it."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._understand(line, cell, local)
            if call is None:
                return None
            with watching(Watch(raise_at_once)):
                now = self._execution(line, cell)
                block_for(self._background.cancel_earlier(now))
                run = _start_on_thread(call)
                if call.in_background:
                    self._background.add(now, run)
                else:
                    run.wait()
        except KeyboardInterrupt:
            raise _interrupted(run) from None
        except Exception as error:
            raise self._presentable(error, run)  # noqa: B904 - nearly always the same
        return run

    def _presentable(self, error: Exception, run: Run | None) -> BaseException:
        redactor = Redactor.from_environment() if run is None else run._redactor
        return presentable(error, self._shell, redactor)

    def _understand(
        self, line: str, cell: str | None, local: Local, caller: str | None = None
    ) -> Call | None:
        invocation = parse(line)
        if invocation.help:
            print(help_text())
            return None
        body = None if cell is None else compile_body(self._shell, line, cell, caller)
        return Call(self._shell, invocation, body, local)

    def _execution(self, line: str, cell: str | None) -> Execution:
        return execution(self._shell, f"{line}\n{cell or ''}")

    def _loop_goes_on(self) -> bool:
        """Whether the loop still runs when the cell is over, as a kernel's does."""
        return getattr(self._shell, "kernel", None) is not None


# ---------------------------------------------------------------------------------------------
# Awaiting


async def _finish(run: Run) -> None:
    """Wait for a run on this loop; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    waiting = asyncio.ensure_future(_over(run))
    with watching(Watch(raise_in_blocking_node)) as watch:
        try:
            await until(waiting, watch, interrupts=1)
            if watch.count:
                run.cancel()
                await until(waiting, watch, interrupts=2, timeout=PATIENCE)
        except asyncio.CancelledError:
            waiting.cancel()  # which cancels the run
            await asyncio.wait({waiting}, timeout=PATIENCE)
            raise
    if watch.count:
        waiting.cancel()
        raise _interrupted(run)
    await waiting


async def _over(run: Run) -> None:
    await run


def _interrupted(run: Run | None) -> BaseException:
    if run is None:
        return interrupted("interrupted before the run was started")
    if run.note is not None and run.status == "cancelled":
        return interrupted(run.note)
    return interrupted("the run was over" if run.done else "the run is being cancelled")


# ---------------------------------------------------------------------------------------------
# Blocking


def _start_on_thread(call: Call) -> Run:
    __tracebackhide__ = True
    if not call.awaits:
        return call.start(run_now(call.evaluate()), thread=True)
    own = _OwnLoop(call)
    try:
        return own.started()
    except BaseException:
        own.cancel()
        raise


class _OwnLoop:
    """A thread with a loop on which what was typed is awaited, and then the run."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._started: futures.Future[Run] = futures.Future()
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._live())
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run,), name="lg_jupyter cell", daemon=True).start()

    def started(self) -> Run:
        """The run, as soon as there is one."""
        __tracebackhide__ = True
        while not self._started.done():
            futures.wait([self._started], timeout=TICK)  # a wait without end cannot be interrupted on Windows
        return self._started.result()

    def cancel(self) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._task.cancel)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._task)
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _live(self) -> None:
        try:
            run = self._call.start(await self._call.evaluate(), thread=False)
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(run)
        with suppress(Exception):  # whoever waits for the run gets it
            await run
