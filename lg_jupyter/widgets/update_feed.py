"""Sends what changes in a run to its widgets, for as long as it goes on."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from lg_jupyter.record.summary import FIELDS_SET_PER_VIEW, find_panel_explanations, summarize_run
from lg_jupyter.runtime.answerable import list_answerable_interrupts
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.protocol import (
    Message,
    SentRows,
    find_changed_fields,
    make_delta_and_mark_sent,
    make_snapshot,
    merge_deltas,
)
from lg_jupyter.widgets.snapshot_parts import split_snapshot

VISIBLE_SEND_INTERVAL_SECONDS = 0.06
"""Seconds between two messages to a view that is visible, times the views of its run that are. That leaves,
of twenty a second, some for the run's outputs and what its nodes print."""

HIDDEN_SEND_INTERVAL_SECONDS = 0.5
"""Seconds between two messages to a view that nobody sees: each has some 500 bytes beside what it says."""

EXPLANATION_REFRESH_SECONDS = 2.0
"""Seconds between two looks at what there is to explain."""

DELTA_CHANGE_FIELDS = frozenset({"rows", "text", "summary"})
"""The fields of a delta that tell something."""


class FeedView(Protocol):
    """A widget of a run, as far as it matters here."""

    @property
    def is_visible(self) -> bool:
        """Whether somebody may see it."""

    def send(self, content: Message) -> None:
        """Send a message."""

    def sync_final_state(self) -> None:
        """Take over how the run ended."""


class _ViewSubscription:
    """A view that is sent to: what it has yet to get, and the end that it was sent: a run can go on."""

    def __init__(self, view: FeedView, ended: float | None) -> None:
        self.view = view
        self.ended = ended
        self.unsubscribe: Callable[[], None] = lambda: None
        self._pending: Message | None = None

    def queue_message(self, message: Message) -> None:
        self._pending = message if self._pending is None else merge_deltas(self._pending, message)

    def pop_message(self) -> Message | None:
        pending, self._pending = self._pending, None
        return pending


