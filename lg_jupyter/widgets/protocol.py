"""The messages between a widget and its front end, as JSON-able values.

``js/src/core/connection/`` mirrors it.

To the front end::

    {"type": "delta", "n", "since"?, "elapsed", "summary"?, "counts"?, "rows"?, "text"?}
                                                    what changed since that message, by default n - 1
    {"type": "snapshot", "n", "elapsed", "summary", "counts", "rows", "text", "part"?, "parts"?}
                                                    everything up to n
    {"type": "reply", "id", "result"}  or  {"type": "reply", "id", "error"}
    {"type": "modules", "release", "files"}                                      of the front end itself

``summary`` are fields of :class:`lg_jupyter.record.summary.RunSummary`; of a run, what is a view's own of
them (how to stop, which record it hides) is in the trait ``_summary`` alone.

``rows`` are ``{table: [row, …]}``. A row of a keyed table that is known already has its key and the columns
that changed; rows of the other tables are appended. ``text`` is ``[[message_id, kind, offset, text], …]``:
offsets count code points; what there is from the offset on is replaced. A cell too big to push is
``{"$big": size, "preview": text}``, the size in characters of JSON, or a bound which it exceeds; it is
fetched with ``value``.

A large snapshot comes as several messages in a row, ``part`` counting them from 0 on: the first has its other
fields, each some of its rows and texts (:mod:`lg_jupyter.widgets.snapshot_parts`).

What a widget says that is drawn inside another comes as ``{"type": "hosted", …}`` over the line of that one,
and so does what it is sent (:mod:`lg_jupyter.widgets.hosted_widgets`).

``files`` are ``{file: text}``, each after those that it imports (:mod:`lg_jupyter.widgets.delivery`).

From the front end: ``{"type": "snapshot"}``, and ``{"type": "call", "id", "method", "params"?}``. Each call
is answered once, by its ``id``, a text; ``null`` among its ``params`` is as if it had been left out. Every
widget has the methods ``ping``, ``module`` and ``hosted``; that of a run has ``watch``, ``narrow``, and those
of :class:`lg_jupyter.widgets.queries.RunQueries` and :class:`lg_jupyter.widgets.steering.Steering`. Synced
traits are set by the kernel alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.widgets.cell_previews import preview_large_cells

if TYPE_CHECKING:
    from lg_jupyter.tables import Row, TextDelta
    from lg_jupyter.tables.trace_changes import TraceChanges

PROTOCOL_VERSION = 1

KEY_COLUMN_BY_TABLE = {name: schema.key for name, schema in SCHEMAS.items()}
"""The keys of a run's tables."""

Message = JSONObject


class CallError(Exception):
    """A call that cannot be answered; the text is the one sentence that the front end shows."""


class SentRows:
    """Remembers the keyed rows that were pushed, so that only what changed of them is pushed again.

    Parameters
    ----------
    keys
        The column that is the key, by table; ``None`` for a table whose rows are only added.
    """

    def __init__(self, keys: Mapping[str, str | None] = KEY_COLUMN_BY_TABLE) -> None:
        self._keys = keys
        self._rows: dict[tuple[str, JSON], Row] = {}

    def take_unsent_rows(self, changed: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
        """What to push of the rows that changed, by table."""
        pushed = {
            table: [changed for row in rows if (changed := self._take_changed_row_fields(table, row))]
            for table, rows in changed.items()
        }
        return {table: rows for table, rows in pushed.items() if rows}

    def _take_changed_row_fields(self, table: str, row: Row) -> Row:
        key = self._keys[table]
        if key is None:
            return preview_large_cells(row)
        known = self._rows.get((table, row[key]))
        self._rows[table, row[key]] = row
        if known is None:
            return preview_large_cells(row)
        changed = find_changed_fields(row, known)
        return preview_large_cells({key: row[key], **changed}) if changed else {}


def make_delta_and_mark_sent(
    n: int, elapsed: float | None, changes: TraceChanges, sent: SentRows, summary: Message
) -> Message:
    """The message with what changed; ``summary`` are the fields of it that did."""
    message: Message = {"type": "delta", "n": n, "elapsed": elapsed, "counts": changes.event_and_token_counts}
    if rows := sent.take_unsent_rows(changes.rows):
        message["rows"] = rows
    if changes.text_deltas:
        message["text"] = changes.text_deltas
    if summary:
        message["summary"] = summary
    return message


def merge_deltas(first: Message, then: Message) -> Message:
    """One delta in place of two that follow each other."""
    rows = dict(first.get("rows", {}))
    for table, more in then.get("rows", {}).items():
        rows[table] = [*rows.get(table, ()), *more]
    whole = {
        "rows": rows,
        "text": _merge_text_deltas(first.get("text", []), then.get("text", [])),
        "summary": {**first.get("summary", {}), **then.get("summary", {})},
    }
    since = first.get("since", first["n"] - 1)
    return {**then, "since": since, **{name: value for name, value in whole.items() if value}}


def _merge_text_deltas(first: Sequence[TextDelta], then: Sequence[TextDelta]) -> list[TextDelta]:
    """Pieces of text, each in one with the last of its message and kind where it goes on with that."""
    pieces = list(first)
    last = {(message_id, kind): at for at, (message_id, kind, *_) in enumerate(pieces)}
    for message_id, kind, offset, text in then:
        at = last.get((message_id, kind))
        if at is not None and pieces[at][2] + len(pieces[at][3]) == offset:
            pieces[at] = (message_id, kind, pieces[at][2], pieces[at][3] + text)
        else:
            last[message_id, kind] = len(pieces)
            pieces.append((message_id, kind, offset, text))
    return pieces


def make_snapshot(n: int, elapsed: float | None, everything: TraceChanges, summary: Message) -> Message:
    """The message with everything up to the ``n``-th."""
    return {
        "type": "snapshot",
        "n": n,
        "elapsed": elapsed,
        "summary": summary,
        "counts": everything.event_and_token_counts,
        "rows": {table: list(map(preview_large_cells, every)) for table, every in everything.rows.items()},
        "text": everything.text_deltas,
    }


def make_reply(call_id: str, **outcome: JSON) -> Message:
    """The message that answers a call: by its ``result``, or an ``error`` in a sentence."""
    return {"type": "reply", "id": call_id, **outcome}


def make_modules_message(release: str, files: Mapping[str, str]) -> Message:
    """The message that brings files of the front end."""
    return {"type": "modules", "release": release, "files": dict(files)}


def find_changed_fields(now: Mapping[str, Any], sent: Mapping[str, Any]) -> Message:
    """The fields that are other than they were sent."""
    return {
        name: value
        for name, value in now.items()
        if name not in sent or (value is not sent[name] and value != sent[name])
    }
