"""A ``RemoteGraph`` is a graph here whose run is on a server."""

from __future__ import annotations

import asyncio

import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client

import lg_jupyter
from lg_jupyter import ModeError, ServerError, UsageError
from tests.graphs import INPUTS
from tests.patience import patience


@pytest.fixture
def remote(dev_server):
    return lambda name: RemoteGraph(name, url=dev_server.url)


async def test_it_runs_on_a_thread_of_its_own(remote):
    run = await lg_jupyter.stream(remote("nested"), INPUTS["nested"], display=False)
    assert (run.status, run.source.kind, run.name) == ("success", "local", "nested")
    assert run.thread_id
    assert run.output["topic"] == "ICE (checked)"
    assert [row["text"] for row in run.trace.rows("messages")] == ["a draft about ice"]
    assert len(run.trace.rows("namespaces")) == 3


async def test_without_subgraphs_its_items_have_another_shape(remote):
    run = await lg_jupyter.stream(remote("nested"), INPUTS["nested"], subgraphs=False, display=False)
    assert run.status == "success"
    assert {row["mode"] for row in run.trace.rows("events")} <= {
        "control",
        "calls",
        "values",
        "updates",
        "debug",
        "messages",
        "custom",
    }
    assert run.trace.rows("state_diffs")


async def test_its_output_is_asked_for_where_the_stream_does_not_say(remote):
    run = await lg_jupyter.stream(remote("steps"), INPUTS["steps"], modes="updates", display=False)
    assert run.output == {"topic": "ice!", "log": ["first", "second"]}


async def test_it_can_be_interrupted_and_fail(remote):
    gate = await lg_jupyter.stream(remote("gate"), INPUTS["gate"], display=False)
    assert gate.status == "interrupted"
    broken = lg_jupyter.stream(remote("broken"), INPUTS["broken"], display=False)
    with pytest.raises(Exception, match="no milk today") as raised:
        await broken
    assert type(raised.value).__name__ == "RemoteException"  # as the graph raised it
    assert broken.error == {"error": "ValueError", "message": "no milk today"}


async def test_what_is_wrong_with_the_server_is_told(remote, door):
    run = lg_jupyter.stream(RemoteGraph("steps", url=door.url), {}, display=False)
    with pytest.raises(ServerError, match=f"the server at {door.url} wants an API key"):
        await run
    with pytest.raises(ModeError, match="a RemoteGraph cannot stream them"):
        lg_jupyter.stream(remote("steps"), {}, modes="events", display=False)


async def test_cancel_ends_its_run_on_the_server(dev_server, remote):
    run = lg_jupyter.stream(remote("slow"), INPUTS["slow"], display=False)
    while len(run.trace.tables["custom"]) < 3:
        await asyncio.sleep(0.05)
    run.cancel()
    await run
    assert run.status == "cancelled"
    client = get_client(url=dev_server.url)
    for _ in range(100):
        [there] = await client.runs.list(run.thread_id)
        if there["status"] not in ("pending", "running"):
            break
        await asyncio.sleep(0.05)
    await client.http.client.aclose()
    assert there["status"] == "interrupted"


def test_where_no_loop_runs_one_runs_many_times(remote):
    graph = remote("ask")
    run = lg_jupyter.stream(graph, INPUTS["ask"], display=False).wait(patience(60))
    branch = run.fork(run.checkpoints[1].checkpoint_id, {"topic": "tea"}, display=False).wait(patience(60))
    run.resume("yes").wait(patience(60))
    branch.resume("no").wait(patience(60))
    assert run.output == {"topic": "go on", "log": ["answer: yes"]}
    assert branch.output == {"topic": "tea", "log": ["answer: no"]}


async def test_its_runs_go_on_and_begin_anew(remote):
    run = await lg_jupyter.stream(remote("ask"), INPUTS["ask"], display=False)
    assert (run.status, [row["value"] for row in run.interrupts]) == ("interrupted", [{"may I": "go on"}])
    await run.resume("yes")
    assert (run.status, run.output["log"]) == ("success", ["answer: yes"])
    told = await run.fetch_checkpoints()
    assert run.checkpoints == told
    asked = next(one.checkpoint_id for one in told if one.next == ("asker",))
    again = await run.fork(asked, display=False)
    assert again.status == "interrupted"
    assert (await again.resume("no")).output["log"] == ["answer: no"]


async def test_it_begins_anew_with_other_values(remote):
    run = await lg_jupyter.stream(remote("steps"), INPUTS["steps"], display=False)
    at = next(one.checkpoint_id for one in await run.fetch_checkpoints() if one.next == ("second",))
    assert (await run.fork(at, {"topic": "tea"}, display=False)).output["topic"] == "tea!"
    with pytest.raises(UsageError, match="nothing is left to run"):
        await run.fork(run.checkpoints[-1].checkpoint_id, display=False)
    with pytest.raises(UsageError, match="no checkpoint"):
        await run.fork("1ef00000-0000-6000-8000-000000000000", display=False)


async def test_it_stops_at_breakpoints(remote):
    run = await lg_jupyter.stream(remote("steps"), INPUTS["steps"], before="second", display=False)
    assert (run.status, run.interrupts, run.output["log"]) == ("interrupted", [], ["first"])
    assert (await run.resume()).output["log"] == ["first", "second"]


async def test_it_stops_only_at_once(remote):
    run = lg_jupyter.stream(remote("slow"), INPUTS["slow"], display=False)
    with pytest.raises(UsageError, match="servers stop a run only at once"):
        run.drain()
    run.cancel()
    await run
    with pytest.raises(UsageError, match="in place of the RemoteGraph"):
        lg_jupyter.stream(remote("slow"), INPUTS["slow"], detach=True, display=False)
