"""Which loop a run is on: those that have none share one that lasts."""

from __future__ import annotations

import asyncio
import multiprocessing
import operator
import os
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any

import httpx
import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from psycopg_pool import AsyncConnectionPool
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.kernel.connections import ConnectionPoolFinder
from lg_jupyter.runtime.run_properties import get_run_state

PATIENCE = 60


class Log(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]


def graph(node: Any, name: str = "node") -> Any:
    return StateGraph(Log).add_node(name, node).add_edge(START, name).compile(name=f"graph of {name}")


def begin(node: Any, name: str = "node", **options: Any) -> lg_jupyter.run.Run:
    return lg_jupyter.stream(graph(node, name), {}, display=False, **options)


async def where(state: Log) -> Log:
    return {"log": [id(asyncio.get_running_loop())]}


def loop_of(**options: Any) -> int:
    return begin(where, **options).wait(PATIENCE).output["log"][0]


def child(code: str) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own, with what this module has at hand."""
    code = "from tests.test_loops import *\n" + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )


# One loop for all.


def test_runs_without_a_loop_share_one():
    here = {loop_of() for _ in range(3)}
    batch = lg_jupyter.map(graph(where), [{}] * 3, display=False).wait(PATIENCE)
    here |= {run.output["log"][0] for run in batch.runs}
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(loop_of()))
    thread.start()
    thread.join(PATIENCE)
    assert here == set(found)


async def test_those_that_are_to_be_apart_from_a_busy_loop_share_it_too():
    apart = {loop_of(thread=True) for _ in range(2)}
    assert apart == {await asyncio.to_thread(loop_of)}
    assert (await begin(where)).output["log"] == [id(asyncio.get_running_loop())]


def test_a_plain_function_may_wait_for_runs_of_its_own_however_many_do():
    inner = graph(lambda state: {"log": ["inner"]}, "inner")

    def nest(state: Log) -> Log:
        return {"log": lg_jupyter.stream(inner, {}, display=False).wait(PATIENCE).output["log"]}

    count = (os.cpu_count() or 1) + 8  # more than a loop has threads by itself
    batch = lg_jupyter.map(graph(nest), [{}] * count, concurrency=count, display=False).wait(PATIENCE)
    assert batch.outputs == [{"log": ["inner"]}] * count


def test_an_async_node_may_not_wait_but_apart():
    async def nest(state: Log) -> Log:
        with pytest.raises(UsageError, match="use `await run`"):
            begin(where).wait()
        return {"log": [id(asyncio.get_running_loop()), loop_of(thread=True)]}

    carrying, apart = begin(nest).wait(PATIENCE).output["log"]
    assert carrying != apart


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # which keeps connections open

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def asking(address: str) -> Any:
    """A node with a client that is kept for the process, as packages of providers keep theirs."""
    client = httpx.AsyncClient(timeout=PATIENCE)

    async def ask(state: Log) -> Log:
        return {"log": [(await client.get(address)).text]}

    ask.client = client
    return ask


async def test_a_client_of_the_process_serves_runs_on_one_loop_and_another(address):
    node = asking(address)
    for _ in range(2):
        assert (await begin(node)).output == {"log": ["hello"]}
        for _ in range(2):
            assert begin(node, thread=True).wait(PATIENCE).output == {"log": ["hello"]}
            assert (await node.client.get(address)).text == "hello"  # without a run


def test_a_client_of_the_process_serves_loops_that_are_closed_and_the_lasting_one(address):
    node = asking(address)

    async def main() -> Any:
        return (await begin(node)).output

    for _ in range(2):
        assert asyncio.run(main()) == {"log": ["hello"]}
        assert begin(node).wait(PATIENCE).output == {"log": ["hello"]}


def test_runs_on_one_loop_keep_their_connections(address):
    node = asking(address)
    begin(node).wait(PATIENCE)
    (before,) = node.client._transport._pool.connections
    begin(node).wait(PATIENCE)
    assert node.client._transport._pool.connections == [before]


def test_pools_are_looked_for_only_when_there_are_others(monkeypatch: pytest.MonkeyPatch):
    looks = 0

    def look(*kinds: type) -> list[Any]:
        nonlocal looks
        looks += 1
        return [pool for pool in made if type(pool) in kinds]

    class Pool:
        pass

    monkeypatch.setattr("gc.get_referrers", look)
    pools, made = ConnectionPoolFinder(), [Pool()]
    for _ in range(3):
        assert pools.list_pools_of_class(Pool) == made
    assert looks == 1
    made.append(Pool())
    assert [pools.list_pools_of_class(Pool), pools.list_pools_of_class(Pool)] == [made, made]
    assert looks == 2
    del made[0]
    assert [pools.list_pools_of_class(Pool), pools.list_pools_of_class(Pool)] == [made, made]
    assert looks == 3


# What keeps others waiting.


def test_who_blocks_the_loop_is_named_and_others_begin_elsewhere():
    released, waits, entered = threading.Event(), asyncio.Event(), threading.Event()

    async def blocker(state: Log) -> Log:
        entered.set()
        released.wait(PATIENCE)
        return {}

    async def wait(state: Log) -> Log:
        await waits.wait()
        return {}

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        held_up = begin(wait, "wait")
        blocking = begin(blocker, "blocker")
        assert entered.wait(PATIENCE)
        assert begin(where).wait(PATIENCE).status == "success"
        deadline = time.monotonic() + PATIENCE
        while not knows_of_it(blocking, held_up, warned) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not blocking.done
        get_run_state(held_up).loop.call_soon_threadsafe(waits.set)
        released.set()
        assert blocking.wait(PATIENCE).status == held_up.wait(PATIENCE).status == "success"
    place = rf"\(in blocker, {os.path.basename(__file__)}:\d+\)"
    # Python 3.10 keeps no context of a node's task, by which it could be told from other code of the run.
    who = "the node blocker" if sys.version_info >= (3, 11) else "(the node blocker|[Cc]ode)"
    assert_matches(rf"(?i:{who}) blocked the event loop .*{place}.*asyncio\.sleep", blocking.note)
    assert_matches(rf"waited for {who} of another run, graph of blocker.*{place}", held_up.note)
    (warning,) = [one for one in warned if "blocked the event loop" in str(one.message)]
    assert warning.filename == __file__
    assert_matches(rf"{who} of the run of graph of blocker", str(warning.message))


def knows_of_it(blocking, held_up, warned) -> bool:
    """Whether all have heard; on Python 3.10 runs have a note from the start."""
    texts = [" ".join(str(one.message) for one in warned), *(str(run.note) for run in (blocking, held_up))]
    return all("blocked the event loop" in text for text in texts)


def assert_matches(pattern: str, text: str | None) -> None:
    with pytest.raises(AssertionError, match=pattern):
        raise AssertionError(text)


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("modes", [None, "values"])
@pytest.mark.parametrize("is_async", [False, True])
def test_what_would_end_python_ends_its_run_alone(kind, modes, is_async):
    waits = threading.Event()

    async def leave_async(state: Log) -> Log:
        raise kind("enough")

    def leave(state: Log) -> Log:
        raise kind("enough")

    def stay(state: Log) -> Log:
        waits.wait(PATIENCE)
        return {}

    other = begin(stay)
    run = begin(leave_async if is_async else leave, modes=modes)
    with pytest.raises(lg_jupyter.RunError, match=f"{kind.__name__}: enough: a node") as raised:
        run.wait(PATIENCE)
    assert isinstance(raised.value.__cause__, kind)
    assert (run.status, run.error) == ("error", {"error": kind.__name__, "message": "enough"})
    waits.set()
    assert other.wait(PATIENCE).status == "success"
    assert loop_of() == id(get_run_state(run).loop)


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_what_the_inputs_of_a_batch_raise_reaches_who_waits(kind):
    def inputs() -> Iterator[Log]:
        yield {}
        raise kind("enough")

    batch = lg_jupyter.map(graph(where), inputs(), display=False)
    with pytest.raises(kind, match="enough"):
        batch.wait(PATIENCE)
    assert (batch.status, [run.status for run in batch.runs]) == ("error", ["success"])
    assert loop_of() == batch.outputs[0]["log"][0]


# What a run leaves.


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_its_nodes_left_is_cancelled_with_it_and_nothing_of_others(cancelled):
    kept: dict[str, asyncio.Task[None]] = {}
    started, may_end = threading.Event(), asyncio.Event()

    def leaving(name: str, waits: bool) -> Any:
        async def leave(state: Log) -> Log:
            kept[name] = asyncio.create_task(asyncio.sleep(PATIENCE))
            if len(kept) == 2:
                started.set()
            if waits:
                await may_end.wait()
            return {}

        return leave

    other = begin(leaving("other", True))
    run = begin(leaving("own", cancelled))
    assert started.wait(PATIENCE)
    if cancelled:
        run.cancel()
    run.wait(PATIENCE)
    assert on_the_loop_of(other, lambda: (kept["own"].cancelled(), kept["other"].done())) == (True, False)
    get_run_state(other).loop.call_soon_threadsafe(may_end.set)
    other.wait(PATIENCE)
    assert on_the_loop_of(other, kept["other"].cancelled)


def on_the_loop_of(run: lg_jupyter.run.Run, ask: Any) -> Any:
    async def asked() -> Any:
        for _ in range(3):  # a task that is cancelled takes a turn to be so
            await asyncio.sleep(0)
        return ask()

    return asyncio.run_coroutine_threadsafe(asked(), get_run_state(run).loop).result(PATIENCE)


def test_what_a_library_keeps_for_its_client_lives_on():
    kept = []

    async def connect(state: Log) -> Log:
        kept.append(AsyncConnectionPool("host=/nowhere", min_size=0, max_size=1, open=False))
        await kept[0].open()
        return {}

    run = begin(connect).wait(PATIENCE)
    assert on_the_loop_of(run, lambda: {task.done() for task in kept[0]._workers}) == {False}
    asyncio.run_coroutine_threadsafe(kept[0].close(), get_run_state(run).loop).result(PATIENCE)


# Leaving Python, and forking.


NODES = {
    "async": "async def node(state):\n    started.set()\n    await asyncio.sleep(60)",
    "plain": "def node(state):\n    started.set()\n    time.sleep(1)",
}


class OnlySynchronous(InMemorySaver):
    """A checkpointer with which a graph streams in a thread."""

    aget_tuple = BaseCheckpointSaver.aget_tuple


@pytest.mark.parametrize(
    ("kind", "saver"), [("async", "None"), ("plain", "None"), ("plain", "OnlySynchronous()")]
)
@pytest.mark.parametrize("display", [False, True])
def test_python_exits_in_silence_while_a_run_goes_on(kind, saver, display):
    done = child(
        f"""
started = threading.Event()
{NODES[kind]}
builder = StateGraph(Log).add_node("node", node).add_node("after", node)
compiled = builder.add_edge(START, "node").add_edge("node", "after").compile({saver})
run = lg_jupyter.stream(compiled, {{}}, display={display})
assert started.wait(60)
"""
    )
    assert (done.returncode, done.stderr) == (0, "")


def run_in_child(answers: Any, run: lg_jupyter.run.Run) -> None:
    answers.put(begin(where).wait(PATIENCE).status)
    try:
        run.wait(PATIENCE)
    except UsageError as error:
        answers.put(str(error))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_process_has_a_loop_of_its_own():
    released, entered = threading.Event(), threading.Event()

    def wait(state: Log) -> Log:
        entered.set()
        released.wait(PATIENCE)
        return {}

    going = begin(wait)
    assert entered.wait(PATIENCE)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    process = context.Process(target=run_in_child, args=(answers, going))
    process.start()
    assert answers.get(timeout=PATIENCE) == "success"
    assert "this one was forked from" in answers.get(timeout=PATIENCE)
    process.join(PATIENCE)
    assert process.exitcode == 0
    released.set()
    assert going.wait(PATIENCE).status == "success"
