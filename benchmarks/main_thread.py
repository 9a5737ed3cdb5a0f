"""What the main thread of a page does, task by task: of a trace that Chromium tells.

Of the CPU time of a task our scripts have a share, and the browser has one, to find styles, lay out and
paint. What JupyterLab's scripts make the browser do, and what they call of ours, counts as theirs: messages
are read so. A task is ours if our scripts and the browser make up half of it: where nothing of ours changes,
next to nothing is laid out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # what reads a trace needs no browser
    from playwright.sync_api import Page

LONG = 50
"""Milliseconds after which a task is felt."""

DRAWING = {"UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit", "HitTest"}
"""What a trace calls what the browser does to show what changed."""


class Tasks(NamedTuple):
    """What the page's main thread did for a while; of each task, in milliseconds."""

    wall: list[float]
    cpu: list[float]
    ours: list[float]
    """CPU time of our scripts, with what they made the browser do."""
    drawing: list[float]
    """CPU time of styles, layout and paint that no script waited for."""
    lasted: float

    def __str__(self) -> str:
        share = sum(self.cpu) / self.lasted if self.lasted else 0
        return (
            f"by the clock {_long(self.wall)}; of CPU {_long(self.cpu)}, "
            f"{sum(self.cpu):,.0f} ms in all, {share:.0%} of the time"
        )

    def shares(self) -> str:
        """Whose the CPU time is, and whose the long tasks are."""
        spent = sum(self.cpu) or 1
        ours: list[float] = []
        others: list[float] = []
        for cpu, script, drawing in zip(self.cpu, self.ours, self.drawing, strict=True):
            (ours if script + drawing >= cpu / 2 else others).append(cpu)
        return (
            f"of CPU {sum(self.ours) / spent:.0%} our scripts, "
            f"{sum(self.drawing) / spent:.0%} layout and paint; "
            f"ours {_long(ours)}, others' {_long(others)}"
        )


def _long(durations: list[float]) -> str:
    long = [duration for duration in durations if duration > LONG]
    count = f"{len(long)} task{'s' * (len(long) != 1)} > {LONG} ms"
    return f"{count} (the longest {max(durations, default=0):.0f})"


def traced(page: Page, act: Callable[[], object]) -> Tasks:
    """What the main thread of the page does while ``act`` goes on."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    complete: list[object] = []
    session.on("Tracing.dataCollected", lambda chunk: events.extend(chunk["value"]))
    session.on("Tracing.tracingComplete", lambda told: complete.append(told))
    categories = {"includedCategories": ["toplevel", "__metadata", "devtools.timeline"]}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": categories})
    try:
        act()
    finally:
        session.send("Tracing.end")
        while not complete:
            page.wait_for_timeout(20)
        session.detach()
    return main_thread_tasks(events)


def main_thread_tasks(events: list[dict[str, Any]]) -> Tasks:
    """The tasks of the renderer that was busiest, the notebook's, of what a trace tells."""
    threads: dict[object, list[dict[str, Any]]] = {
        (event["pid"], event["tid"]): []
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    for event in sorted(events, key=lambda event: (event["ts"], -event.get("dur", 0))):
        if event["ph"] == "X" and (event["pid"], event["tid"]) in threads:
            threads[event["pid"], event["tid"]].append(event)
    busiest = max(threads.values(), key=lambda each: sum(map(_cpu, filter(_is_task, each))), default=[])
    tasks = Tasks([], [], [], [], 0)
    ended = -1.0  # of what was counted last: what is inside of it is part of it
    for event in busiest:
        if _is_task(event):
            tasks.wall.append(event["dur"] / 1000)
            tasks.cpu.append(_cpu(event))
            tasks.ours.append(0)
            tasks.drawing.append(0)
        elif (
            tasks.cpu
            and event["ts"] >= ended
            and (event["name"] == "FunctionCall" or event["name"] in DRAWING)
        ):
            ended = event["ts"] + event["dur"]
            if event["name"] in DRAWING:
                tasks.drawing[-1] += _cpu(event)
            elif event["args"]["data"].get("url", "").startswith("blob:"):
                tasks.ours[-1] += _cpu(event)
    ends = [event["ts"] + event["dur"] for event in busiest]
    return tasks._replace(lasted=(max(ends) - busiest[0]["ts"]) / 1000 if busiest else 0)


def _is_task(event: dict[str, Any]) -> bool:
    return event["ph"] == "X" and str(event["name"]).endswith("RunTask")


def _cpu(event: dict[str, Any]) -> float:
    return float(event.get("tdur", 0)) / 1000
