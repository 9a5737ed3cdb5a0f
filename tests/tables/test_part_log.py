"""Parts are read off the events that they became: as they came, whatever the adapter made of them."""

from __future__ import annotations

import pytest

from lg_jupyter.events.events import Part
from lg_jupyter.tables.part_log import PartLog
from lg_jupyter.tables.trace import Trace
from tests.recordings import parts

IN_PIECES = "local_events_v2/nested--modes__values+updates__sg"
"""Of LangChain's events, where those that carry another mode's item become that item."""

NAMES = [
    IN_PIECES,
    "local_v1/fansub__ALL__sg",
    "server_v1/msgs--stateless__SALL__sg",
    "old_server_v1_api0.4.48/linear__SALL__sg",
]


@pytest.mark.parametrize("name", NAMES)
def test_they_are_what_came(name: str) -> None:
    trace, came = Trace(), []
    log = PartLog(trace)
    for number, part in enumerate(parts(name)):
        came.append(Part(part.mode, part.namespace, part.data, float(number), f"{number}-0"))
        trace.feed(came[-1])
    assert len(log) == len(came) > 0
    assert [*log] == came
    in_pieces = [row["data"] for row in trace.rows("events")] != [part.data for part in came]
    assert in_pieces == (name == IN_PIECES)


def test_of_a_piece_the_whole_goes_with_it_when_it_is_no_longer_held() -> None:
    came = [*parts(IN_PIECES)]
    trace = Trace(events_cap=len(came) // 2)
    for part in came:
        trace.feed(part)
    held = [*PartLog(trace)]
    assert 0 < len(held) <= len(came) // 2
    assert held == came[-len(held) :]


def test_what_a_table_fails_at_is_kept() -> None:
    trace = Trace()

    def fail(event: object, fact: object) -> None:
        raise RuntimeError("a fault of ours")

    trace._handlers = dict.fromkeys(trace._handlers, (fail,))
    came = [*parts("local_v1/fansub__ALL__sg")]
    for part in came:
        try:
            trace.feed(part)
        except RuntimeError:
            continue
    assert [*PartLog(trace)] == came
