"""The table ``interrupts``: one row per interrupt, ``pending`` until it is ``resumed``."""

from __future__ import annotations

from collections.abc import Mapping

from ..events import JSON, Event, InterruptRaised, Resumed
from .base import Handler, KeyedTable, Row
from .schema import SCHEMAS


class Interrupts(KeyedTable):
    """Before langgraph 1.2.13 a node's second interrupt has the id of its first: it gets a row of its own."""

    schema = SCHEMAS["interrupts"]

    def handlers(self) -> Mapping[type, Handler]:
        return {InterruptRaised: self._raise, Resumed: self._resume}

    def pending(self) -> list[Row]:
        """The interrupts that wait for an answer, in the order in which they were raised."""
        return [dict(row) for row in self._rows if row["status"] == "pending"]

    def _raise(self, event: Event, fact: InterruptRaised) -> None:
        known = self._by_key.get(fact.interrupt_id)
        if known is not None and known["status"] == "pending":
            self._set(known, node=fact.node or known["node"], task_id=fact.task_id or known["task_id"])
            return
        self._add(
            fact.interrupt_id,
            interrupt_id=fact.interrupt_id,
            namespace=event.namespace,
            node=fact.node or event.node,
            task_id=fact.task_id or event.task_id,
            value=fact.value,
            response_schema=fact.response_schema,
            status="pending",
        )

    def _resume(self, event: Event, fact: Resumed) -> None:
        for row, answer in self._answers(fact.value):
            self._set(row, status="resumed", resumed_with=answer)

    def _answers(self, value: JSON) -> list[tuple[Row, JSON]]:
        """Who is answered with what: a dict of interrupt ids answers those, any other value all that wait.

        An id may be answered again: a graph can refuse an answer.
        """
        if isinstance(value, dict) and value and self._by_key.keys() >= value.keys():
            return [(self._by_key[key], answer) for key, answer in value.items()]
        return [(row, value) for row in self._rows if row["status"] == "pending"]