class UpdateFeed:
    """Sends what changes in a run to its views, numbered, to each at its own pace, until the run is over."""

    @classmethod
    def get_or_create(cls, run: RunState) -> UpdateFeed:
        """The one feed of a run; one listener alone can take the changes of a trace."""
        if run.feed is None:
            run.feed = cls(run)
        feed: UpdateFeed = run.feed
        return feed

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._subscriptions: list[_ViewSubscription] = []
        self._number = 0
        self._sent_rows = SentRows()
        self._counts: dict[str, int] = {}
        self._sent_summary: Message = {
            "explanations": find_panel_explanations(run),
            "note": run.note,
            "waiting": 0,
        }
        self._next_explanation_time = 0.0
        self._dropped = 0
        self._has_warned = False

    def add_view(self, view: FeedView) -> None:
        """Begin to send to a view; one that comes late gets a snapshot."""
        with self._run.lock:
            subscription = _ViewSubscription(view, self._run.trace.ended if self._run.done else None)
            self._subscriptions.append(subscription)
            if self._number or self._run.done:
                self.send_snapshot(view)
        subscription.unsubscribe = self._run.subscribe(
            lambda run: self._on_run_change(subscription),
            interval=lambda: self._get_send_interval(subscription),
        )

    def remove_view(self, view: FeedView) -> None:
        with self._run.lock:
            for subscription in self._find_subscriptions(view):
                self._subscriptions.remove(subscription)
                subscription.unsubscribe()

    def send_pending_soon(self) -> None:
        """Send to all views now, from whatever thread: who is visible has changed."""
        run = self._run
        if run.loop is not None and not run.done:
            with suppress(RuntimeError):  # the loop is closed
                run.loop.call_soon_threadsafe(run.listeners.call_pending_now, run.loop)

    def send_snapshot(self, view: FeedView) -> None:
        """Send everything to one view, from whatever thread it is called."""
        with self._run.lock:
            if not self._run.done:
                # Or the next delta would append what the snapshot has already.
                self._run_or_warn(self._queue_changes)
            for subscription in self._find_subscriptions(view):
                subscription.pop_message()
            self._number = max(1, self._number)
            everything, summary = self._run.trace.snapshot(), _make_shared_summary(self._run)
            for part in split_snapshot(
                make_snapshot(self._number, _compute_elapsed_seconds(self._run), everything, summary)
            ):
                view.send(part)

    def _find_subscriptions(self, view: FeedView) -> list[_ViewSubscription]:
        return [subscription for subscription in self._subscriptions if subscription.view is view]

    # -- on the loop that carries the run ------------------------------------------------------------

    def _get_send_interval(self, subscription: _ViewSubscription) -> float:
        if not subscription.view.is_visible:
            return HIDDEN_SEND_INTERVAL_SECONDS
        return VISIBLE_SEND_INTERVAL_SECONDS * sum(each.view.is_visible for each in self._subscriptions)

    def _on_run_change(self, subscription: _ViewSubscription) -> None:
        run = self._run
        if not run.done:
            self._run_or_warn(lambda: self._send_pending(subscription))
        elif subscription.ended != run.trace.ended:
            subscription.ended = run.trace.ended
            self._run_or_warn(lambda: self._send_pending(subscription))
            self._sent_rows = SentRows()  # nothing more comes that could be compared with it
            subscription.view.sync_final_state()

    def _send_pending(self, subscription: _ViewSubscription) -> None:
        self._queue_changes()
        self._resend_snapshots_if_events_dropped()
        if message := subscription.pop_message():
            subscription.view.send(message)

    def _resend_snapshots_if_events_dropped(self) -> None:
        """Of a run that holds less than it did, views are to have what it holds, and no more."""
        dropped = self._run.trace.events.dropped_count
        if dropped != self._dropped:
            self._dropped, self._sent_rows = dropped, SentRows()
            for each in list(self._subscriptions):
                self.send_snapshot(each.view)

    def _queue_changes(self) -> None:
        """Put what changed to what each view is sent when it is due."""
        if message := self._take_delta():
            for subscription in self._subscriptions:
                subscription.queue_message(message)

    def _run_or_warn(self, action: Callable[[], None]) -> None:
        """What fails here fails once, with a warning; the run goes on."""
        if self._has_warned:
            return
        try:
            with self._run.lock:
                action()
        except Exception as error:
            self._has_warned = True
            warnings.warn(
                f"the live view of {self._run.name} failed and stands still, the run goes on: "
                f"{type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=2,
            )

    def _take_due_explanations(self) -> Message:
        """The explanations, now and then and at the end."""
        now = time.monotonic()
        if now < self._next_explanation_time and self._run.trace.ended is None:
            return {}
        self._next_explanation_time = now + EXPLANATION_REFRESH_SECONDS
        return {"explanations": find_panel_explanations(self._run)}

    def _take_delta(self) -> Message | None:
        changes = self._run.trace.take_changes()
        if not changes and changes.event_and_token_counts == self._counts:
            return None
        live_fields = {"note": self._run.note, "waiting": len(list_answerable_interrupts(self._run))}
        known = {**(changes.run_fields or {}), **live_fields, **self._take_due_explanations()}
        summary = find_changed_fields(known, self._sent_summary)
        self._sent_summary.update(summary)
        message = make_delta_and_mark_sent(
            self._number + 1, _compute_elapsed_seconds(self._run), changes, self._sent_rows, summary
        )
        if changes.event_and_token_counts == self._counts and not DELTA_CHANGE_FIELDS.intersection(message):
            return None  # rows that are as they were sent
        self._number += 1
        self._counts = changes.event_and_token_counts
        return message


def _make_shared_summary(run: RunState) -> Message:
    """What there is to say of a run in all its views."""
    return {name: value for name, value in summarize_run(run).items() if name not in FIELDS_SET_PER_VIEW}


def _compute_elapsed_seconds(run: RunState) -> float | None:
    """The seconds that the run has taken; those in which it waited do not count."""
    elapsed = run.elapsed(run.now())
    return None if elapsed is None else round(elapsed, 3)
