"""When what ran: a lane per namespace and node, a bar per task, on one axis, as a picture beside words.

The pictures are ``<svg>`` of shapes alone. Where a page strips them nothing is left of them, and the table
in which they stand still says how often, how long and how each node ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from lg_jupyter.panels.causes import explain_mode_not_requested
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.panels.timeline_picture import (
    TimeAxis,
    render_checkpoint_marks,
    render_lane_bars,
    render_step_bands,
)
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.timeline_lanes import NodeLane, find_root_step_spans, make_node_lanes
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    CELL_STYLE,
    NOWRAP_CELL_STYLE,
    NUMBER_CELL_STYLE,
    Row,
    format_section_lines,
    render_details,
    render_rows_that_fit,
    render_spanning_row,
    render_status_sign,
    render_table,
)
from lg_jupyter.text.markup import Markup, MarkupChild, element
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    clip_text,
    format_count,
    format_duration,
    join_with_dots,
)

MAX_PLACE_CHARACTERS = 80
"""The most characters of a task's place, as text."""

MAX_ERROR_CHARACTERS = 160
"""The most characters of its error."""

MIN_TIME_SHARE_SECONDS = 0.0005
"""Seconds: of a share of a task's time that is shorter a reader need not hear."""

_LEGEND = (
    "Bars are tasks, lines in them first tokens, bands every other step; an outline: it did not succeed. "
    "At a dashed frame the run waited, which takes no room."
)
_LANE_NAME_STYLE = f"{CELL_STYLE};white-space:pre-wrap;overflow-wrap:break-word"


TableColumn: TypeAlias = tuple[str, Callable[[Row], MarkupChild], str]
"""Of a table: its title, what stands in it for a row, its style."""


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The lanes, then the tasks one by one."""
    tasks = run.get_table_rows("tasks")
    if not tasks:
        return
    axis = TimeAxis(tasks, run.trace.waits)
    size = join_with_dots(format_count(len(tasks), "task"), format_duration(axis.span), axis.waited)
    pictures = _render_lane_table(
        tasks,
        run.get_table_rows("messages"),
        run.get_table_rows("checkpoints"),
        axis,
        run.place_names,
        room // 2,
    )
    yield render_details(
        PANEL.title.lower(), size, [*pictures, _render_task_table(run, tasks, axis, room // 2)]
    )


def _render_task_table(run: RecordContext, tasks: Sequence[Row], axis: TimeAxis, room: int) -> Markup:
    places, parallel_tasks = run.place_names, run.parallel_tasks
    columns: list[TableColumn] = [
        ("node", _render_node_cell, CELL_STYLE),
        ("step", lambda row: row["step"], NUMBER_CELL_STYLE),
        ("status", lambda row: row["status"], NOWRAP_CELL_STYLE),
        ("start", lambda row: axis.format_since_start(row["start_time"]), NUMBER_CELL_STYLE),
        ("time", lambda row: format_duration(row["latency"]), NUMBER_CELL_STYLE),
    ]
    if any(row["namespace"] for row in tasks):
        columns.insert(1, ("in", lambda row: places.format_namespace_path(row["namespace"]), CELL_STYLE))
    if any(map(_format_time_shares, tasks)):
        columns.append(("went to", _format_time_shares, CELL_STYLE))
    if any(parallel_tasks.format_number_and_input(row["task_id"]) for row in tasks):
        columns.append(
            ("parallel", lambda row: parallel_tasks.format_number_and_input(row["task_id"]), CELL_STYLE)
        )
    if any(row["retries"] for row in tasks):
        columns.append(("tries", _format_tries, NUMBER_CELL_STYLE))
    if any(row["error"] for row in tasks):
        columns.append(("error", _format_error_cell, CELL_STYLE))

    def write(row: Row) -> Markup:
        return element("tr", [element("td", cell(row), style=style) for _, cell, style in columns])

    titles = [title for title, *_ in columns]
    numbers = [title for title, _, style in columns if style == NUMBER_CELL_STYLE]
    return render_table(
        titles, render_rows_that_fit(tasks, write, room, "task", "tasks", wrap=render_spanning_row), numbers
    )


def _render_node_cell(row: Row) -> MarkupChild:
    return [render_status_sign(row["status"]), "\u00a0", element("b", row["title"] or row["node"] or "?")]


def _format_tries(row: Row) -> str | None:
    """How often a task was tried, where that was more than once, and what the last try before failed with."""
    if not row["retries"]:
        return None
    why = row["retries"][-1].get("error")
    return f"{len(row['retries']) + 1} tries" + (f" ({why})" if why else "")


def _format_time_shares(row: Row) -> str:
    """What a task's time went to, where calls are known and it made any."""
    if row["model_time"] is None:
        return ""
    answers = row["model_time"] - row["model_wait_time"]
    shares = {
        "waiting for a model": row["model_wait_time"],
        "model answering": answers,
        "tools": row["tool_time"],
        "between tries": row["retry_time"],
    }
    known = [
        f"{name} {format_duration(time)}"
        for name, time in shares.items()
        if time and time >= MIN_TIME_SHARE_SECONDS
    ]
    own = f"own code {format_duration(row['own_time'])}" if known and row["own_time"] else None
    return ", ".join(filter(None, [*known, own]))


