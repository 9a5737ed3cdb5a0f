"""The table of a batch: a row for each input, as static HTML, as text, as a DataFrame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter import record
from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.run_table_model import RunTableModel
from lg_jupyter.exports.frames import make_frame
from lg_jupyter.record.run_row import MAX_LAST_WORDS_CHARACTERS, make_run_row
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.columns import ColumnKind, TableSchema
from lg_jupyter.tables.costs import Costs
from lg_jupyter.text.elements import (
    CELL_STYLE,
    MUTED_STYLE,
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
    format_cost,
    format_count,
    format_duration,
    join_with_dots,
)

if TYPE_CHECKING:
    import pandas as pd


MAX_ROWS_WHILE_RUNNING = 60
"""Rows shown while the batch goes on."""

MAX_ROWS_WHEN_DONE = 500

MAX_ALL_RECORDS_CHARACTERS = 1_500_000
"""Characters that the records of all runs may take when the batch is over."""

MAX_RECORD_CHARACTERS = 40_000
"""Characters of the record of one run."""

SUMMARY_COLUMN_KINDS: dict[str, ColumnKind] = {
    "input_index": "int",
    "run_id": "string",
    "status": "category",
    "latency": "float",
    "steps": "int",
    "input_tokens": "int",
    "output_tokens": "int",
    "cost": "float",
    "unpriced_calls": "int",
    "error": "string",
    "last_words": "string",
}


def make_summary_frame(batch: RunTableModel) -> pd.DataFrame:
    """A row for each input, as a DataFrame."""
    rows = [make_summary_row(entry) for entry in list(batch.entries)]
    return make_frame(
        TableSchema("inputs", "input_index", SUMMARY_COLUMN_KINDS),
        {name: [row[name] for row in rows] for name in SUMMARY_COLUMN_KINDS},
    )


def make_summary_row(entry: BatchEntry) -> dict[str, Any]:
    """What is known of an input's run; ``started`` and ``ended`` are seconds since the epoch."""
    run = entry.run
    if entry.final_row is not None and run is not None and run.trace.ended == entry.final_row["ended"]:
        return entry.final_row
    row: dict[str, Any] = dict.fromkeys((*SUMMARY_COLUMN_KINDS, "started", "ended"))
    over = run is not None and run.done
    row.update(input_index=entry.index, status=entry.status, error=entry.rejection_message)
    if run is None:
        return row
    known = make_run_row(run)
    row.update(known, error=known["error"] or row["error"])
    if over:
        entry.final_row = row
    return row


def format_headline(batch: RunTableModel) -> str:
    """The batch in one line."""
    counts = (f"{number} {status}" for status, number in sorted(batch.status_counts.items()))
    hint = "stopped: batch.resume() goes on" if batch.done and batch.has_remaining_inputs else None
    taken, total = len(batch), batch.total
    begun = f"{taken:,} of " if total is not None and taken < total else ""
    of_all = format_count(
        (total if begun and total is not None else taken) + batch.unlisted_run_count,
        batch.table_labels.row_noun,
    )
    costs = Costs.sum_over_runs(map(make_summary_row, list(batch.entries)))
    return join_with_dots(
        f"{batch.name} on {begun}{of_all}", *counts, format_cost(costs.to_usage_fields()), hint
    )


def format_one_line_result(batch: RunTableModel) -> str:
    """The batch in a line that a cell keeps beside its table; while it goes on, in words that stay true."""
    if batch.done:
        return format_headline(batch)
    of_all = "" if batch.total is None else f" on {format_count(batch.total, batch.table_labels.row_noun)}"
    return f"{batch.name}{of_all}, in the table above"


def render_text(batch: RunTableModel) -> str:
    """The batch in some lines."""
    lines = [format_headline(batch)]
    for entry in _select_entries_to_show(batch, MAX_ROWS_WHILE_RUNNING):
        row = make_summary_row(entry)
        words = clip_text(row["error"] or row["last_words"], MAX_LAST_WORDS_CHARACTERS)
        lines.append(
            f"  {entry.index:>4} {STATUS_SIGNS.get(row['status'], '·')} "
            + join_with_dots(row["status"], format_duration(row["latency"]), words)
        )
    return "\n".join(lines)


def render_html(batch: RunTableModel, is_final: bool = False, record: str | None = None) -> str:
    """The table; when all is over each row opens the record of its run. ``record`` is its class."""
    selected = _select_entries_to_show(batch, MAX_ROWS_WHEN_DONE if is_final else MAX_ROWS_WHILE_RUNNING)
    heads = ("", "input", "status", "time", "tokens", "last words")
    characters_left = MAX_ALL_RECORDS_CHARACTERS
    rows: list[Markup] = []
    for entry in selected:
        record_html = _render_run_record(entry) if is_final and characters_left > 0 else None
        characters_left -= len(record_html or "")
        rows.extend(_render_entry_rows(entry, record_html))
    left_out, words = len(batch) + batch.unlisted_run_count - len(selected), batch.table_labels
    left = f"… {format_count(left_out, words.row_noun)} left out here; {words.rows_expression} has all"
    more = render_muted_line(left) if left_out else None
    hint = (
        render_muted_line(f"{words.runs_expression}[0].show() opens the panels of a run")
        if len(batch)
        else None
    )
    return element(
        "div",
        element("b", format_headline(batch)),
        render_table(heads, rows) if rows else None,
        more,
        hint,
        class_=make_root_class_names(record),
        style=ROOT_STYLE,
    )


def _render_entry_rows(entry: BatchEntry, record_html: str | None) -> Iterable[Markup]:
    row = make_summary_row(entry)
    words = row["error"] or row["last_words"]
    cells: tuple[Any, ...] = (
        str(entry.index),
        entry.input_title,
        [render_status_sign(row["status"]), " ", row["status"]],
        format_duration(row["latency"]) or "–",
        f"{row['output_tokens']:,}" if row["output_tokens"] else "–",
        clip_text(words, 2 * MAX_LAST_WORDS_CHARACTERS),
    )
    yield element("tr", [element("td", cell, style=CELL_STYLE) for cell in cells])
    if record_html:
        title = element("summary", f"run {entry.index}", style=f"cursor:pointer;{MUTED_STYLE}")
        folded = element("details", title, Markup(record_html))
        yield element("tr", element("td", folded, colspan="6", style=CELL_STYLE))


def _render_run_record(entry: BatchEntry) -> str | None:
    if entry.run is None:
        return None
    try:
        with entry.run.lock:
            return record.render_record_html(
                summarize_run(get_run_state(entry.run)), entry.run.trace, limit=MAX_RECORD_CHARACTERS
            )
    except Exception:  # a table without one record is better than none
        return None


def _select_entries_to_show(batch: RunTableModel, max_entries: int) -> list[BatchEntry]:
    """The entries to show; of too many those that go on or went wrong, and then the newest."""
    entries = list(batch.entries)
    if len(entries) <= max_entries:
        return entries
    ranked = sorted(entries, key=lambda entry: (entry.status == "success", -entry.index))
    return sorted(ranked[:max_entries], key=lambda entry: entry.index)
