"""Three turns on a thread and a fork: the same accounts here and on a server, in each mode."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.events.events import MODES
from lg_jupyter.run import Run
from tests.graphs import INPUTS, build
from tests.server.test_parity import COMPARED, assert_alike, without_ids

DEFAULT = None
GRAPHS = ("steps", "nested", "react", "fan", "flow")
FEW = [("steps", "updates"), ("react", "messages"), ("nested", DEFAULT)]
ALL = [(graph, mode) for graph in GRAPHS for mode in (DEFAULT, *MODES) if mode not in ("events", "debug")]


async def turns(target: Any, graph: str, mode: str | None) -> list[Run]:
    options: dict[str, Any] = {} if mode is None else {"modes": mode}
    thread, runs = str(uuid.uuid4()), []
    for _ in range(3):
        runs.append(
            await lg_jupyter.stream(target, INPUTS[graph], thread_id=thread, display=False, **options)
        )
    kept = await runs[0].fetch_checkpoints()
    first = min((one for one in kept if one.next), key=lambda one: (one.step < 0, one.step))
    runs.append(await runs[0].fork(first.checkpoint_id, display=False))
    return runs


async def assert_same_accounts(url: str, graph: str, mode: str | None) -> None:
    here, there = await asyncio.gather(
        turns(build(graph, InMemorySaver()), graph, mode), turns(Server(url, graph), graph, mode)
    )
    for number, (one, other) in enumerate(zip(here, there, strict=True)):
        assert (number, one.status, one.trace.root_step_count) == (
            number,
            other.status,
            other.trace.root_step_count,
        )
        assert (number, without_ids(one.trace.output)) == (number, without_ids(other.trace.output))
        assert other.trace.output is not None
        for table in COMPARED:
            assert_alike(one, other, table, mode)


@pytest.mark.parametrize(("graph", "mode"), FEW)
async def test_turn_by_turn_they_are_the_same(dev_server, graph, mode):
    await assert_same_accounts(dev_server.url, graph, mode)


@pytest.mark.matrix
@pytest.mark.parametrize(("graph", "mode"), [case for case in ALL if case not in FEW])
async def test_they_are_the_same_in_every_mode(dev_server, graph, mode):
    await assert_same_accounts(dev_server.url, graph, mode)


@pytest.mark.parametrize("mode", ["updates", "messages", "custom"])
async def test_a_stateless_run_has_its_output(dev_server, mode):
    here = await lg_jupyter.stream(build("steps", None), INPUTS["steps"], modes=mode, display=False)
    server = Server(dev_server.url, "steps")
    there = await lg_jupyter.stream(server, INPUTS["steps"], thread_id=None, modes=mode, display=False)
    assert without_ids(there.output) == without_ids(here.output)
    assert there.trace.output is not None
    assert {row["mode"] for row in there.trace.rows("events")} <= {mode, "control", "metadata", "end"}
