"""What a run told since it went on: rows of its tables, and the same few fields as of the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lg_jupyter.events.events import JSON
from lg_jupyter.tables import Row
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.usage import Usage
from lg_jupyter.tables.waits import Waits

if TYPE_CHECKING:
    from lg_jupyter.record.summary import Summary
    from lg_jupyter.tables.trace import Trace

_GROW = ("tasks", "namespaces", "interrupts")
"""The tables whose rows go on when the run does."""

_LOGS = ("messages", "state_diffs", "checkpoints", "custom")
"""Those that only have more rows then."""


@dataclass(frozen=True)
class Mark:
    """How far the tables were when a run went on.

    Attributes
    ----------
    timestamp
        When it did, in seconds since the epoch.
    lengths
        The rows of each table.
    stood
        How the rows stood that may change.
    counts
        The events and tokens there had been.
    """

    timestamp: float
    lengths: Mapping[str, int]
    stood: Mapping[str, list[tuple[JSON, ...]]]
    counts: Mapping[str, int]

    @classmethod
    def at(cls, timestamp: float, trace: Trace) -> Mark:
        """As they are now."""
        return cls(
            timestamp,
            {name: len(trace.tables[name]) for name in _LOGS},
            {name: [_stands(row) for row in trace.rows(name)] for name in _GROW},
            trace.counts,
        )


class Onwards:
    """What a record reads of a trace, of all that came after a mark. The state is that at the end."""

    def __init__(self, trace: Trace, mark: Mark) -> None:
        self._trace = trace
        self._mark = mark

    @property
    def output(self) -> JSON:
        return self._trace.output

    @property
    def error(self) -> dict[str, str] | None:
        return self._trace.error

    @property
    def waits(self) -> Waits:
        """All of them: a task that was answered began before."""
        return self._trace.waits

    @property
    def places(self) -> Places:
        """Those of the whole run."""
        return self._trace.places

    def _elapsed(self) -> float | None:
        start, end = self._mark.timestamp, self._trace.ended
        waited = sum(wait.end - wait.start for wait in self.waits if wait.start >= start)
        return None if end is None else max(0.0, end - start - waited)

    def rows(self, table: str) -> list[Row]:
        """The rows that are new, or other than they were."""
        rows = self._trace.rows(table)
        if table in _LOGS:
            return rows[self._mark.lengths[table] :]
        before = self._mark.stood[table]
        return [row for place, row in enumerate(rows) if [_stands(row)] != before[place : place + 1]]

    def summary(self, whole: Summary, earlier: int) -> Summary:
        """The run in a few fields, after the mark; ``earlier`` is the cell that has what came before.

        Steps are those of the root's tasks, and ``None`` where no mode tells of tasks.
        """
        steps = {row["step"] for row in self.rows("tasks") if not row["namespace"]} - {None}
        usage = Usage.of_rows(self.rows("messages"))
        counts = {**whole["counts"], **self._trace.counts}
        since = {name: counts[name] - before for name, before in self._mark.counts.items()}
        told = {
            **whole,
            "started": self._mark.timestamp,
            "elapsed": self._elapsed(),
            "steps": len(steps) or None,
            "usage": usage.known() if any(usage) else None,
            "tokens": usage.output_tokens or since["tokens"],
            "counts": {**counts, **since},
            "history_omitted": 0,
            "earlier": f"It went on here. What came before stands in [{earlier}].",
        }
        return cast("Summary", told)


def _stands(row: Row) -> tuple[JSON, ...]:
    return row["status"], row.get("end_time"), row.get("latency")
