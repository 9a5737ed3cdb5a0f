"""Which interrupts of a run can be answered."""

from __future__ import annotations

from lg_jupyter.adapter.interrupts import GENERATED_ID_PREFIX
from lg_jupyter.encode.interrupt_ids import is_generated_interrupt_id
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.base import Row
from lg_jupyter.text.words import clip_text


def list_answerable_interrupts(run: RunState) -> list[Row]:
    """The interrupts that can be answered: those pending, and those whose answer did not fit their schema.

    Any other answer is taken when it is given: a node that fails with it will fail with it again. A
    ``NodeInterrupt`` can not be answered.
    """
    if run.interrupts or (run.error or {}).get("error") != "ValidationError":
        return [row for row in run.interrupts if is_answerable_interrupt(row)]
    answered = [
        row for row in run.trace.rows("interrupts") if row["interrupt_id"] in run.answered_interrupt_ids
    ]
    return [row for row in answered if row["response_schema"] is not None]


def is_answerable_interrupt(row: Row) -> bool:
    """Whether an interrupt came of ``interrupt()``, and not of a ``NodeInterrupt``, which hears no answer."""
    return is_generated_interrupt_id(row["interrupt_id"]) or row["interrupt_id"].startswith(
        GENERATED_ID_PREFIX
    )


def format_interrupt(row: Row) -> str:
    """The node that raised an interrupt, and its value, clipped."""
    return f"{row['node'] or 'the graph'}: {clip_text(repr(row['value']), 60)}"
