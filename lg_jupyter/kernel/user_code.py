"""Code that is not ours, run while a run is recorded: the ``repr``, ``==`` or serializer of a user's value.

Whatever such code raises, a ``KeyboardInterrupt`` or ``SystemExit`` too, is a fact about the value and ends
nothing. One thing may not be kept: what the handler of a signal raised while the code happened to run, an
interrupt of the user's or a timer's. It is recognised by its traceback, which goes through the handler.
"""

from __future__ import annotations

import dis
import functools
import signal
import threading
from collections.abc import Iterator
from types import CodeType, TracebackType
from typing import Any

from lg_jupyter.kernel.frames import iter_traceback_entries


def reraise_if_from_signal(error: BaseException) -> None:
    """To be called with what foreign code raised, before it is swallowed.

    Raises
    ------
    BaseException
        The error, or the one that it names as its cause, if the handler of a signal raised it and not the
        code that was called.

    Examples
    --------
    >>> def text_of(value):
    ...     try:
    ...         return repr(value)
    ...     except BaseException as error:
    ...         reraise_if_from_signal(error)
    ...         return "no text"
    """
    if threading.current_thread() is not threading.main_thread():  # where no handler ever runs
        return
    handlers = [*filter(callable, map(signal.getsignal, signal.valid_signals()))]
    codes = frozenset(map(_find_handler_code, handlers))
    # pydantic makes an error of its own of all that a serializer raises.
    for one in _iter_error_and_causes(error):
        if _is_raised_by_signal_handler(one, codes):
            raise one


def _is_raised_by_signal_handler(error: BaseException, handlers: frozenset[CodeType | None]) -> bool:
    entries = [*iter_traceback_entries(error.__traceback__)]
    if any(entry.tb_frame.f_code in handlers for entry in entries):
        return True
    # Python's own handler of SIGINT has no frame: its exception appears where no statement raised one.
    default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return (
        default
        and type(error) is KeyboardInterrupt
        and bool(entries)
        and not _is_raise_statement(entries[-1])
    )


def _iter_error_and_causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MAX_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__


def format_raise_place(error: BaseException) -> str:
    """Where it was raised, as ``file:line``."""
    entries = [*iter_traceback_entries(error.__traceback__)]
    if not entries:
        return "an unknown place"
    return f"{entries[-1].tb_frame.f_code.co_filename}:{entries[-1].tb_lineno}"


def _find_handler_code(handler: Any) -> CodeType | None:
    """What runs when a handler written in Python is called; ``None`` of any other."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    function = handler if hasattr(handler, "__code__") else type(handler).__call__
    return getattr(function, "__code__", None)


def _is_raise_statement(entry: TracebackType) -> bool:
    code = entry.tb_frame.f_code.co_code
    return 0 <= entry.tb_lasti < len(code) and code[entry.tb_lasti] == _RAISE_OPCODE


_MAX_CAUSES = 10
"""Causes that are looked at: they may go round in a circle."""

_RAISE_OPCODE = dis.opmap["RAISE_VARARGS"]
