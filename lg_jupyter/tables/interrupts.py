"""The table ``interrupts``: one row per interrupt, ``pending`` until it is ``resumed``, here or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.encode.interrupt_ids import is_generated_interrupt_id, may_be_same_interrupt_value
from lg_jupyter.events.events import JSON, AnswerRejected, Event, InterruptRaised, RunResumed
from lg_jupyter.tables.base import FactHandler, KeyedTable, Row
from lg_jupyter.tables.schema import SCHEMAS

ANSWERED_ELSEWHERE_STATUS = "answered elsewhere"
"""The status of an interrupt that waits no more, though this run did not answer it."""


class InterruptTable(KeyedTable):
    """Before langgraph 1.2.13 a node's second interrupt has the id of its first: it gets a row of its own."""

    schema = SCHEMAS["interrupts"]

    def __init__(self) -> None:
        super().__init__()
        self._resumed_rows: list[Row] = []  # those that the newest answer was for
        # those that waited when the run went on without an answer
        self._rows_unanswered_at_resume: list[Row] = []

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            InterruptRaised: self._on_interrupt_raised,
            RunResumed: self._on_run_resumed,
            AnswerRejected: self._on_answer_rejected,
        }

    def row(self, key: JSON) -> Row | None:
        """The row of this number, or the newest of this ``interrupt_id``."""
        if isinstance(key, str):
            return next((dict(row) for row in reversed(self._rows) if row["interrupt_id"] == key), None)
        return super().row(key)

    def list_pending_interrupts(self) -> list[Row]:
        """The interrupts that wait for an answer, in the order in which they were raised."""
        return [dict(row) for row in self._rows if row["status"] == "pending"]

    def _on_interrupt_raised(self, event: Event, fact: InterruptRaised) -> None:
        rows = (*self._get_pending_rows(), *self._rows_unanswered_at_resume)
        known = next(
            (row for row in rows if _is_row_of_interrupt(row, fact.interrupt_id, fact.task_id)), None
        )
        if known is not None:
            node, task_id = fact.node or known["node"], fact.task_id or known["task_id"]
            self._update_row(known, node=node, task_id=task_id, status="pending")
            return
        number = len(self._rows)
        self._add_row(
            number,
            interrupt_id=fact.interrupt_id,
            namespace=event.namespace,
            node=fact.node or event.node,
            task_id=fact.task_id or event.task_id,
            value=fact.value,
            response_schema=fact.response_schema,
            status="pending",
            number=number,
        )

    def _on_run_resumed(self, event: Event, fact: RunResumed) -> None:
        self._rows_unanswered_at_resume = [] if fact.has_answered_interrupts else self._get_pending_rows()
        for row in self._rows_unanswered_at_resume:
            self._update_row(row, status=ANSWERED_ELSEWHERE_STATUS)
        answers = self._match_answers_to_rows(fact.answer_value)
        self._resumed_rows = [row for row, _ in answers]
        for row, answer in answers:
            self._update_row(row, status="resumed", resumed_with=answer)

    def _on_answer_rejected(self, event: Event, fact: AnswerRejected) -> None:
        """What was to be answered waits as before, or somebody else has answered it."""
        for row in (*self._resumed_rows, *self._get_pending_rows()):
            still_waits = any(
                _is_row_of_interrupt(row, each.get("id"), each.get("task_id"))
                and may_be_same_interrupt_value(row["value"], each.get("value"))
                for each in fact.interrupts
            )
            self._update_row(
                row, status="pending" if still_waits else ANSWERED_ELSEWHERE_STATUS, resumed_with=None
            )
        self._resumed_rows = []

    def _get_pending_rows(self) -> list[Row]:
        return [row for row in self._rows if row["status"] == "pending"]

    def _match_answers_to_rows(self, value: JSON) -> list[tuple[Row, JSON]]:
        """Who is answered with what: a dict of interrupt ids answers those, any other value all that wait.

        An id may be answered again: a graph can refuse an answer.
        """
        newest = {row["interrupt_id"]: row for row in self._rows}
        if isinstance(value, dict) and value and newest.keys() >= value.keys():
            return [(newest[key], answer) for key, answer in value.items()]
        return [(row, value) for row in self._get_pending_rows()]


def _is_row_of_interrupt(row: Row, interrupt_id: JSON, task_id: JSON) -> bool:
    """Whether a row is of this interrupt: ids that are not LangGraph's own are the same in several tasks."""
    if row["interrupt_id"] != interrupt_id:
        return False
    return (
        is_generated_interrupt_id(interrupt_id)
        or None in (row["task_id"], task_id)
        or row["task_id"] == task_id
    )
