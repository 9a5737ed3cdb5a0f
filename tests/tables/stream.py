"""Events made by hand: a stream is fed fact by fact, and keeps the trace that it fills."""

from __future__ import annotations

from typing import Any

from lg_jupyter.events.events import (
    Event,
    Fact,
    MessageChunk,
    Part,
    StateUpdate,
    StateValues,
    TaskEnded,
    TaskStarted,
)
from lg_jupyter.tables.trace import Trace

START = 1_700_000_000.0


class Refuses:
    """An adapter for traces that are fed events only."""

    def adapt(self, part: Part) -> Event:
        raise AssertionError("this trace is fed events")


class Stream:
    """``stream(fact, …)`` is one event at the next whole second, or ``at`` so many seconds from the start."""

    def __init__(self, **trace_options: Any) -> None:
        self.trace = Trace(Refuses(), **trace_options)
        self.seq = 0

    def __call__(
        self,
        *facts: Fact,
        namespace: str = "",
        node: str | None = None,
        step: int | None = None,
        task_id: str | None = None,
        message_id: str | None = None,
        mode: str = "test",
        data: Any = None,
        at: float | None = None,
    ) -> Event:
        event = Event(
            seq=self.seq,
            timestamp=START + (self.seq if at is None else at),
            mode=mode,
            namespace=namespace,
            node=node,
            step=step,
            task_id=task_id,
            message_id=message_id,
            run_id="run-1",
            thread_id="thread-1",
            checkpoint_id=None,
            data=data,
            facts=facts,
        )
        self.seq += 1
        self.trace.feed_event(event)
        return event

    # -- facts that most tests need --------------------------------------------------------------

    def task(self, task_id: str, node: str = "node", **where: Any) -> Event:
        at = where.get("at", self.seq)
        return self(TaskStarted(task_id, node, {"in": 1}, ["start"], START + at), task_id=task_id, **where)

    def task_end(self, task_id: str, status: Any = "success", *, node: str = "node", **where: Any) -> Event:
        at = where.get("at", self.seq)
        return self(TaskEnded(task_id, node, status, START + at, {"out": 1}), task_id=task_id, **where)

    def chunk(self, message_id: str, text: str = "", *, role: str = "ai", **rest: Any) -> Event:
        where = {
            name: rest.pop(name) for name in ("namespace", "node", "step", "task_id", "at") if name in rest
        }
        return self(MessageChunk(message_id, role, text, **rest), message_id=message_id, **where)

    def state(self, values: Any, *, interrupted: bool = False, **where: Any) -> Event:
        return self(StateValues(values, interrupted), **where)

    def wrote(self, node: str, writes: Any, **where: Any) -> Event:
        return self(StateUpdate(node, None, writes), node=node, **where)

    # -- what is there ---------------------------------------------------------------------------

    def rows(self, table: str, *columns: str) -> list[Any]:
        """The rows of a table; only these columns, as tuples, or bare values if it is one."""
        rows = self.trace.rows(table)
        if not columns:
            return rows
        return [
            row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns) for row in rows
        ]

    def the(self, table: str, key: Any) -> dict[str, Any]:
        row = self.trace.row(table, key)
        assert row is not None
        return row


def since_start(time: float | None) -> float | None:
    """A time of a row in seconds from the start of the stream."""
    return None if time is None else time - START
