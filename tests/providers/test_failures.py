"""A provider's failure is told by the run's status and error, without the key, and what was said is kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import lg_jupyter
from tests.providers import scenarios as s
from tests.providers.cells import ANSWERS, SERVER, Cell, message_row
from tests.providers.features import REASONS
from tests.providers.graphs import answers, question
from tests.providers.models import PROVIDERS, model, why_not_here
from tests.providers.server import ProviderServer

FEW = {*zip(PROVIDERS, (*s.FAILURES, s.UNAUTHORIZED, s.CUT, s.ERROR_EVENT), strict=True)} - {*REASONS}


def _cells() -> Iterator[Any]:
    for provider in PROVIDERS:
        for scenario in s.FAILURES:
            for way in (ANSWERS, SERVER):
                few = way == ANSWERS and (provider, scenario) in FEW
                marks = () if few else pytest.mark.matrix
                yield pytest.param(provider, scenario, way, id=f"{provider}-{scenario}-{way}", marks=marks)


@pytest.mark.parametrize(("provider", "scenario", "way"), [*_cells()])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_failure_is_the_end_of_its_run(
    provider: str, scenario: str, way: str, provider_server: ProviderServer, request: pytest.FixtureRequest
) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    if way == SERVER and sys.version_info < (3, 11):
        pytest.skip("a LangGraph server needs Python 3.11")
    raised = await _raised(provider, scenario, provider_server.root)
    if raised is None:
        assert (provider, scenario) in REASONS or _is_old(), "LangChain raises nothing"
        return
    cell = Cell(provider, scenario, provider_server.root)
    run = await cell.run(way, request.getfixturevalue("dev_server").url if way == SERVER else None)
    assert run.status == "error"
    assert run.error is not None
    told = f"{run.error}"
    assert type(raised).__name__ in told
    assert s.KEY not in told
    if scenario in s.STATUSES:
        assert s.FAILED[scenario].split(s.KEY)[0] in told
    else:
        _was_kept(message_row(run, "ai"))


def _was_kept(row: dict[str, object]) -> None:
    assert row["text"] == "".join(s.WORDS_BEFORE_THE_BREAK)
    assert row["status"] == "error"


async def _raised(provider: str, scenario: str, root: str) -> Exception | None:
    """What the class raises when it is asked directly."""
    try:
        async for _ in model(provider, scenario, root).astream(question(scenario)):
            pass
    except Exception as error:
        return error
    return None


def _is_old() -> bool:
    from importlib.metadata import version

    return version("langchain-core").startswith("1.0.")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_runs_of_a_script_share_a_client(provider: str, provider_server: ProviderServer) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    cell = Cell(provider, s.TEXT, provider_server.root)
    ask = {**cell.input(), "messages": question(s.TEXT)}
    ends = [lg_jupyter.stream(answers, ask, display=False).wait().status for _ in range(4)]
    assert ends == ["success"] * 4
