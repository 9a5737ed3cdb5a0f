"""The decorator: runs of a function are watched whenever it is called."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.watching import watch
from tests.watching.equality import patched
from tests.watching.graphs import State, build

graph_of_functions = build("bump", saver=False)


@lg_jupyter.watched(display=False)
def plain(number: int) -> Any:
    """Says what it does."""
    return graph_of_functions.invoke({"n": number})["n"]


@lg_jupyter.watched(display=False)
async def coroutine(number: int) -> Any:
    return (await graph_of_functions.ainvoke({"n": number}))["n"]


@lg_jupyter.watched(display=False)
def generator(number: int) -> Any:
    got = yield graph_of_functions.invoke({"n": number})["n"]
    yield got
    return "end"


@lg_jupyter.watched(display=False)
async def async_generator(number: int) -> AsyncIterator[Any]:
    try:
        yield (await graph_of_functions.ainvoke({"n": number}))["n"]
    except ValueError as error:
        yield str(error)


def test_functions_of_all_kinds() -> None:
    assert (plain.__name__, plain.__doc__, plain(1)) == ("plain", "Says what it does.", 2)
    assert inspect.iscoroutinefunction(coroutine)
    assert inspect.isgeneratorfunction(generator)
    assert inspect.isasyncgenfunction(async_generator)
    assert asyncio.run(coroutine(2)) == 3
    items = generator(3)
    assert not patched()  # nothing begins before the first item
    assert (next(items), items.send("sent")) == (4, "sent")
    assert patched()
    with pytest.raises(StopIteration, match="end"):
        next(items)

    async def both() -> Any:
        items: Any = async_generator(4)
        return await anext(items), await items.athrow(ValueError("thrown")), [item async for item in items]

    assert asyncio.run(both()) == (5, "thrown", [])
    assert lg_jupyter.last_run.wait().output["n"] == 5
    assert not patched()


def test_a_function_without_arguments_of_the_decorator(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(watch.Watch, "add_run", lambda self, run, **_: made.append(run))

    @lg_jupyter.watched
    def ask() -> Any:
        return graph_of_functions.invoke({"n": 1})["n"]

    assert ask() == 2
    assert len(made) == 1


def test_the_decorator_takes_functions() -> None:
    with pytest.raises(lg_jupyter.UsageError, match="not a class"):
        lg_jupyter.watched(State)
