"""The static record of a run: HTML that reads where nothing runs, and plain text.

The HTML must read well on a page that strips ``<style>`` and scripts (an untrusted notebook), so what
little style there is stands on the elements, with no colour that suits only a light or only a dark page.
Its size is bounded: each section has its share, and what did not fit is said in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .events import JSON, NAMESPACE_SEPARATOR
from .markup import Child, Markup, element, printable
from .preview import preview
from .summary import Summary, headline, outcome
from .words import SIGNS, clip, count, dotted, moment, path, seconds, where

if TYPE_CHECKING:
    from .trace import Trace

Row = dict[str, Any]
Writer = Callable[[Row], Markup]

LIMIT = 300_000
"""About the most characters that a record's HTML has."""

_SHARES = {"messages": 0.40, "output": 0.06, "state": 0.20, "namespaces": 0.08, "tasks": 0.12, "custom": 0.08}
_MESSAGE_LIMIT = 12_000
_VALUE_LIMIT = 600
_TEXT_LIMIT = 8_000

_COLORS = {
    "running": "#2f7fd6",
    "success": "#2a9150",
    "interrupted": "#b8860b",
    "error": "#d64545",
    "incomplete": "#b8860b",
}
_ROOT = "margin:4px 0;font-size:13px;line-height:1.45"
_MUTED = "opacity:0.7"
_PROSE = "white-space:pre-wrap;overflow-wrap:break-word"
_MONO = f"font-family:monospace;{_PROSE}"
_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"
_BLOCK = "border-left:2px solid rgba(128,128,128,0.4);padding:0 0 0 10px;margin:6px 0"


# ---------------------------------------------------------------------------------------------
# HTML


def waiting_html(summary: Summary, background: bool) -> str:
    """The one line that stands in the record's place until the run ends."""
    since = f"since {moment(summary['started'])}" if summary["started"] else None
    facts = dotted("still running when saved" if background else "running…", since)
    name = element("b", summary["target"])
    return element("div", _sign("running"), " ", name, f" · {facts}", class_=_class(summary), style=_ROOT)


def brief_html(summary: Summary) -> str:
    """How the run ended, and nothing more."""
    return element("div", headline(summary), class_=_class(summary), style=_ROOT)


def html(summary: Summary, trace: Trace, limit: int = LIMIT) -> str:
    """The record of a run as an HTML fragment of about ``limit`` characters at most."""
    name = element("b", summary["target"])
    first = element(
        "summary", _sign(summary["status"]), " ", name, f" · {outcome(summary)}", style="cursor:pointer"
    )
    sections = _sections(summary, trace, limit)
    return element("details", first, sections, class_=_class(summary), style=_ROOT, open=True)


