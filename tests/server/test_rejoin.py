"""Streams that break off, come late or in pieces: from a real server, behind a proxy that sees to it."""

import asyncio
import json
from collections import Counter
from functools import partial

import httpx
import langgraph_sdk
import pytest

import lg_jupyter
from lg_jupyter import Server, ServerError
from lg_jupyter.sources.server import event_stream, rejoin
from tests.graphs import INPUTS
from tests.patience import patience
from tests.stream_proxy import CUT, END, StreamProxy, as_it_is

PATIENCE = patience(600)
"""Seconds for which the proxy says nothing more."""

GIVEN = {**INPUTS, "nested": {"topic": "Eis für alle ❄️", "messages": []}}
CLOCKS = {"timestamp", "start_time", "end_time", "first_token_time", "latency", "time_to_first_token"}


@pytest.fixture
async def proxied(dev_server):
    """Starts a run of a graph behind a proxy that tampers with its streams: run, proxy, the run's notes."""
    proxies = []

    async def start(graph, tamper):
        proxy = await StreamProxy(dev_server.port, tamper).start()
        proxies.append(proxy)
        run, notes = lg_jupyter.stream(Server(proxy.url, graph), GIVEN[graph], display=False), []
        run.subscribe(lambda run: notes.append(run.note))
        return run, proxy, notes

    yield start
    for proxy in proxies:
        await proxy.stop()


def first(event, becomes):
    """Has an event of the first stream become something else."""
    return lambda stream, number, block: becomes(block) if (stream, number) == (0, event) else [block]


def after(block):
    return [block, CUT]


