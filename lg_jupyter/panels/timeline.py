"""When what ran: a lane per namespace and node, a bar per task, on one axis, as a picture beside words.

The pictures are ``<svg>`` of shapes alone. Where a page strips them nothing is left of them, and the table
in which they stand still says how often, how long and how each node ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from lg_jupyter.panels.causes import not_asked
from lg_jupyter.panels.panel import Panel, Recorded
from lg_jupyter.panels.setting import Setting
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.waits import Waits, told
from lg_jupyter.text.elements import CELL, NUMBER, Row, color, fit, folded, section, sign, spanning_row, table
from lg_jupyter.text.markup import Child, Markup, element
from lg_jupyter.text.words import SIGNS, clip, count, dotted, seconds, since

WIDTH = 1_000
"""The units of a picture from the first task's start to the last one's end."""

ROW = 10
"""The units of a picture's height that a row of bars takes."""

ROWS = 12
"""The most rows of one lane: of more tasks at once, some lie over each other."""

BARS = 300
"""The most bars of one lane that are drawn one by one; of more, what touches is one bar."""

BANDS = 40
"""The most steps that are drawn as bands."""

NAME = 40
"""The most characters of a task's place, as text."""

ERROR = 160
"""The most characters of its error."""

_LEGEND = (
    "Bars are tasks, lines in them first tokens, bands every other step; an outline: it did not succeed."
)
_LABEL = f"{CELL};white-space:pre-wrap;overflow-wrap:break-word"
_ORDER = ("error", "interrupted", "cancelled", "incomplete", "unreported", "running", "cached", "success")


Lane: TypeAlias = tuple[str, str, str]
"""Where its tasks are by nodes' names and by graphs' names, and their node."""

Column: TypeAlias = tuple[str, Callable[[Row], Child], str]
"""Of a table: its title, what stands in it for a row, its style."""


class Bar(NamedTuple):
    start: float
    end: float
    status: str


class Axis:
    """From times to units of a picture; by the clock of the tasks, whatever other clocks say.

    The time in which the run waited is cut out.
    """

    def __init__(self, tasks: Sequence[Row], waits: Waits) -> None:
        starts = [row["start_time"] for row in tasks if row["start_time"] is not None]
        ends = [row["end_time"] for row in tasks if row["end_time"] is not None]
        self.start = min(starts, default=0.0)
        self.end = max([*ends, *starts], default=0.0)
        self._waits = waits
        self.waited = told(wait for wait in waits if self.start < wait.end and wait.start < self.end)
        self.span = waits.running(self.start, self.end)

    def at(self, time: float) -> float:
        return WIDTH * self._waits.running(self.start, time) / self.span if self.span > 0 else 0.0

    def since_start(self, time: float | None) -> str | None:
        return None if time is None else since(0.0, self._waits.running(self.start, time))


