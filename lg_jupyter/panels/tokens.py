"""The messages of a run, each tool's result under the call that asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.content import TEXT_LIMIT, Content, words_of
from lg_jupyter.tables.blocks import ending
from lg_jupyter.text import markdown
from lg_jupyter.text.elements import BLOCK, MONO, PROSE, VALUE_LIMIT, Row, aside, color, fit, folded, sign
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import clip, count, dotted, in_and_out, seconds, where

_UNDER = "margin-left:18px"


def messages(rows: Sequence[Row], omitted: int, room: int, media_room: int) -> Iterator[Markup]:
    """The messages, those that answer a call inside the one that made it; what was there before, folded.

    ``omitted`` are older ones than all of ``rows``, which are only counted.
    """
    earlier = [row for row in rows if row["source"] == "history"]
    spoken = [row for row in rows if row["source"] != "history"]
    content = Content(media_room)
    if earlier or omitted:
        newest = f"the newest {len(earlier)}" if omitted else ""
        title = count(len(earlier) + omitted, "earlier message")
        yield folded(title, newest, _written(earlier, room // 4, content))
    yield from _written(spoken, room, content)


def _written(rows: Sequence[Row], room: int, content: Content) -> Iterator[Markup]:
    results: dict[JSON, list[Row]] = defaultdict(list)
    for row in rows:
        if row["tool_call_id"]:
            results[row["tool_call_id"]].append(row)
    answered = {call.get("id") for row in rows for call in row["tool_calls"] or ()}
    spoken = [row for row in rows if row["tool_call_id"] not in answered or row["tool_call_id"] is None]

    def write(row: Row) -> Markup:
        return element("div", _speaker(row), _said(row, content), _calls(row, results, content), style=BLOCK)

    return fit(spoken, write, room, "message", "messages", weigh=words_of)


def _speaker(row: Row) -> Markup:
    name = row["agent_name"] or row["name"] or row["role"] or "message"
    role = row["role"] if row["role"] != name else None
    ended = ending(row)
    gone = "removed later" if row["removed_time"] else None
    facts = dotted(role, where(row), row["model"], seconds(row["latency"]), in_and_out(row), gone)
    return element("div", element("b", name), aside(facts), ended and [" · ", _ended(row, ended)])


def _ended(row: Row, ended: str) -> Markup:
    """How a message ended that did not as it should."""
    status = "incomplete" if row["status"] == "success" else row["status"]
    return element("span", ended, style=f"color:{color(status)}")


def _said(row: Row, content: Content) -> Iterator[Markup]:
    if row["reasoning"]:
        thought = element("div", clip(row["reasoning"], TEXT_LIMIT), dir="auto", style=PROSE)
        yield element("details", element("summary", "reasoning", style="cursor:pointer"), thought)
    if row["text"]:
        yield from markdown.said(row["text"], TEXT_LIMIT)
    yield from content.beside(row)


def _calls(row: Row, results: dict[JSON, list[Row]], content: Content) -> Iterator[Markup]:
    for call in row["tool_calls"] or ():
        yield element("div", f"→ {call.get('name')}({preview(call.get('args'), VALUE_LIMIT)})", style=MONO)
        for result in results.get(call.get("id"), ()) if call.get("id") else ():
            yield element("div", _result(result, content), style=_UNDER)


def _result(row: Row, content: Content) -> Iterator[Markup]:
    failed = [sign("error"), " "] if row["status"] == "error" else []
    name = row["agent_name"] or row["name"] or row["role"]
    yield element(
        "div", "← ", *failed, element("b", name), aside(dotted(where(row), seconds(row["latency"])))
    )
    yield from _said(row, content)
