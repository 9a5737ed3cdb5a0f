"""A watched stream gives what it gives bare: in all its modes and shapes, read to its end or left."""

from __future__ import annotations

import asyncio
import gc
import inspect
import itertools
import sys
from typing import Any

import pytest
from langgraph.pregel import Pregel

from tests.watching.equality import collect, same
from tests.watching.graphs import INPUT, build, config

HAS_V2 = "version" in inspect.signature(Pregel.stream).parameters
VERSIONS: list[dict[str, Any]] = [{}, *([{"version": "v2"}] if HAS_V2 else [])]

MODES: list[Any] = [
    None,
    "values",
    "updates",
    "messages",
    "custom",
    "debug",
    "tasks",
    "checkpoints",
    ["values"],
    ["updates", "messages"],
    ["custom", "debug"],
    ("updates", "values"),
    [],
    ["values", "updates", "messages", "custom", "tasks"],
]

STREAMS = list(itertools.product(["stream", "astream"], MODES, [False, True], VERSIONS))

ALL_MODES = {"values", "updates", "debug", "custom", "messages"}

loses_context = sys.version_info < (3, 11)
"""Whether LangGraph loses its context in coroutine functions."""


def steps(way: str) -> tuple[str, ...]:
    return ("say", "inside", "bump", "call") if way == "stream" else ("say_async", "inside_async", "bump")


@pytest.mark.parametrize(
    ("way", "mode", "subgraphs", "version"),
    [
        pytest.param(*case, marks=() if number % 5 == 0 else pytest.mark.matrix, id="-".join(map(str, case)))
        for number, case in enumerate(STREAMS)
    ],
)
def test_all_shapes(way: str, mode: Any, subgraphs: bool, version: dict[str, Any]) -> None:
    options = {"stream_mode": mode, "subgraphs": subgraphs, **version}

    def make() -> Any:
        graph = build(*steps(way))
        items = getattr(graph, way)
        if way == "stream":
            return lambda: list(items(INPUT, config(), **options))
        return lambda: collect(items(INPUT, config(), **options))

    runs = same(make)
    if way == "astream" and loses_context:
        return
    assert [run.status for run in runs] == ["success"]
    events = runs[0].to_pandas("events")
    assert {True, False} == set(events["namespace"] == "")
    for inside in (False, True):
        assert set(events["mode"][(events["namespace"] != "") == inside]) >= ALL_MODES
    assert runs[0].output["log"]


