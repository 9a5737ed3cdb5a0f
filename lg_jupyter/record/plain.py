"""The record as plain text: what was said and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..events import JSON
from ..markup import printable
from ..preview import preview
from ..summary import Summary, headline
from ..words import SIGNS, clip, count, where
from .parts import Row

if TYPE_CHECKING:
    from ..trace import Trace

LIMIT = 8_000

KEYS = 20
"""The most keys of the final state that are told."""


def waiting_text(summary: Summary, background: bool) -> str:
    """What stands in the record's place until the run ends, as text."""
    state = "still running when saved" if background else "running…"
    return printable(f"{SIGNS['running']} {summary['target']} · {state}")


def text(summary: Summary, trace: Trace, limit: int = LIMIT) -> str:
    """The record as plain text of about ``limit`` characters at most: what was said and how it ended."""
    lines = [headline(summary)]
    if summary["note"]:
        lines.append(summary["note"])
    lines += _newest([_message_text(row) for row in trace.rows("messages")], limit)
    lines += [_interrupt(row) for row in trace.rows("interrupts")]
    if trace.error:
        lines.append(
            f"✗ {trace.error.get('error')}{_failed(trace)}: {clip(trace.error.get('message'), 1_000)}"
        )
    lines += _state(trace.output)
    return printable("\n".join(lines))


def _interrupt(row: Row) -> str:
    return f"{SIGNS['interrupted']} {where(row) or 'the graph'}: {preview(row['value'], 500)}"


def _failed(trace: Trace) -> str:
    places = sorted({where(row) for row in trace.rows("tasks") if row["status"] == "error"})
    return f" in {', '.join(places[:5])}" if places else ""


def _state(output: JSON) -> list[str]:
    """What the state ended as, but for the messages, which were said above."""
    if output is None:
        return []
    pairs = list(output.items()) if isinstance(output, dict) else [("output", output)]
    told = [(key, value) for key, value in pairs if not _are_messages(value)]
    lines = [f"{key} = {preview(value, 300)}" for key, value in told[:KEYS]]
    return [*lines, *([f"… {count(len(told) - KEYS, 'more key')}"] if len(told) > KEYS else [])]


def _are_messages(value: JSON) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        return value == []
    return isinstance(value[0], dict) and {"type", "content", "id"} <= value[0].keys()


def _message_text(row: Row) -> str:
    speaker = row["agent_name"] or row["name"] or row["role"] or "message"
    place = where(row)
    said = [clip(row["text"], 1_500)] if row["text"] else []
    said += [f"→ {call.get('name')}({preview(call.get('args'), 200)})" for call in row["tool_calls"] or ()]
    return f"{speaker}{place and f' ({place})'}: " + "\n  ".join(said)


def _newest(messages: list[str], limit: int) -> list[str]:
    kept: list[str] = []
    for message in reversed(messages):
        limit -= len(message)
        if limit < 0:
            kept.append(f"… {count(len(messages) - len(kept), 'earlier message')} left out here")
            break
        kept.append(message)
    return kept[::-1]
