"""Runs that are left on a server, and followed by their ids."""

import asyncio
import uuid

import pytest
from langgraph_sdk import get_client

import lg_jupyter
from lg_jupyter import RunError, Server, ServerError, UsageError
from tests.graphs import INPUTS, build
from tests.server.test_rejoin import shape, texts


@pytest.fixture
async def sdk(dev_server):
    client = get_client(url=dev_server.url)
    yield client
    await client.http.client.aclose()


def stream(dev_server, graph, **options):
    return lg_jupyter.stream(Server(dev_server.url, graph), INPUTS[graph], display=False, **options)


def join(dev_server, graph, run):
    return lg_jupyter.join(Server(dev_server.url, graph), run.thread_id, run.run_id, display=False)


async def test_a_run_is_left_on_its_server_and_joined(dev_server, sdk, tmp_path):
    run = await stream(dev_server, "slow", modes=["custom", "values"], detach=True)
    assert run.status == "incomplete"
    assert (await sdk.runs.get(run.thread_id, run.run_id))["status"] in ("pending", "running")
    assert run.note == (
        "It goes on at the server, and is not followed here. run.join() follows it; so does, in another "
        f"kernel, lg_jupyter.join(Server({dev_server.url!r}, 'slow'), {run.thread_id!r}, {run.run_id!r})"
    )
    with pytest.raises(UsageError, match=r"goes on at its server.*run\.join"):
        run.resume()

    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert (loaded.status, loaded.note) == ("incomplete", run.note)
    with pytest.raises(UsageError, match=rf"join\(Server\(...\), '{run.thread_id}', '{run.run_id}'\)"):
        loaded.join()

    joined = run.join(display=False)
    while len(joined.trace.tables["custom"]) < 3:
        await asyncio.sleep(0.05)
    assert (joined.status, joined.run_id, joined.thread_id) == ("running", run.run_id, run.thread_id)
    assert joined.request.modes == ("custom", "values")
    again = eval(run.note.partition("in another kernel, ")[2], {"lg_jupyter": lg_jupyter, "Server": Server})
    again.cancel()
    await joined
    assert joined.status == "cancelled"
    await again


async def test_what_it_is_asked_is_answered_where_it_is_joined(dev_server):
    run = await stream(dev_server, "ask", detach=True)
    joined = await run.join(display=False)
    assert (joined.status, joined.interrupts[0]["value"]) == ("interrupted", {"may I": "go on"})
    await joined.resume("yes")
    assert (joined.status, joined.output["log"]) == ("success", ["answer: yes"])
    again = joined.checkpoints[0].checkpoint_id
    assert (await joined.fork(again, display=False)).status == "interrupted"


async def test_a_run_that_is_over_is_told_as_it_was(dev_server):
    broken = stream(dev_server, "broken")
    with pytest.raises(RunError, match="no milk today"):
        await broken
    joined = join(dev_server, "broken", broken)
    with pytest.raises(RunError, match="no milk today"):
        await joined
    assert (joined.status, joined.error) == ("error", broken.error)
    for table in ("tasks", "namespaces"):
        assert [row["status"] for row in joined.trace.rows(table)] == [
            row["status"] for row in broken.trace.rows(table)
        ]

    for graph, status in (("gate", "interrupted"), ("ask", "interrupted"), ("nested", "success")):
        run = await stream(dev_server, graph)
        joined = await join(dev_server, graph, run)
        assert (joined.status, joined.output) == (status, run.output)
        assert joined.interrupts == run.interrupts
        assert shape(joined) == shape(run)
        assert texts(joined) == texts(run)


async def test_one_that_was_cancelled_too(dev_server):
    run = stream(dev_server, "slow")
    while len(run.trace.tables["custom"]) < 2:
        await asyncio.sleep(0.05)
    run.cancel()
    await run
    assert (await join(dev_server, "slow", run)).status == "cancelled"


async def test_what_a_server_did_not_keep_is_said(dev_server, sdk):
    thread = (await sdk.threads.create())["thread_id"]
    made = await sdk.runs.create(thread, "steps", input=INPUTS["steps"], stream_mode="updates")
    await sdk.runs.join(thread, made["run_id"])
    run = await lg_jupyter.join(Server(dev_server.url, "steps"), thread, made["run_id"], display=False)
    assert (run.status, run.output["log"]) == ("success", ["first", "second"])
    assert "without stream_resumable=True" in run.note
    assert (run.request.modes, run.request.subgraphs) == (("updates",), False)


async def test_ids_that_are_none_are_refused(dev_server, sdk):
    server, run = Server(dev_server.url, "steps"), await stream(dev_server, "steps")
    nobody = str(uuid.uuid4())
    for thread, run_id in ((run.thread_id, nobody), (nobody, run.run_id)):
        with pytest.raises(ServerError, match=f"has no run '{run_id}' on a thread '{thread}'"):
            await lg_jupyter.join(server, thread, run_id, display=False)
    assert not await sdk.threads.search(ids=[nobody])
    for thread, run_id in ((run.thread_id, "one"), ("one", run.run_id)):
        with pytest.raises(UsageError, match="named by UUIDs, and 'one' is none"):
            lg_jupyter.join(server, thread, run_id, display=False)


async def test_what_cannot_be_left_or_joined_says_so(dev_server, door):
    with pytest.raises(UsageError, match="graph runs in this process, with which it ends"):
        lg_jupyter.stream(build("steps"), {}, detach=True, display=False)
    with pytest.raises(UsageError, match="stateless"):
        stream(dev_server, "steps", thread_id=None, detach=True)
    local = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    with pytest.raises(UsageError, match="only runs on a server can be joined"):
        local.join()
    stateless = await stream(dev_server, "steps", thread_id=None)
    with pytest.raises(UsageError, match="server kept nothing"):
        stateless.join()
    refused = lg_jupyter.stream(Server(door.url, "steps"), {}, detach=True, display=False)
    with pytest.raises(ServerError, match="wants an API key"):
        await refused
    with pytest.raises(ServerError, match="no assistant 'stps'; did you mean 'steps'"):
        await lg_jupyter.stream(Server(dev_server.url, "stps"), {}, detach=True, display=False)


def test_a_key_is_not_in_the_line_that_joins():
    server = Server("http://me:pass-word@127.0.0.1:1", "agent", api_key="key-key-key", headers={"a": "b"})
    assert (
        server.format_constructor_call() == "Server('http://127.0.0.1:1', 'agent', api_key=..., headers=...)"
    )


async def test_a_run_that_has_no_ids_yet_is_to_be_awaited_first(dev_server):
    run = lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], detach=True, display=False)
    with pytest.raises(UsageError, match="has no ids yet, by which it could be joined: await it first"):
        run.join(display=False)
    await run
    assert (await run.join(display=False)).status == "success"
