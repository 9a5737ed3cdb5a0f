"""What an interrupt of the kernel does while a cell carries a run.

Left to itself an interrupt reaches an awaiting cell as a bare ``CancelledError``, a blocking one not at all,
and a loop that sleeps hears of it when it wakes. So while the magic works, SIGINT is ours: it is counted, and
whoever waits looks at the count at least every :data:`INTERRUPT_POLL_SECONDS` seconds.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from lg_jupyter.kernel.run_task_group import get_node_name_from_context
from lg_jupyter.magic.tracebacks import set_one_line_traceback
from lg_jupyter.magic.transform import is_called_from_cell

if TYPE_CHECKING:
    from lg_jupyter.run import Run

T = TypeVar("T")

INTERRUPT_POLL_SECONDS = 0.1
"""Seconds between two looks at the count: what keeps a sleeping loop able to hear a signal."""

BLOCKING_NOTICE_DELAY_SECONDS = 0.5
"""Seconds after which it is said that a node keeps the loop from hearing an interrupt."""

CANCEL_TIMEOUT_SECONDS = 1.0
"""Seconds that an interrupted cell waits for its run to be over."""

_installed_counters: list[InterruptCounter] = []
_previous_signal_handler: Any = None
_is_inside_run: ContextVar[bool] = ContextVar("lg_jupyter_inside_run", default=False)


ChooseExceptionByCount = Callable[[int], "BaseException | None"]
"""Says, of how many interrupts there were, what to raise where the newest one arrives."""


def choose_no_exception(count: int) -> BaseException | None:
    """For what must not be torn: who does it looks at the count afterwards."""
    return None


class InterruptCounter:
    """Counts interrupts. ``choose_exception`` changes with what is being done."""

    def __init__(self, choose_exception: ChooseExceptionByCount = choose_no_exception) -> None:
        self.choose_exception = choose_exception
        self.interrupt_count = 0
        self.is_interrupt_noticed = False
        """Whether who waits has looked since the first interrupt."""


@contextmanager
def count_interrupts(counter: InterruptCounter) -> Iterator[InterruptCounter]:
    """Take SIGINT for the time of a ``with`` block. Only the main thread has signals; elsewhere, nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield counter
        return
    _install_counter(counter)
    try:
        yield counter
    finally:
        _remove_counter(counter)


def _install_counter(counter: InterruptCounter) -> None:
    global _previous_signal_handler
    _installed_counters.append(counter)
    if len(_installed_counters) == 1:
        _previous_signal_handler = signal.signal(signal.SIGINT, _handle_sigint)


def _remove_counter(counter: InterruptCounter) -> None:
    # Several runs may be awaited together and end in any order: the last one gives the signal back.
    _installed_counters.remove(counter)
    if not _installed_counters and signal.getsignal(signal.SIGINT) is _handle_sigint:
        signal.signal(signal.SIGINT, _previous_signal_handler)


def _handle_sigint(signum: int, frame: FrameType | None) -> None:
    errors = []
    if (
        not any(counter.interrupt_count for counter in _installed_counters)
        and _is_inside_run.get()
        and _get_current_task()
    ):
        _schedule_blocking_node_notice([*_installed_counters], get_node_name_from_context(copy_context()))
    for counter in _installed_counters:
        counter.interrupt_count += 1
        errors.append(counter.choose_exception(counter.interrupt_count))
    for error in filter(None, errors):
        raise error


# ---------------------------------------------------------------------------------------------
# What to raise where


def choose_keyboard_interrupt(count: int) -> BaseException | None:
    """For code that blocks the main thread under our eyes."""
    return KeyboardInterrupt()


def _schedule_blocking_node_notice(counters: list[InterruptCounter], node: str | None) -> None:
    """Say which node keeps the loop from hearing the first interrupt, unless it is heard in a moment."""

    def tell() -> None:
        if not any(counter.is_interrupt_noticed for counter in counters):
            named = f"The node {node}" if node else "A node"
            print(
                f"{named} blocks the kernel's loop; a second interrupt ends it.", file=sys.stderr, flush=True
            )

    timer = threading.Timer(BLOCKING_NOTICE_DELAY_SECONDS, copy_context().run, (tell,))
    timer.daemon = True
    timer.start()


