"""What the widget and its front end say to each other, as JSON-able values.

``js/src/core/wire.ts`` mirrors it.

To the front end::

    {"type": "delta", "n", "elapsed", "summary"?, "counts"?, "rows"?, "text"?}   what changed since n - 1
    {"type": "snapshot", "n", "elapsed", "summary", "counts", "rows", "text"}    everything up to n
    {"type": "reply", "id", "result"}  or  {"type": "reply", "id", "error"}

``rows`` are ``{table: [row, …]}``. A row of a keyed table that is known already has its key and the columns
that changed; rows of the other tables are appended. ``text`` is ``[[message_id, kind, offset, text], …]``:
offsets count code points; what there is from the offset on is replaced. A cell too big to push is
``{"$big": size, "preview": text}``, the size in characters of JSON, or a bound which it exceeds; it is asked
for with ``value``.

From the front end: ``{"type": "snapshot"}``, and ``{"type": "call", "id", "method", "params"}`` with the
methods of :class:`lg_jupyter.widgets.queries.Answers` and those of
:class:`lg_jupyter.widgets.steering.Steering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.widgets.cells import cells

if TYPE_CHECKING:
    from lg_jupyter.tables import Row
    from lg_jupyter.tables.trace import Changes

PROTOCOL = 1

Message = dict[str, JSON]


class Pushed:
    """Remembers the keyed rows that were pushed, so that only what changed of them is pushed again."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, JSON], Row] = {}

    def rows(self, changed: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
        """What to push of the rows that changed, by table."""
        pushed = {
            table: [news for row in rows if (news := self._row(table, row))]
            for table, rows in changed.items()
        }
        return {table: rows for table, rows in pushed.items() if rows}

    def _row(self, table: str, row: Row) -> Row:
        key = SCHEMAS[table].key
        if key is None:
            return cells(row)
        known = self._rows.get((table, row[key]))
        self._rows[table, row[key]] = row
        if known is None:
            return cells(row)
        news = {name: value for name, value in row.items() if _differs(value, known[name])}
        return cells({key: row[key], **news}) if news else {}


def delta(n: int, elapsed: float | None, changes: Changes, pushed: Pushed, summary: Message) -> Message:
    """The message that tells what changed; ``summary`` are the fields of it that did."""
    message: Message = {"type": "delta", "n": n, "elapsed": elapsed, "counts": changes.counts}
    if rows := pushed.rows(changes.rows):
        message["rows"] = rows
    if changes.text:
        message["text"] = changes.text
    if summary:
        message["summary"] = summary
    return message


def snapshot(n: int, elapsed: float | None, everything: Changes, summary: Message) -> Message:
    """The message that tells everything up to the ``n``-th."""
    return {
        "type": "snapshot",
        "n": n,
        "elapsed": elapsed,
        "summary": summary,
        "counts": everything.counts,
        "rows": {table: list(map(cells, every)) for table, every in everything.rows.items()},
        "text": everything.text,
    }


def _differs(value: JSON, known: JSON) -> bool:
    return value is not known and bool(value != known)
