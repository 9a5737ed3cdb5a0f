"""The summary of a run that nobody carries."""

from __future__ import annotations

from lg_jupyter.record.summary import RunSummary
from lg_jupyter.tables.trace import Trace


def summary(trace: Trace, **fields: object) -> RunSummary:
    known = {
        "target": "agent",
        "source": "local",
        "run_id": None,
        "thread_id": "t1",
        "modes": ["values"],
        "tokens": 0,
        "counts": {"events": 3},
        "stop": {"available": True, "hint": None},
        "note": None,
        "record": "lgj-record-1",
        "history_omitted": 0,
        "explanations": [],
        "languages": [],
    }
    return {**known, **trace.make_run_fields(), **fields}
