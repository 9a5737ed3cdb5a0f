"""What the record computes of rows of which the front end computes the same: ``js/fixtures/facts.json``.

``python -m tests.tables.shared_facts`` writes it, and tests on both sides hold what they compute to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from lg_jupyter.comparison.word_counts import count_word_changes
from lg_jupyter.events.events import SubgraphInfo
from lg_jupyter.tables.call_totals import GroupBy, compute_call_total, compute_call_totals, get_call_kind
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.timeline_lanes import (
    MAX_SEPARATE_GRAPH_RUNS,
    NodeLane,
    find_root_step_spans,
    make_node_lanes,
)
from lg_jupyter.tables.trace import Trace
from tests.recordings import STARTED, parts
from tests.tables.stream import START, Stream

FILE = Path(__file__).parents[2] / "js" / "fixtures" / "facts.json"

RECORDINGS = (
    "local_v1/fansub__ALL__sg",
    "local_v1/fanout__ALL__sg",
    "local_v1/callsub__ALL__sg",
    "local_v1/agent__ALL__sg",
    "local_v1/cmd__ALL__sg",
    "local_v1/err_par__ALL__sg",
    "local_v1/err_par--again__ALL__sg",
    "local_v1/hitl_sub__ALL__sg",
    "local_v1/func_hitl__ALL__sg",
    "local_events_v2/nested",
    "local_events_v2/react",
    "server_v1/nested--stateless__SALL__sg",
)

TEXTS = [
    ("", ""),
    ("", "all new"),
    ("A cat, a dog; a cow.", "A dog: a cat. A cow!"),
    ("one two three four five", "zero two one four five six"),
    ("gaps  only\n differ", "gaps only differ"),
    ("wo\u0308rter, हिन्दी and 4.5 kg_net", "worter, हिन्दी or 5.5 kg_net"),
    ("the the the a the", "a the the b the"),
]

CALLS: dict[str, list[dict[str, Any]]] = {
    "model_calls": [
        {"model": "a", "node": "n", "status": "running", "cost": 8.0, "input_tokens": 7},
        {"model": "b", "node": "n", "status": "success", "latency": 0.5, "total_tokens": 3, "cost": 0.25},
        {"provider": "p", "response_model": "b", "node": "m", "status": "error", "latency": 4.0, "cost": 0.5},
        {"provider": "p", "agent_name": "n", "status": "success", "latency": 2.0, "cache_read_tokens": 0},
        {"model": "b", "agent_name": "who", "node": "n", "status": "success", "reasoning_tokens": 2},
        *({"model": "b", "node": "k", "status": "success", "latency": float(nth)} for nth in range(21)),
        {"status": "incomplete"},
    ],
    "tool_calls": [
        {"name": "b", "node": "n", "status": "success", "latency": 1.0},
        {"name": "look", "agent_name": "who", "node": "tools", "status": "error"},
        {"name": "look", "node": "n", "status": "running"},
        {"status": "success"},
    ],
}
"""What sums are made of: calls of one name and of none, of both kinds; some that nobody counted."""

COLUMNS = {
    "tasks": ("task_id", "namespace", "node", "step", "status", "start_time", "end_time"),
    "messages": ("message_id", "task_id", "namespace", "node", "first_token_time"),
    "namespaces": ("namespace", "graph_name"),
}


def facts() -> dict[str, Any]:
    """Lanes, steps and places of each recording, words that texts share, and what calls sum up to."""
    traces = {name: _trace(name) for name in RECORDINGS}
    said = [row["text"] for trace in traces.values() for row in trace.rows("messages") if row["text"]]
    runs = {name: (trace, STARTED) for name, trace in traces.items()}
    runs |= {name: (stream.trace, START) for name, stream in _made_by_hand()}
    return {
        "runs": [{"name": name, **_run(*run)} for name, run in runs.items()],
        "texts": [[*pair, *count_word_changes(*pair)] for pair in (*TEXTS, *pairwise(dict.fromkeys(said)))],
        "calls": {
            "rows": CALLS,
            "totals": {by: compute_call_totals(_blank_calls(), by) for by in get_args(GroupBy)},
            "total": {
                "all": compute_call_total(_blank_calls()),
                "tools": compute_call_total(row for row in _blank_calls() if get_call_kind(row) == "tool"),
                "none": compute_call_total([]),
            },
        },
    }


def _blank_calls() -> list[dict[str, Any]]:
    """Whole rows of these calls."""
    return [dict.fromkeys(SCHEMAS[table].column_kinds) | row for table, rows in CALLS.items() for row in rows]


def _trace(recording: str) -> Trace:
    trace = Trace()
    for part in parts(recording):
        trace.feed(part)
    return trace


def _made_by_hand() -> Iterator[tuple[str, Stream]]:
    """Graphs that tools run: so few that each has lanes, and so many that those of one name share them."""
    for name, count in (("a few runs of graphs", 3), ("many runs of graphs", MAX_SEPARATE_GRAPH_RUNS + 1)):
        stream = Stream()
        for number in range(count):
            stream.task(str(number), "tools", step=1)
            stream(SubgraphInfo(graph_name="rome" if number else "paris"), namespace=f"tools:{number}")
            stream.task(f"in {number}", "look", namespace=f"tools:{number}", step=1)
            stream.task_end(f"in {number}", node="look", namespace=f"tools:{number}", step=1)
            stream.task_end(str(number), node="tools", step=1)
        stream.task("again", "look", namespace="tools:2|1", step=1)
        stream.task_end("again", "error", node="look", namespace="tools:2|1", step=1)
        yield name, stream


def _run(trace: Trace, start: float) -> dict[str, Any]:
    rows = {table: trace.rows(table) for table in COLUMNS}
    tasks = [row for row in rows["tasks"] if row["start_time"] or row["end_time"]]
    places = trace.places
    return {
        "rows": {
            table: [_cells(row, names, start) for row in rows[table]] for table, names in COLUMNS.items()
        },
        "lanes": [_lane(lane, start) for lane in make_node_lanes(tasks, rows["messages"], places)],
        "steps": [[_since(time, start) for time in span] for span in find_root_step_spans(tasks)],
        "places": {
            row["namespace"]: places.format_namespace_path(row["namespace"]) for row in rows["namespaces"]
        },
    }


def _lane(lane: NodeLane, start: float) -> dict[str, Any]:
    return {
        "name": lane.name,
        "status": lane.worst_status,
        "tasks": [row["task_id"] for row in lane.task_rows],
        "bars": [[_since(bar.start, start), _since(bar.end, start), bar.status] for bar in lane.bars],
        "first_tokens": [_since(time, start) for time in sorted(lane.first_token_times)],
    }


def _cells(row: dict[str, Any], names: tuple[str, ...], start: float) -> dict[str, Any]:
    return {name: _since(row[name], start) if name.endswith("_time") else row[name] for name in names}


def _since(time: float | None, start: float) -> float | None:
    return None if time is None else round(time - start, 6)


if __name__ == "__main__":
    FILE.write_text(json.dumps(facts(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
