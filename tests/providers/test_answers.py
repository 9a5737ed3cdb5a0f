"""What a run shows of each answer of each provider is what LangChain's own message says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dev_server import DevServer
from tests.providers import scenarios as s
from tests.providers.cells import HEARS, SERVER, WAYS, Cell
from tests.providers.features import DROPPED, NONE, REASONS
from tests.providers.models import PROVIDERS, why_not_here
from tests.providers.server import ProviderServer

HAS = [(p, scenario) for p in PROVIDERS for scenario in s.ANSWERS if REASONS.get((p, scenario)) != NONE]
"""What there is to be asked."""

FEW = {(p, s.TEXT) for p in PROVIDERS} | {
    next(cell for cell in HAS if cell[1] == scenario and cell not in REASONS) for scenario in s.ANSWERS
}
"""One scenario of each kind, and one of each provider."""


def _cells() -> Iterator[Any]:
    for provider, scenario in HAS:
        for way in WAYS:
            if way == HEARS and scenario == s.IMAGE_INPUT:
                continue  # the question is not in that graph's state
            few = way != SERVER and (provider, scenario) in FEW
            marks = () if few else pytest.mark.matrix
            yield pytest.param(provider, scenario, way, id=f"{provider}-{scenario}-{way}", marks=marks)


@pytest.mark.parametrize(("provider", "scenario", "way"), [*_cells()])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_row_says_what_the_message_of_langchain_says(
    provider: str,
    scenario: str,
    way: str,
    provider_server: ProviderServer,
    request: pytest.FixtureRequest,
) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    cell = Cell(provider, scenario, provider_server.root)
    run = await cell.run(way, _langgraph_server(request) if way == SERVER else None)
    assert run.status == "success", run.error
    assert await cell.differences(run) == []
    if REASONS.get((provider, scenario)) == DROPPED:
        assert await cell.langchain_drops_it(), "LangChain hands it on now: take its reason away"
    else:
        assert cell.is_shown(run) or await _dropped_by_an_older_one(cell)


def _langgraph_server(request: pytest.FixtureRequest) -> str:
    if sys.version_info < (3, 11):
        pytest.skip("a LangGraph server needs Python 3.11")
    server: DevServer = request.getfixturevalue("dev_server")
    return server.url


async def _dropped_by_an_older_one(cell: Cell) -> bool:
    """Whether this is not the newest langchain-core, and its message lacks it."""
    from importlib.metadata import version

    return version("langchain-core").startswith("1.0.") and await cell.langchain_drops_it()


def test_the_few_know_each_scenario_and_each_provider() -> None:
    assert {provider for provider, _ in FEW} == set(PROVIDERS)
    assert {scenario for _, scenario in FEW} == set(s.ANSWERS)
