"""How the cell shows an exception: ours in one line, the graph's as Python shows it, no secret in either."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from lg_jupyter.errors import LgJupyterError, RunError
from lg_jupyter.kernel.frames import build_traceback, find_frame_owner, iter_traceback_entries
from lg_jupyter.magic.evaluation import Shell
from lg_jupyter.secrets.ipython_tracebacks import IPYTHON_RENDER_ATTRIBUTE, IPythonTracebackRenderer
from lg_jupyter.secrets.redact import Redactor

E = TypeVar("E", bound=BaseException)


def set_one_line_traceback(error: E) -> E:
    """Have IPython show ``error`` without its stack."""
    line = f"{type(error).__name__}: {error}"
    return _set_traceback_renderer(error, lambda: [line])


def prepare_error_to_show(error: BaseException, shell: Shell, redactor: Redactor) -> BaseException:
    """What to raise in place of ``error``: nearly always itself."""
    if isinstance(getattr(error, IPYTHON_RENDER_ATTRIBUTE, None), IPythonTracebackRenderer):
        return error  # a run's: it is masked, and shows the user's frames alone
    if isinstance(error, LgJupyterError):
        error.args = tuple(_mask_argument(arg, redactor) for arg in error.args)
        return error if hasattr(error, IPYTHON_RENDER_ATTRIBUTE) else set_one_line_traceback(error)
    error = error.with_traceback(_strip_own_frames(error.__traceback__) or error.__traceback__)
    return _mask_error(error, shell, redactor) if redactor.is_active else error


def _mask_error(error: BaseException, shell: Shell, redactor: Redactor) -> BaseException:
    messages = "".join(traceback.TracebackException.from_exception(error, limit=0).format())
    if redactor.mask(messages) == messages:
        return error
    error.args = tuple(_mask_argument(arg, redactor) for arg in error.args)
    if redactor.mask(str(error)) != str(error):  # it makes its text of something else than its arguments
        instead = set_one_line_traceback(RunError(type(error).__name__, redactor.mask(str(error))))
        instead.__suppress_context__ = True
        return instead
    stack = error.__traceback__

    def render() -> list[str]:
        lines = shell.InteractiveTB.structured_traceback(type(error), error, stack)
        return [redactor.mask(line) for line in lines]

    return _set_traceback_renderer(error, render)


def _mask_argument(argument: object, redactor: Redactor) -> object:
    return redactor.mask(argument) if isinstance(argument, str) else argument


def _set_traceback_renderer(error: E, render: Callable[[], list[str]]) -> E:
    error.__dict__[IPYTHON_RENDER_ATTRIBUTE] = render
    return error


def _strip_own_frames(stack: TracebackType | None) -> TracebackType | None:
    """A stack without our frames: it begins where the user's code does."""
    return build_traceback(
        [entry for entry in iter_traceback_entries(stack) if find_frame_owner(entry.tb_frame) != "lg_jupyter"]
    )
