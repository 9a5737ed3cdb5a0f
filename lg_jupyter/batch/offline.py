"""What is kept of a batch for where there is no kernel: its table, and its runs as far as there is room."""

from __future__ import annotations

import os
from dataclasses import replace

from lg_jupyter.batch.run_table_model import RunTableModel
from lg_jupyter.batch.table import render_html
from lg_jupyter.batch.widget import compute_elapsed_seconds, make_batch_summary, make_input_row
from lg_jupyter.encode import dump_json
from lg_jupyter.record.summary import FIELDS_SET_PER_VIEW
from lg_jupyter.request.paths import validate_path
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.text.markup import Markup
from lg_jupyter.text.words import format_count
from lg_jupyter.widgets.offline.data import OfflineView, make_offline_view, make_widget_model_traits
from lg_jupyter.widgets.offline.page import RECORD_CLASS, write_record_page
from lg_jupyter.widgets.offline.run_data import PAGE_LIMITS, OfflineLimits, make_offline_run_view
from lg_jupyter.widgets.protocol import make_snapshot


def make_offline_batch_view(batch: RunTableModel, limits: OfflineLimits, record: str) -> OfflineView | None:
    """What is kept of a batch; ``None`` if there is no room for its table."""
    if (
        batch.table_labels.source_kind == "watch"
        and len(batch.entries) == 1
        and (run := batch.entries[0].run) is not None
    ):
        # Which stands in place of the table.
        return make_offline_run_view(get_run_state(run), limits, record=record)
    summary = make_batch_summary(batch, record)
    rows = list(map(make_input_row, batch.entries))
    changes = TraceChanges(rows={"inputs": rows}, text_deltas=[], event_and_token_counts={}, run_fields=None)
    known = {name: value for name, value in summary.items() if name not in FIELDS_SET_PER_VIEW}
    sent = make_snapshot(1, compute_elapsed_seconds(batch), changes, known)
    first = {"traits": make_widget_model_traits(summary), "snapshot": sent, "replies": {}}
    left = None if limits.max_bytes is None else limits.max_bytes - len(dump_json(first))
    if left is not None and left <= 0:
        return None
    views = _make_run_views(batch, replace(limits, max_bytes=left))
    missing = sum(entry.run is not None for entry in batch.entries) - len(views)
    omitted = format_count(missing, "run") if missing else None
    kept = {**first, "views": views, "cells": {}, "omitted": omitted}
    return make_offline_view("batch", {**kept, "values": [], "lists": [], "list_key": ""})


def _make_run_views(batch: RunTableModel, room: OfflineLimits) -> dict[str, OfflineView]:
    """The views of runs by their inputs' numbers: each has its share of what room is left."""
    found: dict[str, OfflineView] = {}
    left = room.max_bytes
    runs = [(entry.index, entry.run) for entry in batch.entries if entry.run is not None]
    for number, (index, run) in enumerate(runs):
        share = None if left is None else left // (len(runs) - number)
        kept = make_offline_run_view(get_run_state(run), replace(room, max_bytes=share))
        if kept is not None:
            found[str(index)] = kept
            left = None if left is None else left - len(kept["data"])
    return found


def write_batch_page(batch: RunTableModel, path: str | os.PathLike[str], *, interactive: bool) -> None:
    """Write a batch as a page, with the panels of its runs if it is ``interactive``.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    """
    target = validate_path(path, "batch.to_html('batch.html')")
    view = make_offline_batch_view(batch, PAGE_LIMITS, RECORD_CLASS) if interactive else None
    shown = Markup(render_html(batch, is_final=batch.done, record=RECORD_CLASS))
    write_record_page(target, f"{batch.name}: {batch.status}", shown, view)
