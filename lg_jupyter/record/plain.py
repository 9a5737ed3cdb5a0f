"""The record as plain text: the same story as the HTML tells, shorter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.content_lines import lines_of
from lg_jupyter.panels.state import are_messages, change, step_name
from lg_jupyter.panels.subgraphs import Places, graph_facts, graph_name, in_tree
from lg_jupyter.panels.timeline import Axis, tries
from lg_jupyter.record.summary import Summary, headline
from lg_jupyter.tables.blocks import ending
from lg_jupyter.tables.paths import owner
from lg_jupyter.tables.siblings import Siblings
from lg_jupyter.tables.waits import Waits
from lg_jupyter.text.elements import Row
from lg_jupyter.text.markup import printable
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import BRANCH, GOES_ON, SIGNS, clip, count, dotted, seconds, where

if TYPE_CHECKING:
    from lg_jupyter.tables.onwards import Onwards
    from lg_jupyter.tables.trace import Trace

LIMIT = 8_000

KEYS = 20
"""The most keys of the final state that are told."""

LINES = 30
"""The most lines that each section has which is not about messages."""

_NAME = 40
_CHANGE = 160


def waiting_text(summary: Summary, background: bool) -> str:
    """What stands in the record's place until the run ends, as text."""
    state = "still running when saved" if background else "running…"
    return printable(f"{SIGNS['running']} {summary['target']} · {state}")


def text(summary: Summary, trace: Trace | Onwards, limit: int = LIMIT, panel: str | None = None) -> str:
    """The record as plain text: about ``limit`` characters of messages, some lines of all else.

    Of one panel it has only what that shows.
    """
    lines = [headline(summary)]
    if summary.get("earlier"):
        lines.append(f"{GOES_ON} {summary['earlier']}")
    if summary.get("branch"):
        lines.append(f"{BRANCH} {summary['branch']}")
    if summary["note"]:
        lines.append(summary["note"])
    if summary.get("standing"):
        lines.append(f"{SIGNS['interrupted']} {summary['standing']}")
    for name, section in _by_panel(summary, trace, limit):
        if panel in (None, name) or name == "error":
            lines += section
    return printable("\n".join(lines))


def _by_panel(summary: Summary, trace: Trace | Onwards, limit: int) -> Iterator[tuple[str | None, list[str]]]:
    yield "tokens", _said(trace.rows("messages"), summary["history_omitted"], limit)
    yield "interrupts", [_interrupt(row) for row in trace.rows("interrupts")]
    yield "error", _error(trace)
    yield "state", _state(trace.output)
    yield "state", _changes(trace.rows("state_diffs"))
    yield "subgraphs", _subgraphs(trace.rows("namespaces"), Siblings(trace.rows("tasks")))
    places = Places(trace.rows("namespaces"))
    yield "timeline", _timeline(trace.rows("tasks"), places, trace.waits)
    yield None, _explained(summary)


