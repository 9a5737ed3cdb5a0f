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

RENDERER = "_render_traceback_"

HOW_TO_SEE_ALL = "%config LGStream.traceback = 'full' shows all"

_CHAIN = 50
"""Exceptions of a chain that are looked at: they may go round in a circle."""


def show_only_user_frames(error: BaseException, clean: Callable[[str], str]) -> None:
    """Have IPython show of an exception only the user's frames, unless it has its own way to be shown.

    ``clean`` masks what is secret in each line.
    """
    if notebook.get_shell() is not None and not hasattr(error, RENDERER):
        vars(error)[RENDERER] = IPythonTraceback(error, clean)


class IPythonTraceback:
    """The lines of an exception, as IPython formats them in the mode that is set (``%xmode``).

    Parameters
    ----------
    error
        The exception.
    clean
        Masks what is secret in a line.

    Attributes
    ----------
    place
        Where it was raised, in words, where no frame says so.
    """

    def __init__(self, error: BaseException, clean: Callable[[str], str]) -> None:
        self._error = error
        self._clean = clean
        self.place = ""

    def __call__(self) -> list[str]:
        formatter = notebook.get_shell().InteractiveTB
        whole = options().traceback == "full" or _get_xmode(formatter) == "Verbose"
        lines, hidden = (self._format_whole(formatter), 0) if whole else self._format_shortened(formatter)
        if self.place:
            lines.append(self.place)
        if hidden and _get_xmode(formatter) != "Minimal":
            lines.append(f"({format_count(hidden, 'frame')} of libraries not shown: {HOW_TO_SEE_ALL})")
        return [self._clean(line) for line in lines]

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return list, ()  # an exception may be pickled, and sent to where there is no IPython

    def _format_whole(self, formatter: Any) -> list[str]:
        error = self._error
        lines: list[str] = formatter.structured_traceback(type(error), error, error.__traceback__)
        return lines

    def _format_shortened(self, formatter: Any) -> tuple[list[str], int]:
        """The lines, and how many frames are left out."""
        error, whole = self._error, self._error.__traceback__
        with _keep_only_shown_frames(error) as hidden:
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
def _keep_only_shown_frames(error: BaseException) -> Iterator[int]:
    """For as long as it is formatted, leave of an exception and its causes the frames that are shown.

    Gives how many are left out.
    """
    whole = {id(each): (each, each.__traceback__) for each in _iter_with_causes(error)}
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


def _iter_with_causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
