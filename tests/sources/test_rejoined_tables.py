"""The tables of a run whose stream was cut are those of one that was not, wherever the cut falls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lg_jupyter.events.events import Part
from lg_jupyter.tables.trace import Trace
from tests.recordings import parts
from tests.sources.test_rejoining import BROKEN, IDS, Cut, FakeServer, Item, read
from tests.sources.test_rejoining import pauses as pauses  # of no length here


def tables(run: Sequence[Part]) -> dict[str, list[dict[str, Any]]]:
    trace = Trace()
    for part in run:
        trace.feed(part)
    return {name: list(trace.rows(name)) for name in trace.tables}


@pytest.mark.parametrize("ids", ["its own", "shared by three", "shared by all", "none"])
@pytest.mark.parametrize("error", [BROKEN, None], ids=["cut", "as if it had ended"])
async def test_parallel_subgraphs_have_the_same_tables(ids: str, error: Exception | None) -> None:
    start, *said, end = parts("server_v1/fansub__SALL__sg")
    by_key = {f"{part.mode}|{number}": part for number, part in enumerate(said)}
    events = [Item(key, part.data, IDS[ids](number)) for number, (key, part) in enumerate(by_key.items())]
    undisturbed = tables([start, *said, end])
    assert len(undisturbed["namespaces"]) == 4
    for at in range(len(events)):
        _, items = await read(FakeServer(events, Cut(at, error, True), overlap=4))
        came = [by_key[item.event] for item in items if item is not None]
        assert tables([start, *came, end]) == undisturbed, at
