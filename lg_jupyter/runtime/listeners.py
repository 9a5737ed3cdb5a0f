"""Listeners of a run: the one place where it is decided when each is called."""

from __future__ import annotations

import asyncio
import math
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

MIN_CALL_INTERVAL_SECONDS = 0.05
"""Seconds between two calls of a listener that names no interval: at most twenty a second."""

GetIntervalSeconds = Callable[[], float]
"""Gives the seconds from one call of a listener to the next."""


class _Listener:
    """A function to be called with its subject, when that is due."""

    __slots__ = ("call", "due_time", "get_interval", "seen_change_count", "subject")

    def __init__(self, call: Callable[[Any], object], subject: object, interval: GetIntervalSeconds) -> None:
        self.call = call
        self.subject = subject
        self.get_interval = interval
        self.due_time = 0.0  # the loop's time from which on it may be called
        self.seen_change_count = 0  # how many changes there had been when it was called last


class Listeners:
    """Calls each listener soon after a change, and not again before its interval is over.

    A listener that raises is reported once, as a warning, and harms nobody else. All but ``add_listener`` is
    called on the run's loop.
    """

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._change_count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._soonest_due_time = 0.0  # the loop's time at which the first of them may be called again
        self._has_warned = False

    def add_listener(
        self,
        listener: Callable[[T], object],
        subject: T,
        interval: GetIntervalSeconds = lambda: MIN_CALL_INTERVAL_SECONDS,
    ) -> Callable[[], None]:
        """Have a listener called from now on; the function that is returned ends that."""
        entry = _Listener(listener, subject, interval)
        self._listeners.append(entry)
        self._soonest_due_time = 0.0

        def remove() -> None:
            if entry in self._listeners:
                self._listeners.remove(entry)

        return remove

    def schedule_calls_after_change(self, loop: asyncio.AbstractEventLoop) -> None:
        """Something changed: call each listener as soon as its interval allows."""
        self._change_count += 1
        if self._timer is None or self._soonest_due_time < self._timer.when():  # that is for a slower one
            self._stop_timer()
            self._set_timer(loop)

    def call_pending_now(self, loop: asyncio.AbstractEventLoop) -> None:
        """Intervals changed: call now whom a change waits for."""
        for entry in self._listeners:
            entry.due_time = 0.0
        self._stop_timer()
        self._set_timer(loop)

    def notify_last_time(self) -> None:
        """Nothing will change any more: call the listeners a last time, now."""
        self._stop_timer()
        for entry in list(self._listeners):
            self._call_listener(entry)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        self._soonest_due_time = min((entry.due_time for entry in self._listeners), default=math.inf)
        due = [entry.due_time for entry in self._listeners if entry.seen_change_count != self._change_count]
        if due:
            self._timer = loop.call_at(min(due), self._call_due_listeners, loop)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _call_due_listeners(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for entry in list(self._listeners):
            if entry.seen_change_count != self._change_count and entry.due_time <= now:
                self._call_listener(entry)
                entry.due_time = loop.time() + entry.get_interval()
        self._set_timer(loop)

    def _call_listener(self, entry: _Listener) -> None:
        entry.seen_change_count = self._change_count
        try:
            entry.call(entry.subject)
        except Exception as error:
            self._warn_of_failed_listener(entry.call, error)

    def _warn_of_failed_listener(self, listener: Callable[[Any], object], error: Exception) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"{listener!r} failed to follow the run, which goes on: {type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
