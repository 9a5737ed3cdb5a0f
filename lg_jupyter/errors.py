"""What can go wrong, as exceptions whose one-line text says what came and what to do.

::

    LgJupyterError
    ├── UsageError                 what the user gave cannot be used
    │   ├── TargetError            the thing to run is no graph
    │   ├── InputError             the graph cannot take this input
    │   ├── ModeError              an unknown stream mode
    │   ├── UnknownArgumentError   a function takes no such argument, or lacks one; a TypeError, too
    │   ├── UnknownAttributeError  there is no such attribute; an AttributeError, too
    │   └── AnswerRefusedError     the thread does not stand any more where the run stopped
    ├── ServerError                a server is not there, refuses the key, or knows no such assistant
    ├── RunError                   a run failed on a server, whose ``error_type`` and ``message`` it has;
    │                              or a node of a local one called ``sys.exit``, which ends no notebook
    └── SavedRunError              a file holds no run that can be read

An exception that a local graph raises is the user's own and is never wrapped, but for ``SystemExit``.
"""

from __future__ import annotations

from typing import Any


class LgJupyterError(Exception):
    """The base of every exception that this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the one line, without the stack that led to it."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(LgJupyterError):
    """What the user gave cannot be used; the text says what to type instead."""


class TargetError(UsageError):
    """The thing to run is no graph, no server and no saved run."""


class InputError(UsageError):
    """The graph cannot take this input."""


class ModeError(UsageError):
    """An unknown stream mode."""


class UnknownArgumentError(UsageError, TypeError):
    """A function takes no such argument, or lacks one."""


class UnknownAttributeError(UsageError, AttributeError):
    """There is no such attribute. The text has a suggestion, so Python is left nothing to make its own of."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.name, self.obj = "", None


class AnswerRefusedError(UsageError):
    """A run was not resumed, for its thread has gone on meanwhile; the text says where it stands.

    ``thread_state`` is the thread's, as :class:`lg_jupyter.sources.thread_state.ThreadState`.
    """

    thread_state: Any = None


class ServerError(LgJupyterError):
    """The server cannot be used: it is not there, refuses the key, or knows no such assistant."""


class RunError(LgJupyterError):
    """A run failed on a server, or a node of a local one called for Python's exit.

    ``error_type`` is the class name that the server gives, or ``SystemExit``; ``message`` is the text.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}" if message else error_type)
        self.error_type = error_type
        self.message = message


class SavedRunError(LgJupyterError):
    """A file holds no run that can be read."""
