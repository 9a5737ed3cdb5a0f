"""Streams that are shown while somebody reads them: each item is handed on, and a run is made of them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from langgraph_sdk.schema import StreamPart

import lg_jupyter
from lg_jupyter.runtime.run_properties import get_run_state
from tests.patience import patience
from tests.watching.graphs import INPUT, build, config
from tests.watching.test_same_streams import HAS_V2, loses_context

RUN_MODES: list[Any] = [
    None,
    "values",
    "updates",
    "messages",
    "custom",
    "debug",
    ["values"],
    ["updates", "messages", "custom"],
]


def last() -> lg_jupyter.Run:
    run = lg_jupyter.last_run
    assert run is not None
    get_run_state(run).completion.block_at_most(patience(20))
    return run


@pytest.mark.parametrize("subgraphs", [False, True])
@pytest.mark.parametrize("mode", RUN_MODES, ids=str)
def test_langgraphs_own_generator_tells_its_modes(mode: Any, subgraphs: bool) -> None:
    options = {"stream_mode": mode, "subgraphs": subgraphs}
    expected = list(build("say", "inside").stream(INPUT, config(), **options))
    given = list(lg_jupyter.show(build("say", "inside").stream(INPUT, config(), **options)))
    assert len(given) == len(expected)
    run = last()
    modes = tuple(mode) if isinstance(mode, list) else (mode or "updates",)
    assert (run.name, run.request.modes) == ("graph", modes)
    events = run.to_pandas("events")
    streamed = events[events["mode"].isin(run.request.modes)]
    assert len(streamed) == len(expected)
    assert (streamed["namespace"] != "").any() == subgraphs
    assert run.structure()["nodes"]


@pytest.mark.skipif(loses_context, reason="there async nodes have no context")
def test_async_streams() -> None:
    async def read() -> Any:
        items = lg_jupyter.show(
            build("say_async", "inside_async").astream(INPUT, config(), stream_mode="messages")
        )
        assert inspect.isasyncgen(items)
        return [item async for item in items]

    items = asyncio.run(read())
    assert (last().to_pandas("events")["mode"] == "messages").sum() == len(items)
    assert "".join(last().to_pandas("tokens")["text"]) == "hello big world"


@pytest.mark.skipif(not HAS_V2, reason="this langgraph has no such shape")
def test_what_the_items_tell() -> None:
    graph = build("say", "inside")
    items = list(
        graph.stream(INPUT, config(), stream_mode=["values", "messages"], subgraphs=True, version="v2")
    )
    assert list(lg_jupyter.show(iter(items))) == items
    run = last()
    assert (run.name, run.status, run.request.modes) == ("stream", "success", ("values", "messages"))
    assert run.output == [each["data"] for each in items if each["type"] == "values" and not each["ns"]][-1]


def test_items_that_tell_no_mode_are_asked_for_it() -> None:
    states = list(build("bump").stream(INPUT, config(), stream_mode="values"))
    assert list(lg_jupyter.show(iter(states))) == states
    run = last()
    assert run.status == "incomplete"
    assert "name it, as in show(items, mode='values')" in (run.note or "")
    assert list(lg_jupyter.show(iter(states), "values", name="mine")) == states
    assert (last().name, last().status, last().output["n"]) == ("mine", "success", 1)


def test_a_mode_that_langgraph_brings_is_told_from_a_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    import langgraph.types

    items = [("tomorrow", {"x": 1}), ("values", {"n": 1}), (("team:a1",), "tomorrow", {"x": 2})]
    monkeypatch.setattr(langgraph.types, "StreamMode", Literal["values", "tomorrow"])
    assert list(lg_jupyter.show(iter(items))) == items
    events = last().to_pandas("events").query("mode == 'tomorrow'")
    assert events["data"].tolist() == [{"x": 1}, {"x": 2}]
    assert last().request.modes == ("tomorrow", "values")


def part(event: str, data: Any) -> StreamPart:
    return StreamPart(**dict.fromkeys(StreamPart._fields) | {"event": event, "data": data})


def test_a_servers_parts() -> None:
    parts = [
        part("metadata", {"run_id": "r-1", "attempt": 1}),
        part("updates|team:a1", {"write": {"x": 1}}),
        part("values", {"x": 1}),
        part("end", None),
    ]

    async def stream() -> AsyncIterator[StreamPart]:
        for each in parts:
            yield each

    async def read() -> Any:
        return [item async for item in lg_jupyter.show(stream())]

    assert asyncio.run(read()) == parts
    run = last()
    assert (run.run_id, run.output, run.request.modes) == ("r-1", {"x": 1}, ("updates", "values"))
    assert "team:a1" in run.to_pandas("events")["namespace"].tolist()


def test_what_is_raised_and_thrown_goes_through() -> None:
    with pytest.raises(ValueError, match="then"):
        list(lg_jupyter.show(build("say", "fail").stream(INPUT, config())))
    assert (last().status, last().failure["error"]) == ("error", "ValueError")
    items = lg_jupyter.show(build("say", "bump").stream(INPUT, config()))
    next(items)
    items.close()
    assert last().status == "cancelled"
    with pytest.raises(StopIteration):
        next(items)
    for _ in lg_jupyter.show(build("say", "bump").stream(INPUT, config())):
        break
    assert last().status == "cancelled"


def test_sent_values_and_plain_iterators() -> None:
    def echo() -> Iterator[Any]:
        got = yield ("values", {"n": 1})
        yield ("values", {"n": got})
        return "end"

    items = lg_jupyter.show(echo())
    assert next(items) == ("values", {"n": 1})
    assert items.send(7) == ("values", {"n": 7})
    with pytest.raises(StopIteration, match="end"):
        next(items)
    assert last().output == {"n": 7}
    plain = lg_jupyter.show(iter([("values", {"n": n}) for n in range(2)]))
    next(plain)
    with pytest.raises(KeyError):
        plain.throw(KeyError("thrown"))
    assert last().status == "error"


def test_a_stream_that_is_watched_is_no_second_run() -> None:
    with lg_jupyter.watch(display=False) as runs:
        list(lg_jupyter.show(build("bump").stream(INPUT, config())))
    assert runs == [lg_jupyter.last_run]


def test_a_run_a_path_and_what_is_neither(tmp_path: Path) -> None:
    run = lg_jupyter.stream(build("bump"), INPUT, thread_id="1", display=False).wait()
    assert lg_jupyter.show(run) is run
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.show(str(tmp_path / "run.jsonl")).id == run.id
    with pytest.raises(lg_jupyter.UsageError, match=r"lg_jupyter.stream\(graph, input\) runs the graph"):
        lg_jupyter.show(build("bump"))
    with pytest.raises(lg_jupyter.UsageError, match="not int"):
        lg_jupyter.show(5)
    with pytest.raises(lg_jupyter.ModeError, match="did you mean 'values'"):
        lg_jupyter.show(iter(()), "value")
