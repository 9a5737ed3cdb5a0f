"""A watch beside others: graphs of servers, packages that patch the same, modules that are reloaded."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.pregel import Pregel
from langgraph.pregel.remote import RemoteGraph

import lg_jupyter
from lg_jupyter.watching import watch
from tests.watching.equality import ORIGINAL
from tests.watching.graphs import INPUT, State, build, config


class FakeClient:
    """As much of the SDK's client as a RemoteGraph uses."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.runs = self

    def stream(self, **options: Any) -> Iterator[Any]:
        from langgraph_sdk.schema import StreamPart

        self.asked.append((sorted(options["stream_mode"]), options["stream_subgraphs"]))
        fields = {"id": None} if "id" in StreamPart._fields else {}
        yield StreamPart(event="values", data={"n": 1}, **fields)


def test_a_graph_with_a_remote_graph_is_left_out() -> None:
    def asked(client: FakeClient) -> Any:
        remote = RemoteGraph("agent", sync_client=client)
        graph = StateGraph(State).add_node("remote", remote).add_edge(START, "remote").compile()
        return graph.invoke({"n": 0}), client.asked

    bare = asked(FakeClient())
    watched = lg_jupyter.watch(display=False)
    assert asked(FakeClient()) == bare
    assert watched.runs == []
    assert "RemoteGraph" in next(iter(watched.left_out.values()))
    assert "not watched" in repr(watched)


def test_a_remote_graph_is_read_along() -> None:
    """Itself; its request stays as it is."""

    def invoke() -> Any:
        client = FakeClient()
        given = RemoteGraph("agent", sync_client=client).invoke(
            {"n": 0}, {"configurable": {"thread_id": "t"}}
        )
        return given, client.asked

    bare = invoke()
    with lg_jupyter.watch(display=False) as runs:
        assert invoke() == bare
    (run,) = runs
    assert (run.name, run.output, run.request.modes) == ("agent", {"n": 1}, ("values",))


def test_other_patches() -> None:
    graph, watched = build("bump"), lg_jupyter.watch(display=False)
    ours, calls = Pregel.stream, []

    def theirs(self: Any, *args: Any, **options: Any) -> Any:
        calls.append(1)
        return ours(self, *args, **options)

    Pregel.stream = theirs  # type: ignore[method-assign]
    try:
        graph.invoke(INPUT, config())
        watched.stop()
        assert Pregel.stream is theirs
        graph.invoke(INPUT, config("2"))
        assert (len(watched.runs), len(calls)) == (1, 2)
        again = lg_jupyter.watch(display=False)
        graph.invoke(INPUT, config("3"))
        again.stop()
        assert len(again.runs) == 1
        assert Pregel.stream is theirs
    finally:
        Pregel.stream = ORIGINAL["stream"]  # type: ignore[method-assign]


def test_a_tracer_that_puts_its_handler_into_every_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    """As MLflow's and OpenInference's do: it hears what it would without us, and so do we."""
    from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager

    class Tracer(BaseCallbackHandler):
        def __init__(self) -> None:
            self.names: list[Any] = []

        def on_chain_start(self, serialized: Any, inputs: Any, **rest: Any) -> None:
            self.names.append(rest.get("name"))

    tracer, begin = Tracer(), BaseCallbackManager.__init__

    def patched_begin(self: Any, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        if tracer not in self.inheritable_handlers:
            self.add_handler(tracer, True)

    def traced() -> list[Any]:
        tracer.names.clear()
        build("say", "inside").invoke(INPUT, config())
        return list(tracer.names)

    monkeypatch.setattr(BaseCallbackManager, "__init__", patched_begin)
    bare = traced()
    with lg_jupyter.watch(display=False) as runs:
        assert traced() == bare
    assert [(run.status, len(run.calls)) for run in runs] == [("success", 2)]
    assert bare.count("say") == 2


def test_a_patch_that_is_undone_takes_ours_away_until_the_next_watch() -> None:
    graph, watched = build("bump"), lg_jupyter.watch(display=False)
    Pregel.stream = ORIGINAL["stream"]  # type: ignore[method-assign]
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT, config())
    assert len(runs) == len(watched.runs) == 1


def test_reload() -> None:
    graph, old, before = build("bump"), lg_jupyter.watch(display=False), vars(watch).copy()
    importlib.reload(watch)
    try:
        with watch.watch(display=False) as runs:
            graph.invoke(INPUT, config())
        assert len(runs) == len(old.runs) == 1, "the watch of before goes on"
    finally:
        old.stop()
        watch.stop_all_watches()
        vars(watch).update(before)
