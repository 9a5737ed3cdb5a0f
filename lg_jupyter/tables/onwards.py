"""What a run told since it went on: rows of its tables."""

from __future__ import annotations

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.mark import LOGS, Mark, standing
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.waits import Waits


class Onwards:
    """What a record reads of a trace, of all that came after a mark. The state is that at the end."""

    def __init__(self, trace: Trace, mark: Mark) -> None:
        self.trace = trace
        self.mark = mark

    @property
    def output(self) -> JSON:
        return self.trace.output

    @property
    def error(self) -> dict[str, str] | None:
        return self.trace.error

    @property
    def waits(self) -> Waits:
        """All of them: a task that was answered began before."""
        return self.trace.waits

    @property
    def places(self) -> Places:
        """Those of the whole run."""
        return self.trace.places

    @property
    def elapsed(self) -> float | None:
        """The seconds that it took since, without those in which it waited; ``None`` while it goes on."""
        start, end = self.mark.timestamp, self.trace.ended
        waited = sum(wait.end - wait.start for wait in self.waits if wait.start >= start)
        return None if end is None else max(0.0, end - start - waited)

    def rows(self, table: str) -> list[Row]:
        """The rows that are new, or other than they were."""
        rows = self.trace.rows(table)
        if table in LOGS:
            return rows[self.mark.lengths[table] :]
        before = self.mark.stood[table]
        return [row for place, row in enumerate(rows) if [standing(row)] != before[place : place + 1]]
