"""What is known of a kept run without loading it: a row of the index, and the texts by which it is found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from lg_jupyter.comparison.rows import remove_generated_ids
from lg_jupyter.encode import dump_json, to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.record.input_title import format_input_title, get_run_input_json
from lg_jupyter.record.run_row import make_run_row
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.structure import Structure
from lg_jupyter.text.words import clip_text

MAX_SEARCH_TEXT_CHARACTERS = 200_000
"""Characters of a run by which it can be found."""

RUNNING_STATUS = "running"
ENDED_STATUSES = ("success", "interrupted", "error", "cancelled", "incomplete")


@dataclass
class HistoryEntry:
    """A run that is kept. Times are seconds since the epoch.

    Attributes
    ----------
    id
        By which the history knows it.
    day
        The folder of its file.
    name
        The graph's or the assistant's name, or what the notebook called it.
    status
        ``running`` as long as its process writes it; ``incomplete`` where that was killed.
    title
        The beginning of its input.
    started, ended, latency, steps, input_tokens, output_tokens, cost, unpriced_calls, error, last_words
        As a batch's ``summary`` has them.
    thread_id, run_id
        Its thread, and the server's id.
    nodes
        The graph's nodes, as far as they are known.
    input_key
        A digest of its input; the same for the same one.
    size
        Bytes of its file.
    pinned
        Whether it is kept whatever the bounds.
    """

    id: str
    day: str
    name: str
    status: str
    title: str = ""
    started: float | None = None
    ended: float | None = None
    latency: float | None = None
    steps: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    unpriced_calls: int | None = None
    error: str | None = None
    last_words: str | None = None
    thread_id: str | None = None
    run_id: str | None = None
    nodes: str | None = None
    input_key: str | None = None
    size: int = 0
    pinned: bool = False


def make_entry(run: RunState, day: str) -> HistoryEntry:
    """What there is to know of a run, at whatever point it is."""
    row = make_run_row(run)
    given = get_run_input_json(run)
    return HistoryEntry(
        id=run.key,
        day=day,
        name=run.redactor.mask(run.name),
        status=run.status,
        title="" if given is None else format_input_title(given),
        thread_id=run.thread_id,
        nodes=join_node_names(run.structure_if_known()),
        input_key=None if given is None else _hash_input(given),
        **{**row, "run_id": run.run_id},
    )


def collect_search_text(run: RunState) -> str:
    """The texts by which a run is found: its input, its messages and calls, why it failed, how it ended."""
    with run.lock:
        trace = run.trace
        pieces = [run.redactor.mask(run.name), _to_search_text(get_run_input_json(run))]
        for row in trace.messages.list_produced_rows():
            pieces += [row["text"] or "", row["reasoning"] or ""]
            pieces += [_to_search_text(call.get("args")) for call in row["tool_calls"] or ()]
        if (failure := trace.failure) is not None:
            pieces.append(failure.headline)
        pieces.append(_to_search_text(to_plain_json(trace.output)))
    return clip_text("\n".join(filter(None, pieces)), MAX_SEARCH_TEXT_CHARACTERS)


def is_same_graph(one: HistoryEntry, other: HistoryEntry) -> bool:
    """Whether two runs are of one graph, as far as that is known: by its name, and one node in common."""
    known = one.nodes is not None and other.nodes is not None
    return one.name == other.name and (not known or has_common_node_name(one.nodes or "", other.nodes or ""))


def has_common_node_name(one: str, other: str) -> bool:
    """Whether two graphs have a node in common: one that was changed since mostly has."""
    return not set(one.split("\n")).isdisjoint(other.split("\n"))


def join_node_names(structure: Structure | None) -> str | None:
    """The names of a graph's nodes, a line each; ``None`` where they are not known."""
    if structure is None:
        return None
    names = (str(node["id"]) for node in structure["nodes"])
    return "\n".join(sorted({name for name in names if not name.startswith("__")}))


def _hash_input(given: Any) -> str:
    return hashlib.sha256(dump_json(_sort_nested_keys(remove_generated_ids(given)))).hexdigest()[:32]


def _sort_nested_keys(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _sort_nested_keys(value[name]) for name in sorted(value)}
    return [_sort_nested_keys(item) for item in value] if isinstance(value, list) else value


def _to_search_text(value: JSON) -> str:
    return (
        ""
        if value is None
        else value
        if isinstance(value, str)
        else dump_json(value).decode(errors="replace")
    )