OPTIONS: list[dict[str, Any]] = [
    {"output_keys": "n"},
    {"output_keys": ["n", "log"]},
    {"print_mode": "updates"},
    {"print_mode": ["values", "updates"]},
    {"debug": True},
    {"interrupt_before": ["bump"]},
    {"interrupt_after": ["say"]},
    {"durability": "sync"},
    {"durability": "async"},
    {"durability": "exit"},
    {"context": {"a": 1}},
    {"stream_mode": "updates"},
    {"stream_mode": ["values", "messages"]},
    *VERSIONS,
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream"])
def test_options(way: str, options: dict[str, Any]) -> None:
    def make() -> Any:
        graph = build("say", "inside", "bump")
        if way == "stream":
            return lambda: list(graph.stream(INPUT, config(), **options))
        if way == "invoke":
            return lambda: graph.invoke(INPUT, config(), **options)
        return lambda: asyncio.run(graph.ainvoke(INPUT, config(), **options))

    (run,) = same(make)
    stops = {"interrupt_before", "interrupt_after"} & set(options)
    if not (loses_context and way == "ainvoke"):
        assert run.status == ("interrupted" if stops else "success")


CONFIGS: list[Any] = [
    None,
    {},
    {"configurable": {}},
    {"configurable": {"thread_id": 5}},
    {"recursion_limit": 1},
    {"recursion_limit": 0},
    {
        "configurable": {"thread_id": "1"},
        "tags": ["t"],
        "metadata": {"m": 1},
        "run_name": "x",
        "callbacks": [],
    },
]


@pytest.mark.parametrize("given", CONFIGS, ids=str)
@pytest.mark.parametrize("saver", [False, True])
@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
def test_configs(given: Any, saver: bool, way: str) -> None:
    def make() -> Any:
        graph = build("say", "bump", saver=saver)
        if way == "invoke":
            return lambda: graph.invoke(INPUT, given)
        return lambda: asyncio.run(graph.ainvoke(INPUT, given))

    same(make)


SHAPES: list[dict[str, Any]] = [
    {},
    {"stream_mode": "custom"},
    {"subgraphs": True},
    {"stream_mode": ["messages", "custom"]},
]


@pytest.mark.parametrize("options", SHAPES, ids=str)
def test_left_early(options: dict[str, Any]) -> None:
    def make() -> Any:
        graph = build("say", "inside", "bump")

        def leave() -> Any:
            items = graph.stream(INPUT, config(), **options)
            first = next(items)
            items.close()
            for second in graph.stream(INPUT, config("2"), **options):  # noqa: B007
                break
            gc.collect()
            if "stream_mode" in options:  # they come while a node runs, which may end yet, or not
                return first, second
            return first, second, [graph.get_state(config(thread)).next for thread in "12"]

        return leave

    assert [run.status for run in same(make)] == ["cancelled"] * 2


@pytest.mark.parametrize("options", SHAPES, ids=str)
def test_left_early_async(options: dict[str, Any]) -> None:
    def make() -> Any:
        graph = build("bump", "inside") if loses_context else build("say_async", "inside_async", "bump")
        options_here = {**options, **({"stream_mode": "values"} if loses_context else {})}

        async def leave() -> Any:
            items = graph.astream(INPUT, config(), **options_here)
            first = await anext(items)
            await items.aclose()
            async for second in graph.astream(INPUT, config("2"), **options_here):  # noqa: B007
                break
            return first, second

        return lambda: asyncio.run(leave())

    assert [run.status for run in same(make)] == ["cancelled"] * 2


@pytest.mark.parametrize("options", SHAPES, ids=str)
def test_thrown_into(options: dict[str, Any]) -> None:
    """An exception that the reader throws arrives in the graph's own generator."""

    def make() -> Any:
        items = build("say", "inside").stream(INPUT, config(), **options)

        def throw() -> Any:
            next(items)
            return items.throw(RuntimeError("from outside"))

        return throw

    (run,) = same(make)
    assert (run.status, run.error and run.error["message"]) == ("error", "from outside")


@pytest.mark.parametrize("options", SHAPES, ids=str)
@pytest.mark.parametrize("way", ["invoke", "stream", "ainvoke", "astream"])
def test_errors(way: str, options: dict[str, Any]) -> None:
    if "invoke" in way and "subgraphs" in options:
        pytest.skip("invoke takes no subgraphs")

    def make() -> Any:
        graph = build("bump" if "a" in way[:1] and loses_context else "say", "fail")
        method = getattr(graph, way)
        return {
            "invoke": lambda: method(INPUT, config(), **options),
            "stream": lambda: list(method(INPUT, config(), **options)),
            "ainvoke": lambda: asyncio.run(method(INPUT, config(), **options)),
            "astream": lambda: collect(method(INPUT, config(), **options)),
        }[way]

    (run,) = same(make)
    assert run.status == "error"
    assert run.failure is not None
    assert run.failure["node"] == "fail"
    assert type(run.exception).__name__ == "ValueError"


BAD_CALLS: list[Any] = [
    lambda graph: graph.stream(INPUT, config(), nonsense=1),
    lambda graph: graph.stream(),
    lambda graph: graph.astream(),
    lambda graph: graph.invoke(),
    lambda graph: list(graph.stream(INPUT, config(), stream_mode="nonsense")),
    lambda graph: list(graph.stream(INPUT, config(), output_keys="nope")),
    lambda graph: graph.invoke("text", config()),
    lambda graph: list(graph.stream(input=INPUT, config=config())),
]


@pytest.mark.parametrize("call", BAD_CALLS)
def test_bad_arguments(call: Any) -> None:
    same(lambda: lambda: call(build("bump")))
