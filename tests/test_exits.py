"""The task factory of a notebook's loop while runs are on it: whoever else sets one, in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import pytest

from lg_jupyter.kernel import exits, notebook

Code: TypeAlias = "Callable[[], Coroutine[Any, Any, None]]"


@pytest.fixture(autouse=True)
def in_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "get_shell", object)


class Factory:
    """A user's own, which counts what it makes; over another, if it was given one."""

    def __init__(self, before: Any = None) -> None:
        self.before = before
        self.made = 0

    def __call__(self, loop: Any, coroutine: Any, **options: Any) -> Any:
        self.made += 1
        make = self.before or asyncio.Task
        return (
            make(coroutine, loop=loop, **options)
            if make is asyncio.Task
            else make(loop, coroutine, **options)
        )


async def leave() -> None:
    raise SystemExit("enough")


async def of_a_run() -> None:
    """What a node raises in a task that its graph made."""
    await asyncio.create_task(leave())


async def of_a_group() -> None:
    await asyncio.gather(asyncio.create_task(leave()), asyncio.sleep(0))


async def run(
    code: Callable[[], Coroutine[Any, Any, None]], begun: asyncio.Event, may_end: asyncio.Event
) -> str:
    """A run that raises what its code does, and is then over: what that is called."""
    with exits.convert_exits_in_tasks(asyncio.get_running_loop()):
        begun.set()
        await may_end.wait()
        try:
            await code()
        except exits.PythonExitError as error:
            return type(error).__name__
    return "nothing"


class Runs:
    """Runs on this loop, which end in the order in which they are let."""

    def __init__(self) -> None:
        self.loop: Any = asyncio.get_running_loop()

    async def begin(self, code: Any = of_a_run) -> tuple[asyncio.Task[str], asyncio.Event]:
        begun, may_end = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(run(code, begun, may_end))
        await begun.wait()
        return task, may_end


async def end(run: tuple[asyncio.Task[str], asyncio.Event]) -> str:
    task, may_end = run
    may_end.set()
    return await task


@pytest.mark.parametrize("code", [of_a_run, of_a_group])
async def test_an_exit_is_an_error_and_nothing_stays(code: Any) -> None:
    runs = Runs()
    assert await end(await runs.begin(code)) == "SystemExit"
    assert runs.loop.get_task_factory() is None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
async def test_runs_at_once_share_it_until_the_last_is_over(order: tuple[int, ...]) -> None:
    runs, own = Runs(), Factory()
    runs.loop.set_task_factory(own)
    begun = [await runs.begin() for _ in range(3)]
    ours = runs.loop.get_task_factory()
    for at in order:
        assert runs.loop.get_task_factory() is ours
        assert await end(begun[at]) == "SystemExit"
    assert runs.loop.get_task_factory() is own
    assert own.made > 3


async def test_one_that_a_user_sets_over_it_in_mid_run_stays() -> None:
    runs = Runs()
    first = await runs.begin()
    own = Factory(before=runs.loop.get_task_factory())
    runs.loop.set_task_factory(own)
    second = await runs.begin()  # which sees theirs, and is over it
    assert await end(first) == "SystemExit"
    assert await end(second) == "SystemExit"
    assert runs.loop.get_task_factory() is own
    assert await end(await runs.begin()) == "SystemExit"
    assert runs.loop.get_task_factory() is own


async def test_one_that_is_taken_back_in_mid_run_stays_taken_back() -> None:
    runs, own = Runs(), Factory()
    first = await runs.begin()
    runs.loop.set_task_factory(own)  # without a thought for ours
    runs.loop.set_task_factory(None)
    assert runs.loop.get_task_factory() is None
    first[1].set()
    first[0].cancel()
    await asyncio.wait([first[0]])
    assert runs.loop.get_task_factory() is None


async def test_ours_that_a_user_puts_back_when_the_run_is_over_is_used_again() -> None:
    runs = Runs()
    first = await runs.begin()
    ours = runs.loop.get_task_factory()
    runs.loop.set_task_factory(Factory(before=ours))
    assert await end(first) == "SystemExit"
    runs.loop.set_task_factory(ours)  # in the wrong order
    for _ in range(3):
        assert await end(await runs.begin()) == "SystemExit"
    assert runs.loop.get_task_factory() is None


async def test_tasks_of_others_are_not_touched() -> None:
    runs = Runs()
    others = asyncio.create_task(outside())
    first = await runs.begin()
    await others
    assert type(others.get_coro()).__name__ == "coroutine"
    beside = asyncio.create_task(outside())
    assert type(beside.get_coro()).__name__ == "coroutine"
    await beside
    assert await end(first) == "SystemExit"


async def outside() -> None:
    await asyncio.sleep(0)


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.12")
async def test_tasks_that_begin_at_once() -> None:
    runs = Runs()
    eager = getattr(asyncio, "eager_task_factory")  # noqa: B009 - not in every Python
    runs.loop.set_task_factory(eager)
    begun = [await runs.begin(code) for code in (of_a_run, of_a_group)]
    for each in begun:
        assert await end(each) == "SystemExit"
    assert runs.loop.get_task_factory() is eager


async def test_without_a_notebook_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "get_shell", lambda: None)
    with exits.convert_exits_in_tasks(asyncio.get_running_loop()):
        assert asyncio.get_running_loop().get_task_factory() is None
