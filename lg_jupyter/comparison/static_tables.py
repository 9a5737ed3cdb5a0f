"""How a comparison of two runs is shown: as text, and as tables that need no kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.text.elements import (
    CELL_STYLE,
    MUTED_STYLE,
    PROSE_STYLE,
    ROOT_STYLE,
    get_status_color,
    make_root_class_names,
    render_details,
    render_muted_line,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import (
    clip_text,
    format_count,
    format_dollars,
    format_duration,
    format_namespace,
    join_with_dots,
)

if TYPE_CHECKING:
    import pandas as pd


MAX_TABLE_ROWS = 200
MAX_CELL_CHARACTERS = 400
_MISSING_VALUE_TEXT = "–"

_SUMMARY_FIELDS = (
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


def render_html(comparison: ComparedRuns, record: str | None = None) -> str:
    """The comparison as an element that stands alone; ``record`` is its class."""
    return element(
        "div",
        element("b", _render_title(comparison)),
        _render_summary(comparison),
        _render_section(
            "path",
            comparison.path,
            _render_path_row,
            ("", "a", "b", "node"),
            _describe_path_difference(comparison),
        ),
        _render_section(
            "nodes", comparison.nodes, _render_node_row, ("node", "#", "a", "b", "change", "tokens a", "b")
        ),
        _render_section(
            "messages",
            _select_differing_rows(comparison.messages),
            _render_message_row,
            ("node", "a", "b", "words"),
        ),
        _render_section(
            "tool calls",
            _select_differing_rows(comparison.tool_calls),
            _render_tool_call_row,
            ("tool", "a", "b"),
        ),
        _render_section("state", comparison.state, _render_state_row, ("state", "", "a", "b")),
        class_=make_root_class_names(record),
        style=ROOT_STYLE,
    )


def render_text(comparison: ComparedRuns) -> str:
    """The same in a few lines."""
    summary = comparison.summary
    rows = [
        f"  {name:<14}{_format_value(summary[name][0]):<28}{_format_value(summary[name][1])}"
        for name in _SUMMARY_FIELDS[1:]
    ]
    messages, calls = comparison.messages, comparison.tool_calls
    facts = [
        f"path: {_describe_path_difference(comparison)}",
        f"messages that differ: {len(_select_differing_rows(messages))} of {len(messages)}",
        f"tool calls that differ: {len(_select_differing_rows(calls))} of {len(calls)}",
        f"differences of the states: {len(comparison.state)}",
    ]
    return "\n".join([_render_title(comparison), *rows, *facts])


def _render_title(comparison: ComparedRuns) -> str:
    names = dict.fromkeys((comparison.a.name, comparison.b.name))
    return f"Two runs of {' and '.join(names)}"


def _render_summary(comparison: ComparedRuns) -> Markup:
    frame = comparison.summary
    rows = [
        _render_table_row(
            _format_field_label(name), *(_render_summary_value(name, frame[name][i]) for i in (0, 1))
        )
        for name in _SUMMARY_FIELDS
    ]
    return render_table(("", "a", "b"), rows)


def _render_summary_value(name: str, value: Any) -> Markup | str:
    if name == "status":
        return element("span", value, style=f"color:{get_status_color(value)}")
    if name == "latency" and value == value:
        return format_duration(value) or "–"
    if name == "cost" and value == value:
        return format_dollars(value)
    return clip_text(_format_value(value), MAX_CELL_CHARACTERS)


def _format_field_label(name: str) -> str:
    return {"latency": "duration", "cost": "list price"}.get(name, name.replace("_", " "))


def _render_section(
    title: str, frame: pd.DataFrame, write_row: Any, heads: Iterable[str], facts: str | None = None
) -> Markup:
    total = len(frame)
    rows = [write_row(row) for row in frame.head(MAX_TABLE_ROWS).to_dict("records")]
    left_out = (
        render_muted_line(f"… {format_count(total - MAX_TABLE_ROWS, 'row')} left out here")
        if total > MAX_TABLE_ROWS
        else None
    )
    body = [render_table(tuple(heads), rows)] if rows else [render_muted_line("No difference.")]
    return render_details(
        title, facts or format_count(total, "row"), [*body, *([left_out] if left_out else [])]
    )


def _describe_path_difference(comparison: ComparedRuns) -> str:
    if comparison.same_path:
        return f"the same {format_count(len(comparison.path), 'node')}"
    counts = comparison.path["in"].value_counts()
    return join_with_dots(*(f"{counts.get(key, 0)} {word}" for key, word in _SIDE_PHRASES.items()))


_SIDE_PHRASES = {"both": "in both", "a": "only in a", "b": "only in b"}


def _select_differing_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["same"]]


def _render_path_row(row: dict[str, Any]) -> Markup:
    sign = {"both": "=", "a": "−", "b": "+"}[row["in"]]
    return _render_table_row(
        sign,
        _format_value(row["position_a"]),
        _format_value(row["position_b"]),
        _format_namespace_and_node(row),
    )


def _render_node_row(row: dict[str, Any]) -> Markup:
    tokens = (_format_value(row[f"output_tokens_{side}"]) for side in "ab")
    sides = (_format_status_and_latency(row, side) for side in "ab")
    return _render_table_row(
        _format_namespace_and_node(row),
        str(row["occurrence"] + 1),
        *sides,
        _format_latency_change(row["latency_change"]),
        *tokens,
    )


def _format_status_and_latency(row: dict[str, Any], side: str) -> str:
    status, latency = row[f"status_{side}"], row[f"latency_{side}"]
    if not isinstance(status, str):
        return "–"
    return join_with_dots(status, format_duration(latency) if latency == latency else None)


def _format_latency_change(value: float) -> str:
    return "–" if value != value else f"{'+' if value >= 0 else '−'}{format_duration(abs(value))}"


def _render_message_row(row: dict[str, Any]) -> Markup:
    kept, added, removed = (_format_value(row[f"words_{name}"]) for name in ("kept", "added", "removed"))
    words = kept if kept == _MISSING_VALUE_TEXT else f"+{added} −{removed}, {kept} kept"
    place = join_with_dots(_format_namespace_and_node(row), row["role"])
    return _render_table_row(place, *(_render_clipped_text(row[f"text_{side}"]) for side in "ab"), words)


def _render_tool_call_row(row: dict[str, Any]) -> Markup:
    sides = (_render_tool_call_text(row[f"args_{side}"], row[f"result_{side}"]) for side in "ab")
    return _render_table_row(
        join_with_dots(_format_namespace_and_node(row), _format_value(row["name"])), *sides
    )


def _render_tool_call_text(args: Any, result: Any) -> Markup:
    return _render_clipped_text(
        None if args is None else f"{preview_json(args, MAX_CELL_CHARACTERS)} → {_format_value(result)}"
    )


def _render_state_row(row: dict[str, Any]) -> Markup:
    place = join_with_dots(
        format_namespace(row["namespace"]), _format_value(row["path"]) if row["path"] else None
    )
    sides = (
        _render_clipped_text(None if row[at] is None else preview_json(row[at], MAX_CELL_CHARACTERS))
        for at in ("before", "after")
    )
    return _render_table_row(place, row["op"], *sides)


def _format_namespace_and_node(row: dict[str, Any]) -> str:
    node = row["node"] if isinstance(row["node"], str) else None
    return " / ".join(filter(None, (format_namespace(row["namespace"]), node)))


def _render_clipped_text(value: Any) -> Markup:
    if not isinstance(value, str):
        return element("span", "–", style=MUTED_STYLE)
    return element("span", clip_text(value, MAX_CELL_CHARACTERS), style=PROSE_STYLE)


def _format_value(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return _MISSING_VALUE_TEXT
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def _render_table_row(*cells: Markup | str) -> Markup:
    return element("tr", [element("td", cell, style=CELL_STYLE) for cell in cells])
