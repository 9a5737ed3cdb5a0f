"""When what ran: a lane per namespace and node, a bar per task, on one axis, as a picture beside words.

The pictures are ``<svg>`` of shapes alone. Where a page strips them nothing is left of them, and the table
in which they stand still says how often, how long and how each node ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lg_jupyter.panels.causes import explain_mode_not_requested
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.lanes import NodeLane, TaskBar, find_step_spans, make_lanes
from lg_jupyter.tables.places import PlaceNames
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.waits import MIN_SHOWN_SECONDS, Waits, format_waits
from lg_jupyter.text.elements import (
    CELL_STYLE,
    NUMBER_CELL_STYLE,
    WORD_CELL_STYLE,
    Row,
    format_section,
    get_status_color,
    render_folded,
    render_rows_that_fit,
    render_spanning_row,
    render_status_sign,
    render_table,
)
from lg_jupyter.text.markup import Child, Markup, element
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    clip_text,
    format_count,
    format_duration,
    format_elapsed,
    join_with_dots,
)

PICTURE_WIDTH = 1_000
"""The units of a picture from the first task's start to the last one's end."""

ROW_HEIGHT = 10
"""The units of a picture's height that a row of bars takes."""

MAX_ROWS = 12
"""The most rows of one lane: of more tasks at once, some lie over each other."""

MAX_BARS = 300
"""The most bars of one lane that are drawn one by one; of more, what touches is one bar."""

MAX_BANDS = 40
"""The most steps that are drawn as bands."""

NAME_LIMIT = 80
"""The most characters of a task's place, as text."""

ERROR_LIMIT = 160
"""The most characters of its error."""

NEGLIGIBLE_SECONDS = 0.0005
"""Seconds: of a share of a task's time that is shorter a reader need not hear."""

_LEGEND = (
    "Bars are tasks, lines in them first tokens, bands every other step; an outline: it did not succeed. "
    "At a dashed frame the run waited, which takes no room."
)
_LABEL_STYLE = f"{CELL_STYLE};white-space:pre-wrap;overflow-wrap:break-word"


TableColumn: TypeAlias = tuple[str, Callable[[Row], Child], str]
"""Of a table: its title, what stands in it for a row, its style."""


class BarBox(NamedTuple):
    """A bar in units of the picture."""

    start: float
    end: float
    status: str


class TimeAxis:
    """From times to units of a picture; by the clock of the tasks, whatever other clocks say.

    The time in which the run waited is cut out.
    """

    def __init__(self, tasks: Sequence[Row], waits: Waits) -> None:
        starts = [row["start_time"] for row in tasks if row["start_time"] is not None]
        ends = [row["end_time"] for row in tasks if row["end_time"] is not None]
        self.start = min(starts, default=0.0)
        self.end = max([*ends, *starts], default=0.0)
        self._waits = waits
        inside = [wait for wait in waits if self.start < wait.end and wait.start < self.end]
        self.cuts = [wait.start for wait in inside if wait.end - wait.start >= MIN_SHOWN_SECONDS]
        self.waited = format_waits(inside)
        self.span = waits.seconds_running(self.start, self.end)

    def to_picture_x(self, time: float) -> float:
        return (
            PICTURE_WIDTH * self._waits.seconds_running(self.start, time) / self.span
            if self.span > 0
            else 0.0
        )

    def get_bar_end(self, end: float | None) -> float:
        """Where a bar ends; one of what still runs at the picture's end."""
        return self.end if end is None else end

    def format_since_start(self, time: float | None) -> str | None:
        return None if time is None else format_elapsed(0.0, self._waits.seconds_running(self.start, time))


