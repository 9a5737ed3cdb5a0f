"""A second run on a thread that is busy."""

import uuid

import pytest

import lg_jupyter
from lg_jupyter import Server, ServerError, UsageError
from tests.graphs import INPUTS
from tests.server.test_server_runs import until


async def test_it_is_rejected_in_words_or_ends_the_other(dev_server):
    def start(graph, **options):
        target = Server(dev_server.url, graph)
        return lg_jupyter.stream(target, INPUTS[graph], thread_id=thread, display=False, **options)

    thread = str(uuid.uuid4())
    slow = start("slow")
    await until(lambda: slow.trace.rows("tasks"))
    with pytest.raises(ServerError, match=r"busy with another run.*409.*'enqueue' waits in line"):
        await start("steps", multitask="reject")
    assert slow.status == "running"
    other = await start("steps", multitask="interrupt")
    assert other.status == "success"
    await slow
    assert slow.status == "cancelled"
    assert slow.note.startswith(
        "Cancelled at its server: not from here, or by a run that took its thread. All"
    )


def test_a_stateless_run_meets_no_other(dev_server):
    with pytest.raises(UsageError, match="stateless"):
        lg_jupyter.stream(
            Server(dev_server.url, "steps"), {}, thread_id=None, multitask="reject", display=False
        )


async def test_it_waits_in_line_or_takes_back_what_the_other_did(dev_server):
    def start(graph, thread, **options):
        target = Server(dev_server.url, graph)
        return lg_jupyter.stream(target, INPUTS[graph], thread_id=thread, display=False, **options)

    waited, undone = str(uuid.uuid4()), str(uuid.uuid4())
    heavy, slow = start("heavy", waited), start("slow", undone)
    await until(lambda: heavy.trace.rows("tasks") and slow.trace.rows("tasks"))
    behind = start("steps", waited, multitask="enqueue")
    instead = await start("steps", undone, multitask="rollback")
    await slow
    assert (slow.status, instead.status) == ("cancelled", "success")
    assert instead.output["log"] == ["first", "second"]
    kept = "All that had come is kept here, on this side only, for the server has rolled the run back and"
    assert kept in slow.note
    with pytest.raises(UsageError, match="has rolled it back"):
        slow.resume()
    await behind
    await until(lambda: heavy.done)  # it waited for that; its end may come here a little later
    assert (heavy.status, behind.status) == ("success", "success")
    assert behind.output["log"] == ["ticked", "after", "first", "second"]
