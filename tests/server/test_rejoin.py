"""Streams that break off, from a real server behind a proxy that cuts them."""

from collections import Counter

import pytest

import lg_jupyter
from lg_jupyter import Server
from tests.dev_server import CuttingProxy
from tests.graphs import INPUTS


@pytest.fixture
def cutting(dev_server):
    """Runs a graph behind a proxy with these cuts."""
    proxies = []

    async def run(graph, cuts, cleanly=False):
        proxy = CuttingProxy(dev_server.port, cuts, cleanly)
        proxies.append(proxy)
        run, notes = lg_jupyter.stream(Server(proxy.url, graph), INPUTS[graph], display=False), set()
        run.subscribe(lambda run: notes.add(run.note))
        await run
        return run, proxy, notes

    yield run
    for proxy in proxies:
        proxy.stop()


def shape(run):
    """What came, but for ids and times that differ from run to run."""
    return Counter(
        (row["mode"], row["node"], row["namespace"].count("|") + bool(row["namespace"]))
        for row in run.trace.rows("events")
        if row["mode"] != "control"
    )


def texts(run):
    return sorted((row["role"], row["node"], row["text"]) for row in run.trace.rows("messages"))


async def test_wherever_the_stream_is_cut_nothing_is_lost_or_doubled(dev_server, cutting):
    whole = await lg_jupyter.stream(Server(dev_server.url, "nested"), INPUTS["nested"], display=False)
    for cuts in ([300, 900, 2_500], [4_000, 9_000], [16_000, 30_000], [700] * 5):
        run, proxy, notes = await cutting("nested", list(cuts))
        assert proxy.cut, cuts
        assert run.status == "success"
        assert shape(run) == shape(whole), cuts
        assert texts(run) == texts(whole)
        assert any(note and "trying to join" in note for note in notes)
        assert "nothing is lost" in run.note


async def test_it_is_cut_inside_and_between_all_of_its_events(dev_server, cutting):
    whole = await lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], display=False)
    run, proxy, _ = await cutting("steps", list(range(50, 6_000, 450)))
    assert proxy.cut > 3
    assert (run.status, shape(run)) == ("success", shape(whole))
    assert run.output == whole.output


async def test_a_stream_that_is_cut_as_if_it_ended_is_joined_while_the_run_goes_on(dev_server, cutting):
    run, proxy, _ = await cutting("heavy", [600], cleanly=True)
    assert proxy.cut == 1
    assert run.status == "success"


async def test_a_run_can_be_followed_by_its_ids(dev_server):
    run = await lg_jupyter.stream(Server(dev_server.url, "nested"), INPUTS["nested"], display=False)
    joined = await lg_jupyter.join(Server(dev_server.url, "nested"), run.thread_id, run.run_id, display=False)
    assert (joined.status, joined.run_id, joined.thread_id) == ("success", run.run_id, run.thread_id)
    assert shape(joined) == shape(run)
    assert texts(joined) == texts(run)
    assert joined.output == run.output
