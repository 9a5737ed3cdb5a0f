"""What stops a run on a server: its user, at once, and the limits that it meets."""

import asyncio

import pytest

import lg_jupyter
from lg_jupyter import RunError, Server, UsageError
from tests.graphs import INPUTS
from tests.test_limits import NEEDS_TIMEOUTS


def stream(dev_server, graph, **options):
    return lg_jupyter.stream(Server(dev_server.url, graph), INPUTS[graph], display=False, **options)


async def test_it_stops_only_at_once_and_says_what_is_kept(dev_server):
    run = stream(dev_server, "slow")
    assert not run.drains
    with pytest.raises(UsageError, match=r"It runs on a server, and servers stop a run only at once\."):
        run.drain()
    while len(run.trace.tables["custom"]) < 2:
        await asyncio.sleep(0.05)
    run.cancel()
    await run
    assert "The run was cancelled on the server too." in run.note
    assert run.note.endswith("Its last checkpoint is of step 0: run.resume() goes on from there with tick.")


async def test_a_stateless_run_keeps_no_checkpoint(dev_server):
    run = stream(dev_server, "slow", thread_id=None)
    while len(run.trace.tables["custom"]) < 2:
        await asyncio.sleep(0.05)
    run.cancel()
    await run
    assert run.note.endswith("There is no checkpoint, so it cannot be resumed.")


async def test_the_recursion_limit(dev_server):
    run = stream(dev_server, "steps", config={"recursion_limit": 1})
    with pytest.raises(RunError, match="GraphRecursionError"):
        await run
    assert run.note == "It met its limit of 1 step after first: config={'recursion_limit': …} sets another."


@NEEDS_TIMEOUTS
async def test_the_timeout_of_a_node(dev_server):
    run = stream(dev_server, "late")
    with pytest.raises(RunError, match="NodeTimeoutError"):
        await run
    assert run.note.startswith("The node inner / wait, in step 1, met its time limit of 0.2 s: ")
