"""Who is told of a run, and when: one timer serves all, and each has an interval of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from lg_jupyter.runtime.listeners import MIN_CALL_INTERVAL_SECONDS, Listeners


class Loop:
    """A loop with a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[..., object], *args: Any) -> Timer:
        timer = Timer(self, when, lambda: call(*args))
        self.timers.append(timer)
        return timer

    def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        while self.timers and min(timer.at for timer in self.timers) <= until:
            timer = min(self.timers, key=lambda timer: timer.at)
            self.timers.remove(timer)
            self.now = max(self.now, timer.at)
            timer.call()
        self.now = until


class Timer:
    def __init__(self, loop: Loop, when: float, call: Callable[[], object]) -> None:
        self.loop, self.at, self.call = loop, when, call

    def when(self) -> float:
        return self.at

    def cancel(self) -> None:
        self.loop.timers.remove(self)


class Told:
    """Listeners, and at what times each was called."""

    def __init__(self, **intervals: float) -> None:
        self.loop, self.listeners = Loop(), Listeners()
        self.times: dict[str, list[float]] = {name: [] for name in intervals}
        self.remove = {
            name: self.listeners.add_listener(self._note, name, lambda seconds=seconds: seconds)
            for name, seconds in intervals.items()
        }

    def _note(self, name: str) -> None:
        self.times[name].append(round(self.loop.now - 100.0, 3))

    def change(self, times: int = 1, every: float = 0.0) -> None:
        for _ in range(times):
            self.listeners.schedule_calls_after_change(self.loop)
            self.loop.pass_by(every)


def test_each_is_called_at_once_and_then_at_its_interval():
    told = Told(quick=0.1, slow=0.5)
    told.change(85, every=1 / 64)
    quick, slow = told.times["quick"], told.times["slow"]
    assert len(quick) == 14 and len(slow) == 3
    assert all(later - earlier == pytest.approx(0.1, abs=0.002) for earlier, later in pairwise(quick))
    assert slow == [0.0, 0.5, 1.0]


def test_one_that_waits_hears_of_the_last_change_when_nothing_follows():
    told = Told(quick=0.1, slow=0.5)
    told.change(2, every=0.2)
    told.loop.pass_by(10)
    assert told.times == {"quick": [0.0, 0.2], "slow": [0.0, 0.5]}
    assert not told.loop.timers, "and then all is still"


def test_never_more_than_one_timer_goes():
    told = Told(quick=0.1, slow=0.5)
    for _ in range(50):
        told.change(every=0.03)
        assert len(told.loop.timers) <= 1


def test_intervals_that_changed_are_taken_at_once():
    told = Told(slow=0.5)
    told.change(2, every=0.1)
    told.listeners.call_pending_now(told.loop)
    told.loop.pass_by(0)
    assert told.times["slow"] == [0.0, 0.2]
    told.listeners.call_pending_now(told.loop)
    told.loop.pass_by(1)
    assert told.times["slow"] == [0.0, 0.2], "nothing is new"


def test_the_end_is_told_once_more_to_all_and_one_that_left_hears_nothing():
    told = Told(quick=0.1, slow=0.5)
    told.remove["quick"]()
    told.change(2, every=0.1)
    told.listeners.notify_last_time()
    told.loop.pass_by(1)
    assert told.times == {"quick": [], "slow": [0.0, 0.2]}


def test_one_that_fails_harms_nobody(recwarn: pytest.WarningsRecorder):
    told = Told(other=MIN_CALL_INTERVAL_SECONDS)
    told.listeners.add_listener(lambda _: 1 / 0, None)
    told.change(3, every=0.1)
    assert len(told.times["other"]) == 3
    assert len(recwarn) == 1 and "ZeroDivisionError" in str(recwarn[0].message)


async def test_a_real_loop_calls_them():
    listeners, heard = Listeners(), asyncio.Event()
    listeners.add_listener(lambda _: heard.set(), None)
    listeners.schedule_calls_after_change(asyncio.get_running_loop())
    assert not heard.is_set(), "later, not within what changes"
    await heard.wait()
