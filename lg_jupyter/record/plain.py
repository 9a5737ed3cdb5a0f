"""The record as plain text: what was said and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..markup import printable
from ..preview import preview
from ..summary import Summary, headline
from ..words import SIGNS, clip, count, where
from .parts import Row

if TYPE_CHECKING:
    from ..trace import Trace

LIMIT = 8_000


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
    lines += [
        f"⏸ {where(row) or 'the graph'}: {preview(row['value'], 500)}" for row in trace.rows("interrupts")
    ]
    if trace.error:
        lines.append(f"✗ {trace.error.get('error')}: {clip(trace.error.get('message'), 1_000)}")
    return printable("\n".join(lines))


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
