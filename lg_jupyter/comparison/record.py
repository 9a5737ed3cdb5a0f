"""How a comparison of two runs is shown: as text, and as tables that need no kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.comparison.compared import ComparedRuns
from lg_jupyter.text.elements import CELL, MUTED, PROSE, ROOT, classes, color, folded, muted, table
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import clip, count, dollars, dotted, path, seconds

if TYPE_CHECKING:
    import pandas as pd


MAX_ROWS = 200
MAX_CHARACTERS = 400
_UNKNOWN = "–"

_FIELDS = (
    "run_id",
    "status",
    "error",
    "latency",
    "steps",
    "tasks",
    "messages",
    "tool_calls",
    "input_tokens",
    "output_tokens",
    "cost",
)


def html(comparison: ComparedRuns, record: str | None = None) -> str:
    """The comparison as an element that stands alone; ``record`` is its class."""
    return element(
        "div",
        element("b", _title(comparison)),
        _summary(comparison),
        _section("path", comparison.path, _path_row, ("", "a", "b", "node"), _path_facts(comparison)),
        _section("nodes", comparison.nodes, _node_row, ("node", "#", "a", "b", "change", "tokens a", "b")),
        _section("messages", _differing(comparison.messages), _message_row, ("node", "a", "b", "words")),
        _section("tool calls", _differing(comparison.tool_calls), _call_row, ("tool", "a", "b")),
        _section("state", comparison.state, _state_row, ("state", "", "a", "b")),
        class_=classes(record),
        style=ROOT,
    )


def text(comparison: ComparedRuns) -> str:
    """The same in a few lines."""
    summary = comparison.summary
    rows = [f"  {name:<14}{_cell(summary[name][0]):<28}{_cell(summary[name][1])}" for name in _FIELDS[1:]]
    facts = [
        f"path: {_path_facts(comparison)}",
        f"messages that differ: {len(_differing(comparison.messages))} of {len(comparison.messages)}",
        f"tool calls that differ: {len(_differing(comparison.tool_calls))} of {len(comparison.tool_calls)}",
        f"differences of the states: {len(comparison.state)}",
    ]
    return "\n".join([_title(comparison), *rows, *facts])


def _title(comparison: ComparedRuns) -> str:
    names = dict.fromkeys((comparison.a.name, comparison.b.name))
    return f"Two runs of {' and '.join(names)}"


def _summary(comparison: ComparedRuns) -> Markup:
    frame = comparison.summary
    rows = [_row(_label(name), *(_value_cell(name, frame[name][i]) for i in (0, 1))) for name in _FIELDS]
    return table(("", "a", "b"), rows)


def _value_cell(name: str, value: Any) -> Markup | str:
    if name == "status":
        return element("span", value, style=f"color:{color(value)}")
    if name == "latency" and value == value:
        return seconds(value) or "–"
    if name == "cost" and value == value:
        return dollars(value)
    return clip(_cell(value), MAX_CHARACTERS)


def _label(name: str) -> str:
    return {"latency": "duration", "cost": "list price"}.get(name, name.replace("_", " "))


def _section(
    title: str, frame: pd.DataFrame, write_row: Any, heads: Iterable[str], facts: str | None = None
) -> Markup:
    total = len(frame)
    rows = [write_row(row) for row in frame.head(MAX_ROWS).to_dict("records")]
    left_out = muted(f"… {count(total - MAX_ROWS, 'row')} left out here") if total > MAX_ROWS else None
    body = [table(tuple(heads), rows)] if rows else [muted("No difference.")]
    return folded(title, facts or count(total, "row"), [*body, *([left_out] if left_out else [])])


def _path_facts(comparison: ComparedRuns) -> str:
    if comparison.same_path:
        return f"the same {count(len(comparison.path), 'node')}"
    counts = comparison.path["in"].value_counts()
    return dotted(*(f"{counts.get(key, 0)} {word}" for key, word in _SIDES.items()))


_SIDES = {"both": "in both", "a": "only in a", "b": "only in b"}


def _differing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["same"]]


def _path_row(row: dict[str, Any]) -> Markup:
    sign = {"both": "=", "a": "−", "b": "+"}[row["in"]]
    return _row(sign, _cell(row["position_a"]), _cell(row["position_b"]), _place(row))


def _node_row(row: dict[str, Any]) -> Markup:
    tokens = (_cell(row[f"output_tokens_{side}"]) for side in "ab")
    sides = (_status_cell(row, side) for side in "ab")
    return _row(_place(row), str(row["occurrence"] + 1), *sides, _change(row["latency_change"]), *tokens)


def _status_cell(row: dict[str, Any], side: str) -> str:
    status, latency = row[f"status_{side}"], row[f"latency_{side}"]
    if not isinstance(status, str):
        return "–"
    return dotted(status, seconds(latency) if latency == latency else None)


def _change(value: float) -> str:
    return "–" if value != value else f"{'+' if value >= 0 else '−'}{seconds(abs(value))}"


def _message_row(row: dict[str, Any]) -> Markup:
    kept, added, removed = (_cell(row[f"words_{name}"]) for name in ("kept", "added", "removed"))
    words = kept if kept == _UNKNOWN else f"+{added} −{removed}, {kept} kept"
    place = dotted(_place(row), row["role"])
    return _row(place, *(_prose_cell(row[f"text_{side}"]) for side in "ab"), words)


def _call_row(row: dict[str, Any]) -> Markup:
    sides = (_call_cell(row[f"args_{side}"], row[f"result_{side}"]) for side in "ab")
    return _row(dotted(_place(row), _cell(row["name"])), *sides)


def _call_cell(args: Any, result: Any) -> Markup:
    return _prose_cell(None if args is None else f"{preview(args, MAX_CHARACTERS)} → {_cell(result)}")


def _state_row(row: dict[str, Any]) -> Markup:
    place = dotted(path(row["namespace"]), _cell(row["path"]) if row["path"] else None)
    sides = (
        _prose_cell(None if row[at] is None else preview(row[at], MAX_CHARACTERS))
        for at in ("before", "after")
    )
    return _row(place, row["op"], *sides)


def _place(row: dict[str, Any]) -> str:
    node = row["node"] if isinstance(row["node"], str) else None
    return " / ".join(filter(None, (path(row["namespace"]), node)))


def _prose_cell(value: Any) -> Markup:
    if not isinstance(value, str):
        return element("span", "–", style=MUTED)
    return element("span", clip(value, MAX_CHARACTERS), style=PROSE)


def _cell(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return _UNKNOWN
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def _row(*cells: Markup | str) -> Markup:
    return element("tr", [element("td", cell, style=CELL) for cell in cells])