def _section(title: str, size: str, lines: Sequence[str], unit: str) -> list[str]:
    """A title, and lines under it: of many the first third and the last."""
    if not lines:
        return []
    if (left := len(lines) - LINES) > 0:
        gap = f"… {count(left, unit)} left out here"
        lines = [*lines[: LINES // 3], gap, *lines[LINES // 3 + left :]]
    return ["", dotted(title, size), *(f"  {line}" for line in lines)]


# ---------------------------------------------------------------------------------------------
# How it ended


def _interrupt(row: Row) -> str:
    given = f" {GOES_ON} {preview(row['resumed_with'], 500)}" if row["status"] == "resumed" else ""
    return f"{SIGNS['interrupted']} {where(row) or 'the graph'}: {preview(row['value'], 500)}{given}"


def _error(trace: Trace | Onwards) -> list[str]:
    """What the run failed with, and where."""
    if not trace.error:
        return []
    places = sorted({where(row) for row in trace.rows("tasks") if row["status"] == "error"})
    where_it_was = f" in {', '.join(places[:5])}" if places else ""
    return [f"✗ {trace.error.get('error')}{where_it_was}: {clip(trace.error.get('message'), 1_000)}"]


def _state(output: JSON) -> list[str]:
    """What the state ended as, but for the messages, which were said above."""
    if output is None:
        return []
    pairs = list(output.items()) if isinstance(output, dict) else [("output", output)]
    told = [(key, value) for key, value in pairs if not are_messages(value)]
    lines = [f"{key} = {preview(value, 300)}" for key, value in told[:KEYS]]
    return [*lines, *([f"… {count(len(told) - KEYS, 'more key')}"] if len(told) > KEYS else [])]


# ---------------------------------------------------------------------------------------------
# What was said


def _said(rows: Sequence[Row], omitted: int, limit: int) -> list[str]:
    earlier = omitted + sum(row["source"] == "history" for row in rows)
    told = _newest([_message_text(row) for row in rows if row["source"] != "history"], limit)
    return [*([f"… {count(earlier, 'earlier message')} on the thread"] if earlier else []), *told]


def _message_text(row: Row) -> str:
    speaker = row["agent_name"] or row["name"] or row["role"] or "message"
    facts = dotted(where(row), ending(row))
    said = [clip(row["text"], 1_500)] if row["text"] else []
    said += [clip(line, 1_500) for line in lines_of(row)]
    said += [f"→ {call.get('name')}({preview(call.get('args'), 200)})" for call in row["tool_calls"] or ()]
    return f"{speaker}{facts and f' ({facts})'}: " + "\n  ".join(said)


def _newest(messages: list[str], limit: int) -> list[str]:
    kept: list[str] = []
    for message in reversed(messages):
        limit -= len(message)
        if limit < 0:
            kept.append(f"… {count(len(messages) - len(kept), 'earlier message')} left out here")
            break
        kept.append(message)
    return kept[::-1]


# ---------------------------------------------------------------------------------------------
# What happened on the way


def _changes(rows: Sequence[Row]) -> list[str]:
    """What each step changed in the state, but for messages."""
    told = [row for row in rows if not (are_messages(row["before"]) or are_messages(row["after"]))]
    lines = [
        f"{step_name(changed)}: {clip(change(row, _CHANGE), 2 * _CHANGE)}".replace("\n", " ")
        for _, group in groupby(told, key=lambda row: (row["namespace"], row["step"]))
        for changed in [list(group)]
        for row in changed
    ]
    return _section("state by step", count(len(told), "change"), lines, "change")


def _subgraphs(rows: Sequence[Row], siblings: Siblings) -> list[str]:
    """The tree of subgraphs, if there was more than the root."""
    if len(rows) < 2:
        return []
    lines = [
        f"{'  ' * min(row['depth'] or 0, 12)}{SIGNS.get(row['status'], '·')} "
        f"{dotted(graph_name(row), siblings.told(owner(row['namespace']).task_id), graph_facts(row))}"
        for row in in_tree(rows)
    ]
    return _section("subgraphs", str(len(rows) - 1), lines, "subgraph")


def _timeline(rows: Sequence[Row], places: Places, waits: Waits) -> list[str]:
    """A line for each task: where, in which step, when, how long, and how it ended where it did not well."""
    axis, siblings = Axis(rows, waits), Siblings(rows)
    cells = [list(_task(row, axis, places, siblings.told(row["task_id"]))) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    return _section(
        "timeline", dotted(count(len(rows), "task"), seconds(axis.span), axis.waited), lines, "task"
    )


def _task(row: Row, axis: Axis, places: Places, told: str) -> Iterator[str]:
    yield f"{SIGNS.get(row['status'], '·')} {clip(places.where(row), _NAME)}"
    yield "" if row["step"] is None else f"step {row['step']}"
    yield axis.since_start(row["start_time"]) or ""
    yield seconds(row["latency"]) or ""
    status = None if row["status"] == "success" else row["status"]
    failed = row["error"] and clip(f"{row['error'].get('error')}: {row['error'].get('message')}", _CHANGE)
    yield dotted(told, status, tries(row), failed).replace("\n", " ")


def _explained(summary: Summary) -> list[str]:
    """Why there is nothing of some things, or less than one would think."""
    lines = [f"{told['panel']}: {told['text']}" for told in summary["explanations"]]
    return _section("what is not here, and why", "", lines, "line")
