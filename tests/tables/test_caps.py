"""Of a long run the newest is held: all of it up to the cap; nine tenths of that where there is one more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lg_jupyter.events.events import Event, MessageChunk, Part
from lg_jupyter.tables.events import EventTable
from lg_jupyter.tables.part_log import PartLog
from lg_jupyter.tables.tokens import TokenTable
from lg_jupyter.tables.trace import Trace

CAP = 20


def event(seq: int) -> Event:
    fact = MessageChunk("m", "ai", str(seq))
    return Event(seq, float(seq), "messages", "", "n", 1, "t", "m", "r", "t", None, str(seq), facts=(fact,))


def part(seq: int) -> Part:
    return Part("custom", f"space-{seq}", str(seq), float(seq), f"id-{seq}")


Held = tuple[Callable[[int], None], Callable[[], list[str]]]
"""What takes the next, and what gives the texts that are held."""


def events() -> Held:
    table = EventTable(CAP)
    return lambda seq: table.feed(event(seq)), lambda: [row["data"] for row in table.rows()]


def tokens() -> Held:
    table = TokenTable(CAP)
    return lambda seq: table.feed(event(seq)), lambda: [row["text"] for row in table.rows()]


def log() -> Held:
    trace = Trace(events_cap=CAP)
    return lambda seq: trace.feed(part(seq)), lambda: [each.data for each in PartLog(trace)]


@pytest.mark.parametrize("make", [events, tokens, log])
def test_the_newest_are_held(make: Callable[[], Held]) -> None:
    feed, held = make()
    for seq in range(CAP):
        feed(seq)
    assert held() == [str(seq) for seq in range(CAP)]
    feed(CAP)
    assert held() == [str(seq) for seq in range(3, CAP + 1)]  # 18 are nine tenths
    feed(CAP + 1)
    feed(CAP + 2)
    assert held() == [str(seq) for seq in range(3, CAP + 3)]
    feed(CAP + 3)
    assert held() == [str(seq) for seq in range(6, CAP + 4)]


def more_events() -> tuple[EventTable, Callable[[range], None]]:
    table = EventTable(CAP)
    table.feed(event(0))
    return table, lambda seqs: table.feed_tokens([str(seq) for seq in seqs], [float(seq) for seq in seqs])


def more_tokens() -> tuple[TokenTable, Callable[[range], None]]:
    table = TokenTable(CAP)
    table.feed(event(0))

    def feed(seqs: range) -> None:
        last = event(seqs.start - 1)
        (fact,) = last.facts
        table.feed_tokens(last, fact, [str(seq) for seq in seqs], [float(seq) for seq in seqs])

    return table, feed


@pytest.mark.parametrize("make", [more_events, more_tokens])
def test_of_many_at_once_as_much_is_held(make: Any) -> None:
    table, feed = make()
    feed(range(1, CAP))
    assert (len(table), table.total_count, table.dropped_count) == (CAP, CAP, 0)
    feed(range(CAP, CAP + 1))
    assert (len(table), table.total_count, table.dropped_count) == (18, CAP + 1, 3)
    assert [row["seq"] for row in table.rows()] == list(range(3, CAP + 1))
    assert [row["timestamp"] for row in table.rows()] == list(map(float, range(3, CAP + 1)))


def test_what_is_held_of_a_part_stays_together() -> None:
    trace = Trace(events_cap=CAP)
    for seq in range(CAP + 1):
        trace.feed(part(seq))
    assert [*PartLog(trace)] == [part(seq) for seq in range(3, CAP + 1)]


def test_events_that_are_no_longer_held_are_not_found() -> None:
    table = EventTable(CAP)
    for seq in range(CAP + 1):
        table.feed(event(seq))
    assert table.row(2) is None and table.row(CAP + 1) is None
    assert [table.row(seq)["seq"] for seq in (3, CAP)] == [3, CAP]
    assert table.find_match_count_and_page(0, 2) == (18, [table.row(3), table.row(4)])
    assert table.find_match_count_and_page(17, 2) == (18, [table.row(CAP)])
    assert table.find_match_count_and_page(-3, 1) == (18, [table.row(3)])
    assert table.find_match_count_and_page(2, -1) == (18, [])
    columns = table.columns()
    assert columns["seq"] == list(range(3, CAP + 1))
    assert [*map(dict, [zip(columns, row, strict=True) for row in zip(*columns.values(), strict=True)])] == (
        table.rows()
    )


def test_a_piece_of_text_is_found_by_where_it_stands() -> None:
    table = TokenTable(CAP)
    for seq in range(3):
        table.feed(event(seq))
    assert [table.row(at) for at in range(3)] == table.rows()
    assert [table.row(at) for at in (-1, 3, "0", None)] == [None] * 4


def test_a_trace_holds_as_many_as_it_is_told() -> None:
    trace = Trace(events_cap=CAP)
    for seq in range(CAP):
        trace.feed_event(event(seq))
    assert trace.event_and_token_counts == {"events": CAP, "tokens": CAP}
    assert len(trace.rows("events")) == len(trace.rows("tokens")) == CAP
    trace.feed_event(event(CAP))
    assert trace.event_and_token_counts == {"events": CAP + 1, "tokens": CAP + 1}
    assert len(trace.rows("events")) == len(trace.rows("tokens")) == 18
