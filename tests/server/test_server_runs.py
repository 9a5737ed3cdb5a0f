"""Runs on a real server, end to end."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from langgraph_sdk import get_client

import lg_jupyter
from lg_jupyter import InputError, RunError, Server, ServerError, UsageError
from lg_jupyter.events.events import MODES
from lg_jupyter.run import Run
from tests.dev_server import DevServer, free_port
from tests.graphs import INPUTS
from tests.patience import patience
from tests.server.conftest import KEY


@pytest.fixture
async def client(dev_server: DevServer) -> AsyncIterator[object]:
    client = get_client(url=dev_server.url)
    yield client
    await client.http.client.aclose()


@pytest.fixture
def start(dev_server: DevServer):
    """Start a run of one of the graphs on the server."""

    def start(graph: str, **options) -> Run:
        options.setdefault("input", INPUTS.get(graph))
        return lg_jupyter.stream(Server(dev_server.url, graph), display=False, **options)

    return start


async def until(condition, within: float = 20.0) -> None:
    deadline = time.monotonic() + patience(within)
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.02)


# What comes, mode by mode.


async def test_every_mode_alone_fills_what_it_can(start):
    runs = dict(
        zip(MODES, await asyncio.gather(*(start("nested", modes=mode) for mode in MODES)), strict=True)
    )
    filled = {
        mode: {name for name, table in run.trace.tables.items() if len(table)} for mode, run in runs.items()
    }
    assert all(run.status == "success" for run in runs.values())
    assert "state_diffs" in filled["values"] and "state_diffs" in filled["updates"]
    assert {"messages", "tokens"} <= filled["messages"]
    assert "custom" in filled["custom"]
    assert "tasks" in filled["tasks"]
    assert "checkpoints" in filled["checkpoints"]
    assert {"tasks", "checkpoints"} <= filled["debug"]
    assert {"messages", "tasks", "namespaces"} <= filled["events"]
    assert {run.output["topic"] for run in runs.values()} == {"ICE (checked)"}


async def test_the_default_modes_fill_every_table(start):
    run = await start("nested")
    assert run.status == "success"
    tables = {name for name, table in run.trace.tables.items() if len(table)}
    assert tables == set(run.trace.tables) - {"interrupts", "tool_calls", "store_ops"}
    assert [row["text"] for row in run.trace.rows("messages")] == ["a draft about ice"]
    assert len(run.trace.rows("namespaces")) == 3
    assert run.run_id and run.thread_id
    assert run.usage["output_tokens"] == 4


async def test_without_subgraphs_only_the_root_speaks(start):
    run = await start("nested", subgraphs=False)
    assert {row["namespace"] for row in run.trace.rows("events")} == {""}


async def test_events_beside_other_modes_are_one_run(start, client):
    run = await start("steps", modes=["events", "values", "messages"])
    assert {"events", "values"} <= {row["mode"] for row in run.trace.rows("events")}
    assert len(await client.runs.list(run.thread_id)) == 1


async def test_tools_are_called_and_answer(start):
    run = await start("react")
    roles = [row["role"] for row in run.trace.rows("messages")]
    assert roles.count("tool") == 2
    assert run.output["messages"][-1]["content"] == "It rains in Bergen."


# Threads.


async def test_a_thread_is_made_when_none_is_named_and_used_when_one_is(start, client):
    first = await start("steps")
    again = await start("steps", thread_id=first.thread_id)
    assert again.thread_id == first.thread_id
    assert again.output["log"] == ["first", "second", "first", "second"]
    assert len(await client.runs.list(first.thread_id)) == 2


async def test_a_thread_that_is_not_there_is_made(start, client):
    thread = str(uuid.uuid4())
    run = await start("steps", config={"configurable": {"thread_id": thread}})
    assert run.thread_id == thread
    assert (await client.threads.get(thread))["status"] == "idle"


async def test_a_stateless_run_has_no_thread(start):
    run = await start("steps", thread_id=None)
    assert (run.status, run.thread_id) == ("success", None)
    assert run.output == {"topic": "ice!", "log": ["first", "second"]}
    assert run.run_id


async def test_a_thread_needs_a_uuid(start):
    with pytest.raises(UsageError, match=r"'demo' is none; use str\(uuid"):
        start("steps", thread_id="demo")


async def test_a_context_arrives(start):
    run = await start("context", context={"tenant": "acme"})
    assert run.output["log"] == ["tenant acme"]


# How it ends.


async def test_an_interrupt_ends_it_as_interrupted(start):
    asked, stateless, gate = await asyncio.gather(start("ask"), start("ask", thread_id=None), start("gate"))
    assert {run.status for run in (asked, stateless, gate)} == {"interrupted"}
    assert [one["value"] for one in asked.interrupts] == [{"may I": "go on"}]
    assert gate.interrupts == []


async def test_an_interrupt_is_seen_in_any_mode(start):
    runs = await asyncio.gather(
        *(start("gate", modes=mode) for mode in ("custom", "messages", "values", "tasks"))
    )
    assert {run.status for run in runs} == {"interrupted"}


@pytest.mark.parametrize(
    ("topic", "error", "text"),
    [
        ("milk", "ValueError", "no milk today"),
        ("zero", "ZeroDivisionError", "division by zero"),
        ("odd", "OddError", "hidden behind the server"),
    ],
)
async def test_a_failure_is_told_with_its_text(start, topic, error, text):
    run = start("broken", input={"topic": topic, "log": []})
    with pytest.raises(RunError) as raised:
        await run
    assert (raised.value.error_type, raised.value.message) == (error, text)
    assert (run.status, run.error) == ("error", {"error": error, "message": text})
    assert run.output["log"] == ["before"]
    failed = [row["node"] for row in run.trace.rows("tasks") if row["status"] == "error"]
    assert "fall" in failed


async def test_a_failure_of_a_stateless_run_is_told(start):
    run = start("broken", thread_id=None)
    with pytest.raises(RunError, match="no milk today"):
        await run
    assert run.status == "error"


# Cancelling.


async def test_cancel_ends_the_run_on_the_server_too(start, client):
    run = start("slow")
    await until(lambda: len(run.trace.tables["custom"]) > 2)
    run.cancel()
    await run
    assert run.status == "cancelled"
    assert len(run.trace.rows("custom")) > 2
    assert "cancelled on the server too" in run.note
    status = None
    for _ in range(100):
        status = (await client.runs.get(run.thread_id, run.run_id))["status"]
        if status not in ("pending", "running"):
            break
        await asyncio.sleep(0.05)
    assert status == "interrupted"


async def test_cancel_ends_a_stateless_run_too(start, tmp_path):
    ticks = tmp_path / "ticks"
    run = start("slow", input={"topic": str(ticks), "log": []}, thread_id=None)
    await until(lambda: len(run.trace.tables["custom"]) > 2)
    run.cancel()
    await run
    assert run.status == "cancelled"
    counted = -1
    for _ in range(40):  # it stops ticking long before its 60 ticks are over
        before, counted = counted, len(ticks.read_text().splitlines())
        if counted == before:
            break
        await asyncio.sleep(0.3)
    assert 2 < counted < 40


async def test_a_run_that_somebody_else_cancels_is_cancelled(start, client):
    run = start("slow")
    await until(lambda: len(run.trace.tables["custom"]) > 2)
    await client.runs.cancel(run.thread_id, run.run_id)
    await run
    assert run.status == "cancelled"


async def test_a_run_that_is_rolled_back_is_cancelled(start, client):
    run = start("slow")
    await until(lambda: len(run.trace.tables["custom"]) > 2)
    await client.runs.cancel(run.thread_id, run.run_id, action="rollback")
    await run
    assert run.status == "cancelled"


# What goes wrong before.


async def refused(run: Run, kind: type[Exception] = ServerError) -> str:
    with pytest.raises(kind) as raised:
        await run
    text = str(raised.value)
    assert "\n" not in text
    assert run.status == "error"
    return text


async def test_an_unknown_assistant_is_told_with_those_that_exist(start, client):
    before = len(await client.threads.search(limit=1000))
    text = await refused(start("nestd", input={}))
    assert "has no assistant 'nestd'; did you mean 'nested'?" in text
    assert "It has " in text and "slow" in text
    stateless = await refused(start(str(uuid.uuid4()), input={}, thread_id=None))
    assert "has no assistant" in stateless
    assert len(await client.threads.search(limit=1000)) == before  # and no thread is left behind


async def test_an_input_that_is_no_dict_is_told(start):
    text = await refused(start("steps", input="ice"), InputError)
    assert "cannot take this input: Expected dict, got ice" in text
    assert "needs an input and got None" in await refused(start("steps", input=None), InputError)
    assert "takes JSON only" in await refused(start("steps", input={"topic": object()}), InputError)


async def test_a_request_that_the_server_refuses_is_told(start):
    text = await refused(start("steps", context=(5,)))  # which is let through here
    assert "422: [5] is not of type" in text


async def test_a_server_that_is_not_there_is_told():
    url = f"http://127.0.0.1:{free_port()}"
    text = await refused(lg_jupyter.stream(Server(url, "steps"), {}, display=False))
    assert f"no server answers at {url} (Connection refused): is it running?" in text


async def test_https_to_a_server_of_http_is_told(dev_server):
    url = dev_server.url.replace("http:", "https:")
    text = await refused(lg_jupyter.stream(Server(url, "steps"), {}, display=False))
    assert f"did you mean {dev_server.url!r}?" in text


async def test_a_path_that_is_no_server_is_told(dev_server):
    text = await refused(lg_jupyter.stream(Server(f"{dev_server.url}/api", "steps"), {}, display=False))
    assert "is it the address of a LangGraph server" in text


async def test_a_key_opens_the_door(door):
    run = await lg_jupyter.stream(Server(door.url, "steps", api_key=KEY), INPUTS["steps"], display=False)
    assert run.status == "success"


async def test_the_key_is_taken_from_the_environment(door, monkeypatch):
    monkeypatch.setenv("LANGSMITH_API_KEY", KEY)
    run = await lg_jupyter.stream(Server(door.url, "steps"), INPUTS["steps"], display=False)
    assert run.status == "success"


async def test_without_the_key_the_door_stays_shut(door):
    text = await refused(lg_jupyter.stream(Server(door.url, "steps"), {}, display=False))
    assert "wants an API key (401: Invalid key)" in text
    wrong = Server(door.url, "steps", api_key="quite-the-wrong-key")
    run = lg_jupyter.stream(wrong, {}, display=False)
    text = await refused(run)
    assert "refuses the API key (401" in text
    assert "quite-the-wrong-key" not in text + repr(wrong) + repr(run)


async def test_a_secret_in_the_input_is_masked_wherever_it_is_shown(door, tmp_path):
    run = await lg_jupyter.stream(
        Server(door.url, "steps", api_key=KEY), {"topic": f"my {KEY}", "log": []}, display=False
    )
    run.save(tmp_path / "run.jsonl")
    assert KEY not in str(run.trace.rows("events")) + (tmp_path / "run.jsonl").read_text()
    assert run.output["topic"] == f"my {KEY}!"  # the user's own


@pytest.mark.filterwarnings("ignore:Reconnecting")
async def test_a_run_that_cannot_be_cancelled_is_left_in_time(door, start):
    run = lg_jupyter.stream(Server(door.url, "slow", api_key=KEY), INPUTS["slow"], display=False)
    await until(lambda: len(run.trace.tables["custom"]) > 2)
    door.shut()
    run.cancel()
    await run
    assert run.status == "cancelled"
    assert "It may go on there, for it could not be cancelled: no server answers" in run.note


async def test_durability_says_when_a_server_writes_checkpoints(dev_server, client):
    async def kept(durability):
        target = Server(dev_server.url, "steps")
        run = await lg_jupyter.stream(target, INPUTS["steps"], durability=durability, display=False)
        assert run.status == "success"
        return len(await client.threads.get_history(run.thread_id))

    assert await kept("exit") < await kept("sync")


async def test_an_assistant_is_called_by_the_name_that_a_person_gave_it(dev_server, client):
    name = f"helper of {uuid.uuid4()}"
    made = await client.assistants.create("steps", name=name)
    run = await lg_jupyter.stream(Server(dev_server.url, name), INPUTS["steps"], display=False)
    assert run.status == "success" and run.output["log"] == ["first", "second"]
    assert run.structure()["nodes"] and made["assistant_id"] in run.code()


async def test_a_run_whose_thread_is_deleted_is_incomplete(dev_server, client):
    thread = await client.threads.create()
    target = Server(dev_server.url, "slow")
    run = lg_jupyter.stream(target, INPUTS["slow"], thread_id=thread["thread_id"], display=False)
    await until(lambda: run.trace.rows("tasks"))
    await client.threads.delete(thread["thread_id"])
    await run
    assert run.status == "incomplete" and "no longer on the server" in run.note


async def test_a_run_that_was_started_without_a_thread_is_joined_to_its_end(dev_server, client):
    async def joined(graph):
        begun = await client.runs.create(None, graph, input=INPUTS[graph], stream_mode=["values", "tasks"])
        target = Server(dev_server.url, graph)
        return lg_jupyter.join(target, begun["thread_id"], begun["run_id"], display=False)

    run = await joined("heavy")
    await run
    assert run.status == "success" and run.output
    failing = await joined("late")
    with pytest.raises(RunError, match="NodeTimeoutError"):
        await failing
    assert failing.status == "error"
