"""What of a run's tables a display has to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from lg_jupyter.events.events import JSONObject
from lg_jupyter.tables import Row, TextDelta


@dataclass(frozen=True, slots=True)
class TraceChanges:
    """Rows, texts and figures that a display does not have yet.

    ``rows`` are upserts by table, without ``events`` and ``tokens``, and without the texts of messages; those
    are in ``text_deltas``, each piece once. ``event_and_token_counts`` are how many rows ``events`` and
    ``tokens`` had. ``run_fields`` is what :meth:`lg_jupyter.tables.trace.Trace.make_run_fields` returns, if
    that has changed.
    """

    rows: dict[str, list[Row]]
    text_deltas: list[TextDelta]
    event_and_token_counts: dict[str, int]
    run_fields: JSONObject | None

    def __bool__(self) -> bool:
        return bool(self.rows or self.text_deltas or self.run_fields)
