"""How IPython shows an exception of a run: the user's own frames, unless all of them are wanted.

IPython asks an exception that has ``_render_traceback_`` for the lines to show. The exception itself stays as
it is, with its whole traceback, for ``%debug`` and for who handles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lg_jupyter.config import options
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.frames import build_traceback, iter_traceback_entries, select_shown_traceback_entries
from lg_jupyter.text.words import format_count

IPYTHON_RENDER_ATTRIBUTE = "_render_traceback_"

SHOW_ALL_FRAMES_HINT = "%config LGStream.traceback = 'full' shows all"

_MAX_CHAINED_EXCEPTIONS = 50
"""Exceptions of a chain that are looked at: they may go round in a circle."""


def show_only_user_frames(error: BaseException, mask: Callable[[str], str]) -> None:
    """Have IPython show of an exception only the user's frames, unless it has its own way to be shown.

    ``mask`` masks what is secret in each line.
    """
    if notebook.get_shell() is not None and not hasattr(error, IPYTHON_RENDER_ATTRIBUTE):
        vars(error)[IPYTHON_RENDER_ATTRIBUTE] = IPythonTracebackRenderer(error, mask)


class IPythonTracebackRenderer:
    """The lines of an exception, as IPython formats them in the mode that is set (``%xmode``).

    Parameters
    ----------
    error
        The exception.
    mask
        Masks what is secret in a line.

    Attributes
    ----------
    raise_place
        Where it was raised, in words, where no frame says so.
    """

    def __init__(self, error: BaseException, mask: Callable[[str], str]) -> None:
        self._error = error
        self._mask = mask
        self.raise_place = ""

    def __call__(self) -> list[str]:
        formatter = notebook.get_shell().InteractiveTB
        whole = options().traceback == "full" or _get_xmode(formatter) == "Verbose"
        lines, hidden = (
            (self._format_all_frames(formatter), 0) if whole else self._format_user_frames(formatter)
        )
        if self.raise_place:
            lines.append(self.raise_place)
        if hidden and _get_xmode(formatter) != "Minimal":
            lines.append(f"({format_count(hidden, 'frame')} of libraries not shown: {SHOW_ALL_FRAMES_HINT})")
        return [self._mask(line) for line in lines]

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return list, ()  # an exception may be pickled, and sent to where there is no IPython

    def _format_all_frames(self, formatter: Any) -> list[str]:
        error = self._error
        lines: list[str] = formatter.structured_traceback(type(error), error, error.__traceback__)
        return lines

    def _format_user_frames(self, formatter: Any) -> tuple[list[str], int]:
        """The lines, and how many frames are left out."""
        error, whole = self._error, self._error.__traceback__
        with _hide_library_frames(error) as hidden:
            lines: list[str] = formatter.structured_traceback(
                type(error), error, error.__traceback__, tb_offset=0
            )
        formatter.tb = whole  # where %debug begins
        return lines, hidden


def _get_xmode(formatter: Any) -> str | None:
    """What ``%xmode`` is set to."""
    mode: str | None = getattr(formatter, "mode", None)
    return mode


@contextmanager
def _hide_library_frames(error: BaseException) -> Iterator[int]:
    """For as long as it is formatted, leave of an exception and its causes the frames that are shown.

    Gives how many are left out.
    """
    whole = {id(each): (each, each.__traceback__) for each in _iter_exception_chain(error)}
    hidden = 0
    try:
        for each, traceback in whole.values():
            shown = select_shown_traceback_entries(traceback)
            hidden += len([*iter_traceback_entries(traceback)]) - len(shown)
            each.__traceback__ = build_traceback(shown)
        yield hidden
    finally:
        for each, traceback in whole.values():
            each.__traceback__ = traceback


def _iter_exception_chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MAX_CHAINED_EXCEPTIONS):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
