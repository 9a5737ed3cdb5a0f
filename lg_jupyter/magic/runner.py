"""From the typed line to the finished run: awaited on the caller's loop, or blocking on a thread's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lg_jupyter.magic.background import Background, Execution, block_for, execution, wait_for
from lg_jupyter.magic.blocking import block_until_over, start_on_thread
from lg_jupyter.magic.call import Call, Resumption
from lg_jupyter.magic.cell import Caller, Shell, compile_body
from lg_jupyter.magic.doctor import report
from lg_jupyter.magic.form import FormCall
from lg_jupyter.magic.interrupt import (
    PATIENCE,
    Watch,
    cancellable,
    interrupted_run,
    raise_in_blocking_node,
    until,
    watching,
)
from lg_jupyter.magic.options import help_text
from lg_jupyter.magic.parse import parse
from lg_jupyter.magic.tracebacks import presentable
from lg_jupyter.secrets.redact import Redactor

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App
    from lg_jupyter.run import Run


class Conductor:
    """Runs the magic, in either way. Where a form or only help was asked for, there is no run to give."""

    def __init__(self, shell: Shell, background: Background) -> None:
        self._shell = shell
        self._background = background

    async def run(self, line: str, cell: str | None, caller: Caller) -> Run | App | None:
        """For a cell that awaits: the run shares its loop."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._understand(line, cell, caller)
            if call is None:
                return None
            now = self._execution(line, cell)
            with watching(Watch()) as watch:
                await wait_for(self._background.cancel_earlier(now))
                arguments = await cancellable(call.evaluate(), watch)
                if isinstance(call, FormCall):
                    return call.open(arguments)
                apart = call.in_background and not self._loop_goes_on()
                run = call.start(arguments, thread=apart, blocking=False)
                if call.in_background and not watch.count:
                    self._background.add(now, run)
                else:
                    await _finish(run, watch)
        except Exception as error:
            raise self._presentable(error, run)  # noqa: B904 - nearly always the same
        return run

    def block(self, line: str, cell: str | None, caller: Caller) -> Run | None:
        """For a caller that cannot await: the run has a loop in a thread, and the caller waits for it."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._understand(line, cell, caller)
            if call is None:
                return None
            if isinstance(call, FormCall):
                call.open(call.evaluate_now())
                return None
            now = self._execution(line, cell)
            with watching(Watch()) as watch:
                block_for(self._background.cancel_earlier(now))
                run = start_on_thread(call, watch)
                if call.in_background and not watch.count:
                    self._background.add(now, run)
                else:
                    block_until_over(run, watch)
        except Exception as error:
            raise self._presentable(error, run)  # noqa: B904 - nearly always the same
        return run

    def _presentable(self, error: Exception, run: Run | None) -> BaseException:
        from lg_jupyter.runtime.facade import state_of

        redactor = Redactor.from_environment() if run is None else state_of(run).redactor
        return presentable(error, self._shell, redactor)

    def _understand(self, line: str, cell: str | None, caller: Caller) -> Call | None:
        invocation = parse(line)
        if invocation.help or invocation.doctor:
            print(help_text() if invocation.help else report())
            return None
        body = None if cell is None else compile_body(self._shell, line, cell, caller)
        kind = FormCall if invocation.form else Resumption if invocation.resume else Call
        return kind(self._shell, invocation, body, caller)

    def _execution(self, line: str, cell: str | None) -> Execution:
        return execution(self._shell, f"{line}\n{cell or ''}")

    def _loop_goes_on(self) -> bool:
        """Whether the loop still runs when the cell is over, as a kernel's does."""
        return getattr(self._shell, "kernel", None) is not None


# ---------------------------------------------------------------------------------------------


async def _finish(run: Run, watch: Watch) -> None:
    """Wait for a run on this loop; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    watch.raises = raise_in_blocking_node
    waiting = asyncio.ensure_future(_over(run))
    waiting.add_done_callback(lambda task: task.cancelled() or task.exception())  # seen, if not raised
    try:
        await until(waiting, watch, interrupts=1)
        if watch.count:
            run.cancel()
            await until(waiting, watch, interrupts=2, timeout=PATIENCE)
    except asyncio.CancelledError:
        waiting.cancel()  # which cancels the run
        await asyncio.wait({waiting}, timeout=PATIENCE)
        if not watch.count:
            raise
    if watch.count:
        waiting.cancel()
        raise interrupted_run(run)
    await waiting


async def _over(run: Run) -> None:
    await run
