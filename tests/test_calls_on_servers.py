"""Calls of runs on servers: who reports them, and what is not known where nobody does."""

from __future__ import annotations

import pytest

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import DEFAULT_MODES
from lg_jupyter.panels.explain import collect_explanations
from lg_jupyter.panels.run_settings import RunLocation, RunSettings
from lg_jupyter.sources.stream_modes import choose_stream_modes
from lg_jupyter.tables.trace import Trace
from tests.graphs import INPUTS, build
from tests.recordings import parts
from tests.server_stub import THREAD, ServerStub, events

SERVER = lg_jupyter.Server("http://127.0.0.1:1", "agent")


@pytest.mark.parametrize(
    ("target", "modes", "expected"),
    [
        (SERVER, None, (*DEFAULT_MODES, "events")),
        (SERVER, "messages", ("messages", "events")),
        (SERVER, "events,messages", ("events", "messages")),
        (build("steps"), None, DEFAULT_MODES),
        (build("steps"), "values", ("values",)),
    ],
)
def test_only_a_server_needs_a_mode_for_them(target: object, modes: str | None, expected: object) -> None:
    assert choose_stream_modes(target, modes, records_calls=True) == expected


def test_a_remote_graph_refuses() -> None:
    from langgraph.pregel.remote import RemoteGraph

    graph = RemoteGraph("agent", url="http://127.0.0.1:1")
    with pytest.raises(UsageError, match=r"RemoteGraph does not report its calls.*lg_jupyter\.Server"):
        lg_jupyter.stream(graph, {}, calls=True, display=False)


async def test_the_request_of_a_run_names_the_mode() -> None:
    def answer(method: str, path: str) -> tuple[int, object]:
        if path.endswith("/stream"):
            return 200, events(("values", {"x": 0}))
        return 200, {"thread_id": THREAD, "status": "idle", "values": {}, "next": [], "tasks": []}

    with ServerStub(answer) as stub:
        server = lg_jupyter.Server(stub.url, "agent")
        for calls in (False, True):
            await lg_jupyter.stream(server, {"x": 0}, thread_id=THREAD, display=False, calls=calls)
        bodies = [body for _, path, body in stub.requests if path.endswith("/stream") and body]
    assert ["events" in body["stream_mode"] for body in bodies] == [False, True]


async def test_here_nothing_changes() -> None:
    for calls in (False, True):
        run = await lg_jupyter.stream(build("react"), INPUTS["react"], calls=calls, display=False)
        assert run.request.modes == DEFAULT_MODES


def told(where: RunLocation, *modes: str) -> list[str]:
    trace = Trace()
    for part in parts("server_v1/react__messages__sg"):
        trace.feed(part)
    settings = RunSettings(frozenset(modes), location=where)
    return [each["text"] for each in collect_explanations(trace, settings) if each["panel"] == "calls"]


def test_the_panel_says_how_prompts_are_to_be_had() -> None:
    assert "calls=True (`%%lgstream … --calls`)" in told("server", "messages")[0]
    assert "lg_jupyter.Server(url, assistant) does" in told("remote", "messages")[0]
    assert told("server", "messages", "events") == []
    assert told("local", "messages") == []