def _format_error_cell(row: Row) -> MarkupChild:
    error = row["error"]
    return error and f"{error.get('error')}: {clip_text(error.get('message'), 300)}"


# ---------------------------------------------------------------------------------------------
# As text


def _format_record_text(run: RecordContext) -> list[str]:
    """A line for each task: where, in which step, when, how long, and how it ended where it did not well."""
    rows, parallel_tasks = run.get_table_rows("tasks"), run.parallel_tasks
    axis = TimeAxis(rows, run.trace.waits)
    cells = [
        list(
            _format_task_cells(
                row, axis, run.place_names, parallel_tasks.format_number_and_input(row["task_id"])
            )
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    return format_section_lines(
        PANEL.title.lower(),
        join_with_dots(format_count(len(rows), "task"), format_duration(axis.span), axis.waited),
        lines,
        "task",
    )


def _format_task_cells(row: Row, axis: TimeAxis, places: PlaceNames, parallel: str) -> Iterator[str]:
    place = clip_text(places.format_row_place(row), MAX_PLACE_CHARACTERS)
    yield f"{STATUS_SIGNS.get(row['status'], '·')} {place}"
    yield "" if row["step"] is None else f"step {row['step']}"
    yield axis.format_since_start(row["start_time"]) or ""
    yield format_duration(row["latency"]) or ""
    status = None if row["status"] == "success" else row["status"]
    failed = row["error"] and clip_text(
        f"{row['error'].get('error')}: {row['error'].get('message')}", MAX_ERROR_CHARACTERS
    )
    yield join_with_dots(parallel, status, _format_time_shares(row), _format_tries(row), failed).replace(
        "\n", " "
    )


# ---------------------------------------------------------------------------------------------
# Lanes


def _render_lane_table(
    tasks: Sequence[Row],
    messages: Sequence[Row],
    checkpoints: Sequence[Row],
    axis: TimeAxis,
    places: PlaceNames,
    room: int,
) -> Iterator[Markup]:
    bands = list(render_step_bands(find_root_step_spans(tasks), axis))
    rows = [{"lane": lane} for lane in make_node_lanes(tasks, messages, places)]

    def write(row: Row) -> Markup:
        return _render_lane_row(row["lane"], bands, axis)

    saved = [row["timestamp"] for row in checkpoints if not row["namespace"]]
    ticks = [_render_checkpoint_row(saved, bands, axis)] if saved else []
    span = element("span", join_with_dots(f"0 – {format_duration(axis.span)}", axis.waited), title=_LEGEND)
    head = element(
        "tr",
        element("th", "lane", style=CELL_STYLE),
        element("th", "ran", style=NUMBER_CELL_STYLE),
        element("th", span, style=CELL_STYLE, width="60%"),
    )
    body = [*render_rows_that_fit(rows, write, room, "lane", "tasks", wrap=render_spanning_row), *ticks]
    yield element("table", element("thead", head), element("tbody", body), width="100%", style="margin:4px 0")


def _render_lane_row(lane: NodeLane, bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    often = f"{len(lane.task_rows):,} × " if len(lane.task_rows) > 1 else ""
    return element(
        "tr",
        element("td", render_status_sign(lane.worst_status), "\u00a0", lane.name, style=_LANE_NAME_STYLE),
        element("td", f"{often}{format_duration(lane.mean_task_seconds) or '?'}", style=NUMBER_CELL_STYLE),
        element("td", render_lane_bars(lane, bands, axis), style=CELL_STYLE),
    )


def _render_checkpoint_row(times: Sequence[float], bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    return element(
        "tr",
        element("td", STATUS_SIGNS["pending"], " checkpoints", style=_LANE_NAME_STYLE),
        element("td", f"{len(times):,} ×", style=NUMBER_CELL_STYLE),
        element("td", render_checkpoint_marks(times, bands, axis), style=CELL_STYLE),
    )


def _explain_missing_tasks(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if settings.modes.isdisjoint({"debug", "tasks", "events"}):
        yield explain_mode_not_requested(settings, "Tasks were", "debug")


PANEL = Panel(
    __name__,
    "Timeline",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=17,
    explain_missing=_explain_missing_tasks,
)
