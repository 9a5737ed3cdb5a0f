"""What values weigh, and which events go where a run holds more than it may."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lg_jupyter.encode import Encoder, SharedList
from lg_jupyter.events.events import Part
from lg_jupyter.tables import trace_size
from lg_jupyter.tables.trace_size import BYTES_PER_EVENT, BYTES_PER_TOKEN, ByteMeter, TraceSizeLimiter
from lg_jupyter.text.words import format_bytes


class Forgetful:
    """A trace of parts as far as it is measured: it keeps what it is told to forget."""

    def __init__(self) -> None:
        self.events = SimpleNamespace(total_count=0, dropped_count=0)
        self.forgot: list[tuple[Any, ...]] = []
        self.tables = {"messages": SimpleNamespace(trim_before=lambda *first: self.forgot.append(first))}
        self.states = SimpleNamespace(forget_before=lambda *first: self.forgot.append(first))


def fed(parts: int, max_bytes: int, events_of_each: int = 1, data: Any = None) -> list[tuple[Any, ...]]:
    """What a trace forgets that gets parts of these events at the seconds 100, 101, …"""
    trace = Forgetful()
    retention = TraceSizeLimiter(trace, max_bytes)  # type: ignore[arg-type]
    for number in range(parts):
        trace.events.total_count += events_of_each
        retention.add_part_and_drop_excess(Part("values", "", data, timestamp=100.0 + number))
    return trace.forgot


EVENT = BYTES_PER_EVENT + 28


def test_the_first_part_beyond_the_bound_makes_room_for_more() -> None:
    assert fed(20, max_bytes=20 * EVENT) == []
    # 21 parts are one too many, of which 12 at most are kept: those from the tenth on
    assert fed(21, max_bytes=20 * EVENT) == [(9, 108.0), (9,)]
    # and then again as soon as there are 21, nine later
    assert fed(29, max_bytes=20 * EVENT) == [(9, 108.0), (9,)]
    assert fed(39, max_bytes=20 * EVENT) == [(9, 108.0), (9,), (18, 117.0), (18,), (27, 126.0), (27,)]


def test_a_batch_of_tokens_weighs_what_its_tokens_do() -> None:
    batch = EVENT + 9 * BYTES_PER_TOKEN
    assert fed(20, max_bytes=20 * batch, events_of_each=10) == []
    assert fed(21, max_bytes=20 * batch, events_of_each=10) == [(90, 108.0), (90,)]


def test_a_part_that_brings_no_event_weighs_one() -> None:
    assert fed(20, max_bytes=20 * EVENT, events_of_each=0) == []
    assert fed(21, max_bytes=20 * EVENT, events_of_each=0) == [(0, 108.0), (0,)]


def test_small_parts_go_together() -> None:
    """So that there are some 64 places where what is held may begin, however many parts there are."""
    bound = 64 * 3 * EVENT
    assert fed(192, bound) == []
    assert fed(193, bound) == [(78, 177.0), (78,)]  # 26 times three: what is left is 115 of the 115.2 parts


def test_a_part_that_is_larger_than_all_that_may_be_held_goes() -> None:
    assert fed(2, max_bytes=1_000) == [(1, 100.0), (1,), (2, 101.0), (2,)]


def test_what_is_held_weighs_anew_when_what_shared_it_has_gone() -> None:
    shared = {"text": "x" * 100_000}
    once = BYTES_PER_EVENT + 64 + 100 + 50 + 100_000
    assert fed(1 + 20, max_bytes=once + 20 * BYTES_PER_EVENT, data=shared) == []
    assert fed(23, max_bytes=once + 20 * BYTES_PER_EVENT, data=shared) == [
        (1, 100.0),
        (1,),
        (23, 122.0),
        (23,),
    ]


def test_the_note_of_a_file_whose_first_events_were_dropped_names_no_bound() -> None:
    trace = Forgetful()
    assert TraceSizeLimiter(trace, 1_000_000).dropped_note is None  # type: ignore[arg-type]
    trace.events.dropped_count = 12_345
    expected = "The first 12,345 events are no longer held{}; a file written with save= keeps all."
    assert TraceSizeLimiter(trace, None).dropped_note == expected.format("")  # type: ignore[arg-type]
    bounded = TraceSizeLimiter(trace, 2_000_000)  # type: ignore[arg-type]
    assert bounded.dropped_note == expected.format(f" (max_bytes: {format_bytes(2_000_000)})")


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        (None, 28),
        (1.5, 28),
        ("", 50),
        ("text", 54),
        ([], 56),
        ([1, "a"], 56 + 8 + 28 + 8 + 51),
        ({}, 64),
        ({"a": 1, "b": []}, 64 + 100 + 28 + 100 + 56),
        (SharedList([1, [2]]), 40 + 8 + 28 + 8 + 56 + 8 + 28),
    ],
)
def test_what_a_value_weighs(value: Any, weight: int) -> None:
    assert ByteMeter().measure_new_bytes(value) == weight


def test_what_was_met_before_weighs_nothing() -> None:
    meter, inner, items = ByteMeter(), {"a": 1}, [1]
    assert meter.measure_new_bytes([inner, inner, items, items]) == 56 + 4 * 8 + 192 + 92
    assert [
        meter.measure_new_bytes(inner),
        meter.measure_new_bytes(items),
        meter.measure_new_bytes({"a": 1}),
    ] == [0, 0, 192]


def test_of_a_list_that_grows_what_is_new_weighs() -> None:
    meter, short = ByteMeter(), SharedList([1, 2])
    longer = short.extended_by([3])
    assert [meter.measure_new_bytes(each) for each in (short, longer, short, longer)] == [
        40 + 72,
        40 + 36,
        40,
        40,
    ]


def test_what_was_met_long_ago_weighs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_size, "_MAX_MEASURED_CONTAINERS", 2)
    monkeypatch.setattr(trace_size, "_MAX_MEASURED_LISTS", 2)
    for one, two, three, known, new in (
        ({}, {}, {}, 0, 64),
        (*(SharedList([each]) for each in range(3)), 40, 40 + 36),
    ):
        meter = ByteMeter()
        assert [meter.measure_new_bytes(each) for each in (one, two, one)] == [new, new, known]
        assert meter.measure_new_bytes(three) == new  # which makes room
        assert meter.measure_new_bytes(three) == known
        assert (
            sorted([meter.measure_new_bytes(one), meter.measure_new_bytes(two)]) == [known, new] or known == 0
        )


def test_what_did_not_change_weighs_nothing() -> None:
    meter, encoder = ByteMeter(), Encoder()
    messages = [{"id": str(number), "text": "x" * 1_000} for number in range(100)]
    first = meter.measure_new_bytes(encoder.encode_state("", {"messages": messages}))
    assert 100_000 < first < 200_000
    messages.append({"id": "new", "text": "y" * 1_000})
    state = encoder.encode_state("", {"messages": messages})
    assert isinstance(state["messages"], SharedList)
    assert 1_000 < meter.measure_new_bytes(state) < 2_500
    assert meter.measure_new_bytes(state) == 0
