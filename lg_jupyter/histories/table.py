"""The runs of a history as a table that needs no kernel, and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lg_jupyter.histories.entry import HistoryEntry
from lg_jupyter.text.elements import (
    CELL_STYLE,
    ROOT_STYLE,
    make_root_class_names,
    render_muted_line,
    render_status_sign,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    clip_text,
    format_count,
    format_duration,
    format_utc_time,
    join_with_dots,
)

MAX_TABLE_ROWS = 60

MAX_CELL_CHARACTERS = 200

PINNED_LABEL = "pinned"


def format_headline(entries: Sequence[HistoryEntry]) -> str:
    """The runs in one line."""
    statuses = Counter(entry.status for entry in entries)
    return join_with_dots(
        format_count(len(entries), "run"),
        *(f"{number} {status}" for status, number in sorted(statuses.items())),
    )


def render_text(entries: Sequence[HistoryEntry]) -> str:
    """The runs in some lines, the newest first."""
    lines = [format_headline(entries)]
    for entry in entries[:MAX_TABLE_ROWS]:
        columns = (entry.name, entry.status, clip_text(entry.title, 60), format_duration(entry.latency))
        facts = join_with_dots(
            format_utc_time(entry.started), *columns, clip_text(_get_error_or_last_words(entry), 80)
        )
        lines.append(f"  {entry.id[:8]} {STATUS_SIGNS.get(entry.status, '·')} {facts}")
    return "\n".join([*lines, *_format_left_out_lines(entries)])


def render_html(entries: Sequence[HistoryEntry], record: str | None = None) -> str:
    """The same as a table; ``record`` is its class."""
    heads = ("id", "name", "status", "input", "started", "time", "last words")
    return element(
        "div",
        element("b", format_headline(entries)),
        render_table(heads, map(_render_entry_row, entries[:MAX_TABLE_ROWS])) if entries else None,
        [render_muted_line(line) for line in _format_left_out_lines(entries)],
        render_muted_line("history[id].show() opens the panels of a run") if entries else None,
        class_=make_root_class_names(record),
        style=ROOT_STYLE,
    )


def _render_entry_row(entry: HistoryEntry) -> Markup:
    cells = (
        [entry.id[:8], f" {PINNED_LABEL}" if entry.pinned else ""],
        entry.name,
        [render_status_sign(entry.status), " ", entry.status],
        entry.title,
        format_utc_time(entry.started) or "–",
        format_duration(entry.latency) or "–",
        clip_text(_get_error_or_last_words(entry), MAX_CELL_CHARACTERS),
    )
    return element("tr", [element("td", cell, style=CELL_STYLE) for cell in cells])


def _get_error_or_last_words(entry: HistoryEntry) -> str | None:
    return entry.error or entry.last_words


def _format_left_out_lines(entries: Sequence[HistoryEntry]) -> list[str]:
    left = len(entries) - MAX_TABLE_ROWS
    return [f"… {format_count(left, 'run')} left out here; .to_pandas() has all"] if left > 0 else []
