"""What is kept of a run: what its view draws, and then as much of the rest as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lg_jupyter.config import options
from lg_jupyter.encode import dump_json
from lg_jupyter.events.events import JSON
from lg_jupyter.record.input_title import input_of, title
from lg_jupyter.record.summary import VIEW_FIELDS, Summary, summarize
from lg_jupyter.runtime.state import RunState
from lg_jupyter.text.words import count
from lg_jupyter.widgets.cells import is_cut
from lg_jupyter.widgets.offline.budget import Budget
from lg_jupyter.widgets.offline.cells import Cells, whole_cells
from lg_jupyter.widgets.offline.data import About, View, reply_key, traits, view
from lg_jupyter.widgets.offline.pool import Pool
from lg_jupyter.widgets.offline.steering import history, steering
from lg_jupyter.widgets.protocol import KEYS, Message, snapshot
from lg_jupyter.widgets.queries import RunQueries, previewed

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

TOKEN_MODE = "messages"

ROWS_AT_ONCE = 100
"""Rows of events that find room together, or not."""


@dataclass(frozen=True)
class Room:
    """How much there is room for.

    Attributes
    ----------
    size
        The most bytes, as they stand in a notebook; ``None`` for no limit.
    events
        The most rows of events.
    tokens
        How many of these may be tokens, of which messages have the text.
    """

    size: int | None
    events: int
    tokens: int


def notebook_room() -> Room:
    """How much of a run a notebook keeps, by the options."""
    return Room(options().saved_size, events=1_000, tokens=500)


PAGE_ROOM = Room(None, events=100_000, tokens=100_000)
"""How much of a run a page of its own keeps."""


def run_view(
    run: RunState,
    room: Room,
    *,
    record: str | None = None,
    panel: str | None = None,
    options: Mapping[str, JSON] | None = None,
) -> View | None:
    """What is kept of a run; ``None`` if there is no room for what its view cannot do without.

    ``record`` is the class of the record beside it; ``panel`` and ``options`` are those of the live view.
    """
    if room.size == 0:
        return None
    with run.lock:
        return _Keeper(run, room).view(record, panel, options)


class _Keeper:
    """Gathers what is kept of one run."""

    def __init__(self, run: RunState, room: Room) -> None:
        self._run = run
        self._room = room
        self._budget = Budget(room.size)
        self._queries = RunQueries(run)
        self._pool = Pool(self._budget)
        self._left_out: dict[str, int] = {}  # how many of what

    def view(self, record: str | None, panel: str | None, options: Mapping[str, JSON] | None) -> View | None:
        summary = summarize(self._run, record=record)
        first: dict[str, JSON] = {
            "traits": traits(summary, panel, options),
            "snapshot": self._snapshot(summary),
            "replies": dict(self._replies()),
        }
        if not self._budget.take(dump_json(first)):
            return None
        events = self._events()
        states = self._states()
        kept = {"events": events, "states": states, "cells": self._cells(first["snapshot"])}
        kept["payloads"] = self._payloads(events)
        packed = view("run", {**first, **kept, "omitted": self._omitted()}, self._pool.to_json())
        return {**packed, "about": self._about(summary)}

    def _about(self, summary: Summary) -> About:
        given = input_of(self._run)
        return {
            "key": summary["key"],
            "name": self._run.redactor.mask(summary["target"]),
            "title": "" if given is None else title(given),
            "started": summary["started"],
        }

    def _snapshot(self, summary: Summary) -> Message:
        known = {name: value for name, value in summary.items() if name not in VIEW_FIELDS}
        elapsed = self._run.elapsed(self._run.now())
        return snapshot(1, elapsed, self._run.trace.snapshot(), known)

    # Answers that are always the same.

    def _replies(self) -> Iterator[tuple[str, JSON]]:
        """Those that can be had; what fails is answered as what was not kept."""
        if (structure := self._run.structure_if_known()) is not None:
            yield reply_key("graph", {}), structure
        yield reply_key("steering", {}), steering(self._run)
        yield reply_key("checkpoints", {}), history(self._run)
        yield reply_key("failure", {}), self._queries.failure()
        for language in summarize(self._run)["languages"]:
            with suppress(Exception):
                yield reply_key("code", {"language": language}), self._queries.code(language)

    # What there may be no room for, the most wanted first.

    def _events(self) -> list[Row]:
        """The rows of events, without most of the tokens of a long run: messages have their text."""
        log = self._run.trace.events
        rows = log.rows_at(_chosen(log.modes(), self._room))
        kept: list[Row] = []
        for at in range(0, len(rows), ROWS_AT_ONCE):
            some = list(map(previewed, rows[at : at + ROWS_AT_ONCE]))
            if not self._budget.take(dump_json(some)):
                break
            kept += some
        self._leave_out("event", len(log) - len(kept))
        return kept

    def _states(self) -> list[list[JSON]]:
        """Every state by the number of its values, the newest first: those there is room for."""
        kept = []
        for state in self._run.trace.states.list_newest_first():
            number = self._pool.add(state.values)
            event = state.event
            fields = [event.namespace, event.seq, state.step, event.timestamp, state.source]
            kept.append([*fields, number])
            self._leave_out("state", number is None)
        return kept

    def _cells(self, sent: Message) -> Cells:
        """The numbers of the cells that are cut in the snapshot."""
        cells, left_out = whole_cells(sent["rows"], KEYS, self._run.trace.row, self._pool)
        self._leave_out("big value", left_out)
        return cells

    def _payloads(self, rows: list[Row]) -> dict[str, int]:
        """The numbers of the events' whole payloads, by ``seq``, of those that are cut."""
        kept = {}
        for row in rows:
            if is_cut(row["data"]):
                whole = self._run.trace.row("events", row["seq"])
                number = None if whole is None else self._pool.add(whole["data"])
                if number is not None:
                    kept[str(row["seq"])] = number
                self._leave_out("event's whole payload", number is None)
        return kept

    def _leave_out(self, what: str, number: int) -> None:
        self._left_out[what] = self._left_out.get(what, 0) + number

    def _omitted(self) -> str | None:
        """What there was no room for, in a few words."""
        names = [count(number, what) for what, number in self._left_out.items() if number]
        return ", ".join(names) or None


def _chosen(modes: Sequence[str], room: Room) -> Sequence[int]:
    """The positions of the events to keep: where there are too many, the last ones go, and tokens first."""
    tokens = [at for at, mode in enumerate(modes) if mode == TOKEN_MODE]
    others = [at for at, mode in enumerate(modes) if mode != TOKEN_MODE][: room.events]
    return sorted([*others, *tokens[: min(room.tokens, room.events - len(others))]])