def make_exception_chooser_for_cell_task(task: asyncio.Task[Any]) -> ChooseExceptionByCount:
    """For the code of a cell: raise in it while it computes; while it waits, cancelling it is for others.

    Never a KeyboardInterrupt: raised in another task than the cell's, that would end the kernel.
    """
    return lambda count: asyncio.CancelledError() if _get_current_task() is task else None


def choose_exception_for_blocking_node(count: int) -> BaseException | None:
    """For a run: a node that blocks the loop hears nothing the first time; the second breaks its code off."""
    return asyncio.CancelledError() if count > 1 and _is_inside_run.get() and _get_current_task() else None


@contextmanager
def mark_inside_run() -> Iterator[None]:
    """Tasks that are started in the ``with`` block, and theirs, are known as the run's."""
    token = _is_inside_run.set(True)
    try:
        yield
    finally:
        _is_inside_run.reset(token)


def _get_current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


# ---------------------------------------------------------------------------------------------
# Waiting


async def await_cancelling_on_interrupt(coroutine: Coroutine[Any, Any, T], counter: InterruptCounter) -> T:
    """Await the cell's own code in this task; an interrupt cancels it.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted; in a task that is not the cell's, :class:`TaskKeyboardInterrupt`.
    """
    __tracebackhide__ = True
    task = asyncio.current_task()
    assert task is not None
    counter.choose_exception = make_exception_chooser_for_cell_task(task)
    ticker = asyncio.ensure_future(_cancel_on_interrupt(task, counter))
    try:
        return await coroutine
    except asyncio.CancelledError:
        if not counter.interrupt_count:
            raise
        _clear_cancellation(task)
        raise make_run_interrupted_error(None) from None
    finally:
        counter.choose_exception = choose_no_exception
        ticker.cancel()


async def _cancel_on_interrupt(task: asyncio.Task[Any], counter: InterruptCounter) -> None:
    while not counter.interrupt_count:
        await asyncio.sleep(INTERRUPT_POLL_SECONDS)
    task.cancel()


def _clear_cancellation(task: asyncio.Task[Any]) -> None:
    """The cancellation was ours and is dealt with (from Python 3.11 on a task remembers it)."""
    uncancel = getattr(task, "uncancel", None)
    if uncancel is not None:
        uncancel()


async def await_done_or_interrupted(
    done_future: asyncio.Future[Any],
    counter: InterruptCounter,
    max_interrupts: int,
    timeout: float | None = None,
) -> None:
    """Wait until ``done_future``, until that many interrupts have come, or for ``timeout`` seconds."""
    loop = asyncio.get_running_loop()
    deadline = None if timeout is None else loop.time() + timeout
    while not done_future.done() and counter.interrupt_count < max_interrupts:
        if deadline is not None and loop.time() >= deadline:
            break
        await asyncio.wait({done_future}, timeout=INTERRUPT_POLL_SECONDS)
    counter.is_interrupt_noticed = counter.interrupt_count > 0


# ---------------------------------------------------------------------------------------------
# Ending the cell


class TaskKeyboardInterrupt(BaseException):
    """A KeyboardInterrupt for a task other than the cell's: a real one would end the loop, and the kernel."""


TaskKeyboardInterrupt.__name__ = KeyboardInterrupt.__name__  # under which it is shown


def make_interrupted_error(text: str) -> BaseException:
    """What ends an interrupted cell, in one line."""
    # The shell catches it before any task sees it.
    safe = is_called_from_cell() or _get_current_task() is None
    return set_one_line_traceback(KeyboardInterrupt(text) if safe else TaskKeyboardInterrupt(text))


def make_run_interrupted_error(run: Run | None) -> BaseException:
    """What ends a cell that was interrupted while it carried ``run``."""
    if run is None:
        return make_interrupted_error("interrupted before the run was started")
    if run.note is not None and run.status == "cancelled":
        return make_interrupted_error(run.note)
    return make_interrupted_error("the run was over" if run.done else "the run is being cancelled")
