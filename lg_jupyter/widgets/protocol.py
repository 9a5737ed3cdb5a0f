"""What the widget and its front end say to each other, as JSON-able values.

``js/src/core/connection/`` mirrors it.

To the front end::

    {"type": "delta", "n", "elapsed", "summary"?, "counts"?, "rows"?, "text"?}   what changed since n - 1
    {"type": "snapshot", "n", "elapsed", "summary", "counts", "rows", "text"}    everything up to n
    {"type": "reply", "id", "result"}  or  {"type": "reply", "id", "error"}
    {"type": "modules", "release", "files"}                                      of the front end itself

``rows`` are ``{table: [row, …]}``. A row of a keyed table that is known already has its key and the columns
that changed; rows of the other tables are appended. ``text`` is ``[[message_id, kind, offset, text], …]``:
offsets count code points; what there is from the offset on is replaced. A cell too big to push is
``{"$big": size, "preview": text}``, the size in characters of JSON, or a bound which it exceeds; it is asked
for with ``value``.

``files`` are ``{file: text}``, each after those that it imports (:mod:`lg_jupyter.widgets.delivery`).

From the front end: ``{"type": "snapshot"}``, and ``{"type": "call", "id", "method", "params"?}``. Each call
is answered once, by its ``id``, a text; ``null`` among its ``params`` is as if it had been left out. Every
widget has the methods ``ping`` and ``module``; that of a run has those of
:class:`lg_jupyter.widgets.queries.RunQueries` and :class:`lg_jupyter.widgets.steering.Steering`. Synced
traits are set by the kernel alone.
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

KEYS = {name: schema.key for name, schema in SCHEMAS.items()}
"""The keys of a run's tables."""

Message = dict[str, JSON]


class CallError(Exception):
    """A call that cannot be answered; the text is the one sentence that the front end shows."""


class Pushed:
    """Remembers the keyed rows that were pushed, so that only what changed of them is pushed again.

    Parameters
    ----------
    keys
        The column that is the key, by table; ``None`` for a table whose rows are only added.
    """

    def __init__(self, keys: Mapping[str, str | None] = KEYS) -> None:
        self._keys = keys
        self._rows: dict[tuple[str, JSON], Row] = {}

    def rows(self, changed: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
        """What to push of the rows that changed, by table."""
        pushed = {
            table: [changed for row in rows if (changed := self._row(table, row))]
            for table, rows in changed.items()
        }
        return {table: rows for table, rows in pushed.items() if rows}

    def _row(self, table: str, row: Row) -> Row:
        key = self._keys[table]
        if key is None:
            return cells(row)
        known = self._rows.get((table, row[key]))
        self._rows[table, row[key]] = row
        if known is None:
            return cells(row)
        changed = news(row, known)
        return cells({key: row[key], **changed}) if changed else {}


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


def reply(call_id: str, **outcome: JSON) -> Message:
    """The message that answers a call: by its ``result``, or an ``error`` in a sentence."""
    return {"type": "reply", "id": call_id, **outcome}


def modules(release: str, files: Mapping[str, str]) -> Message:
    """The message that brings files of the front end."""
    return {"type": "modules", "release": release, "files": dict(files)}


def news(now: Mapping[str, JSON], told: Mapping[str, JSON]) -> Message:
    """What is other than it was told."""
    return {name: value for name, value in now.items() if name not in told or _differs(value, told[name])}


def _differs(value: JSON, known: JSON) -> bool:
    return value is not known and bool(value != known)
