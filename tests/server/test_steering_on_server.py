"""What a view does with a run on a real server, by the messages that a front end would send."""

from __future__ import annotations

import pytest

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.run import RunWidget
from tests.dev_server import DevServer
from tests.graphs import INPUTS
from tests.test_steering import ask
from tests.test_widget import line_of, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def test_questions_are_answered_some_at_a_time(dev_server: DevServer) -> None:
    run = await lg_jupyter.stream(Server(dev_server.url, "asks"), INPUTS["asks"], display=False)
    widget = RunWidget(run)
    waiting = {row["value"]: row["interrupt_id"] for row in run.interrupts}
    assert (await ask(widget, "steering"))["waiting"] == list(waiting.values())
    await ask(widget, "resume_run", answers={waiting["colour"]: "red"})
    await run
    assert (await ask(widget, "steering"))["waiting"] == [waiting["size"]]
    assert "answered already, with 'red'" in await ask(
        widget, "resume_run", answers={waiting["colour"]: "blue"}
    )
    await ask(widget, "resume_run", answers={waiting["size"]: "large"})
    await run
    (last,) = run.interrupts
    await ask(widget, "resume_run", answers={last["interrupt_id"]: None})
    await run
    assert run.output["log"] == ["size: large", "colour: red", "sure: None"]
    assert line_of(widget).state["_summary"]["status"] == "success"


async def test_a_branch_begins_at_a_checkpoint_with_another_state(dev_server: DevServer) -> None:
    run = await lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], display=False)
    widget = RunWidget(run)
    told = await ask(widget, "checkpoints")
    assert [row["step"] for row in told["rows"]] == [-1, 0, 1, 2]
    assert {row["run"] for row in told["rows"]} == {get_run_state(run).key}
    assert told["nodes"] == ["first", "second"]
    assert told["reduced"] is None  # a server does not tell
    at = next(row["checkpoint_id"] for row in told["rows"] if row["next"] == ["second"])
    state = await ask(widget, "checkpoint", checkpoint_id=at, path="/topic")
    assert state["value"] == INPUTS["steps"]["topic"]
    await ask(widget, "fork", checkpoint_id=at, values={"topic": "tea"}, as_node="first")
    (branch,) = run.branches
    await branch
    assert branch.output["topic"] == "tea!"
    told = await ask(widget, "checkpoints")
    assert {row["run"] for row in told["rows"]} == {get_run_state(run).key, get_run_state(branch).key}


async def test_what_a_server_refuses_is_said(dev_server: DevServer) -> None:
    run = await lg_jupyter.stream(
        Server(dev_server.url, "steps"), INPUTS["steps"], thread_id=None, display=False
    )
    widget = RunWidget(run)
    assert "stateless" in await ask(widget, "fork", checkpoint_id="x")
    assert "stateless" in (await ask(widget, "steering"))["fork_blocker"]
