"""What a table of runs says of each of them."""

from __future__ import annotations

import time
from typing import Any

from lg_jupyter.runtime.run_properties import RunProperties
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.trace import Trace

MAX_LAST_WORDS_CHARACTERS = 100


def make_run_row(run: RunState | RunProperties) -> dict[str, Any]:
    """A run in the fields of a row; ``started`` and ``ended`` are seconds since the epoch."""
    with run.lock:
        trace = run.trace
        usage, costs, failure = (
            trace.token_usage.with_zeros_as_unknown,
            trace.model_calls.costs,
            trace.failure,
        )
        return {
            "run_id": run.id,
            "started": trace.started,
            "ended": trace.ended,
            "latency": trace.elapsed(time.time()),
            "steps": trace.root_step_count,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost": costs.cost,
            "unpriced_calls": costs.unpriced_calls,
            "error": None if failure is None else failure.headline,
            "last_words": find_end_of_last_message(trace),
        }


def find_end_of_last_message(trace: Trace) -> str | None:
    """The end of the last message with a text."""
    for row in reversed(trace.messages.list_produced_rows()):
        if text := (row["text"] or "").strip():
            return text if len(text) <= MAX_LAST_WORDS_CHARACTERS else "…" + text[-MAX_LAST_WORDS_CHARACTERS:]
    return None
