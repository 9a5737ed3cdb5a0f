"""The record as plain text: the same story as the HTML tells, shorter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lg_jupyter.panels import PANELS
from lg_jupyter.panels.explain import name_panels_by_text
from lg_jupyter.panels.panel import RecordContext
from lg_jupyter.record.summary import RunSummary, format_headline
from lg_jupyter.text import tracebacks
from lg_jupyter.text.elements import format_section_lines
from lg_jupyter.text.markup import sanitize_for_terminal
from lg_jupyter.text.words import FORK_SIGN, RESUME_SIGN, STATUS_SIGNS, STILL_RUNNING_NOTE

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace
    from lg_jupyter.tables.trace_since_resume import TraceSinceResume

MAX_TEXT_RECORD_CHARACTERS = 8_000

MAX_EXCEPTION_CHARACTERS = 1_000
"""The most characters of what an exception says."""


def render_running_text(summary: RunSummary) -> str:
    """What stands in the record's place until the run ends, as text."""
    return sanitize_for_terminal(f"{STATUS_SIGNS['running']} {summary['target']} · {STILL_RUNNING_NOTE}")


def render_record_text(
    summary: RunSummary,
    trace: Trace | TraceSinceResume,
    limit: int = MAX_TEXT_RECORD_CHARACTERS,
    panel: str | None = None,
) -> str:
    """The record as plain text: about ``limit`` characters of messages, some lines of all else.

    Of one panel it has only what that shows.
    """
    lines = [format_headline(summary)]
    if summary.get("earlier"):
        lines.append(f"{RESUME_SIGN} {summary['earlier']}")
    if summary.get("branch"):
        lines.append(f"{FORK_SIGN} {summary['branch']}")
    if summary["note"]:
        lines.append(summary["note"])
    if summary.get("resume_hint"):
        lines.append(f"{STATUS_SIGNS['interrupted']} {summary['resume_hint']}")
    lines += _iter_panel_lines(RecordContext(trace, summary["history_omitted"], limit), panel)
    if panel is None:
        lines += _format_explanation_lines(summary)
    return sanitize_for_terminal("\n".join(lines))


def _iter_panel_lines(run: RecordContext, only: str | None) -> Iterator[str]:
    """The parts of the panels, and after the interrupts the error of the run."""
    for panel in PANELS:
        if panel.format_record_text is not None and only in (None, panel.id):
            yield from panel.format_record_text(run)
        if panel.is_urgent:
            yield from _format_failure_lines(run.trace)


def _format_failure_lines(trace: Trace | TraceSinceResume) -> list[str]:
    """Where and why the run failed, and the user's part of the traceback."""
    failure = trace.failure
    if failure is None:
        return []
    traced = list(tracebacks.format_traceback_lines(failure.traceback, MAX_EXCEPTION_CHARACTERS))
    return [
        f"{STATUS_SIGNS['error']} {failure.headline}",
        *format_section_lines("traceback", "", traced, "line"),
    ]


def _format_explanation_lines(summary: RunSummary) -> list[str]:
    """Why there is nothing of some things, or less than one would think."""
    lines = [f"{names}: {text}" for text, names in name_panels_by_text(summary["explanations"]).items()]
    return format_section_lines("what is not here, and why", "", lines, "line")
