"""Who wants to know of a run: told at a pace that a display can follow."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

PACE = 0.05
"""Seconds between two notifications: at most twenty a second."""


class Listeners:
    """Calls each listener with its ``subject``: soon after a change, but never faster than :data:`PACE`.

    A listener that raises is reported once, as a warning, and harms nobody else. All but ``add`` is
    called on the loop that carries the run.
    """

    def __init__(self) -> None:
        self._listeners: list[tuple[Callable[[Any], object], object]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._rested = 0.0  # the loop's time from which on listeners may be called again
        self._warned = False

    def add(self, listener: Callable[[T], object], subject: T) -> Callable[[], None]:
        """Have a listener called from now on; the function that is returned ends that."""
        entry = (listener, subject)
        self._listeners.append(entry)

        def remove() -> None:
            if entry in self._listeners:
                self._listeners.remove(entry)

        return remove

    def changed(self, loop: asyncio.AbstractEventLoop) -> None:
        """Something changed: call the listeners as soon as their pace allows."""
        if self._timer is None and self._listeners:
            self._timer = loop.call_at(self._rested, self._tell, loop)

    def finish(self) -> None:
        """Nothing will change any more: call the listeners a last time, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.call()

    def call(self) -> None:
        for listener, subject in list(self._listeners):
            try:
                listener(subject)
            except Exception as error:
                self._warn(listener, error)

    def _tell(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self.call()
        self._rested = loop.time() + PACE

    def _warn(self, listener: Callable[[Any], object], error: Exception) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"{listener!r} failed to follow the run, which goes on: {type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
