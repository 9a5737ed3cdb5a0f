"""A server that is started anew while runs go on: nothing is lost or doubled, or it is said."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import langgraph_sdk
import pytest

import lg_jupyter
from lg_jupyter import Server, ServerError
from tests.dev_server import DevServer
from tests.paced import PLACES

ENDINGS = ("stopped", "killed", "killed with what it had written before")
"""A server that is stopped writes down its threads and runs; else it does so every ten seconds."""

MODES = {"all modes": None, "its own events alone": ["custom"]}

SOME = [("stopped", "all modes", PLACES[2]), ("killed", "its own events alone", PLACES[0])]

CASES = [
    pytest.param(*case, marks=[] if case in SOME else pytest.mark.matrix, id=" · ".join(case))
    for case in [(ending, modes, place) for ending in ENDINGS for modes in MODES for place in PLACES]
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """One of its own, for it is ended, and started anew."""
    server = DevServer(tmp_path_factory.mktemp("server"))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


class Paced:
    """A run that waits at each of its places until it is let on from there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.input = {"folder": str(folder), "log": []}
        self.run: Any = None

    @property
    def places(self) -> list[str]:
        """Where it was, as its run shows."""
        return [row["data"]["at"] for row in self.run.trace.rows("custom")]

    def let_on(self, *places: str) -> None:
        for place in places:
            (self.folder / place).touch()


async def on_a_thread(server: Server, modes: Any, folder: Path) -> Paced:
    paced = Paced(folder)
    paced.run = lg_jupyter.stream(server, paced.input, modes=modes, display=False)
    return paced


async def stateless(server: Server, modes: Any, folder: Path) -> Paced:
    paced = Paced(folder)
    paced.run = lg_jupyter.stream(server, paced.input, modes=modes, thread_id=None, display=False)
    return paced


async def joined(server: Server, modes: Any, folder: Path) -> Paced:
    """Somebody else's, of which the server keeps no events; all that comes is behind the first place."""
    paced = Paced(folder)
    async with langgraph_sdk.get_client(url=server.url) as client:
        thread_id = (await client.threads.create())["thread_id"]
        theirs: Any = modes or ["custom", "values", "updates", "tasks"]
        begun = await client.runs.create(thread_id, "paced", input=paced.input, stream_mode=theirs)
    paced.run = lg_jupyter.join(server, thread_id, begun["run_id"], display=False)
    return paced


KINDS = (on_a_thread, stateless, joined)


async def come_to(paced: Paced, place: str) -> None:
    """Let a run on until it waits at a place, and its view has that."""
    while place not in paced.places:
        await asyncio.sleep(0.02)


async def all_come_to(places: list[str], runs: dict[str, Paced]) -> None:
    """Let the runs on until they wait at the last of these places."""
    for place in places:
        for kind, paced in runs.items():
            if (kind, place) != ("joined", PLACES[0]):
                await come_to(paced, place)
        if place != places[-1]:
            for paced in runs.values():
                paced.let_on(place)


async def written(server: DevServer) -> None:
    """Wait until a server has written down what it knows by now."""
    file, now = server.directory / ".langgraph_api" / ".langgraph_ops.pckl", time.time()
    while not (file.exists() and file.stat().st_mtime > now):
        await asyncio.sleep(0.1)
    while any(file.parent.glob("*.tmp")):  # it writes more than one
        await asyncio.sleep(0.1)


async def is_known(server: DevServer, run: lg_jupyter.Run) -> bool:
    async with langgraph_sdk.get_client(url=server.url) as client:
        return bool(await client.threads.search(ids=[run.thread_id]))


async def ended(paced: Paced) -> Any:
    """The run, once it is over; all that it may raise is that the server was away."""
    with suppress(ServerError):
        await paced.run
    return paced.run


@pytest.mark.parametrize(("ending", "modes", "place"), CASES)
async def test_wherever_it_is_started_anew(ending, modes, place, server, tmp_path):
    target, before = Server(server.url, "paced"), PLACES[: PLACES.index(place) + 1]
    runs = {begin.__name__: await begin(target, MODES[modes], tmp_path / begin.__name__) for begin in KINDS}
    if ending.endswith("before"):
        await all_come_to(PLACES[:1], runs)
        await written(server)
    await all_come_to(before, runs)
    server.stop(signal.SIGTERM if ending == "stopped" else signal.SIGKILL)

    unkept = await ended(runs["stateless"])
    assert (unkept.status, runs["stateless"].places) == ("incomplete", before)
    assert "It ran stateless" in unkept.note

    server.start()
    server.wait_until_ready()
    for paced in runs.values():
        paced.let_on(*PLACES)
    for kind in ("on_a_thread", "joined"):
        run, places = await ended(runs[kind]), runs[kind].places
        if not await is_known(server, run):
            assert ending == "killed"
            assert run.status == "incomplete"
            assert "no longer on the server" in run.note
            assert places in (before, before[1:] if kind == "joined" else before)
            continue
        assert (run.status, run.output["log"]) == ("success", ["0", "1", "2"])
        assert "something may be lost, and what the server ran anew may stand here twice" in run.note
        assert PLACES[-1] in places
        if kind == "on_a_thread":
            assert set(places) == set(PLACES)
        twice = {each for each in places if places.count(each) > 1}
        ran_anew = [each for each in before if each[0] == place[0]] if ending == "stopped" else before
        assert twice <= set(ran_anew)
