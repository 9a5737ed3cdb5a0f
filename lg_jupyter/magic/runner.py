"""From the typed line to the finished run: awaited on the caller's loop, or blocking on a thread's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lg_jupyter.magic.background import (
    BackgroundRuns,
    CellExecution,
    await_cancelled_runs,
    block_until_cancelled,
    get_cell_execution,
)
from lg_jupyter.magic.blocking import block_until_done, evaluate_and_start_run
from lg_jupyter.magic.doctor import make_doctor_report
from lg_jupyter.magic.evaluation import CallingCode, Shell, compile_cell_body
from lg_jupyter.magic.form_call import FormCall
from lg_jupyter.magic.history_switch import switch_history
from lg_jupyter.magic.interrupt import (
    CANCEL_TIMEOUT_SECONDS,
    InterruptCounter,
    await_cancelling_on_interrupt,
    await_done_or_interrupted,
    choose_exception_for_blocking_node,
    count_interrupts,
    make_run_interrupted_error,
)
from lg_jupyter.magic.line_parsing import Invocation, parse_line
from lg_jupyter.magic.magic_call import CallWithoutRun, MagicCall, ResumeCall
from lg_jupyter.magic.options import make_help_text
from lg_jupyter.magic.tracebacks import prepare_error_to_show
from lg_jupyter.magic.watch_call import WatchCall
from lg_jupyter.secrets.redact import Redactor

if TYPE_CHECKING:
    from lg_jupyter.apps.app import App
    from lg_jupyter.run import Run
    from lg_jupyter.watching.watch import Watch


class MagicRunner:
    """Runs the magic, in either way. Where the line wants a form or only help, there is no run to give."""

    def __init__(self, shell: Shell, background: BackgroundRuns) -> None:
        self._shell = shell
        self._background = background

    async def run_awaited(self, line: str, cell: str | None, caller: CallingCode) -> Run | App | Watch | None:
        """For a cell that awaits: the run shares its loop."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._parse_call_or_print_answer(line, cell, caller)
            if call is None:
                return None
            now = self._get_cell_execution(line, cell)
            with count_interrupts(InterruptCounter()) as counter:
                await await_cancelled_runs(self._background.cancel_earlier_runs_of_cell(now))
                arguments = await await_cancelling_on_interrupt(call.evaluate_arguments(), counter)
                if isinstance(call, CallWithoutRun):
                    return call.open_and_show(arguments)
                own_thread = call.is_in_background and not self._loop_outlives_cell()
                run = call.start_and_show_run(arguments, on_own_thread=own_thread, is_caller_blocking=False)
                if call.is_in_background and not counter.interrupt_count:
                    self._background.add(now, run)
                else:
                    await _await_run_or_interrupts(run, counter)
        except Exception as error:
            raise self._make_error_to_show(error, run)  # noqa: B904 - nearly always the same
        return run

    def run_blocking(self, line: str, cell: str | None, caller: CallingCode) -> Run | None:
        """For a caller that cannot await: the run has a loop in a thread, and the caller waits for it."""
        __tracebackhide__ = True
        run: Run | None = None
        try:
            call = self._parse_call_or_print_answer(line, cell, caller)
            if call is None:
                return None
            if isinstance(call, CallWithoutRun):
                call.open_and_show(call.evaluate_arguments_without_awaiting())
                return None
            now = self._get_cell_execution(line, cell)
            with count_interrupts(InterruptCounter()) as counter:
                block_until_cancelled(self._background.cancel_earlier_runs_of_cell(now))
                run = evaluate_and_start_run(call, counter)
                if call.is_in_background and not counter.interrupt_count:
                    self._background.add(now, run)
                else:
                    block_until_done(run, counter)
        except Exception as error:
            raise self._make_error_to_show(error, run)  # noqa: B904 - nearly always the same
        return run

    def _make_error_to_show(self, error: Exception, run: Run | None) -> BaseException:
        from lg_jupyter.runtime.run_properties import get_run_state

        redactor = Redactor.from_environment() if run is None else get_run_state(run).redactor
        return prepare_error_to_show(error, self._shell, redactor)

    def _parse_call_or_print_answer(
        self, line: str, cell: str | None, caller: CallingCode
    ) -> MagicCall | None:
        invocation = parse_line(line, caller.locals)
        if invocation.help or invocation.doctor:
            print(make_help_text() if invocation.help else make_doctor_report())
            return None
        if invocation.history is not None:
            print(switch_history(invocation.history))
            return None
        body = None if cell is None else compile_cell_body(self._shell, line, cell, caller)
        return _choose_magic_call_class(invocation)(self._shell, invocation, body, caller)

    def _get_cell_execution(self, line: str, cell: str | None) -> CellExecution:
        return get_cell_execution(self._shell, f"{line}\n{cell or ''}")

    def _loop_outlives_cell(self) -> bool:
        """Whether the loop still runs when the cell is over, as a kernel's does."""
        return getattr(self._shell, "kernel", None) is not None


# ---------------------------------------------------------------------------------------------


def _choose_magic_call_class(invocation: Invocation) -> type[MagicCall]:
    """What is to be done."""
    if invocation.watch or invocation.unwatch:
        return WatchCall
    return FormCall if invocation.form else ResumeCall if invocation.resume else MagicCall


async def _await_run_or_interrupts(run: Run, counter: InterruptCounter) -> None:
    """Wait for a run on this loop; the first interrupt cancels it, the second ends the waiting."""
    __tracebackhide__ = True
    counter.choose_exception = choose_exception_for_blocking_node
    waiting = asyncio.ensure_future(_await_run(run))
    waiting.add_done_callback(lambda task: task.cancelled() or task.exception())  # seen, if not raised
    try:
        await await_done_or_interrupted(waiting, counter, max_interrupts=1)
        if counter.interrupt_count:
            run.cancel()
            await await_done_or_interrupted(
                waiting, counter, max_interrupts=2, timeout=CANCEL_TIMEOUT_SECONDS
            )
    except asyncio.CancelledError:
        waiting.cancel()  # which cancels the run
        await asyncio.wait({waiting}, timeout=CANCEL_TIMEOUT_SECONDS)
        if not counter.interrupt_count:
            raise
    if counter.interrupt_count:
        waiting.cancel()
        raise make_run_interrupted_error(run)
    await waiting


async def _await_run(run: Run) -> None:
    await run
