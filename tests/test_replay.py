"""A run once more: from a file or from itself, live."""

from __future__ import annotations

import asyncio
import math
import time

import pytest

import lg_jupyter
from lg_jupyter.events.events import Part
from lg_jupyter.run import Run
from lg_jupyter.runtime import waiting
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved.source import SavedSource
from lg_jupyter.sources.saved.writing import write_run_file
from lg_jupyter.widgets.run import RunWidget
from lg_jupyter.widgets.update_feed import UpdateFeed
from tests import recordings
from tests.patience import patience
from tests.sources.test_round_trip import tables


@pytest.fixture
def loaded(tmp_path) -> Run:
    name = next(name for name in recordings.names() if "nested" in name or "react" in name)
    write_run_file(tmp_path / "run.jsonl", {"name": "graph"}, recordings.parts(name))
    return lg_jupyter.load(tmp_path / "run.jsonl")


def spaced(tmp_path, seconds: float, count: int = 5) -> Run:
    """A saved run whose parts came at this distance."""
    parts = [Part("control", "", {"event": "start"}, 1000.0)]
    parts += [Part("custom", "", n, 1000.0 + seconds * n) for n in range(1, count + 1)]
    parts += [Part("control", "", {"event": "end", "status": "success"}, 1000.0 + seconds * (count + 1))]
    write_run_file(tmp_path / "run.jsonl", {"name": "graph", "modes": ["custom"]}, parts)
    return lg_jupyter.load(tmp_path / "run.jsonl")


@pytest.mark.parametrize("speed", [None, math.inf, 1e9])
async def test_it_ends_as_it_was(loaded, speed):
    again = loaded.replay(speed, display=False)
    assert again is not loaded
    assert again.status in ("pending", "running")
    await again
    assert tables(again.trace) == tables(loaded.trace)
    assert (again.status, again.name, again.thread_id, again.usage) == (
        loaded.status,
        loaded.name,
        loaded.thread_id,
        loaded.usage,
    )
    assert again.output == loaded.output
    assert lg_jupyter.last_run is again


def test_where_no_loop_runs(loaded):
    assert tables(loaded.replay(None).wait().trace) == tables(loaded.trace)


async def test_parts_come_at_their_pace(tmp_path):
    run = spaced(tmp_path, seconds=2.0)
    again = run.replay(10, display=False)  # 12 s in 1.2 s
    began = time.monotonic()
    seen: list[tuple[float, int]] = []
    while not again.done:
        seen.append((time.monotonic() - began, len(again.trace.rows("custom"))))
        await asyncio.sleep(0.01)
    assert time.monotonic() - began >= 1.1  # never faster than asked
    assert len({count for _, count in seen}) >= 3  # one after the other
    assert all(count <= at / 0.2 + 0.2 for at, count in seen)


async def test_its_clock_is_that_of_the_run(tmp_path):
    again = spaced(tmp_path, seconds=5.0).replay(100, display=False)
    while again.now() < 1005.0:  # a hundredth of the time later
        assert not again.done
        await asyncio.sleep(0.01)
    await again


async def test_it_can_be_cancelled(tmp_path):
    again = spaced(tmp_path, seconds=60.0).replay(2, display=False)
    await asyncio.sleep(0.05)
    again.cancel()
    await asyncio.wait_for(waiting.wait_until_done(get_run_state(again)), patience(2))
    assert again.status == "cancelled"
    assert len(again.trace.rows("custom")) == 0


async def test_a_replay_at_once_lets_the_loop_breathe(tmp_path):
    again = spaced(tmp_path, seconds=0.001, count=40_000).replay(None, display=False)
    breaths = 0
    while not again.done:
        await asyncio.sleep(0)
        breaths += 1
    assert breaths > 5


async def test_a_failed_run_is_replayed_to_its_failure_and_raises_nothing(tmp_path):
    name = next(name for name, meta in recordings.manifest().items() if meta["ended"] == "error")
    write_run_file(tmp_path / "run.jsonl", {"name": "graph"}, recordings.parts(name))
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    again = await loaded.replay(None, display=False)
    assert (again.status, again.error) == ("error", loaded.error)


async def test_its_clock_is_that_of_its_run(tmp_path):
    again = spaced(tmp_path, 0.01).replay(10, display=False)
    assert 1000.0 <= again.now() < 2000.0
    await again
    assert 1000.0 <= again.now() < 2000.0


@pytest.mark.parametrize("speed", [0, -1, "fast", True, math.nan])
def test_a_speed_that_is_none(loaded, speed):
    with pytest.raises(lg_jupyter.UsageError, match="speed says how many times faster"):
        loaded.replay(speed)


async def test_a_widget_follows_it(loaded, monkeypatch):
    sent: list[dict] = []
    monkeypatch.setattr(RunWidget, "send", lambda self, message, buffers=None: sent.append(message))
    again = loaded.replay(None, display=False)
    widget = RunWidget(again)
    await again
    assert UpdateFeed.get_or_create(get_run_state(again)) is widget._feed
    assert sent[-1]["type"] == "delta"
    assert widget._summary["status"] == loaded.status
    assert widget._summary["source"] == "saved"
    elapsed = sent[-1]["elapsed"]
    assert elapsed == pytest.approx(loaded.trace.ended - loaded.trace.started, abs=0.01)


async def test_a_widget_shows_it_as_it_comes(tmp_path, monkeypatch):
    sent: list[dict] = []
    monkeypatch.setattr(RunWidget, "send", lambda self, message, buffers=None: sent.append(message))
    again = spaced(tmp_path, seconds=1.0).replay(5, display=False)
    widget = RunWidget(again)
    widget.set_page_visibility("page", True)
    assert widget._summary["status"] in ("pending", "running")
    await again
    came = [len(message["rows"]["custom"]) for message in sent if message.get("rows", {}).get("custom")]
    assert len(came) >= 3, "one after the other, not all at the end"
    assert sum(came) == len(again.trace.rows("custom"))


def test_a_saved_source_is_a_target_too(loaded, tmp_path):
    run = lg_jupyter.stream(SavedSource(tmp_path / "run.jsonl"), display=False).wait()
    assert tables(run.trace) == tables(loaded.trace)
