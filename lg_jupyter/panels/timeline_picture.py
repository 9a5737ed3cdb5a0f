"""Pictures of a timeline: ``<svg>`` of bars, bands and marks, on an axis from which waits are cut out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lg_jupyter.tables.timeline_lanes import NodeLane, TaskBar
from lg_jupyter.tables.waits import MIN_SHOWN_WAIT_SECONDS, Waits, format_waits
from lg_jupyter.text.elements import Row, get_status_color
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_time_since_start

VIEW_BOX_WIDTH = 1_000
"""The units of a picture from the first task's start to the last one's end."""

BAR_ROW_HEIGHT_PX = 10
"""The units of a picture's height that a row of bars takes."""

MAX_ROWS_PER_LANE = 12
"""The most rows of one lane: of more tasks at once, some lie over each other."""

MAX_BARS_PER_LANE = 300
"""The most bars of one lane that are drawn one by one; of more, what touches is one bar."""

MAX_STEP_BANDS = 40
"""The most steps that are drawn as bands."""


class BarBox(NamedTuple):
    """A bar in units of the picture."""

    start_x: float
    end_x: float
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
        self.wait_starts = [wait.start for wait in inside if wait.end - wait.start >= MIN_SHOWN_WAIT_SECONDS]
        self.waited = format_waits(inside)
        self.span = waits.seconds_running(self.start, self.end)

    def to_picture_x(self, time: float) -> float:
        return (
            VIEW_BOX_WIDTH * self._waits.seconds_running(self.start, time) / self.span
            if self.span > 0
            else 0.0
        )

    def get_bar_end_time(self, end: float | None) -> float:
        """Where a bar ends; one of what still runs at the picture's end."""
        return self.end if end is None else end

    def format_since_start(self, time: float | None) -> str | None:
        return (
            None
            if time is None
            else format_time_since_start(0.0, self._waits.seconds_running(self.start, time))
        )


def render_lane_bars(lane: NodeLane, bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    """The tasks of a lane as bars, their first tokens as lines in them, as a picture."""
    rows = _stack_overlapping_boxes(_make_bar_boxes(lane.bars, axis))
    shapes = [_render_bar(box, number) for number, row in enumerate(rows) for box in row]
    marks = [
        _render_rect(axis.to_picture_x(time) - 1, 0, 2, BAR_ROW_HEIGHT_PX * len(rows), "currentColor")
        for time in lane.first_token_times[:MAX_BARS_PER_LANE]
        if axis.start <= time <= axis.end
    ]
    return _render_svg(
        BAR_ROW_HEIGHT_PX * len(rows),
        [*bands, *shapes, *marks, *_render_wait_marks(axis, BAR_ROW_HEIGHT_PX * len(rows))],
    )


def render_checkpoint_marks(times: Sequence[float], bands: Sequence[Markup], axis: TimeAxis) -> Markup:
    """The moments at which checkpoints were saved, as a picture."""
    marks = [
        _render_rect(axis.to_picture_x(time) - 1, 0, 2, BAR_ROW_HEIGHT_PX, "gray")
        for time in times[:MAX_BARS_PER_LANE]
        if axis.start <= time <= axis.end
    ]
    return _render_svg(BAR_ROW_HEIGHT_PX, [*bands, *marks])


def _render_wait_marks(axis: TimeAxis, height: float) -> Iterator[Markup]:
    for time in axis.wait_starts:
        yield _render_rect(
            axis.to_picture_x(time) - 3, 0, 6, height, "none", stroke="gray", stroke_dasharray="3 2"
        )


def _make_bar_boxes(bars: Sequence[TaskBar], axis: TimeAxis) -> list[BarBox]:
    boxes = [
        BarBox(axis.to_picture_x(bar.start), axis.to_picture_x(axis.get_bar_end_time(bar.end)), bar.status)
        for bar in bars
    ]
    return boxes if len(boxes) <= MAX_BARS_PER_LANE else _merge_touching_boxes(boxes)


def _merge_touching_boxes(boxes: Sequence[BarBox]) -> list[BarBox]:
    """Boxes of one status that touch, as one."""
    merged: list[BarBox] = []
    for box in sorted(boxes, key=lambda box: (box.status, box.start_x)):
        last = merged[-1] if merged else None
        if last and last.status == box.status and box.start_x <= last.end_x + 2:
            merged[-1] = last._replace(end_x=max(last.end_x, box.end_x))
        else:
            merged.append(box)
    return sorted(merged)


def _stack_overlapping_boxes(boxes: Sequence[BarBox]) -> list[list[BarBox]]:
    """Boxes that overlap, in rows one below the other."""
    rows: list[list[BarBox]] = []
    for box in boxes:
        free = next((row for row in rows if row[-1].end_x <= box.start_x + 0.5), None)
        if free is None and len(rows) < MAX_ROWS_PER_LANE:
            rows.append([box])
        else:
            (free or rows[-1]).append(box)
    return rows or [[]]


def _render_bar(box: BarBox, row: int) -> Markup:
    """Statuses differ in form, too: what did not succeed has an outline, what never reported is hollow."""
    hollow = box.status in ("unreported", "running", "pending")
    outline = {} if box.status in ("success", "cached") else {"stroke": "currentColor"}
    fill = "none" if hollow else get_status_color(box.status)
    height = BAR_ROW_HEIGHT_PX / 2 if box.status == "cached" else BAR_ROW_HEIGHT_PX - 2
    return _render_rect(
        box.start_x, row * BAR_ROW_HEIGHT_PX + 1, max(2.0, box.end_x - box.start_x), height, fill, **outline
    )


def render_step_bands(spans: Sequence[tuple[float, float | None]], axis: TimeAxis) -> Iterator[Markup]:
    """Every other step of the root, as a band behind the bars."""
    for start, end in spans[1::2] if len(spans) <= MAX_STEP_BANDS else ():
        at = axis.to_picture_x(start)
        yield _render_rect(
            at, 0, axis.to_picture_x(axis.get_bar_end_time(end)) - at, "100%", "gray", fill_opacity="0.12"
        )


def _render_svg(height: float, shapes: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        shapes,
        viewBox=f"0 0 {VIEW_BOX_WIDTH} {height:g}",
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
