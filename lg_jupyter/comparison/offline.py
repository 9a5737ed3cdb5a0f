"""What is kept of a comparison for where there is no kernel."""

from __future__ import annotations

import os

from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.comparison.static_tables import render_html
from lg_jupyter.comparison.widget import (
    format_run_names,
    make_widget_summary,
    make_widget_tables,
    shorten_cells,
)
from lg_jupyter.encode import dump_json
from lg_jupyter.request.paths import validate_path
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.text.markup import Markup
from lg_jupyter.text.words import format_count
from lg_jupyter.widgets.offline.budget import SizeBudget
from lg_jupyter.widgets.offline.data import OfflineView, make_offline_view, make_widget_model_traits
from lg_jupyter.widgets.offline.page import RECORD_CLASS, write_record_page
from lg_jupyter.widgets.offline.run_data import PAGE_LIMITS, OfflineLimits
from lg_jupyter.widgets.offline.value_pool import ValuePool
from lg_jupyter.widgets.offline.whole_cells import add_whole_cells_to_pool
from lg_jupyter.widgets.protocol import make_snapshot


def make_offline_comparison_view(
    comparison: ComparedRuns, limits: OfflineLimits, record: str
) -> OfflineView | None:
    """What is kept of a comparison; ``None`` if there is no room for its rows."""
    tables = make_widget_tables(comparison)
    rows = shorten_cells(tables)
    sent = make_snapshot(
        1, None, TraceChanges(rows=rows, text_deltas=[], event_and_token_counts={}, run_fields=None), {}
    )
    first = {
        "traits": make_widget_model_traits(make_widget_summary(comparison, record)),
        "snapshot": sent,
        "replies": {},
    }
    budget = SizeBudget(limits.max_bytes)
    if limits.max_bytes == 0 or not budget.reserve(dump_json(first)):
        return None
    pool = ValuePool(budget)
    cells, left_out = add_whole_cells_to_pool(rows, {}, lambda table, at: tables[table][at], pool)
    omitted = format_count(left_out, "big value") if left_out else None
    return make_offline_view(
        "compare", {**first, "cells": cells, "omitted": omitted}, pool.dump_json_fields()
    )


def write_comparison_page(
    comparison: ComparedRuns, path: str | os.PathLike[str], *, interactive: bool
) -> None:
    """Write a comparison as a page, with its view if it is ``interactive``.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    """
    target = validate_path(path, "compare(run, other).to_html('compared.html')")
    view = make_offline_comparison_view(comparison, PAGE_LIMITS, RECORD_CLASS) if interactive else None
    write_record_page(
        target, format_run_names(comparison), Markup(render_html(comparison, RECORD_CLASS)), view
    )
