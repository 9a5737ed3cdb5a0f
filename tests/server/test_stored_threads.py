"""Threads and runs that a server has, shown here without running anything."""

from __future__ import annotations

import asyncio

import pytest

import lg_jupyter
from lg_jupyter import Server, ServerError, UsageError
from tests.graphs import INPUTS


def ids(run):
    return [each.checkpoint_id for each in run.checkpoints]


async def stream(dev_server, graph, **options):
    return await lg_jupyter.stream(Server(dev_server.url, graph), INPUTS[graph], display=False, **options)


@pytest.mark.parametrize("name", ["steps", "react"])
async def test_a_thread_on_a_server_is_shown_as_its_run_was(dev_server, name):
    run = await stream(dev_server, name)
    stored = await lg_jupyter.thread(Server(dev_server.url, name), run.thread_id, display=False)
    assert (stored.status, stored.output, stored.thread_id) == (run.status, run.output, run.thread_id)
    assert stored.to_pandas("messages")["text"].tolist() == run.to_pandas("messages")["text"].tolist()
    assert ids(stored) == ids(run)
    assert "Nothing ran here" in stored.note


async def test_it_is_answered_and_forked_from_there(dev_server):
    run = await stream(dev_server, "ask")
    server = Server(dev_server.url, "ask")
    stored = await lg_jupyter.thread(server, run.thread_id, display=False)
    assert stored.status == "interrupted" and stored.interrupts[0]["value"] == run.interrupts[0]["value"]
    await stored.resume("yes", display=False)
    assert stored.status == "success" and stored.output["log"] == ["answer: yes"]
    again = await lg_jupyter.thread(server, run.thread_id, display=False)
    assert again.status == "success"
    at = next(each.checkpoint_id for each in again.checkpoints if each.next == ("asker",))
    branch = await again.fork(at, {"topic": "tea"}, display=False)
    assert branch.status == "interrupted" and "tea" in str(branch.interrupts[0]["value"])


async def test_its_runs_are_listed_opened_and_joined(dev_server):
    run = await stream(dev_server, "steps")
    going = lg_jupyter.stream(Server(dev_server.url, "slow"), INPUTS["slow"], display=False)
    while going.run_id is None or going.thread_id is None:
        await asyncio.sleep(0.05)
    server = Server(dev_server.url, "steps")
    listed = server.runs()
    assert [each.created for each in listed] == sorted((each.created for each in listed), reverse=True)
    found = {each.run_id: each for each in listed}
    assert found[run.run_id].status == "success" and found[run.run_id].graph == "steps"
    assert going.run_id in {each.run_id for each in server.runs(status="running")} | {
        each.run_id for each in server.runs(status="pending")
    }
    assert [each.run_id for each in server.runs(thread_id=run.thread_id)] == [run.run_id]
    assert len(server.runs(limit=1)) == 1
    opened = await found[run.run_id].open(display=False)
    assert opened.output == run.output
    joined = next(each for each in server.runs() if each.run_id == going.run_id).join(display=False)
    await joined
    await going
    assert joined.run_id == going.run_id and joined.output == going.output
    frame = listed.to_pandas()
    assert run.run_id in frame["run_id"].tolist() and str(frame["created"].dtype) == "datetime64[us, UTC]"
    assert run.run_id in repr(listed) and run.run_id in listed._repr_html_()


async def test_what_there_is_not(dev_server, door):
    server = Server(dev_server.url, "steps")
    with pytest.raises(UsageError, match="no status 'done'"):
        server.runs(status="done")
    with pytest.raises(UsageError, match="1 or more"):
        server.runs(limit=0)
    with pytest.raises((ServerError, UsageError)):
        await lg_jupyter.thread(server, "00000000-0000-4000-8000-000000000000", display=False)
    with pytest.raises(ServerError):
        Server("http://127.0.0.1:9", "steps").runs()
    with pytest.raises(ServerError):
        Server(door.url, "steps").runs()
