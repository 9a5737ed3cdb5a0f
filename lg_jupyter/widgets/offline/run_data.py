"""What is kept of a run: what its view draws, and then as much of the rest as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lg_jupyter.config import options
from lg_jupyter.encode import dump_json
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.record.input_title import format_input_title, get_run_input_json
from lg_jupyter.record.summary import FIELDS_SET_PER_VIEW, RunSummary, summarize_run
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.words import format_count
from lg_jupyter.widgets.cell_previews import is_preview
from lg_jupyter.widgets.offline.budget import SizeBudget
from lg_jupyter.widgets.offline.data import (
    OfflineView,
    RunDescription,
    make_offline_view,
    make_reply_key,
    make_widget_model_traits,
)
from lg_jupyter.widgets.offline.steering_replies import make_checkpoints_reply, make_steering_reply
from lg_jupyter.widgets.offline.value_pool import ValuePool
from lg_jupyter.widgets.offline.whole_cells import ValueNumbersByCell, add_whole_cells_to_pool
from lg_jupyter.widgets.protocol import KEY_COLUMN_BY_TABLE, Message, make_snapshot
from lg_jupyter.widgets.queries import RunQueries, preview_event_row

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

TOKEN_MODE = "messages"

EVENT_ROWS_PER_RESERVATION = 100
"""Rows of events that find room together, or not."""


@dataclass(frozen=True)
class OfflineLimits:
    """How much there is room for.

    Attributes
    ----------
    max_bytes
        The most bytes, as they stand in a notebook; ``None`` for no limit.
    max_events
        The most rows of events.
    max_token_events
        How many of these may be tokens, of which messages have the text.
    """

    max_bytes: int | None
    max_events: int
    max_token_events: int


def make_notebook_limits() -> OfflineLimits:
    """How much of a run a notebook keeps, by the options."""
    return OfflineLimits(options().saved_size, max_events=1_000, max_token_events=500)


PAGE_LIMITS = OfflineLimits(None, max_events=100_000, max_token_events=100_000)
"""How much of a run a page of its own keeps."""


def make_offline_run_view(
    run: RunState,
    limits: OfflineLimits,
    *,
    record: str | None = None,
    panel: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> OfflineView | None:
    """What is kept of a run; ``None`` if there is no room for what its view cannot do without.

    ``record`` is the class of the record beside it; ``panel`` and ``options`` are those of the live view.
    """
    if limits.max_bytes == 0:
        return None
    with run.lock:
        return _RunViewBuilder(run, limits).make_view(record, panel, options)


class _RunViewBuilder:
    """Gathers what is kept of one run."""

    def __init__(self, run: RunState, limits: OfflineLimits) -> None:
        self._run = run
        self._limits = limits
        self._budget = SizeBudget(limits.max_bytes)
        self._queries = RunQueries(run)
        self._pool = ValuePool(self._budget)
        self._omitted_counts: dict[str, int] = {}  # how many of what

    def make_view(
        self, record: str | None, panel: str | None, options: Mapping[str, Any] | None
    ) -> OfflineView | None:
        summary = summarize_run(self._run, record=record)
        first: JSONObject = {
            "traits": make_widget_model_traits(summary, panel, options),
            "snapshot": self._make_snapshot(summary),
            "replies": dict(self._iter_replies()),
        }
        if not self._budget.reserve(dump_json(first)):
            return None
        events = self._collect_events_in_budget()
        states = self._add_states_to_pool()
        kept = {"events": events, "states": states, "cells": self._add_whole_cells_to_pool(first["snapshot"])}
        kept["payloads"] = self._add_event_payloads_to_pool(events)
        packed = make_offline_view(
            "run", {**first, **kept, "omitted": self._format_omitted()}, self._pool.dump_json_fields()
        )
        return {**packed, "about": self._describe_run(summary)}

    def _describe_run(self, summary: RunSummary) -> RunDescription:
        given = get_run_input_json(self._run)
        return {
            "key": summary["key"],
            "name": self._run.redactor.mask(summary["target"]),
            "title": "" if given is None else format_input_title(given),
            "started": summary["started"],
        }

    def _make_snapshot(self, summary: RunSummary) -> Message:
        known = {name: value for name, value in summary.items() if name not in FIELDS_SET_PER_VIEW}
        elapsed = self._run.elapsed(self._run.now())
        return make_snapshot(1, elapsed, self._run.trace.snapshot(), known)

    # Answers that are always the same.

    def _iter_replies(self) -> Iterator[tuple[str, Any]]:
        """Those that can be had; what fails is answered as what was not kept."""
        if (structure := self._run.structure_if_known()) is not None:
            yield make_reply_key("graph", {}), structure
        yield make_reply_key("steering", {}), make_steering_reply(self._run)
        yield make_reply_key("checkpoints", {}), make_checkpoints_reply(self._run)
        yield make_reply_key("failure", {}), self._queries.get_failure_traceback()
        for language in summarize_run(self._run)["languages"]:
            with suppress(Exception):
                yield (
                    make_reply_key("code", {"language": language}),
                    self._queries.generate_run_code(language),
                )

    # What there may be no room for, the most wanted first.

    def _collect_events_in_budget(self) -> list[Row]:
        """The rows of events, without most of the tokens of a long run: messages have their text."""
        log = self._run.trace.events
        rows = log.list_rows_at_positions(_choose_event_positions(log.list_event_modes(), self._limits))
        kept: list[Row] = []
        for at in range(0, len(rows), EVENT_ROWS_PER_RESERVATION):
            some = list(map(preview_event_row, rows[at : at + EVENT_ROWS_PER_RESERVATION]))
            if not self._budget.reserve(dump_json(some)):
                break
            kept += some
        self._add_to_omitted_count("event", len(log) - len(kept))
        return kept

    def _add_states_to_pool(self) -> list[list[JSON]]:
        """Every state by the number of its values, the newest first: those there is room for."""
        kept: list[list[JSON]] = []
        for state in self._run.trace.states.list_states_newest_first():
            number = self._pool.add(state.values)
            event = state.event
            fields: list[JSON] = [event.namespace, event.seq, state.step, event.timestamp, state.source]
            kept.append([*fields, number])
            self._add_to_omitted_count("state", number is None)
        return kept

    def _add_whole_cells_to_pool(self, sent: Message) -> ValueNumbersByCell:
        """The numbers of the cells that are cut in the snapshot."""
        cells, left_out = add_whole_cells_to_pool(
            sent["rows"], KEY_COLUMN_BY_TABLE, self._run.trace.row, self._pool
        )
        self._add_to_omitted_count("big value", left_out)
        return cells

    def _add_event_payloads_to_pool(self, rows: list[Row]) -> dict[str, int]:
        """The numbers of the events' whole payloads, by ``seq``, of those that are cut."""
        kept = {}
        for row in rows:
            if is_preview(row["data"]):
                whole = self._run.trace.row("events", row["seq"])
                number = None if whole is None else self._pool.add(whole["data"])
                if number is not None:
                    kept[str(row["seq"])] = number
                self._add_to_omitted_count("event's whole payload", number is None)
        return kept

    def _add_to_omitted_count(self, what: str, number: int) -> None:
        self._omitted_counts[what] = self._omitted_counts.get(what, 0) + number

    def _format_omitted(self) -> str | None:
        """What there was no room for, in a few words."""
        names = [format_count(number, what) for what, number in self._omitted_counts.items() if number]
        return ", ".join(names) or None


def _choose_event_positions(modes: Sequence[str], limits: OfflineLimits) -> Sequence[int]:
    """The positions of the events to keep: where there are too many, the last ones go, and tokens first."""
    tokens = [at for at, mode in enumerate(modes) if mode == TOKEN_MODE]
    others = [at for at, mode in enumerate(modes) if mode != TOKEN_MODE][: limits.max_events]
    return sorted([*others, *tokens[: min(limits.max_token_events, limits.max_events - len(others))]])
