"""Runs that views alone hold: beyond their share of memory the oldest views are closed, and no others."""

from __future__ import annotations

import gc
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.live_views import LiveViews
from tests.graphs import INPUTS, build


class View:
    """Stands for what a cell shows of some runs."""

    cell, widget, closes_when_old, is_unused = None, None, True, True

    def __init__(self, *runs: lg_jupyter.Run) -> None:
        self.retained_runs: Any = [get_run_state(run) for run in runs]
        self.reason: str | None = None

    def close_view(self, reason: str | None) -> None:
        self.reason = reason


def ran() -> lg_jupyter.Run:
    return lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()


@pytest.fixture
def one() -> int:
    """What a run takes, in bytes."""
    return get_run_state(ran()).intake.size_limiter.held_bytes


def views_of(shown: list[View], max_bytes: int) -> LiveViews:
    views = LiveViews(lambda: 100, lambda: max_bytes)
    for view in shown:
        views.add_and_close_old(view)
    return views


def shown(number: int) -> list[View]:
    """Views of runs that nobody else holds."""
    found = [View(ran()) for _ in range(number)]
    ran()  # `last_run` is another one
    gc.collect()
    return found


def closed(views: list[View]) -> list[bool]:
    return [view.reason is not None for view in views]


def test_the_oldest_are_closed_and_say_why(one: int) -> None:
    views = shown(5)
    views_of(views, int(2.5 * one))
    assert closed(views) == [True, True, True, False, False]
    assert views[0].reason is not None
    assert views[0].reason.startswith("runs that views alone held took more than ")


def test_where_there_is_room_none_is(one: int) -> None:
    views = shown(3)
    views_of(views, int(3.5 * one))
    assert closed(views) == [False, False, False]


def test_without_a_bound_none_is() -> None:
    views = shown(3)
    views_of(views, 0)
    assert closed(views) == [False, False, False]


def test_the_newest_stays_however_large_its_run_is() -> None:
    views = shown(2)
    views_of(views, 1)
    assert closed(views) == [True, False]


def test_a_run_that_a_user_holds_is_left_alone(one: int) -> None:
    views = shown(4)
    held = {"somewhere": [lg_jupyter.run.get_run_of_state(views[0].retained_runs[0])]}
    live = views_of(views, int(1.5 * one))
    assert closed(views) == [False, True, True, False]
    del held  # and then it is no longer
    live.close_if_memory_exceeded()
    assert closed(views) == [True, True, True, False]


def test_so_is_one_that_is_reached_from_a_branch(one: int) -> None:
    parent = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    views = [View(parent), *shown(2)]
    branch, other = get_run_state(ran()), get_run_state(parent)
    branch.parent = other
    other.branches.append(branch)
    held = lg_jupyter.run.get_run_of_state(branch)
    del parent, other, branch
    views_of(views, 1)
    assert closed(views) == [False, True, False]
    assert held.parent is not None


def test_so_are_those_that_this_process_holds(one: int) -> None:
    views = shown(4)
    states = [view.retained_runs[0] for view in views]
    RUNS.last = states[0]
    RUNS.add_interrupted(states[1])
    try:
        views_of(views, 1)
    finally:
        RUNS.remove_interrupted(states[1])
    assert closed(views) == [False, False, True, False]


def test_so_is_what_stays_until_its_cell_is_run_again(one: int) -> None:
    views = shown(4)
    views[0].closes_when_old = views[1].is_unused = False
    views_of(views, 1)
    assert closed(views) == [False, False, True, False]


def test_a_run_in_two_views_counts_once_and_is_kept_by_the_one_that_stays(one: int) -> None:
    views = shown(2)
    again = View()
    again.retained_runs = views[0].retained_runs
    views_of([views[0], again, views[1]], int(2.5 * one))
    assert closed([*views, again]) == [False, False, False]
    again.is_unused = False  # a variable holds it, and by it the run
    views_of([views[0], again, views[1]], 1)
    assert closed([*views, again]) == [False, False, False]


def test_runs_of_files_and_those_without_a_bound_are_measured_too(tmp_path: Any, one: int) -> None:
    path = tmp_path / "run.jsonl"
    unbounded = lg_jupyter.stream(
        build("steps"), INPUTS["steps"], display=False, max_bytes=0, save=path
    ).wait()
    loaded = lg_jupyter.load(path)
    for run in (unbounded, loaded):
        assert 0.8 * one < get_run_state(run).intake.size_limiter.held_bytes < 1.2 * one
