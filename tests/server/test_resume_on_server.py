"""Runs on a real server that stop to ask, and go on with an answer."""

import pytest

import lg_jupyter
from lg_jupyter import Server, UsageError
from lg_jupyter.run import Run
from tests.graphs import INPUTS


@pytest.fixture
def start(dev_server):
    def start(graph: str, **options) -> Run:
        options.setdefault("input", INPUTS[graph])
        return lg_jupyter.stream(Server(dev_server.url, graph), display=False, **options)

    return start


async def test_the_same_run_goes_on_some_answers_at_a_time(start, tmp_path):
    run = await start("asks")
    waiting = {row["value"]: row["interrupt_id"] for row in run.interrupts}
    first_id, thread_id = run.run_id, run.thread_id
    await run.resume({waiting["colour"]: "red"})
    assert [row["value"] for row in run.interrupts] == ["size"]
    await run.resume("large")
    await run.resume(None)
    assert run.status == "success"
    assert run.output["log"] == ["size: large", "colour: red", "sure: None"]
    assert run.thread_id == thread_id
    assert run.run_id != first_id
    answers = {row["value"]: row["resumed_with"] for row in run.trace.rows("interrupts")}
    assert answers == {"colour": "red", "size": "large", "sure": None}
    assert {row["status"] for row in run.trace.rows("tasks")} <= {"success", "cached"}
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.load(tmp_path / "run.jsonl").trace.rows("tasks") == run.trace.rows("tasks")


async def test_it_goes_on_whatever_the_modes(start):
    run = await start("ask", modes="messages")
    assert [row["value"] for row in run.interrupts] == [{"may I": "go on"}]
    assert (await run.resume("yes")).output["log"] == ["answer: yes"]
    run = await start("asks", modes="messages")
    await run.resume({run.interrupts[0]["interrupt_id"]: "some"})
    assert (run.status, len(run.interrupts)) == ("interrupted", 1)


async def test_it_goes_on_from_a_breakpoint(start):
    run = await start("gate")
    assert (run.status, run.interrupts) == ("interrupted", [])
    assert (await run.resume()).output["log"] == ["opened", "closed"]


async def test_breakpoints_are_set_for_a_run(start):
    run = await start("steps", before="second", after="second")
    assert (run.status, run.interrupts) == ("interrupted", [])
    assert (await run.resume()).status == "success"
    assert run.output["log"] == ["first", "second"]
    with pytest.raises(UsageError, match="steps has no node 'secnd': did you mean 'second'"):
        await start("steps", before="secnd")
    with pytest.raises(UsageError, match="stateless"):
        start("steps", before="second", thread_id=None)


async def test_a_stateless_run_kept_nothing_to_go_on_from(start):
    run = await start("ask", thread_id=None)
    with pytest.raises(UsageError, match="stateless"):
        run.resume("yes")