def _html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The lanes, then the tasks one by one."""
    tasks = run.rows("tasks")
    if not tasks:
        return
    axis = TimeAxis(tasks, run.trace.waits)
    size = join_with_dots(format_count(len(tasks), "task"), format_duration(axis.span), axis.waited)
    pictures = _render_lanes(
        tasks, run.rows("messages"), run.rows("checkpoints"), axis, run.places, room // 2
    )
    yield render_folded(PANEL.title.lower(), size, [*pictures, _render_tasks(run, tasks, axis, room // 2)])


def _render_tasks(run: RecordContext, tasks: Sequence[Row], axis: TimeAxis, room: int) -> Markup:
    places, parallel_tasks = run.places, run.parallel_tasks
    columns: list[TableColumn] = [
        ("node", _render_node, CELL_STYLE),
        ("step", lambda row: row["step"], NUMBER_CELL_STYLE),
        ("status", lambda row: row["status"], WORD_CELL_STYLE),
        ("start", lambda row: axis.format_since_start(row["start_time"]), NUMBER_CELL_STYLE),
        ("time", lambda row: format_duration(row["latency"]), NUMBER_CELL_STYLE),
    ]
    if any(row["namespace"] for row in tasks):
        columns.insert(1, ("in", lambda row: places.namespace_path(row["namespace"]), CELL_STYLE))
    if any(map(_format_time_shares, tasks)):
        columns.append(("went to", _format_time_shares, CELL_STYLE))
    if any(parallel_tasks.format_number_and_input(row["task_id"]) for row in tasks):
        columns.append(
            ("parallel", lambda row: parallel_tasks.format_number_and_input(row["task_id"]), CELL_STYLE)
        )
    if any(row["retries"] for row in tasks):
        columns.append(("tries", _format_tries, NUMBER_CELL_STYLE))
    if any(row["error"] for row in tasks):
        columns.append(("error", _format_error, CELL_STYLE))

    def write(row: Row) -> Markup:
        return element("tr", [element("td", cell(row), style=style) for _, cell, style in columns])

    titles = [title for title, *_ in columns]
    numbers = [title for title, _, style in columns if style == NUMBER_CELL_STYLE]
    return render_table(
        titles, render_rows_that_fit(tasks, write, room, "task", "tasks", wrap=render_spanning_row), numbers
    )


def _render_node(row: Row) -> Child:
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
        if time and time >= NEGLIGIBLE_SECONDS
    ]
    own = f"own code {format_duration(row['own_time'])}" if known and row["own_time"] else None
    return ", ".join(filter(None, [*known, own]))


def _format_error(row: Row) -> Child:
    error = row["error"]
    return error and f"{error.get('error')}: {clip_text(error.get('message'), 300)}"


# ---------------------------------------------------------------------------------------------
# As text


def _text(run: RecordContext) -> list[str]:
    """A line for each task: where, in which step, when, how long, and how it ended where it did not well."""
    rows, parallel_tasks = run.rows("tasks"), run.parallel_tasks
    axis = TimeAxis(rows, run.trace.waits)
    cells = [
        list(_format_task(row, axis, run.places, parallel_tasks.format_number_and_input(row["task_id"])))
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    return format_section(
        PANEL.title.lower(),
        join_with_dots(format_count(len(rows), "task"), format_duration(axis.span), axis.waited),
        lines,
        "task",
    )


def _format_task(row: Row, axis: TimeAxis, places: PlaceNames, parallel: str) -> Iterator[str]:
    yield f"{STATUS_SIGNS.get(row['status'], '·')} {clip_text(places.format_row_place(row), NAME_LIMIT)}"
    yield "" if row["step"] is None else f"step {row['step']}"
    yield axis.format_since_start(row["start_time"]) or ""
    yield format_duration(row["latency"]) or ""
    status = None if row["status"] == "success" else row["status"]
    failed = row["error"] and clip_text(
        f"{row['error'].get('error')}: {row['error'].get('message')}", ERROR_LIMIT
    )
    yield join_with_dots(parallel, status, _format_time_shares(row), _format_tries(row), failed).replace(
        "\n", " "
    )


# ---------------------------------------------------------------------------------------------
# Lanes


def _render_lanes(
    tasks: Sequence[Row],
    messages: Sequence[Row],
    checkpoints: Sequence[Row],
    axis: TimeAxis,
    places: PlaceNames,
    room: int,
) -> Iterator[Markup]:
    bands = list(_render_step_bands(find_step_spans(tasks), axis))
    rows = [{"lane": lane} for lane in make_lanes(tasks, messages, places)]

    def write(row: Row) -> Markup:
        return _render_lane(row["lane"], bands, axis)

    saved = [row["timestamp"] for row in checkpoints if not row["namespace"]]
    ticks = [_render_checkpoints(saved, bands, axis)] if saved else []
    span = element("span", join_with_dots(f"0 – {format_duration(axis.span)}", axis.waited), title=_LEGEND)
    head = element(
        "tr",
        element("th", "lane", style=CELL_STYLE),
        element("th", "ran", style=NUMBER_CELL_STYLE),
        element("th", span, style=CELL_STYLE, width="60%"),
    )
    body = [*render_rows_that_fit(rows, write, room, "lane", "tasks", wrap=render_spanning_row), *ticks]
    yield element("table", element("thead", head), element("tbody", body), width="100%", style="margin:4px 0")


def _render_lane(lane: NodeLane, bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    often = f"{len(lane.tasks):,} × " if len(lane.tasks) > 1 else ""
    return element(
        "tr",
        element("td", render_status_sign(lane.status), "\u00a0", lane.name, style=_LABEL_STYLE),
        element("td", f"{often}{format_duration(lane.mean_latency) or '?'}", style=NUMBER_CELL_STYLE),
        element("td", _render_bars(lane, bands, axis), style=CELL_STYLE),
    )


def _render_checkpoints(times: Sequence[float], bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    marks = [
        _render_rect(axis.to_picture_x(time) - 1, 0, 2, ROW_HEIGHT, "gray")
        for time in times[:MAX_BARS]
        if axis.start <= time <= axis.end
    ]
    picture = _render_svg(ROW_HEIGHT, [*bands, *marks])
    return element(
        "tr",
        element("td", STATUS_SIGNS["pending"], " checkpoints", style=_LABEL_STYLE),
        element("td", f"{len(times):,} ×", style=NUMBER_CELL_STYLE),
        element("td", picture, style=CELL_STYLE),
    )


# ---------------------------------------------------------------------------------------------
# Pictures


def _render_bars(lane: NodeLane, bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    rows = _stack_overlapping_boxes(_make_boxes(lane.bars, axis))
    shapes = [_render_box(box, number) for number, row in enumerate(rows) for box in row]
    marks = [
        _render_rect(axis.to_picture_x(time) - 1, 0, 2, ROW_HEIGHT * len(rows), "currentColor")
        for time in lane.first_tokens[:MAX_BARS]
        if axis.start <= time <= axis.end
    ]
    return _render_svg(
        ROW_HEIGHT * len(rows), [*bands, *shapes, *marks, *_render_cuts(axis, ROW_HEIGHT * len(rows))]
    )


def _render_cuts(axis: TimeAxis, height: float) -> Iterator[Markup]:
    for time in axis.cuts:
        yield _render_rect(
            axis.to_picture_x(time) - 3, 0, 6, height, "none", stroke="gray", stroke_dasharray="3 2"
        )


def _make_boxes(bars: Sequence[TaskBar], axis: TimeAxis) -> list[BarBox]:
    boxes = [
        BarBox(axis.to_picture_x(bar.start), axis.to_picture_x(axis.get_bar_end(bar.end)), bar.status)
        for bar in bars
    ]
    return boxes if len(boxes) <= MAX_BARS else _merge_touching_boxes(boxes)


def _merge_touching_boxes(boxes: Sequence[BarBox]) -> list[BarBox]:
    """Boxes of one status that touch, as one."""
    merged: list[BarBox] = []
    for box in sorted(boxes, key=lambda box: (box.status, box.start)):
        last = merged[-1] if merged else None
        if last and last.status == box.status and box.start <= last.end + 2:
            merged[-1] = last._replace(end=max(last.end, box.end))
        else:
            merged.append(box)
    return sorted(merged)


def _stack_overlapping_boxes(boxes: Sequence[BarBox]) -> list[list[BarBox]]:
    """Boxes that overlap, in rows one below the other."""
    rows: list[list[BarBox]] = []
    for box in boxes:
        free = next((row for row in rows if row[-1].end <= box.start + 0.5), None)
        if free is None and len(rows) < MAX_ROWS:
            rows.append([box])
        else:
            (free or rows[-1]).append(box)
    return rows or [[]]


def _render_box(box: BarBox, row: int) -> Markup:
    """Statuses differ in form, too: what did not succeed has an outline, what never reported is hollow."""
    hollow = box.status in ("unreported", "running", "pending")
    outline = {} if box.status in ("success", "cached") else {"stroke": "currentColor"}
    fill = "none" if hollow else get_status_color(box.status)
    height = ROW_HEIGHT / 2 if box.status == "cached" else ROW_HEIGHT - 2
    return _render_rect(
        box.start, row * ROW_HEIGHT + 1, max(2.0, box.end - box.start), height, fill, **outline
    )


def _render_step_bands(spans: Sequence[tuple[float, float | None]], axis: TimeAxis) -> Iterator[Markup]:
    """Every other step of the root, as a band behind the bars."""
    for start, end in spans[1::2] if len(spans) <= MAX_BANDS else ():
        at = axis.to_picture_x(start)
        yield _render_rect(
            at, 0, axis.to_picture_x(axis.get_bar_end(end)) - at, "100%", "gray", fill_opacity="0.12"
        )


def _render_svg(height: float, shapes: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        shapes,
        viewBox=f"0 0 {PICTURE_WIDTH} {height:g}",
        width="100%",
        style=f"display:block;height:{height:g}px",  # JupyterLab's own style is `height: auto`
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _render_rect(
    x: float, y: float, width: float, height: float | str, fill: str, **attributes: str
) -> Markup:
    shape = {
        "x": f"{x:.4g}",
        "y": f"{y:g}",
        "width": f"{width:.4g}",
        "height": height if isinstance(height, str) else f"{height:g}",
        "fill": fill,
    }
    return element("rect", **shape, **attributes)


def _explain(trace: Trace, settings: RunSettings, over: bool) -> Iterator[str]:
    if settings.modes.isdisjoint({"debug", "tasks", "events"}):
        yield explain_mode_not_requested(settings, "Tasks were", "debug")


PANEL = Panel(__name__, "Timeline", html=_html, text=_text, weight=17, explain=_explain)
