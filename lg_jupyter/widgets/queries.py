"""What a page can ask about a run: its tables' rows, cells and states, its drawing, its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import plain
from lg_jupyter.errors import LgJupyterError
from lg_jupyter.events.events import JSON
from lg_jupyter.tables.search import Query, keys_of_rows_with
from lg_jupyter.tables.states import part
from lg_jupyter.widgets.bundles import module
from lg_jupyter.widgets.cells import PREVIEW, cell
from lg_jupyter.widgets.protocol import Message

if TYPE_CHECKING:
    from lg_jupyter.tables import Row
    from lg_jupyter.tables.trace import Trace

MAX_ROWS = 1_000
"""The most rows that one call gives."""

METHODS = ("events", "event", "search", "value", "state", "graph", "asset", "code", "cancel", "ping")
"""What the front end may call, beside what steers a run."""

SLOW = frozenset({"graph", "checkpoints", "search"})
"""Methods that may wait for somebody else, or take a while, and so are answered on a thread of their own."""

_SEARCHED = ("tasks", "messages", "state_diffs", "checkpoints", "custom", "interrupts")
"""Tables with cells that may be too big to push; events are searched by their own query."""


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
