"""How far the tables of a run were when it went on."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from typing import Protocol

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.schema import SCHEMAS, TABLES_SENT_AS_COUNTS

TABLES_UPDATED_ON_RESUME = ("tasks", "namespaces", "interrupts")
"""The tables whose rows go on when the run does."""

TABLES_APPENDED_ON_RESUME = tuple(
    name for name in SCHEMAS if name not in TABLES_SENT_AS_COUNTS and name not in TABLES_UPDATED_ON_RESUME
)
"""Those that only have more rows then."""


class HasTables(Protocol):
    """A trace, as far as it matters here."""

    @property
    def tables(self) -> Mapping[str, Sized]: ...
    @property
    def event_and_token_counts(self) -> Mapping[str, int]: ...
    def rows(self, table: str) -> list[Row]: ...


@dataclass(frozen=True)
class ResumePoint:
    """How far the tables were when a run went on.

    Attributes
    ----------
    timestamp
        When it did, in seconds since the epoch.
    table_lengths
        The rows of each table.
    row_fingerprints
        What of each row that may change tells whether it did.
    event_and_token_counts
        The events and tokens there had been.
    """

    timestamp: float
    table_lengths: Mapping[str, int]
    row_fingerprints: Mapping[str, list[tuple[JSON, ...]]]
    event_and_token_counts: Mapping[str, int]

    @classmethod
    def from_trace(cls, timestamp: float, trace: HasTables) -> ResumePoint:
        """As they are now."""
        return cls(
            timestamp,
            {name: len(trace.tables[name]) for name in TABLES_APPENDED_ON_RESUME},
            {
                name: [make_row_fingerprint(row) for row in trace.rows(name)]
                for name in TABLES_UPDATED_ON_RESUME
            },
            trace.event_and_token_counts,
        )


def make_row_fingerprint(row: Row) -> tuple[JSON, ...]:
    """What of a row that may change tells whether it did."""
    return row["status"], row.get("end_time"), row.get("latency")
