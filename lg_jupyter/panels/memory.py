"""What is remembered beside messages: a store's reads and writes, a deep agent's todos and files."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.deep_agent_state import read_state_files, read_todos
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    MUTED_STYLE,
    Row,
    format_section_lines,
    render_details,
    render_rows_that_fit,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_count, join_with_dots

_TODO_SIGNS = {"completed": "☑", "in_progress": "◐"}
_MAX_VALUE_CHARACTERS = 120


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    def write(row: Row) -> Markup:
        place = element("span", run.place_names.format_row_place(row), " ", style=MUTED_STYLE)
        return element(
            "div",
            place,
            _format_store_operation(row),
            " ",
            _format_store_value(row, MAX_HTML_VALUE_CHARACTERS),
            style=MONOSPACE_STYLE,
        )

    state = run.trace.output
    if lines := _format_todos_and_files(state):
        yield render_details(
            "todos and files", _format_todo_and_file_counts(state), [element("div", line) for line in lines]
        )
    if rows := run.get_table_rows("store_ops"):
        size = format_count(len(rows), "operation")
        yield render_details("store", size, render_rows_that_fit(rows, write, room, "operation", "store_ops"))


def _format_record_text(run: RecordContext) -> list[str]:
    state = run.trace.output
    lines = format_section_lines(
        "todos and files", _format_todo_and_file_counts(state), _format_todos_and_files(state), "line"
    )
    rows = run.get_table_rows("store_ops")
    ops = [
        join_with_dots(
            run.place_names.format_row_place(row),
            f"{_format_store_operation(row)} {_format_store_value(row, _MAX_VALUE_CHARACTERS)}".rstrip(),
        )
        for row in rows
    ]
    return [*lines, *format_section_lines("store", str(len(rows)), ops, "operation")]


def _format_todo_and_file_counts(state: JSON) -> str:
    todos, files = read_todos(state), read_state_files(state)
    return join_with_dots(
        format_count(len(todos), "todo") if todos else None,
        format_count(len(files), "file") if files else None,
    )


def _format_todos_and_files(state: JSON) -> list[str]:
    """The todos and files of the last state of the root."""
    todos = [f"{_TODO_SIGNS.get(todo['status'], '☐')} {todo['content']}" for todo in read_todos(state)]
    files = [
        f"{path} ({format_count(len(text), 'character')})" for path, text in read_state_files(state).items()
    ]
    return [*todos, *files]


def _format_store_operation(row: Row) -> str:
    """``put users.ada likes (changed)``."""
    found = f"{row['count']:,} found" if row["op"] == "search" and row["count"] is not None else None
    facts = ", ".join(filter(None, (row["effect"] if row["effect"] != "unknown" else None, found)))
    name = " ".join(filter(None, (row["op"], row["store_namespace"], row["key"])))
    return f"{name} ({facts})" if facts else name


def _format_store_value(row: Row, limit: int) -> str:
    """What was read or written, behind what was there before."""
    if row["error"]:
        return preview_json(row["error"], limit)
    if row["op"] == "get" and not row["count"]:
        return "nothing there"
    value = None if row["value"] is None else preview_json(row["value"], limit)
    if row["effect"] in ("changed", "deleted"):
        return " → ".join(filter(None, (preview_json(row["before"], limit), value or "deleted")))
    return value or ""


def _explain_missing_store_operations(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if len(trace.tables["store_ops"]):
        return
    if settings.has_store and is_over and settings.watched_message_form:
        yield (
            "What nodes do with the graph's store is not heard of a run that other code started; "
            "of one that `lg_jupyter.stream()` starts, it is."
        )
    elif settings.has_store and is_over:
        yield (
            "The graph's store was neither read nor written as `runtime.store` or get_store() give it. "
            "A store that a node holds by itself is not heard: take that of the runtime."
        )
    elif (
        settings.location != "local"
        and is_over
        and (read_todos(trace.output) or read_state_files(trace.output))
    ):
        yield "What a server's graph does with its store is not known here: no stream tells it."


PANEL = Panel(
    __name__,
    "Memory",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=6,
    explain_missing=_explain_missing_store_operations,
)
