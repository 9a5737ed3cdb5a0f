"""How a comparison of two runs is shown: as text, and as tables that need no kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.comparison.compared import ComparedRuns
from lg_jupyter.text.elements import CELL, MUTED, PROSE, ROOT, classes, color, folded, muted, table
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import clip, count, dotted, path, seconds

if TYPE_CHECKING:
    import pandas as pd


MOST_ROWS = 200
TEXT = 400

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
)


def html(comparison: ComparedRuns, record: str | None = None) -> str:
    """The comparison as an element that stands alone; ``record`` is its class."""
    return element(
        "div",
        element("b", _title(comparison)),
        _summary(comparison),
        _section("path", comparison.path, _path_row, ("", "a", "b", "node"), _path_facts(comparison)),
        _section("nodes", comparison.nodes, _node_row, ("node", "#", "a", "b", "change", "tokens a", "b")),
        _section("messages", _parted(comparison.messages), _message_row, ("node", "a", "b", "words")),
        _section("tool calls", _parted(comparison.tool_calls), _call_row, ("tool", "a", "b")),
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
        f"messages that differ: {len(_parted(comparison.messages))} of {len(comparison.messages)}",
        f"tool calls that differ: {len(_parted(comparison.tool_calls))} of {len(comparison.tool_calls)}",
        f"differences of the states: {len(comparison.state)}",
    ]
    return "\n".join([_title(comparison), *rows, *facts])


def _title(comparison: ComparedRuns) -> str:
    names = dict.fromkeys((comparison.a.name, comparison.b.name))
    return f"Two runs of {' and '.join(names)}"


def _summary(comparison: ComparedRuns) -> Markup:
    frame = comparison.summary
    rows = [_row(_word(name), *(_field(name, frame[name][i]) for i in (0, 1))) for name in _FIELDS]
    return table(("", "a", "b"), rows)


def _field(name: str, value: Any) -> Markup | str:
    if name == "status":
        return element("span", value, style=f"color:{color(value)}")
    return (seconds(value) or "–") if name == "latency" and value == value else clip(_cell(value), TEXT)


def _word(name: str) -> str:
    return {"latency": "duration"}.get(name, name.replace("_", " "))


def _section(
    title: str, frame: pd.DataFrame, write: Any, heads: Iterable[str], facts: str | None = None
) -> Markup:
    total = len(frame)
    rows = [write(row) for row in frame.head(MOST_ROWS).to_dict("records")]
    more = muted(f"… {count(total - MOST_ROWS, 'row')} left out here") if total > MOST_ROWS else None
    body = [table(tuple(heads), rows)] if rows else [muted("No difference.")]
    return folded(title, facts or count(total, "row"), [*body, *([more] if more else [])])


def _path_facts(comparison: ComparedRuns) -> str:
    if comparison.same_path:
        return f"the same {count(len(comparison.path), 'node')}"
    counts = comparison.path["in"].value_counts()
    return dotted(*(f"{counts.get(key, 0)} {word}" for key, word in _SIDES.items()))


_SIDES = {"both": "in both", "a": "only in a", "b": "only in b"}


def _parted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["same"]]


def _path_row(row: dict[str, Any]) -> Markup:
    sign = {"both": "=", "a": "−", "b": "+"}[row["in"]]
    return _row(sign, _cell(row["position_a"]), _cell(row["position_b"]), _place(row))


def _node_row(row: dict[str, Any]) -> Markup:
    tokens = (_cell(row[f"output_tokens_{side}"]) for side in "ab")
    sides = (_run_of(row, side) for side in "ab")
    return _row(_place(row), str(row["occurrence"] + 1), *sides, _change(row["latency_change"]), *tokens)


def _run_of(row: dict[str, Any], side: str) -> str:
    status, latency = row[f"status_{side}"], row[f"latency_{side}"]
    if not isinstance(status, str):
        return "–"
    return dotted(status, seconds(latency) if latency == latency else None)


def _change(value: float) -> str:
    return "–" if value != value else f"{'+' if value >= 0 else '−'}{seconds(abs(value))}"


def _message_row(row: dict[str, Any]) -> Markup:
    words = f"+{row['words_added']} −{row['words_removed']}, {row['words_kept']} kept"
    place = dotted(_place(row), row["role"])
    return _row(place, *(_long(row[f"text_{side}"]) for side in "ab"), words)


def _call_row(row: dict[str, Any]) -> Markup:
    sides = (_called(row[f"args_{side}"], row[f"result_{side}"]) for side in "ab")
    return _row(dotted(_place(row), _cell(row["name"])), *sides)


def _called(args: Any, result: Any) -> Markup:
    return _long(None if args is None else f"{preview(args, TEXT)} → {_cell(result)}")


def _state_row(row: dict[str, Any]) -> Markup:
    place = dotted(path(row["namespace"]), _cell(row["path"]) if row["path"] else None)
    sides = (_long(None if row[at] is None else preview(row[at], TEXT)) for at in ("before", "after"))
    return _row(place, row["op"], *sides)


def _place(row: dict[str, Any]) -> str:
    node = row["node"] if isinstance(row["node"], str) else None
    return " / ".join(filter(None, (path(row["namespace"]), node)))


def _long(value: Any) -> Markup:
    if not isinstance(value, str):
        return element("span", "–", style=MUTED)
    return element("span", clip(value, TEXT), style=PROSE)


def _cell(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def _row(*cells: Markup | str) -> Markup:
    return element("tr", [element("td", cell, style=CELL) for cell in cells])
