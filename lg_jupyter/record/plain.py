"""The record as plain text: the same story as the HTML tells, shorter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lg_jupyter.panels import PANELS
from lg_jupyter.panels.panel import Recorded
from lg_jupyter.record.summary import Summary, failed_places, headline
from lg_jupyter.text.elements import section
from lg_jupyter.text.markup import printable
from lg_jupyter.text.words import BRANCH, GOES_ON, SIGNS, clip

if TYPE_CHECKING:
    from lg_jupyter.tables.onwards import Onwards
    from lg_jupyter.tables.trace import Trace

LIMIT = 8_000


def waiting_text(summary: Summary, background: bool) -> str:
    """What stands in the record's place until the run ends, as text."""
    state = "still running when saved" if background else "running…"
    return printable(f"{SIGNS['running']} {summary['target']} · {state}")


def text(summary: Summary, trace: Trace | Onwards, limit: int = LIMIT, panel: str | None = None) -> str:
    """The record as plain text: about ``limit`` characters of messages, some lines of all else.

    Of one panel it has only what that shows.
    """
    lines = [headline(summary)]
    if summary.get("earlier"):
        lines.append(f"{GOES_ON} {summary['earlier']}")
    if summary.get("branch"):
        lines.append(f"{BRANCH} {summary['branch']}")
    if summary["note"]:
        lines.append(summary["note"])
    if summary.get("standing"):
        lines.append(f"{SIGNS['interrupted']} {summary['standing']}")
    lines += _panels(Recorded(trace, summary["history_omitted"], limit), panel)
    if panel is None:
        lines += _explained(summary)
    return printable("\n".join(lines))


def _panels(run: Recorded, only: str | None) -> Iterator[str]:
    """What the panels have to tell, and after what was asked what the run failed with."""
    for panel in PANELS:
        if panel.text is not None and only in (None, panel.id):
            yield from panel.text(run)
        if panel.is_urgent:
            yield from _error(run.trace)


def _error(trace: Trace | Onwards) -> list[str]:
    """What the run failed with, and where."""
    if not trace.error:
        return []
    places = failed_places(trace)
    where_it_was = f" in {', '.join(places[:5])}" if places else ""
    return [f"✗ {trace.error.get('error')}{where_it_was}: {clip(trace.error.get('message'), 1_000)}"]


def _explained(summary: Summary) -> list[str]:
    """Why there is nothing of some things, or less than one would think."""
    lines = [f"{told['panel']}: {told['text']}" for told in summary["explanations"]]
    return section("what is not here, and why", "", lines, "line")
