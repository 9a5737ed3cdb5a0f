"""Views stay live as long as their runs take no more than they may, beside runs that a variable holds."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.runtime.facade import state_of
from lg_jupyter.runtime.state import RunState
from lg_jupyter.widgets.live_views import MOST_BYTES, LiveViews
from tests.graphs import INPUTS, build


class Shown:
    cell, ages, widget, is_over = None, True, None, True

    def __init__(self, *runs: RunState) -> None:
        self.runs = runs
        self.closed = False

    def close_view(self, tell: bool) -> None:
        assert tell
        self.closed = True


def ran(share: float) -> Any:
    """A run that takes a share of what all may."""
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False, thread=True).wait()
    state_of(run).intake.retention.bytes = int(share * MOST_BYTES)
    return run


def closed(*shown: Shown) -> list[bool]:
    views = LiveViews(lambda: 20)
    for each in shown:
        views.add(each)
    return [each.closed for each in shown]


def test_the_newest_that_fit_stay() -> None:
    runs = [state_of(ran(0.4)) for _ in range(4)]
    assert closed(*map(Shown, runs)) == [True, True, False, False]


def test_one_that_is_too_large_alone_is_there_until_the_next() -> None:
    assert closed(Shown(state_of(ran(1.5)))) == [False]
    assert closed(Shown(state_of(ran(1.5))), Shown()) == [True, False]


def test_a_run_in_several_views_counts_once() -> None:
    run = state_of(ran(0.6))
    assert closed(*(Shown(run) for _ in range(4))) == [False] * 4


def test_a_run_that_a_variable_holds_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    run = ran(1.5)
    monkeypatch.setattr(sys.modules["__main__"], "my_run", run, raising=False)
    assert closed(Shown(state_of(run)), Shown()) == [False, False]


@pytest.mark.parametrize("name", ["live", "loaded"])
def test_what_a_run_takes_is_known(name: str, tmp_path: Any) -> None:
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False, thread=True, max_bytes=0).wait()
    run.save(tmp_path / "run.jsonl")
    state = state_of(run if name == "live" else lg_jupyter.load(tmp_path / "run.jsonl"))
    assert state.intake.retention.bytes > 3_000 * len(state.trace.events) > 0
