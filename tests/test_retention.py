"""A run that holds no more than it may: what is dropped first, and that it is said everywhere."""

from __future__ import annotations

import json
import random
import tracemalloc
from typing import Any

import pytest
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.run import RunWidget
from tests.sinks import sinks


class Endless(TypedDict):
    step: int
    text: str


def endless(steps: int, size: int = 5_000) -> Any:
    drawn = random.Random(1)

    def work(state: Endless) -> Endless:
        return {"step": state["step"] + 1, "text": drawn.randbytes(size // 2).hex()}

    graph = StateGraph(Endless).add_node("work", work).add_edge(START, "work")
    graph.add_conditional_edges("work", lambda state: "work" if state["step"] < steps else END)
    return graph.compile()


def stream(steps: int, **options: Any) -> Any:
    config = {"recursion_limit": steps + 5}
    return lg_jupyter.stream(endless(steps), {"step": 0, "text": ""}, config=config, display=False, **options)


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: Any) -> Any:
    """A run that dropped something, and the file that it was written to."""
    path = tmp_path_factory.mktemp("bounded") / "all.jsonl"
    run = stream(400, max_bytes=1_000_000, save=path).wait()
    return run, path


def test_the_oldest_events_go_and_the_end_is_there(bounded: Any) -> None:
    run, _ = bounded
    events = run.to_pandas("events")
    assert 0 < len(events) < get_run_state(run).trace.event_and_token_counts["events"]
    assert events["seq"].iloc[0] == events.attrs["dropped_events"]
    assert (run.status, run.output["step"]) == ("success", 400)
    assert run.state()["step"] == 400
    assert run.to_pandas("state_diffs")["seq"].min() >= events["seq"].iloc[0]
    tasks = run.to_pandas("tasks")
    assert len(tasks) == 400  # messages and tasks go last
    assert tasks["input"].iloc[0] is None
    assert tasks["result"].iloc[-1]["step"] == 400


def test_it_is_said_everywhere(bounded: Any, tmp_path: Any) -> None:
    run, _ = bounded
    seen = sinks(run, tmp_path)
    for place in ("record", "page", "summary", "account", "file"):
        assert "events are no longer held" in seen[place]
    header = json.loads((tmp_path / "sink.jsonl").read_text().splitlines()[0])
    assert header["dropped_events"] == run.to_pandas("tasks").attrs["dropped_events"]


def test_the_file_keeps_all(bounded: Any) -> None:
    run, path = bounded
    loaded = lg_jupyter.load(path)
    assert len(loaded.to_pandas("events")) == get_run_state(run).trace.event_and_token_counts["events"]
    assert loaded.state(step=1)["step"] == 1


def test_a_view_that_watched_begins_anew() -> None:
    sent: list[Any] = []
    run = stream(400, max_bytes=1_000_000)
    widget = RunWidget(run)
    widget.send = lambda message, buffers=None: sent.append(message)  # type: ignore[method-assign]
    run.wait()
    last = max(at for at, message in enumerate(sent) if message["type"] == "snapshot")
    diffs = [row for message in sent[last:] for row in message.get("rows", {}).get("state_diffs", ())]
    assert [row["seq"] for row in diffs] == run.to_pandas("state_diffs")["seq"].tolist()


def test_an_endless_graph_takes_no_more_memory() -> None:
    tracemalloc.start()
    try:
        run = stream(1_500, max_bytes=2_000_000)
        run.wait()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 14_000_000 + 1_500 * 4_000  # rows of tasks are kept, up to 20,000


def test_without_a_bound_nothing_goes() -> None:
    run = stream(100, max_bytes=0).wait()
    assert "dropped_events" not in run.to_pandas().attrs
    assert run.note is None


@pytest.mark.parametrize("wrong", [-1, 999, "1 GB", 1.5e9, True])
def test_what_is_no_bound_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageError, match="max_bytes takes a number of bytes"):
        stream(1, max_bytes=wrong)
