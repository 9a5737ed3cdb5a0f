"""The rows of a run's tables since it was resumed last."""

from __future__ import annotations

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.failures import Failure
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.resume_point import TABLES_APPENDED_ON_RESUME, ResumePoint, make_row_fingerprint
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.waits import Waits


class TraceSinceResume:
    """What a record reads of a trace, of all that came after a mark. The state is that at the end."""

    def __init__(self, trace: Trace, resume_point: ResumePoint) -> None:
        self.trace = trace
        self.resume_point = resume_point

    @property
    def output(self) -> JSON:
        return self.trace.output

    @property
    def error(self) -> dict[str, str] | None:
        return self.trace.error

    @property
    def failure(self) -> Failure | None:
        return self.trace.failure

    @property
    def waits(self) -> Waits:
        """All of them: a task that was answered began before."""
        return self.trace.waits

    @property
    def places(self) -> PlaceNames:
        """Those of the whole run."""
        return self.trace.places

    @property
    def elapsed(self) -> float | None:
        """The seconds that it took since, without those in which it waited; ``None`` while it goes on."""
        start, end = self.resume_point.timestamp, self.trace.ended
        waited = sum(wait.end - wait.start for wait in self.waits if wait.start >= start)
        return None if end is None else max(0.0, end - start - waited)

    def rows(self, table: str) -> list[Row]:
        """The rows that are new, or other than they were."""
        rows = self.trace.rows(table)
        if table in TABLES_APPENDED_ON_RESUME:
            return rows[self.resume_point.table_lengths[table] :]
        before = self.resume_point.row_fingerprints[table]
        return [
            row for place, row in enumerate(rows) if [make_row_fingerprint(row)] != before[place : place + 1]
        ]
