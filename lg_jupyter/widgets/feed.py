"""Tells the widgets of a run what changes in it, for as long as it goes on."""

from __future__ import annotations

import asyncio
import time
import warnings
import weakref
from typing import ClassVar, Protocol

from lg_jupyter.record.summary import Summary, explanations
from lg_jupyter.runtime.questions import waits_for
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.protocol import Message, Pushed, delta, news, snapshot

PACE = 0.07
"""Seconds between two messages of a run, times the widgets that show it. That leaves, of twenty a second,
some for the run's outputs and what its nodes print."""

EXPLAIN_EVERY = 2.0
"""Seconds between two looks at what there is to explain."""


class View(Protocol):
    """A widget of a run, as far as it matters here."""

    def send(self, content: Message) -> None:
        """Send a message."""

    def summarize(self) -> Summary:
        """The run's summary for this view."""

    def finish(self) -> None:
        """Take over how the run ended."""


class Feed:
    """Sends what changes in one run to all of its widgets, numbered, until the run is over."""

    _of: ClassVar[weakref.WeakValueDictionary[int, Feed]] = weakref.WeakValueDictionary()

    @classmethod
    def of(cls, run: RunState) -> Feed:
        """The one feed of a run; a trace tells only one listener what changed."""
        feed = cls._of.get(id(run)) or cls(run)
        cls._of[id(run)] = feed
        return feed

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._widgets: list[View] = []
        self._n = 0
        self._pushed = Pushed()
        self._counts: dict[str, int] = {}
        self._told: Message = {"explanations": explanations(run), "note": run.note, "waiting": 0}
        self._explain_at = 0.0
        self._failed = False
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._ended = run.trace.ended if run.done else None  # the end that was told: a run can go on
        run.subscribe(self._change)

    def add(self, widget: View) -> None:
        """Begin to tell a widget; one that comes late is told everything there is."""
        with self._run.lock:
            self._widgets.append(widget)
            if self._n:
                self.send_snapshot(widget)

    def remove(self, widget: View) -> None:
        with self._run.lock:
            if widget in self._widgets:
                self._widgets.remove(widget)

    def send_snapshot(self, widget: View) -> None:
        """Tell one widget everything, from whatever thread it asks."""
        with self._run.lock:
            if not self._run.done:
                self._send_changes()  # or the next delta would append what the snapshot has already
            self._n = max(1, self._n)
            everything, summary = self._run.trace.snapshot(), dict(widget.summarize())
            widget.send(snapshot(self._n, _elapsed(self._run), everything, summary))

    # -- on the loop that carries the run ------------------------------------------------------------

    def _change(self, run: RunState) -> None:
        if run.done:
            if self._ended != run.trace.ended:
                self._ended = run.trace.ended
                self._finish()
        elif self._timer is None and not self._failed:
            wait = self._due - time.monotonic()
            self._timer = asyncio.get_running_loop().call_later(wait, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._send_changes()
        self._due = time.monotonic() + PACE * len(self._widgets)

    def _explained(self) -> Message:
        """The explanations, now and then and at the end."""
        now = time.monotonic()
        if now < self._explain_at and self._run.trace.ended is None:
            return {}
        self._explain_at = now + EXPLAIN_EVERY
        return {"explanations": explanations(self._run)}

    def _finish(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._send_changes()
        self._pushed = Pushed()  # nothing more comes that could be compared with it
        for widget in list(self._widgets):  # one may be closed on another thread meanwhile
            widget.finish()

    def _send_changes(self) -> None:
        """Tell every widget what changed. What fails here fails once, with a warning; the run goes on."""
        if self._failed:
            return
        try:
            with self._run.lock:
                if message := self._changes():
                    for widget in self._widgets:
                        widget.send(message)
        except Exception as error:
            self._failed = True
            warnings.warn(
                f"the live view of {self._run.name} failed and stands still, the run goes on: "
                f"{type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )

    def _changes(self) -> Message | None:
        changes = self._run.trace.drain()
        if not changes and changes.counts == self._counts:
            return None
        self._n += 1
        self._counts = changes.counts
        asked = {"note": self._run.note, "waiting": len(waits_for(self._run))}
        known = {**(changes.run or {}), **asked, **self._explained()}
        summary = news(known, self._told)
        self._told.update(summary)
        return delta(self._n, _elapsed(self._run), changes, self._pushed, summary)


def _elapsed(run: RunState) -> float | None:
    """The seconds that the run has taken; those in which it waited do not count."""
    elapsed = run.trace.elapsed(run.now())
    return None if elapsed is None else round(elapsed, 3)
