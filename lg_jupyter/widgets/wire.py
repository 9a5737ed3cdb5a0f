"""What the widget and its front end say to each other, as JSON-able values; ``js/src/wire.ts`` mirrors it.

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
methods of :class:`Answers` and those of :class:`lg_jupyter.widgets.steering.Steering`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import plain
from lg_jupyter.errors import LgJupyterError
from lg_jupyter.events.events import JSON
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.search import Query, keys_of_rows_with
from lg_jupyter.tables.states import part
from lg_jupyter.text.preview import preview, weigh
from lg_jupyter.widgets.bundles import module

if TYPE_CHECKING:
    from lg_jupyter.tables import Row
    from lg_jupyter.tables.trace import Changes, Trace

PROTOCOL = 1

CELL_LIMIT = 4_096
"""The most characters of JSON that a pushed cell has."""

PREVIEW = 400
"""How much of a cell too big to push is shown."""

MAX_ROWS = 1_000
"""The most rows that one call gives."""

_WHOLE_STATES = frozenset({"input", "result", "values"})  # seldom looked at: their beginning will do

METHODS = ("events", "event", "search", "value", "state", "graph", "asset", "code", "cancel", "ping")
"""What the front end may call, beside what steers a run."""

SLOW = frozenset({"graph", "checkpoints", "search"})
"""Methods that may wait for somebody else, or take a while, and so are answered on a thread of their own."""

_SEARCHED = ("tasks", "messages", "state_diffs", "checkpoints", "custom", "interrupts")
"""Tables with cells that may be too big to push; events are searched by their own query."""

Message = dict[str, JSON]


# ---------------------------------------------------------------------------------------------
# To the front end


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


def cells(row: Row) -> Row:
    """A row as it is pushed: big cells by their size and beginning."""
    return {
        name: cell(value, PREVIEW if name in _WHOLE_STATES else CELL_LIMIT) for name, value in row.items()
    }


def cell(value: JSON, limit: int) -> JSON:
    """A value as it is pushed: with more than ``limit`` characters of JSON, by its size and beginning."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    weight = weigh(value, 4 * limit)
    if weight > limit:
        return {"$big": weight, "preview": preview(value, PREVIEW)}
    return plain(value)


def _differs(value: JSON, known: JSON) -> bool:
    return value is not known and bool(value != known)


# ---------------------------------------------------------------------------------------------
# From the front end


class CallError(Exception):
    """A call that cannot be answered; the text is the one sentence that the front end shows."""


def failure(error: Exception, masked: Callable[[str], str]) -> str:
    """The sentence that answers a call which failed: a reply must come, whatever was asked.

    Parameters
    ----------
    error
        What was raised.
    masked
        Masks the secrets in what is said of it: checkpointers and servers may quote any.
    """
    if isinstance(error, (CallError, LgJupyterError)):
        return masked(str(error))
    return masked(f"The kernel could not answer: {type(error).__name__}: {error}")


class Answers:
    """What the front end can ask about a run, by method.

    Parameters
    ----------
    trace
        The run's tables.
    cancel
        Stops the run; the sentence that it gives back is shown.
    draw
        What the graph looks like.
    write
        The run's code in a language.
    steer
        What steers the run, by method.
    masked
        Masks the secrets in what is said of an error: those of checkpointers and servers may quote any.
    """

    def __init__(
        self,
        trace: Trace,
        cancel: Callable[[], str],
        draw: Callable[[], JSON],
        write: Callable[[str], str],
        steer: Mapping[str, Callable[..., JSON]],
        masked: Callable[[str], str] = str,
    ) -> None:
        self._trace = trace
        self._cancel = cancel
        self._draw = draw
        self._write = write
        self._steer = steer
        self._masked = masked

    def reply(self, call: Mapping[str, JSON]) -> Message:
        """The message that answers a call, be it by an error."""
        reply: Message = {"type": "reply", "id": call.get("id")}
        try:
            return {**reply, "result": self._answer(call.get("method"), call.get("params") or {})}
        except Exception as error:
            return {**reply, "error": failure(error, self._masked)}

    def _answer(self, method: JSON, params: Mapping[str, JSON]) -> JSON:
        match method:
            case "events":
                return self.events(**_known(params, "offset", "limit", *Query._fields))
            case "event":
                return self.event(**_known(params, "seq"))
            case "search":
                return self.search(str(params.get("text") or ""))
            case "value":
                return self.value(**_known(params, "table", "key", "column"))
            case "state":
                return self.state(**_known(params, "namespace", "step", "seq", "path", "offset", "limit"))
            case "graph":
                return self._draw()
            case "asset":
                return {"text": module(str(params.get("name")))}
            case "code":
                return {"text": str(self._write(str(params.get("language") or "python")))}
            case "cancel":
                return {"message": self._cancel()}
            case "ping":
                return True
            case str() if method in self._steer:
                return self._steer[method](**params)
        raise CallError(f"There is no method {method!r}; there are {', '.join((*METHODS, *self._steer))}.")

    def events(self, offset: int = 0, limit: int = 100, **query: Any) -> JSON:
        """The rows of ``events`` from ``offset`` on that fit, ``data`` cut short, and how many fit."""
        total, rows = self._trace.events.query(offset, min(limit, MAX_ROWS), Query.of(**query))
        return {"total": total, "rows": [_previewed(row) for row in rows]}

    def event(self, seq: int) -> JSON:
        """One whole row of ``events``."""
        row = self._trace.row("events", seq)
        if row is None:
            raise CallError(f"Event {seq} is not held any more.")
        return plain(row)

    def search(self, text: str) -> JSON:
        """The keys of the rows, by table, that have a text in any of their cells, however big."""
        tables = [self._trace.tables[name] for name in _SEARCHED]
        return dict(keys_of_rows_with(tables, text))

    def state(
        self,
        namespace: str = "",
        step: int | None = None,
        seq: int | None = None,
        path: str = "",
        offset: int = 0,
        limit: int = 200,
    ) -> JSON:
        """A whole state, or of a large one what :func:`lg_jupyter.tables.states.part` gives at once."""
        state = self._trace.states.at(namespace, step=step, seq=seq)
        return {
            "namespace": state.event.namespace,
            "step": state.step,
            "seq": state.event.seq,
            "timestamp": state.event.timestamp,
            "source": state.source,
            "path": path,
            **plain(part(state.values, path, offset, limit)),
        }

    def value(self, table: str, key: JSON, column: str) -> JSON:
        """One whole cell. ``key`` is the row's key, in a table without keys its position."""
        row = self._trace.row(table, key)
        if row is None:
            raise CallError(f"There is no row {key!r} in {table}.")
        if column not in row:
            raise CallError(f"There is no column {column!r} in {table}.")
        return plain(row[column])


def _known(params: Mapping[str, JSON], *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if params.get(name) is not None}


def _previewed(row: Row) -> Row:
    return {**row, "data": cell(row["data"], PREVIEW)}
