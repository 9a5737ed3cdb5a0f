"""Streams that break off: wherever they do, nothing is lost and nothing comes twice. Of a real server, see
``tests/server/test_rejoin.py``; here is one that can be told what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx
import orjson
import pytest

from lg_jupyter.sources.server import rejoin
from lg_jupyter.sources.server.rejoin import (
    ID_BEFORE_FIRST_EVENT,
    REJOIN_DELAYS_SECONDS,
    RejoiningStream,
    is_connection_break,
)


class Item(NamedTuple):
    """An event as the SDK gives it."""

    event: str
    data: Any
    id: str | None


class Cut(NamedTuple):
    """The end of a stream: before the run's event ``at``, with an error, or as if it had come to its end."""

    at: int
    error: Exception | None = None
    goes_on: bool = False
    """Whether the run does, when it is asked then."""


class FakeServer:
    """A run and its events, which are streamed from behind an id as often as somebody asks.

    Parameters
    ----------
    events
        All that the run will have said.
    *cuts
        How the first streams end; later ones come to the run's end.
    overlap
        How many events a stream that is joined while the run goes on gives a second time.
    """

    def __init__(self, events: Sequence[Item], *cuts: Cut, overlap: int = 0) -> None:
        self.events, self.cuts, self.overlap = list(events), list(cuts), overlap
        self.joined: list[str] = []
        self.goes_on = True

    async def stream(self, last_id: str = ID_BEFORE_FIRST_EVENT, joins: bool = False) -> AsyncIterator[Item]:
        cut = self.cuts.pop(0) if self.cuts else Cut(len(self.events))
        held = [item for item in self.events[: cut.at] if place(item) > place_of(last_id)]
        live = joins and self.goes_on
        for number, item in enumerate(held):
            yield item
            if live and number == len(held) // 2:
                for again in held[max(0, number + 1 - self.overlap) : number + 1]:
                    yield again
        self.goes_on = cut.goes_on
        if cut.error is not None:
            raise cut.error

    def join(self, last_id: str) -> AsyncIterator[Item]:
        self.joined.append(last_id)
        return self.stream(last_id, joins=True)

    async def asked(self) -> bool:
        return self.goes_on


def place(item: Item) -> tuple[int, int]:
    return place_of(item.id or "9999-0")