def _html(run: Recorded, room: int) -> Iterator[Markup]:
    """The lanes, then the tasks one by one."""
    tasks = run.rows("tasks")
    if not tasks:
        return
    axis = Axis(tasks, run.trace.waits)
    size = dotted(count(len(tasks), "task"), seconds(axis.span), axis.waited)
    lanes = _lanes(tasks, run.rows("messages"), run.rows("checkpoints"), axis, run.places, room // 2)
    yield folded(PANEL.title.lower(), size, [*lanes, _tasks(run, tasks, axis, room // 2)])


def _tasks(run: Recorded, tasks: Sequence[Row], axis: Axis, room: int) -> Markup:
    places, siblings = run.places, run.siblings
    columns: list[Column] = [
        ("node", _node, CELL),
        ("step", lambda row: row["step"], NUMBER),
        ("status", lambda row: row["status"], NUMBER),
        ("start", lambda row: axis.since_start(row["start_time"]), NUMBER),
        ("time", lambda row: seconds(row["latency"]), NUMBER),
    ]
    if any(row["namespace"] for row in tasks):
        columns.insert(1, ("in", lambda row: places.path(row["namespace"]), CELL))
    if any(siblings.told(row["task_id"]) for row in tasks):
        columns.append(("parallel", lambda row: siblings.told(row["task_id"]), CELL))
    if any(row["retries"] for row in tasks):
        columns.append(("tries", _tries, NUMBER))
    if any(row["error"] for row in tasks):
        columns.append(("error", _error, CELL))

    def write(row: Row) -> Markup:
        return element("tr", [element("td", cell(row), style=style) for _, cell, style in columns])

    titles = [title for title, *_ in columns]
    return table(titles, fit(tasks, write, room, "task", "tasks", wrap=spanning_row))


def _node(row: Row) -> Child:
    return [sign(row["status"]), "\u00a0", element("b", row["node"] or "?")]


def _tries(row: Row) -> str | None:
    """How often a task was tried, where that was more than once, and what the last try before failed with."""
    if not row["retries"]:
        return None
    why = row["retries"][-1].get("error")
    return f"{len(row['retries']) + 1} tries" + (f" ({why})" if why else "")


def _error(row: Row) -> Child:
    error = row["error"]
    return error and f"{error.get('error')}: {clip(error.get('message'), 300)}"


# ---------------------------------------------------------------------------------------------
# As text


def _text(run: Recorded) -> list[str]:
    """A line for each task: where, in which step, when, how long, and how it ended where it did not well."""
    rows, siblings = run.rows("tasks"), run.siblings
    axis = Axis(rows, run.trace.waits)
    cells = [list(_task(row, axis, run.places, siblings.told(row["task_id"]))) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    return section(
        PANEL.title.lower(), dotted(count(len(rows), "task"), seconds(axis.span), axis.waited), lines, "task"
    )


def _task(row: Row, axis: Axis, places: Places, told: str) -> Iterator[str]:
    yield f"{SIGNS.get(row['status'], '·')} {clip(places.where(row), NAME)}"
    yield "" if row["step"] is None else f"step {row['step']}"
    yield axis.since_start(row["start_time"]) or ""
    yield seconds(row["latency"]) or ""
    status = None if row["status"] == "success" else row["status"]
    failed = row["error"] and clip(f"{row['error'].get('error')}: {row['error'].get('message')}", ERROR)
    yield dotted(told, status, _tries(row), failed).replace("\n", " ")


# ---------------------------------------------------------------------------------------------
# Lanes


def _lanes(
    tasks: Sequence[Row],
    messages: Sequence[Row],
    checkpoints: Sequence[Row],
    axis: Axis,
    places: Places,
    room: int,
) -> Iterator[Markup]:
    lanes: dict[Lane, list[Row]] = {}
    for row in tasks:
        lanes.setdefault(places.lane(row), []).append(row)
    first_tokens: dict[Lane, list[float]] = {}
    for row in messages:
        if row["first_token_time"] is not None:
            first_tokens.setdefault(places.lane(row), []).append(row["first_token_time"])
    bands = list(_bands(tasks, axis))

    def write(row: Row) -> Markup:
        picture = _picture(row["tasks"], first_tokens.get(row["lane"], []), bands, axis)
        return _line(_name(row["lane"]), _worst(row["tasks"]), _ran(row["tasks"]), picture)

    rows = [{"lane": lane, "tasks": members} for lane, members in lanes.items()]
    saved = [row["timestamp"] for row in checkpoints if not row["namespace"]]
    ticks = [_ticks(saved, bands, axis)] if saved else []
    span = element("span", f"0 – {seconds(axis.span)}", title=_LEGEND)
    head = element(
        "tr",
        element("th", "lane", style=CELL),
        element("th", "ran", style=CELL),
        element("th", span, style=CELL, width="60%"),
    )
    body = [*fit(rows, write, room, "lane", "tasks", wrap=spanning_row), *ticks]
    yield element("table", element("thead", head), element("tbody", body), width="100%", style="margin:4px 0")


def _name(lane: Lane) -> str:
    return " / ".join(filter(None, lane[1:]))


def _worst(tasks: Sequence[Row]) -> str:
    statuses = {row["status"] for row in tasks}
    return next((status for status in _ORDER if status in statuses), "pending")


def _ran(tasks: Sequence[Row]) -> str:
    times = [row["latency"] for row in tasks if row["latency"] is not None]
    often = f"{len(tasks):,} × " if len(tasks) > 1 else ""
    return f"{often}{seconds(sum(times) / len(times)) if times else '?'}"


def _line(name: str, status: str, ran: str, picture: Markup) -> Markup:
    return element(
        "tr",
        element("td", sign(status), "\u00a0", name, style=_LABEL),
        element("td", ran, style=NUMBER),
        element("td", picture, style=CELL),
    )


def _ticks(times: Sequence[float], bands: Sequence[Markup], axis: Axis) -> Markup:
    marks = [
        _rect(axis.at(time) - 1, 0, 2, ROW, "gray") for time in times[:BARS] if axis.start <= time <= axis.end
    ]
    picture = _svg(ROW, [*bands, *marks])
    return element(
        "tr",
        element("td", SIGNS["pending"], " checkpoints", style=_LABEL),
        element("td", f"{len(times):,} ×", style=NUMBER),
        element("td", picture, style=CELL),
    )


# ---------------------------------------------------------------------------------------------
# Pictures


def _picture(
    tasks: Sequence[Row], first_tokens: Sequence[float], bands: Sequence[Markup], axis: Axis
) -> Markup:
    rows = _stacked(_bars(tasks, axis))
    shapes = [_bar(bar, number) for number, row in enumerate(rows) for bar in row]
    marks = [
        _rect(axis.at(time) - 1, 0, 2, ROW * len(rows), "currentColor")
        for time in first_tokens[:BARS]
        if axis.start <= time <= axis.end
    ]
    return _svg(ROW * len(rows), [*bands, *shapes, *marks])


def _bars(tasks: Sequence[Row], axis: Axis) -> list[Bar]:
    bars = sorted(
        Bar(
            axis.at(row["start_time"]),
            axis.at(axis.end if row["end_time"] is None else row["end_time"]),
            row["status"],
        )
        for row in tasks
        if row["start_time"] is not None
    )
    return bars if len(bars) <= BARS else _merged(bars)


def _merged(bars: Sequence[Bar]) -> list[Bar]:
    """Bars of one status that touch, as one."""
    merged: list[Bar] = []
    for _, group in groupby(
        sorted(bars, key=lambda bar: (bar.status, bar.start)), key=lambda bar: bar.status
    ):
        for bar in group:
            last = merged[-1] if merged else None
            if last and last.status == bar.status and bar.start <= last.end + 2:
                merged[-1] = last._replace(end=max(last.end, bar.end))
            else:
                merged.append(bar)
    return sorted(merged)


def _stacked(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars that overlap, in rows one below the other."""
    rows: list[list[Bar]] = []
    for bar in bars:
        free = next((row for row in rows if row[-1].end <= bar.start + 0.5), None)
        if free is None and len(rows) < ROWS:
            rows.append([bar])
        else:
            (free or rows[-1]).append(bar)
    return rows or [[]]


def _bar(bar: Bar, row: int) -> Markup:
    """Statuses differ in form, too: what did not succeed has an outline, what never reported is hollow."""
    hollow = bar.status in ("unreported", "running", "pending")
    outline = {} if bar.status in ("success", "cached") else {"stroke": "currentColor"}
    fill = "none" if hollow else color(bar.status)
    height = ROW / 2 if bar.status == "cached" else ROW - 2
    return _rect(bar.start, row * ROW + 1, max(2.0, bar.end - bar.start), height, fill, **outline)


def _bands(tasks: Sequence[Row], axis: Axis) -> Iterator[Markup]:
    """Every other step of the root, as a band behind the bars."""
    spans: dict[int, tuple[float, float]] = {}
    for row in tasks:
        if row["namespace"] or row["step"] is None or row["start_time"] is None:
            continue
        end = axis.end if row["end_time"] is None else row["end_time"]
        first, last = spans.get(row["step"], (row["start_time"], end))
        spans[row["step"]] = min(first, row["start_time"]), max(last, end)
    if len(spans) > BANDS:
        return
    for number, (start, end) in enumerate(spans.values()):
        if number % 2:
            at = axis.at(start)
            yield _rect(at, 0, axis.at(end) - at, "100%", "gray", fill_opacity="0.12")


def _svg(height: float, shapes: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        shapes,
        viewBox=f"0 0 {WIDTH} {height:g}",
        width="100%",
        style=f"display:block;height:{height:g}px",  # JupyterLab's own style is `height: auto`
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _rect(x: float, y: float, width: float, height: float | str, fill: str, **attributes: str) -> Markup:
    shape = {
        "x": f"{x:.4g}",
        "y": f"{y:g}",
        "width": f"{width:.4g}",
        "height": height if isinstance(height, str) else f"{height:g}",
        "fill": fill,
    }
    return element("rect", **shape, **attributes)


def _explain(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if setting.modes.isdisjoint({"debug", "tasks", "events"}):
        yield not_asked(setting, "Tasks were", "debug")


PANEL = Panel(__name__, "Timeline", html=_html, text=_text, weight=17, explain=_explain)