def page(summary: Summary, trace: Trace) -> str:
    """The record as a page of its own, light or dark as the reader's system is."""
    style = (
        ":root{color-scheme:light dark}"
        "body{font-family:system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "summary{cursor:pointer}"
    )
    title = element("title", f"{summary['target']}: {summary['status']}")
    head = element("head", element("meta", charset="utf-8"), title, element("style", Markup(style)))
    body = element("body", Markup(html(summary, trace, limit=10 * LIMIT)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _class(summary: Summary) -> str:
    return " ".join(filter(None, ("lgj-record", summary["record"])))


def _sections(summary: Summary, trace: Trace, limit: int) -> Iterator[Markup]:
    room = {name: int(share * limit) for name, share in _SHARES.items()}
    yield _origin(summary)
    if summary["note"]:
        yield element("div", summary["note"], style=_MUTED)
    if trace.error:
        yield _error(trace.error, [row for row in trace.rows("tasks") if row["status"] == "error"])
    yield from map(_interrupt, trace.rows("interrupts"))
    yield from _messages(trace.rows("messages"), room["messages"])
    yield from _output(trace.output, room["output"])
    yield from _state(trace.rows("state_diffs"), room["state"])
    yield from _namespaces(trace.rows("namespaces"), room["namespaces"])
    yield from _tasks(trace.rows("tasks"), trace.started, room["tasks"])
    yield from _custom(trace.rows("custom"), room["custom"])


def _origin(summary: Summary) -> Markup:
    facts = dotted(
        summary["source"],
        summary["run_id"] and f"run {summary['run_id']}",
        summary["thread_id"] and f"thread {summary['thread_id']}",
        f"modes {', '.join(summary['modes'])}" if summary["modes"] else None,
        f"started {moment(summary['started'])}" if summary["started"] else None,
        count(summary["counts"].get("events"), "event"),
    )
    return element("div", facts, style=f"{_MUTED};font-size:12px")


def _error(error: dict[str, str], failed: Sequence[Row]) -> Markup:
    name = element("b", error.get("error") or "Error", style=f"color:{_COLORS['error']}")
    places = ", ".join(sorted({where(row) for row in failed})[:5])
    message = element("span", clip(error.get("message"), 4_000), style=_MONO)
    return element("div", name, places and f" in {places}", ": ", message, style=_BLOCK)


def _interrupt(row: Row) -> Markup:
    head = element("b", f"{row['status'] or 'interrupted'} in {where(row) or 'the graph'}")
    value = element("span", preview(row["value"], 4_000), style=_MONO)
    return element("div", _sign("interrupted"), " ", head, ": ", value, style=_BLOCK)


def _messages(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    called = {call.get("id"): call.get("name") for row in rows for call in row["tool_calls"] or ()}

    def write(row: Row) -> Markup:
        return element("div", _speaker(row, called), _said(row), style=_BLOCK)

    return _fit(rows, write, room, "message", "messages")


def _speaker(row: Row, called: dict[JSON, JSON]) -> Markup:
    name = row["agent_name"] or row["name"] or called.get(row["tool_call_id"]) or row["role"] or "message"
    role = row["role"] if row["role"] != name else None
    used = count(row["output_tokens"], "token") if row["output_tokens"] else None
    facts = dotted(role, where(row), row["model"], seconds(row["latency"]), used)
    return element("div", element("b", name), _aside(facts))


def _said(row: Row) -> Iterator[Markup]:
    if row["reasoning"]:
        thought = element("div", clip(row["reasoning"], _MESSAGE_LIMIT), dir="auto", style=_PROSE)
        yield element("details", element("summary", "reasoning"), thought)
    if row["text"]:
        yield element("div", clip(row["text"], _MESSAGE_LIMIT), dir="auto", style=_PROSE)
    for call in row["tool_calls"] or ():
        yield element("div", f"→ {call.get('name')}({preview(call.get('args'), _VALUE_LIMIT)})", style=_MONO)


def _output(output: JSON, room: int) -> Iterator[Markup]:
    if output is None:
        return
    pairs = output.items() if isinstance(output, dict) else [("output", output)]
    rows = [{"key": key, "value": value} for key, value in pairs]

    def write(row: Row) -> Markup:
        value = element("span", _value(row["value"], 4 * _VALUE_LIMIT), style=_MONO)
        return element("div", element("b", str(row["key"])), ": ", value)

    yield _folded("final state", count(len(rows), "key"), _fit(rows, write, room, "key"))


def _state(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    steps = [
        {"namespace": namespace, "step": step, "changes": list(changes)}
        for (namespace, step), changes in groupby(rows, key=lambda row: (row["namespace"], row["step"]))
    ]
    if steps:
        yield _folded(
            "state by step", count(len(rows), "change"), _fit(steps, _step, room, "step", "state_diffs")
        )


def _step(row: Row) -> Markup:
    nodes = sorted({node for change in row["changes"] for node in change["nodes"] or ()})
    number = None if row["step"] is None else f"step {row['step']}"
    head = element("b", dotted(number, path(row["namespace"]), ", ".join(nodes)))
    shown = row["changes"][:50]
    lines = [element("div", _change(change), style=_MONO) for change in shown]
    if left := len(row["changes"]) - len(shown):
        lines.append(element("div", f"… and {count(left, 'more change')}", style=_MUTED))
    return element("div", head, lines, style=_BLOCK)


def _change(row: Row) -> str:
    head = f"{row['op']} {row['path'] or row['key']}"
    after = _value(row["after"], _VALUE_LIMIT)
    if row["op"] == "remove":
        return head
    if row["op"] == "change":
        return f"{head}: {_value(row['before'], _VALUE_LIMIT)} → {after}"
    return f"{head}: {after}"


def _value(value: JSON, limit: int) -> str:
    """The beginning of a value; of messages, only who says what."""
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        value = [_message_in_brief(item) for item in value[:limit]]
    return preview(_message_in_brief(value), limit)


def _message_in_brief(value: JSON) -> JSON:
    if not isinstance(value, dict) or not {"type", "content", "id"} <= value.keys():
        return value
    content = value["content"]
    if not isinstance(content, str):
        content = "".join(str(block.get("text") or "") for block in content or () if isinstance(block, dict))
    calls = [
        f"{call.get('name')}({preview(call.get('args'), 100)})" for call in value.get("tool_calls") or ()
    ]
    return {value["type"]: " → ".join(filter(None, (content, *calls)))}


def _namespaces(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    if len(rows) < 2:  # the root alone
        return
    ordered = sorted(rows, key=lambda row: row["namespace"].split(NAMESPACE_SEPARATOR))
    size = count(len(rows) - 1, "subgraph")
    yield _folded("subgraphs", size, _fit(ordered, _namespace, room, "subgraph", "namespaces"))


def _namespace(row: Row) -> Markup:
    name = row["graph_name"] or row["node"] or path(row["namespace"]) or "graph"
    said = count(row["message_count"], "message") if row["message_count"] else None
    facts = dotted(row["status"], seconds(row["latency"]), count(row["task_count"], "task"), said)
    indent = f"margin-left:{18 * min(row['depth'] or 0, 12)}px"
    return element("div", _sign(row["status"]), " ", element("b", name), _aside(facts), style=indent)


def _tasks(rows: Sequence[Row], started: float | None, room: int) -> Iterator[Markup]:
    if not rows:
        return
    titles = ["node", "in", "step", "status", "start", "time"]
    if any(row["error"] for row in rows):
        titles.append("error")

    def write(row: Row) -> Markup:
        cells = _task(row, started)[: len(titles)]
        return element("tr", [element("td", cell, style=_CELL) for cell in cells])

    head = element("thead", element("tr", [element("th", title, style=_CELL) for title in titles]))
    body = element("tbody", _fit(rows, write, room, "task", "tasks", wrap=_spanning_row))
    table = element("table", head, body, style="table-layout:auto;margin:4px 0")
    yield _folded("timeline", count(len(rows), "task"), [table])


def _task(row: Row, started: float | None) -> list[Child]:
    begun, error = row["start_time"], row["error"]
    return [
        [_sign(row["status"]), " ", element("b", row["node"] or "?")],
        path(row["namespace"]),
        row["step"],
        row["status"],
        None if begun is None or started is None else f"+{begun - started:.2f} s",
        seconds(row["latency"]),
        error and f"{error.get('error')}: {clip(error.get('message'), 300)}",
    ]


def _custom(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    def write(row: Row) -> Markup:
        return element(
            "div",
            element("span", where(row), " ", style=_MUTED),
            preview(row["data"], _VALUE_LIMIT),
            style=_MONO,
        )

    if rows:
        yield _folded("custom data", count(len(rows), "datum"), _fit(rows, write, room, "datum", "custom"))


def _sign(status: str) -> Markup:
    return element("span", SIGNS.get(status, "·"), style=f"color:{_COLORS.get(status, 'gray')}")


def _aside(facts: str) -> Markup | None:
    return element("span", f" · {facts}", style=_MUTED) if facts else None


def _folded(title: str, size: str, children: Iterable[Markup]) -> Markup:
    return element(
        "details", element("summary", element("b", title), _aside(size)), children, style="margin:4px 0"
    )


def _spanning_row(line: Markup) -> Markup:
    return element("tr", element("td", line, colspan="7", style=_CELL))


def _fit(
    rows: Sequence[Row],
    write: Writer,
    room: int,
    unit: str,
    table: str | None = None,
    wrap: Callable[[Markup], Markup] = lambda line: line,
) -> Iterator[Markup]:
    """The rows that ``room`` characters hold: from the start and, as it matters more, from the end."""
    tail: list[Markup] = []
    first, last, used = 0, len(rows), 0
    while first < last and used < room // 3:
        row = write(rows[first])
        yield row
        used += len(row)
        first += 1
    while first < last and used < room:
        last -= 1
        tail.append(write(rows[last]))
        used += len(tail[-1])
    if first < last:
        whole = f"; run.to_pandas({table!r}) has all" if table else ""
        yield wrap(element("div", f"… {count(last - first, unit)} left out here{whole}", style=_MUTED))
    yield from reversed(tail)


# ---------------------------------------------------------------------------------------------
# Plain text


def waiting_text(summary: Summary, background: bool) -> str:
    """What stands in the record's place until the run ends, as text."""
    state = "still running when saved" if background else "running…"
    return printable(f"{SIGNS['running']} {summary['target']} · {state}")


def text(summary: Summary, trace: Trace, limit: int = _TEXT_LIMIT) -> str:
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
