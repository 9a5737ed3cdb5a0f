"""An answer on a server is for the question that was shown there."""

import pytest

import lg_jupyter
from lg_jupyter import Server, UsageError
from tests.graphs import INPUTS


async def run_of(dev_server, graph, **options):
    return await lg_jupyter.stream(Server(dev_server.url, graph), INPUTS[graph], display=False, **options)


async def test_a_question_that_was_answered_elsewhere_takes_no_answer(dev_server):
    run = await run_of(dev_server, "asks")
    ids = {row["value"]: row["interrupt_id"] for row in run.interrupts}
    client = Server(dev_server.url, "asks").make_async_client()
    await client.runs.wait(run.thread_id, "asks", command={"resume": {ids["size"]: "small"}})
    with pytest.raises(UsageError, match=r"\(size: 'size'\)\. It asks now: .*'colour'"):
        await run.resume({ids["size"]: "large", ids["colour"]: "red"})
    assert run.status == "interrupted"
    assert {row["value"]: row["status"] for row in run.trace.rows("interrupts")} == {
        "size": "answered elsewhere",
        "colour": "pending",
    }
    await client.runs.wait(run.thread_id, "asks", command={"resume": {ids["colour"]: "blue"}})
    with pytest.raises(UsageError, match=r"\(.*: 'colour'\)\. It asks now: .*'sure'"):
        await run.resume("red")
    await run.resume("quite")
    assert run.output["log"] == ["size: small", "colour: blue", "sure: quite"]


async def test_a_breakpoint_that_somebody_has_passed_is_not_passed_again(dev_server):
    run = await run_of(dev_server, "gate")
    assert run.trace.thread_state["next"]
    client = Server(dev_server.url, "gate").make_async_client()
    await client.runs.wait(run.thread_id, "gate", input=None)
    with pytest.raises(UsageError, match=r"has gone on from where it stopped\. It has come to its end"):
        await run.resume()
    other = await run_of(dev_server, "gate")
    await client.threads.update_state(other.thread_id, {"log": ["edited"]})
    assert "edited" in (await other.resume()).output["log"]
