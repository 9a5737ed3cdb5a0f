"""What became of the state: at the end, and step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lg_jupyter.adapter.message_fields import read_tool_calls, split_message_content
from lg_jupyter.encode.messages import get_message_role, is_encoded_message, is_encoded_message_or_list
from lg_jupyter.events.events import JSON
from lg_jupyter.panels.causes import explain_mode_not_requested
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.speaker import format_role
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    INDENTED_BLOCK_STYLE,
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    Row,
    format_section_lines,
    render_details,
    render_muted_line,
    render_rows_that_fit,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import clip_text, format_count, join_with_dots

MAX_CHANGES_PER_STEP = 50
"""The most changes of one step that are shown."""

MAX_STATE_KEYS = 20
"""The most keys of the final state that are shown as text."""

MAX_CHANGE_CHARACTERS = 160
"""About the most characters of a change that is shown as text."""


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    yield from _render_final_state(run.trace.output, room // 4)
    yield from _render_changes_by_step(run, room - room // 4)


def _format_record_text(run: RecordContext) -> Iterator[str]:
    yield from _format_final_state(run.trace.output)
    yield from _format_changes_by_step(run.get_table_rows("state_diffs"), run.place_names)


def _format_final_state(output: JSON) -> list[str]:
    """What the state ended as, but for the messages, which stand above."""
    if output is None:
        return []
    pairs = list(output.items()) if isinstance(output, dict) else [("output", output)]
    shown = [(key, value) for key, value in pairs if not is_encoded_message_or_list(value)]
    lines = [f"{key} = {preview_json(value, 300)}" for key, value in shown[:MAX_STATE_KEYS]]
    return [
        *lines,
        *(
            [f"… {format_count(len(shown) - MAX_STATE_KEYS, 'more key')}"]
            if len(shown) > MAX_STATE_KEYS
            else []
        ),
    ]


def _format_changes_by_step(rows: Sequence[Row], places: PlaceNames) -> list[str]:
    """What each step changed in the state, but for messages."""
    shown = [
        row
        for row in rows
        if not (is_encoded_message_or_list(row["before"]) or is_encoded_message_or_list(row["after"]))
    ]
    lines = [
        _format_step_change(_format_step_name(changed, places), row)
        for _, group in groupby(shown, key=_get_step_key)
        for changed in [list(group)]
        for row in changed
    ]
    return format_section_lines("state by step", format_count(len(shown), "change"), lines, "change")


def _format_step_change(step: str, row: Row) -> str:
    change = clip_text(_format_change(row, MAX_CHANGE_CHARACTERS), 2 * MAX_CHANGE_CHARACTERS).replace(
        "\n", " "
    )
    return f"{step}: {change}" if step else change


def _render_final_state(value: JSON, room: int) -> Iterator[Markup]:
    """The root graph's last state, key by key."""
    if value is None:
        return
    pairs = value.items() if isinstance(value, dict) else [("output", value)]
    rows = [{"key": key, "value": item} for key, item in pairs]

    def write(row: Row) -> Markup:
        shown = element(
            "span", _format_value(row["value"], 4 * MAX_HTML_VALUE_CHARACTERS), style=MONOSPACE_STYLE
        )
        return element("div", element("b", str(row["key"])), ": ", shown)

    yield render_details(
        "final state", format_count(len(rows), "key"), render_rows_that_fit(rows, write, room, "key")
    )


def _render_changes_by_step(run: RecordContext, room: int) -> Iterator[Markup]:
    """The rows of ``state_diffs``, by namespace and step."""
    rows = run.get_table_rows("state_diffs")
    steps = [
        {"namespace": namespace, "step": step, "changes": list(changed)}
        for (namespace, step, _), changed in groupby(rows, key=_get_step_key)
    ]

    def write(row: Row) -> Markup:
        return _render_step_changes(row, run.place_names)

    if steps:
        size = format_count(len(rows), "change")
        yield render_details(
            "state by step", size, render_rows_that_fit(steps, write, room, "step", "state_diffs")
        )


def _get_step_key(row: Row) -> tuple[str, int | None, int | None]:
    """What the changes of one step have in common: of a step without a number, their event."""
    return row["namespace"], row["step"], row["seq"] if row["step"] is None else None


def _render_step_changes(row: Row, places: PlaceNames) -> Markup:
    head = element("b", _format_step_name(row["changes"], places))
    shown = row["changes"][:MAX_CHANGES_PER_STEP]
    lines = [element("div", _format_change(each), style=MONOSPACE_STYLE) for each in shown]
    if left := len(row["changes"]) - len(shown):
        lines.append(render_muted_line(f"… and {format_count(left, 'more change')}"))
    return element("div", head, lines, style=INDENTED_BLOCK_STYLE)


def _format_step_name(changes: Sequence[Row], places: PlaceNames) -> str:
    """Which step of which graph made these changes, and which nodes wrote them."""
    first = changes[0]
    nodes = sorted(
        {"input" if node == "__start__" else node for row in changes for node in row["nodes"] or ()}
    )
    number = None if first["step"] is None else f"step {first['step']}"
    return join_with_dots(number, places.format_namespace_path(first["namespace"]), ", ".join(nodes))


def _format_change(row: Row, limit: int = MAX_HTML_VALUE_CHARACTERS) -> str:
    """A row of ``state_diffs`` in words, of each value ``limit`` characters at most."""
    head = f"{row['op']} {row['path'] or row['key']}"
    after = _format_value(row["after"], limit)
    if row["op"] == "remove":
        return head
    if row["op"] == "change":
        return f"{head}: {_format_value(row['before'], limit)} → {after}"
    return f"{head}: {after}"


def _format_value(value: JSON, limit: int) -> str:
    """The beginning of a value; of messages only who says what, a line for each."""
    if value == "":
        return '""'
    if message := _format_message(value):
        return preview_json(message, limit)
    if isinstance(value, Sequence) and not isinstance(value, str):
        lines = [_format_message(item) for item in value[:limit]]
        if lines and all(lines):
            return preview_json("".join(f"\n  {_indent_continuation_lines(line)}" for line in lines), limit)
    return preview_json(value, limit)


def _indent_continuation_lines(text: str | None) -> str:
    return (text or "").replace("\n", "\n    ")


def _format_message(value: JSON) -> str | None:
    """``AI: its text → the_tool_it_called(…)`` of a message, ``None`` of anything else."""
    if not is_encoded_message(value):
        return None
    content, name = split_message_content(value), value.get("name")
    blocks = [
        f"[{block.get('type', 'content')}]" for block in content.other_blocks if isinstance(block, dict)
    ]
    calls = [f"{call['name']}({preview_json(call['args'], 100)})" for call in read_tool_calls(value)]
    text = " → ".join(filter(None, (" ".join(filter(None, (content.text, *blocks))), *calls)))
    return f"{format_role(get_message_role(value))}{f' ({name})' if name else ''}: {text}"


def _explain_missing_state(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if trace.initial_state is None:
        yield "What the thread's state was before is not known, so the first change tells all that was there."
    if settings.modes.isdisjoint({"values", "updates", "events"}):
        yield explain_mode_not_requested(settings, "The state was", "values")
    elif "values" not in settings.modes and "events" not in settings.modes:
        yield (
            "Only what the nodes wrote is told (mode 'updates'), not what the state became of it. "
            "Add the mode 'values' for that."
        )
    elif is_over and not len(trace.tables["state_diffs"]):
        yield "The run ended before it told any state."


PANEL = Panel(
    __name__,
    "State",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=24,
    explain_missing=_explain_missing_state,
    is_stored_in_checkpoints=True,
)
