"""What is explained of runs on a server."""

from __future__ import annotations

from typing import Any

import lg_jupyter
from lg_jupyter.panels.explain import collect_explanations
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.dev_server import DevServer
from tests.graphs import INPUTS


def texts(run: Run, panel: str) -> list[str]:
    return [
        told["text"]
        for told in collect_explanations(run.trace, RunSettings.from_run(get_run_state(run)))
        if told["panel"] == panel
    ]


async def run_of(server: DevServer, name: str, **options: Any) -> Run:
    target = lg_jupyter.Server(server.url, name)
    return await lg_jupyter.stream(target, INPUTS[name], display=False, **options)


async def test_a_stateless_run_keeps_no_checkpoints(dev_server: DevServer) -> None:
    stateless = await run_of(dev_server, "nested", thread_id=None)
    assert texts(stateless, "checkpoints") == [
        "A stateless run (thread_id=None) keeps no checkpoints. Leave thread_id out, or name a thread."
    ]
    on_a_thread = await run_of(dev_server, "nested")
    setting = RunSettings.from_run(get_run_state(on_a_thread))
    (left,) = collect_explanations(on_a_thread.trace, setting)  # the fix is one, and all else came
    assert left["panel"] == "calls"


async def test_prompts_that_nobody_reports_and_how_to_get_them(dev_server: DevServer) -> None:
    (told,) = texts(await run_of(dev_server, "nested"), "calls")
    assert "What the models were given is not known: calls=True" in told
    run = await run_of(dev_server, "nested", calls=True)
    assert texts(run, "calls") == []
    (call,) = run.calls
    assert (call.known_from, call.input is None, call.tools) == ("events", False, None)


async def test_subgraphs_that_are_not_followed_on_a_server(dev_server: DevServer) -> None:
    run = await run_of(dev_server, "nested", subgraphs=False)
    for panel in ("tokens", "subgraphs"):
        assert texts(run, panel)[0].startswith("Subgraphs are not followed (subgraphs=False)")


async def test_no_model_was_called_on_a_server(dev_server: DevServer) -> None:
    run = await run_of(dev_server, "steps")
    assert texts(run, "tokens")[0].startswith("No model was called")


async def test_states_of_a_run_on_a_server(dev_server: DevServer) -> None:
    run = await run_of(dev_server, "steps")
    assert run.state(1)["log"] == ["first"]
    assert run.diff(0, 2)["op"].tolist() == ["change", "append"]
