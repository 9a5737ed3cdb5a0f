"""What became of the state: at the end, and step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lg_jupyter.events.events import JSON
from lg_jupyter.text.elements import BLOCK, MONO, VALUE_LIMIT, Row, fit, folded, muted
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import count, dotted, path

CHANGES = 50
"""The most changes of one step that are told."""


def output(value: JSON, room: int) -> Iterator[Markup]:
    """The root graph's last state, key by key."""
    if value is None:
        return
    pairs = value.items() if isinstance(value, dict) else [("output", value)]
    rows = [{"key": key, "value": item} for key, item in pairs]

    def write(row: Row) -> Markup:
        shown = element("span", _value(row["value"], 4 * VALUE_LIMIT), style=MONO)
        return element("div", element("b", str(row["key"])), ": ", shown)

    yield folded("final state", count(len(rows), "key"), fit(rows, write, room, "key"))


def changes(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    """The rows of ``state_diffs``, by namespace and step."""
    steps = [
        {"namespace": namespace, "step": step, "changes": list(changed)}
        for (namespace, step, _), changed in groupby(rows, key=_of_step)
    ]
    if steps:
        size = count(len(rows), "change")
        yield folded("state by step", size, fit(steps, _step, room, "step", "state_diffs"))


def _of_step(row: Row) -> tuple[str, int | None, int | None]:
    """What the changes of one step have in common: of a step without a number, the event that told them."""
    return row["namespace"], row["step"], row["seq"] if row["step"] is None else None


def _step(row: Row) -> Markup:
    head = element("b", step_name(row["changes"]))
    shown = row["changes"][:CHANGES]
    lines = [element("div", change(each), style=MONO) for each in shown]
    if left := len(row["changes"]) - len(shown):
        lines.append(muted(f"… and {count(left, 'more change')}"))
    return element("div", head, lines, style=BLOCK)


def step_name(changes: Sequence[Row]) -> str:
    """Which step of which graph made these changes, and which nodes wrote them."""
    first = changes[0]
    nodes = sorted(
        {"input" if node == "__start__" else node for row in changes for node in row["nodes"] or ()}
    )
    number = None if first["step"] is None else f"step {first['step']}"
    return dotted(number, path(first["namespace"]), ", ".join(nodes))


def change(row: Row, limit: int = VALUE_LIMIT) -> str:
    """A row of ``state_diffs`` in words, of each value ``limit`` characters at most."""
    head = f"{row['op']} {row['path'] or row['key']}"
    after = _value(row["after"], limit)
    if row["op"] == "remove":
        return head
    if row["op"] == "change":
        return f"{head}: {_value(row['before'], limit)} → {after}"
    return f"{head}: {after}"


def are_messages(value: JSON) -> bool:
    """Whether a value is a message, or a list of such, or one that has none."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return _as_message(value) is not None
    return not value or _as_message(value[0]) is not None


def _value(value: JSON, limit: int) -> str:
    """The beginning of a value; of messages only who says what, a line for each."""
    if value == "":
        return '""'
    if said := _as_message(value):
        return preview(said, limit)
    if isinstance(value, Sequence) and not isinstance(value, str):
        lines = [_as_message(item) for item in value[:limit]]
        if lines and all(lines):
            return preview("".join(f"\n  {_indented(line)}" for line in lines), limit)
    return preview(value, limit)


def _indented(text: str | None) -> str:
    return (text or "").replace("\n", "\n    ")


def _as_message(value: JSON) -> str | None:
    """``ai: what it said → what_it_called(…)`` of a message, ``None`` of anything else."""
    if not isinstance(value, dict) or not {"type", "content", "id"} <= value.keys():
        return None
    content = value["content"]
    if not isinstance(content, str):
        content = "".join(str(block.get("text") or "") for block in content or () if isinstance(block, dict))
    calls = [
        f"{call.get('name')}({preview(call.get('args'), 100)})" for call in value.get("tool_calls") or ()
    ]
    return f"{value['type']}: {' → '.join(filter(None, (content, *calls)))}"
