"""The form's widget, whose calls its owner answers.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`, with calls of its own. What is synced is a small
summary; what was typed stays in the page until a run gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.widgets.endpoint import Method
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import Message, make_snapshot


class FormWidget(LiveWidget):
    """A form; its owner answers its calls.

    Parameters
    ----------
    title
        What the form is of.
    summary
        What is synced at first; :meth:`publish_state` says what it becomes.
    methods
        What answers each call of the page, by name.
    masked
        Masks the secrets in the account of a failure.
    """

    module = "app"

    def __init__(
        self, title: str, summary: Message, methods: Mapping[str, Method], masked: Callable[[str], str]
    ) -> None:
        self._title = title
        super().__init__(summary, methods, masked)

    def __repr__(self) -> str:
        return f"lg_jupyter: form of {self._title}"

    @property
    def has_loop(self) -> bool:
        """Whether calls come on a loop that goes on."""
        return self._endpoint.has_loop

    def publish_state(self, summary: Message) -> None:
        """Send the page how things are now."""
        self._summary = summary

    def _send_snapshot(self) -> None:
        nothing = TraceChanges(rows={}, text_deltas=[], event_and_token_counts={}, run_fields=None)
        self.send(make_snapshot(1, None, nothing, self._summary))