def inside(block):
    """In the middle of its data; in ``Eis für``, inside a character."""
    place = block.find("ü".encode())
    return [block[: place + 1 if place > 0 else len(block) // 2], CUT]


def instead(block):
    return [END]


def content(run):
    """All that is in a run's tables, but for the order and the times at which it came."""

    def told(table, row):
        dropped = CLOCKS | {"seq"} if table not in ("tasks", "checkpoints") else {"seq"}
        return json.dumps({key: row[key] for key in row if key not in dropped}, sort_keys=True, default=str)

    return {
        table: Counter(told(table, row) for row in run.trace.rows(table) if row.get("mode") != "control")
        for table in run.trace.tables
    }


def differing(run, other):
    """The rows that the tables of one have and those of the other have not, by table."""
    assert run.status == other.status
    one, two = content(run), content(other)
    return {
        table: (one[table] - two[table], two[table] - one[table]) for table in one if one[table] != two[table]
    }


def shape(run):
    """What came, but for ids and times that differ from run to run."""
    return Counter(
        (row["mode"], row["node"], row["namespace"].count("|") + bool(row["namespace"]))
        for row in run.trace.rows("events")
        if row["mode"] != "control"
    )


def texts(run):
    return sorted((row["role"], row["node"], row["text"]) for row in run.trace.rows("messages"))


async def uncut(dev_server, run):
    """The same run, as whoever follows it with no proxy between sees it."""
    server = Server(dev_server.url, run.name)
    return await lg_jupyter.join(server, run.thread_id, run.run_id, display=False)


@pytest.mark.parametrize(
    ("becomes", "apart"),
    [
        pytest.param(after, 1, marks=pytest.mark.matrix),
        pytest.param(inside, 1, marks=pytest.mark.matrix),
        (instead, 4),
    ],
)
async def test_wherever_it_is_cut_nothing_is_lost_or_doubled(dev_server, proxied, becomes, apart):
    whole, proxy, _ = await proxied("nested", as_it_is)
    await whole
    assert proxy.events > 40
    ended = []
    for event in range(0, proxy.events, apart):
        ended.append(await proxied("nested", first(event, becomes)))
        if len(ended) > 8:  # no more at once: a server that is busy with dozens has no time for any
            await ended[-9][0]
    for event, (run, proxy, notes) in enumerate(ended):
        await run
        assert proxy.breaks == 1, event
        assert run.status == "success", event
        assert "nothing is lost" in run.note
        assert becomes is instead or any("trying to join" in (note or "") for note in notes), event
        assert shape(run) == shape(whole), event
        assert texts(run) == texts(whole), event
        assert run.output["topic"] == whole.output["topic"]
    for run, _, _ in ended[::7]:
        assert differing(run, await uncut(dev_server, run)) == {}


async def test_it_is_cut_again_and_again(dev_server, proxied):
    def tamper(stream, number, block):
        return [block, CUT] if stream < 4 and number == 9 + stream else [block]

    run, proxy, _ = await proxied("nested", tamper)
    await run
    assert proxy.breaks == 4
    assert (run.status, content(run)) == ("success", content(await uncut(dev_server, run)))


async def test_parallel_subgraphs_too(dev_server, proxied):
    started = [await proxied("fan", first(event, after)) for event in range(3, 50, 6)]
    for run, proxy, _ in started:
        await run
        assert (run.status, proxy.breaks) == ("success", 1)
        assert sorted(row["text"] for row in run.trace.rows("messages")) == [
            "all about ants",
            "all about bees",
            "all about cats",
        ]
        assert differing(run, await uncut(dev_server, run)) == {}


async def test_a_run_that_was_answered_too(proxied):
    async def answered(tamper):
        run, proxy, _ = await proxied("asks", tamper)
        await run
        await run.resume({row["interrupt_id"]: "fine" for row in run.interrupts})
        await run.resume("sure")
        return run, proxy

    whole, proxy = await answered(as_it_is)
    assert proxy.streams == 6  # three of the run, and one behind each to see that nothing is left
    # Each time: the stream, the same joined again, and all of it once more.
    run, proxy = await answered(
        lambda stream, number, block: [block, CUT] if (stream % 3, number) == (0, 3) else [block]
    )
    assert (proxy.streams, proxy.breaks) == (9, 3)
    assert (run.status, run.output) == ("success", whole.output)
    assert shape(run) == shape(whole)
    assert run.trace.rows("interrupts") and texts(run) == texts(whole)


async def test_it_comes_byte_by_byte(dev_server, proxied):
    run, _, notes = await proxied("nested", lambda stream, number, block: [bytes([one]) for one in block])
    await run
    assert (run.status, run.note) == ("success", None)
    assert not any(notes)
    assert run.trace.rows("custom")[-1]["data"] == {"drafting": "EIS FÜR ALLE ❄️"}
    assert differing(run, await uncut(dev_server, run)) == {}


async def test_it_comes_late(dev_server, proxied, monkeypatch):
    async def told(run, notes):
        await run
        assert run.status == "success"
        assert differing(run, await uncut(dev_server, run)) == {}
        return any(note and "trying to join" in note for note in notes)

    run, _, notes = await proxied("steps", lambda stream, number, block: [0.05, block])
    assert not await told(run, notes)
    with monkeypatch.context() as patched:  # later than anybody waits for
        impatient = partial(langgraph_sdk.get_client, timeout=httpx.Timeout(1.0))
        patched.setattr(langgraph_sdk, "get_client", impatient)
        run, _, notes = await proxied("steps", first(5, lambda block: [2.5, block]))
        assert await told(run, notes)


async def test_a_connection_that_falls_silent_is_joined_again(dev_server, proxied, monkeypatch):
    # Of a server that has sent a heartbeat.
    monkeypatch.setattr(event_stream, "MAX_SILENCE_SECONDS_WITH_HEARTBEAT", 0.5)
    beat = b": heartbeat\r\n\r\n"
    run, proxy, notes = await proxied("nested", first(9, lambda block: [block, beat, PATIENCE]))
    await run
    assert any("is silent: trying to join it again" in (note or "") for note in notes)
    assert (run.status, proxy.breaks) == ("success", 0)  # the proxy has ended nothing
    assert "nothing is lost" in run.note
    assert differing(run, await uncut(dev_server, run)) == {}


async def test_a_stream_that_is_cut_as_if_it_ended_is_joined_while_the_run_goes_on(proxied):
    run, proxy, _ = await proxied("heavy", first(6, instead))
    await run
    assert proxy.breaks == 1
    assert (run.status, len(run.trace.rows("custom"))) == ("success", 16)


async def test_a_server_that_is_gone_leaves_a_run_incomplete(dev_server, door, monkeypatch):
    monkeypatch.setattr(rejoin, "REJOIN_DELAYS_SECONDS", (0.05, 0.1))
    server = Server(door.url, "slow", api_key="a-key-to-the-door")
    run, notes = lg_jupyter.stream(server, INPUTS["slow"], display=False), []
    run.subscribe(lambda run: notes.append(run.note))
    while len(run.trace.tables["custom"]) < 2:
        await asyncio.sleep(0.05)
    door.shut()
    with pytest.raises(ServerError, match="no server answers"):
        await run
    assert run.status == "incomplete"
    assert run.note.startswith("The stream ended, and nobody said how the run did: it may go on. run.join() ")
    assert any(note and "trying to join" in note for note in notes)
    (ticks,) = [run.trace.rows("custom")]
    assert [row["data"] for row in ticks] == [{"tick": number} for number in range(len(ticks))]

    known = Server(dev_server.url, "slow")
    again = lg_jupyter.join(known, run.thread_id, run.run_id, display=False)
    while len(again.trace.tables["custom"]) < len(ticks):
        await asyncio.sleep(0.05)
    again.cancel()
    await again


async def test_a_run_can_be_followed_by_its_ids(dev_server):
    run = await lg_jupyter.stream(Server(dev_server.url, "nested"), INPUTS["nested"], display=False)
    joined = await uncut(dev_server, run)
    assert (joined.status, joined.run_id, joined.thread_id) == ("success", run.run_id, run.thread_id)
    assert content(joined) == content(run)
    assert joined.output == run.output
