"""The rows of a table of runs, and who shows them: what a batch and the runs of a cell have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.events.events import Status
from lg_jupyter.secrets.redact import Redactor

_STATUSES_WORST_FIRST: tuple[Status, ...] = ("error", "incomplete", "interrupted", "cancelled")


class BatchEntries:
    """Entries, of which there may be more and more.

    Attributes
    ----------
    entries
        What has a row.
    listeners
        Called when there is something new to show.
    """

    def __init__(self, redactor: Redactor) -> None:
        self.entries: list[BatchEntry] = []
        self.listeners: list[Callable[[], None]] = []
        self._redactor = redactor

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def status_counts(self) -> dict[str, int]:
        """How many entries have each status."""
        return dict(Counter(entry.status for entry in self.entries))

    @property
    def worst_status(self) -> Status:
        """The worst that a run came to."""
        counts = self.status_counts
        return next((status for status in _STATUSES_WORST_FIRST if counts.get(status)), "success")

    def mask_secrets(self, text: str) -> str:
        """A text without the secrets that are known here."""
        return self._redactor.mask(text)

    def notify_listeners(self) -> None:
        """Have who shows them look at them again."""
        for listener in list(self.listeners):
            listener()
