"""Limits and costs of runs on a real server: there a run stops at once, and keeps what came."""

from __future__ import annotations

import pytest

import lg_jupyter
from lg_jupyter import Server
from tests.dev_server import DevServer
from tests.graphs import INPUTS

PRICES = {"scripted": {"input": 1_000, "output": 10_000}}


async def test_it_stops_when_its_time_is_up(dev_server: DevServer) -> None:
    target = Server(dev_server.url, "slow")
    run = await lg_jupyter.stream(target, INPUTS["slow"], max_seconds=2, display=False)
    assert run.status == "cancelled"
    assert run.note.startswith("It met max_seconds=2. Cancelled. All that had come is kept: ")


@pytest.mark.parametrize("modes", [None, pytest.param("events", marks=pytest.mark.matrix)])
async def test_its_calls_are_priced(dev_server: DevServer, modes: str | None) -> None:
    target = Server(dev_server.url, "react")
    run = await lg_jupyter.stream(target, INPUTS["react"], modes=modes, price=PRICES, display=False)
    assert run.status == "success"
    for call in run.calls:
        by_hand = (call.input_tokens * 1_000 + call.output_tokens * 10_000) / 1e6
        assert call.cost == pytest.approx(by_hand)
    assert run.usage["cost"] == pytest.approx(sum(call.cost for call in run.calls))


@pytest.mark.matrix
@pytest.mark.parametrize("modes", [None, "events"])
async def test_it_stops_at_so_many_tokens(dev_server: DevServer, modes: str | None) -> None:
    given = {**INPUTS["react"], "topic": "0.3"}  # the second call is long on its way when the first is over
    target = Server(dev_server.url, "react")
    run = await lg_jupyter.stream(target, given, modes=modes, max_tokens=1, display=False)
    assert (run.status, run.calls[0].total_tokens) == ("cancelled", 7)
    assert run.note.startswith("It met max_tokens=1: 7 tokens. Cancelled. All that had come is kept: ")