def place_of(source_id: str) -> tuple[int, int]:
    first, second = source_id.split("-")
    return int(first), int(second)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made."""
    made: list[float] = []

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(rejoin, "asyncio", SimpleNamespace(sleep=sleep))
    return made


async def read(server: FakeServer, can_join: bool = True) -> tuple[RejoiningStream, list[Item | None]]:
    """All that comes, ``None`` for each break that is told of."""
    rejoining = RejoiningStream(server.join, lambda: can_join, server.asked)
    return rejoining, [item async for item in rejoining.iter_items(server.stream())]


def refused(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://127.0.0.1/")
    return httpx.HTTPStatusError("refused", request=request, response=httpx.Response(status, request=request))


BROKEN = httpx.ReadError("cut")

IDS: dict[str, Callable[[int], str | None]] = {
    "its own": lambda n: f"{n + 1}-0",
    "in one millisecond": lambda n: f"7-{n}",
    "shared by three": lambda n: f"{n // 3 + 1}-0",
    "shared by all": lambda n: "5-0",
    "none": lambda n: None,
    "late": lambda n: f"{n + 1 if n % 4 else max(n - 2, 1)}-0",
}
COUNT = 12


def said(item: Item) -> str:
    """What it is known by."""
    return f"{item.event} {item.data}"


def run(ids: str, same: bool = False) -> list[Item]:
    """A run whose events differ, or are the same word again and again."""
    return [Item("messages", ["la" if same else n], IDS[ids](n)) for n in range(COUNT)]


ENDINGS = {
    "cut": lambda at: Cut(at, BROKEN, True),
    "cut, and the run ends meanwhile": lambda at: Cut(at, BROKEN),
    "as if it had ended": lambda at: Cut(at, None, True),
    "as if it had ended, and the run ends meanwhile": lambda at: Cut(at),
    "the server fails": lambda at: Cut(at, refused(503), True),
    "it has too much to do": lambda at: Cut(at, refused(429), True),
    "half an event": lambda at: Cut(at, orjson.JSONDecodeError("half", "", 0), True),
}


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("same", [False, True], ids=["all differ", "all the same"])
@pytest.mark.parametrize("overlap", [0, 1, 5])
async def test_wherever_it_is_cut_nothing_is_lost_or_doubled(
    ids: str, ending: str, same: bool, overlap: int
) -> None:
    events = run(ids, same)
    for at in range(COUNT + 1):
        rejoining, items = await read(FakeServer(events, ENDINGS[ending](at), overlap=overlap))
        came = [item for item in items if item is not None]
        assert Counter(map(said, came)) == Counter(map(said, events)), at
        assert items[:at] == events[:at], at
        whole = ending == "as if it had ended, and the run ends meanwhile" and at == COUNT
        assert rejoining.break_count == items.count(None) == (not whole), at
        assert rejoining.is_complete


@pytest.mark.parametrize("ids", ["its own", "shared by three", "shared by all", "none"])
async def test_it_is_cut_twice_anywhere_and_comes_in_its_order(ids: str) -> None:
    events = run(ids)
    for first in range(COUNT + 1):
        for second in range(first, COUNT + 1):
            cuts = Cut(first, BROKEN, True), Cut(second, None, True)
            rejoining, items = await read(FakeServer(events, *cuts, overlap=2))
            assert [item for item in items if item is not None] == events, (first, second)
            assert items.index(None) == first and rejoining.break_count == 2


@pytest.mark.parametrize("ids", ["its own", "shared by three", "shared by all"])
async def test_what_was_gathered_is_known_when_it_comes_again(ids: str) -> None:
    """Of a token that goes on with the one before, nothing but its text is looked at while nothing is cut."""
    metadata = {"langgraph_step": 1}
    texts = ["la", "la", "lo", "la", "li", "lo", "la", "lu", "la", "lo", "lo", "la"]
    events = [
        Item("messages", [{"content": text, "id": "m" if number < 7 else "n"}, metadata], IDS[ids](number))
        for number, text in enumerate(texts)
    ]
    for at in range(COUNT + 1):
        server, came, gathered = FakeServer(events, Cut(at, BROKEN, True), overlap=2), [], []

        def goes_on(item: Item, came: list[Item | None] = came, gathered: list[Item] = gathered) -> bool:
            last = came[-1] if came else None
            if last is None or last.data[0]["id"] != item.data[0]["id"] or len(gathered) % 4 == 3:
                return False
            gathered.append(item)
            return True

        rejoining = RejoiningStream(server.join, lambda: True, server.asked, goes_on)
        async for item in rejoining.iter_items(server.stream()):
            came.append(item)
        known = [item for item in [*came, *gathered] if item is not None]
        assert Counter(map(said, known)) == Counter(map(said, events)), at
        assert rejoining.is_complete and gathered


@pytest.mark.parametrize(
    ("ids", "at", "joined"),
    [
        ("its own", 5, ["4-0", "0-0"]),
        ("shared by three", 5, ["1-0", "0-0"]),
        ("shared by three", 6, ["1-0", "0-0"]),
        ("shared by three", 7, ["2-0", "0-0"]),
        ("none", 5, ["0-0", "0-0"]),
        ("its own", 0, ["0-0", "0-0"]),
        ("late", 9, ["7-0", "0-0"]),
    ],
)
async def test_it_is_joined_before_the_last_id(ids: str, at: int, joined: list[str]) -> None:
    """For others may share it; when all is over, from the start."""
    server = FakeServer(run(ids), Cut(at, BROKEN, True))
    await read(server)
    assert server.joined == joined


async def test_what_is_whole_is_looked_behind_once(pauses: list[float]) -> None:
    server = FakeServer(run("shared by three"))
    rejoining, items = await read(server)
    assert (items, server.joined) == (server.events, ["3-0"])
    assert (rejoining.break_count, rejoining.is_complete, pauses) == (0, True, [])


async def test_a_server_whose_ids_begin_anew_loses_nothing() -> None:
    events = run("its own")
    server = FakeServer(events, Cut(6, BROKEN, True))
    rejoining = RejoiningStream(server.join, lambda: True, server.asked)
    came = []
    async for item in rejoining.iter_items(server.stream()):
        if item is None:  # it was restarted, and its clock is late
            server.events = [item._replace(id=f"1-{n}") for n, item in enumerate(events)]
        else:
            came.append(item.data)
    assert came == [item.data for item in events]


async def test_it_is_given_up_after_the_last_pause(pauses: list[float]) -> None:
    server = FakeServer(run("its own"), *[Cut(3, BROKEN, True)] * 20)
    rejoining = RejoiningStream(server.join, lambda: True, server.asked)
    items = rejoining.iter_items(server.stream())
    came = [await anext(items) for _ in range(3 + len(REJOIN_DELAYS_SECONDS))]
    with pytest.raises(httpx.ReadError, match="cut"):
        await anext(items)
    assert came == [*server.events[:3], *[None] * len(REJOIN_DELAYS_SECONDS)]
    assert pauses == list(REJOIN_DELAYS_SECONDS)
    assert rejoining.break_count == len(server.joined) == len(REJOIN_DELAYS_SECONDS)


async def test_streams_that_end_again_and_again_are_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejoin, "REJOIN_DELAYS_SECONDS", (0.5, 1.5))
    server = FakeServer(run("its own"), *[Cut(3, None, True)] * 20)
    with pytest.raises(httpx.ReadError, match="again and again"):
        await read(server)
    assert len(server.joined) == 2


async def test_whoever_gives_something_new_is_asked_as_often_again(pauses: list[float]) -> None:
    cuts = [Cut(at, BROKEN, True) for at in (2, 2, 2, 5, 5)]
    _, items = await read(FakeServer(run("its own"), *cuts))
    assert [item for item in items if item is not None] == run("its own")
    assert pauses == [*REJOIN_DELAYS_SECONDS[:3], *REJOIN_DELAYS_SECONDS[:2]]


async def test_a_run_that_seems_to_go_on_for_a_moment_is_over(pauses: list[float]) -> None:
    server, asked = FakeServer(run("its own")), []

    async def goes_on() -> bool:
        asked.append(True)
        return len(asked) < 4

    rejoining = RejoiningStream(server.join, lambda: True, goes_on)
    assert [item async for item in rejoining.iter_items(server.stream())] == server.events
    assert (rejoining.break_count, pauses) == (0, [0.1] * 3)


@pytest.mark.parametrize("error", [refused(404), refused(409), refused(401), ValueError("a bug")], ids=str)
async def test_whoever_refuses_is_not_asked_again(error: Exception, pauses: list[float]) -> None:
    for cuts in ([Cut(3, error, True)], [Cut(3, BROKEN, True), Cut(3, error, True)]):
        pauses.clear()
        with pytest.raises(type(error)) as raised:
            await read(FakeServer(run("its own"), *cuts))
        assert raised.value is error and pauses == list(REJOIN_DELAYS_SECONDS[: len(cuts) - 1])


async def test_what_cannot_be_joined_is_as_it_came() -> None:
    server = FakeServer(run("its own"), Cut(3, None, True))
    rejoining, items = await read(server, can_join=False)
    assert (items, server.joined, rejoining.break_count) == (server.events[:3], [], 0)
    with pytest.raises(httpx.ReadError):
        await read(FakeServer(run("its own"), Cut(3, BROKEN)), can_join=False)


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_nobody_can_say_what_is_behind_a_stream_that_was_whole(status: int) -> None:
    server = FakeServer(run("its own"), Cut(COUNT), Cut(0, refused(status)))
    rejoining, items = await read(server)
    assert (items, rejoining.break_count, rejoining.is_complete) == (server.events, 0, True)


@pytest.mark.parametrize("status", [404, 409])
async def test_a_server_that_has_forgotten_the_run_leaves_it_perhaps_incomplete(
    status: int, pauses: list[float]
) -> None:
    cuts = Cut(4, BROKEN, True), Cut(COUNT), Cut(0, refused(status))
    rejoining, items = await read(FakeServer(run("its own"), *cuts))
    assert (items[:5], items[5:]) == ([*run("its own")[:4], None], run("its own")[4:])
    assert not rejoining.is_complete and pauses == [REJOIN_DELAYS_SECONDS[0]]


async def test_the_last_look_is_tried_again_but_not_for_ever(pauses: list[float]) -> None:
    for fails, complete in ((5, True), (6, False)):
        pauses.clear()
        server = FakeServer(run("its own"), Cut(4, BROKEN, True), Cut(9), *[Cut(0, BROKEN)] * fails)
        rejoining, items = await read(server)
        assert [item for item in items if item is not None] == run("its own")[: COUNT if complete else 9]
        assert (rejoining.is_complete, pauses) == (
            complete,
            [REJOIN_DELAYS_SECONDS[0], *REJOIN_DELAYS_SECONDS[:5]],
        )


@pytest.mark.parametrize("cuts", [[Cut(COUNT)], [Cut(4, BROKEN, True), Cut(COUNT)]])
async def test_a_bug_in_the_last_look_is_raised(cuts: list[Cut]) -> None:
    with pytest.raises(ZeroDivisionError):
        await read(FakeServer(run("its own"), *cuts, Cut(0, ZeroDivisionError())))


@pytest.mark.parametrize(
    ("error", "breaks"),
    [
        (httpx.ReadError(""), True),
        (httpx.ConnectError(""), True),
        (httpx.ReadTimeout(""), True),
        (httpx.RemoteProtocolError(""), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (orjson.JSONDecodeError("half", "", 0), True),
        (refused(429), True),
        (refused(499), False),
        (refused(500), True),
        (refused(504), True),
        (refused(404), False),
        (refused(409), False),
        (refused(422), False),
        (ValueError(), False),
        (KeyError(), False),
    ],
    ids=repr,
)
def test_what_is_a_break(error: Exception, breaks: bool) -> None:
    assert is_connection_break(error) is breaks
