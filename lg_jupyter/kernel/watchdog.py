"""Whether a loop that several runs share still turns, and which node keeps it from that."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from lg_jupyter.kernel import scopes
from lg_jupyter.kernel.scopes import Scope
from lg_jupyter.text.words import count

PATIENCE = 1.0
"""Seconds in which a loop has to turn."""

REMEDY = (
    "An async node must await what takes time (asyncio.sleep, not time.sleep), or be a plain function (def): "
    "that gets a thread."
)


@dataclass(frozen=True)
class _Held:
    """What a loop is busy with: the task, and the line of the user's code, where these are known."""

    task: asyncio.Task[Any]
    filename: str
    line: int
    function: str

    @property
    def place(self) -> str:
        return (
            f" (in {self.function}, {os.path.basename(self.filename)}:{self.line})" if self.function else ""
        )


class Watchdog:
    """Asks a loop for a sign of life while runs are on it. It is a daemon thread, which else sleeps."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._loop = loop
        self._ident = thread.ident
        self._scopes: set[Scope] = set()
        self._told: WeakKeyDictionary[Scope, set[str | None]] = WeakKeyDictionary()
        self._needed = threading.Event()
        threading.Thread(target=self._live, name="lg_jupyter watchdog", daemon=True).start()

    def add(self, scope: Scope) -> None:
        """A run begins. This and ``remove`` are called on the loop."""
        self._scopes.add(scope)
        self._needed.set()

    def remove(self, scope: Scope) -> None:
        self._scopes.discard(scope)
        if not self._scopes:
            self._needed.clear()

    def _live(self) -> None:
        while True:
            self._needed.wait()
            self._look()
            time.sleep(PATIENCE / 2)

    def _look(self) -> None:
        """Wait until the loop turns once; meanwhile tell what it is busy with each time one looks."""
        turned = threading.Event()
        self._loop.call_soon_threadsafe(turned.set)
        before: _Held | None = None
        while not turned.wait(PATIENCE / 2):
            held = self._held()
            if held is not None and before is not None and held.task is before.task:
                self._tell(held)
            before = held

    def _held(self) -> _Held | None:
        task: asyncio.Task[Any] | None = asyncio.current_task(self._loop)
        if task is None:
            return None
        frame = sys._current_frames().get(self._ident or 0)
        while frame is not None and not scopes.is_users(frame):
            frame = frame.f_back
        if frame is None:
            return _Held(task, "", 0, "")
        return _Held(task, frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)

    def _tell(self, held: _Held) -> None:
        """Warn, and note it with the run whose node it is and with those that wait for it."""
        scope, node = scopes.of_task(held.task)
        if scope is None or node in self._told.setdefault(scope, set()):
            return
        self._told[scope].add(node)
        what, blocked = _what(node), f"blocked the event loop for more than a second{held.place}"
        scope.say(f"{what[0].upper()}{what[1:]} {blocked}. {REMEDY}")
        waiting = self._scopes - {scope}
        for other in waiting:
            other.say(f"It waited for {what} of another run, {scope.name}, which {blocked}.")
        waited = f", which {count(len(waiting), 'other run')} had to wait for" if waiting else ""
        text = f"{what} of the run of {scope.name} {blocked}{waited}. {REMEDY}"
        scopes.in_context_of(held.task, _warn, text, held)


def _what(node: str | None) -> str:
    return f"the node {node}" if node else "code"


def _warn(text: str, held: _Held) -> None:
    try:
        warnings.warn_explicit(text, RuntimeWarning, held.filename or "lg_jupyter", held.line)
    except RuntimeWarning:  # made an error of, which nobody here could take
        sys.stderr.write(f"RuntimeWarning: {text}\n")
