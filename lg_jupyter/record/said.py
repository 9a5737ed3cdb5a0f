"""The messages of a run, each tool's result under the call that asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..events import JSON
from ..markup import Markup, element
from ..preview import preview
from ..words import clip, count, dotted, seconds, where
from . import markdown
from .parts import BLOCK, MONO, PROSE, VALUE_LIMIT, Row, aside, fit, sign

MESSAGE_LIMIT = 12_000

_UNDER = "margin-left:18px"


def messages(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    """The messages, those that answer a call inside the message that made it."""
    results: dict[JSON, list[Row]] = defaultdict(list)
    for row in rows:
        if row["tool_call_id"]:
            results[row["tool_call_id"]].append(row)
    answered = {call.get("id") for row in rows for call in row["tool_calls"] or ()}
    spoken = [row for row in rows if row["tool_call_id"] not in answered or row["tool_call_id"] is None]

    def write(row: Row) -> Markup:
        return element("div", _speaker(row), _said(row), _calls(row, results), style=BLOCK)

    return fit(spoken, write, room, "message", "messages")


def _speaker(row: Row) -> Markup:
    name = row["agent_name"] or row["name"] or row["role"] or "message"
    role = row["role"] if row["role"] != name else None
    used = count(row["output_tokens"], "token") if row["output_tokens"] else None
    gone = "removed later" if row["removed_time"] else None
    facts = dotted(role, where(row), row["model"], seconds(row["latency"]), used, _broken(row), gone)
    return element("div", element("b", name), aside(facts))


def _broken(row: Row) -> str | None:
    """That a message was not said to its end."""
    return None if row["status"] in ("success", "running", None) else str(row["status"])


def _said(row: Row) -> Iterator[Markup]:
    if row["reasoning"]:
        thought = element("div", clip(row["reasoning"], MESSAGE_LIMIT), dir="auto", style=PROSE)
        yield element("details", element("summary", "reasoning", style="cursor:pointer"), thought)
    if row["text"]:
        yield from markdown.said(row["text"], MESSAGE_LIMIT)
    for block in row["blocks"] or ():
        yield element("div", f"▣ {_kind(block)}", style=MONO)


def _kind(block: JSON) -> str:
    if not isinstance(block, dict):
        return preview(block, 100)
    media = block.get("mime_type") or block.get("media_type")
    return dotted(str(block.get("type") or "block"), str(media) if media else None)


def _calls(row: Row, results: dict[JSON, list[Row]]) -> Iterator[Markup]:
    for call in row["tool_calls"] or ():
        yield element("div", f"→ {call.get('name')}({preview(call.get('args'), VALUE_LIMIT)})", style=MONO)
        for result in results.get(call.get("id"), ()) if call.get("id") else ():
            yield element("div", _result(result), style=_UNDER)


def _result(row: Row) -> Iterator[Markup]:
    failed = [sign("error"), " "] if row["status"] == "error" else []
    name = row["agent_name"] or row["name"] or row["role"]
    yield element(
        "div", "← ", *failed, element("b", name), aside(dotted(where(row), seconds(row["latency"])))
    )
    yield from _said(row)
