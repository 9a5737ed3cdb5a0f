"""A watch: what it hears, what it leaves behind, and that a fault of ours reaches nobody."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.pregel import Pregel
from langgraph.types import Command

import lg_jupyter
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.sources.token_batcher import TokenBatcher
from lg_jupyter.watching import langgraph_internals, run_recorder, watch
from tests.patience import patience
from tests.watching.equality import patched
from tests.watching.graphs import INPUT, State, build, config

# -- leaving no trace ------------------------------------------------------------------------------


def test_off_leaves_no_trace() -> None:
    from langchain_core.callbacks import BaseCallbackManager
    from langchain_core.tracers import context

    def watchers() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "lg_jupyter watch"]

    def traces() -> Any:
        modules = {
            name: {key: value for key, value in vars(module).items() if callable(value)}
            for name, module in list(sys.modules.items())
            if name.startswith(("langgraph", "langchain_core"))
        }
        hooks = list(getattr(context, "_configure_hooks", ()))
        return vars(Pregel).copy(), vars(BaseCallbackManager).copy(), hooks, watchers(), modules

    graph = build("say", "inside", "ask")
    with lg_jupyter.watch(display=False):  # which imports what it needs
        graph.invoke(INPUT, config())
    before = traces()
    assert not watchers()
    with lg_jupyter.watch(display=False):
        graph.invoke(INPUT, config("2"))
        assert patched()
        assert len(threading.enumerate()) > len(before[3])
    assert traces() == before


def test_off_in_the_middle_of_a_run() -> None:
    graph, watched = build("say", "inside", "bump"), lg_jupyter.watch(display=False)
    items = graph.stream(INPUT, config())
    next(items)
    watched.stop()
    assert not patched()
    assert list(items)
    (run,) = watched.runs
    assert run.wait(patience(10)).status == "success"


def test_a_generator_that_is_never_begun_is_no_run() -> None:
    with lg_jupyter.watch(display=False) as runs:
        build("say").stream(INPUT, config())
    assert runs == []


def test_waiting_for_all_runs_does_not_wait_for_one_that_its_reader_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RUNS, "running", set())  # of other tests some may be left that never end
    with lg_jupyter.watch(display=False) as runs:
        items = build("say", "bump").stream(INPUT, config())
        next(items)
        asyncio.run(asyncio.wait_for(lg_jupyter.wait_all(), patience(10)))
        assert runs[0].status == "running"
        assert lg_jupyter.last_run is runs[0]


# -- what is heard ------------------------------------------------------------------------------------


def test_two_watches_hear_the_same_run() -> None:
    graph = build("say")
    with lg_jupyter.watch(display=False) as one:
        with lg_jupyter.watch(display=False) as other:
            graph.invoke(INPUT, config())
        graph.invoke(INPUT, config("2"))
    graph.invoke(INPUT, config("3"))
    assert (len(one), len(other)) == (2, 1)
    assert one[0] is other[0]


def test_blocks_beside_each_other_hear_their_own_runs() -> None:
    graph = build("bump")

    async def block(thread: str) -> list[lg_jupyter.Run]:
        with lg_jupyter.watch(display=False) as runs:
            await asyncio.sleep(0.05)
            await graph.ainvoke(INPUT, config(thread))
            await asyncio.sleep(0.05)
        return runs

    async def both() -> Any:
        return await asyncio.gather(block("1"), block("2"))

    assert [[run.thread_id for run in runs] for runs in asyncio.run(both())] == [["1"], ["2"]]


def test_graphs_and_names() -> None:
    one, other = build("bump"), build("bump")
    other.name = "other"
    with (
        lg_jupyter.watch(display=False, graphs=one) as of_graph,
        lg_jupyter.watch(display=False, names="other") as of_name,
        lg_jupyter.watch(display=False, graphs=[one, other], names=["other", "x"]) as of_both,
    ):
        one.with_config(tags=["x"]).invoke(INPUT, config())
        other.invoke(INPUT, config())
    assert [run.name for run in of_graph] == ["graph"]
    assert [run.name for run in of_name] == [run.name for run in of_both] == ["other"]


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(lg_jupyter.UsageError, match="names are for names="):
        lg_jupyter.watch(graphs="agent")
    assert not patched()


def test_runs_of_our_own_are_not_heard_twice() -> None:
    graph = build("bump", "bump_again")
    with lg_jupyter.watch(display=False) as runs:
        for modes in (None, ["values"], "events"):
            lg_jupyter.stream(graph, INPUT, thread_id=str(modes), modes=modes, display=False).wait()
        lg_jupyter.map(build("bump"), [INPUT] * 2, display=False).wait()
        lg_jupyter.stream(graph.with_retry(), INPUT, thread_id="r", display=False).wait()
    assert runs == []


def test_whole_messages_and_tokens() -> None:
    def tokens(**options: Any) -> tuple[int, list[str]]:
        graph = build("say", saver=False)
        with lg_jupyter.watch(display=False, **options) as runs:
            graph.invoke(INPUT)
        texts = [row for row in runs[0].to_pandas("messages")["text"] if row != "hi"]
        return len(runs[0].to_pandas("tokens")), texts

    assert tokens() == (0, ["hello big world"])
    assert tokens(tokens=True) == (5, ["hello big world"])


def test_a_streaming_caller_has_tokens_without_asking() -> None:
    with lg_jupyter.watch(display=False) as runs:
        list(build("say").stream(INPUT, config(), stream_mode="messages"))
    assert len(runs[0].to_pandas("tokens")) == 5


def test_the_newest_runs_are_kept_where_nobody_has_named_the_watch() -> None:
    watched = lg_jupyter.watch(display=False)
    watched.most = 2
    for thread in "123":
        build("bump").invoke(INPUT, config(thread))
    assert [run.thread_id for run in watched.runs] == ["2", "3"]


def test_it_is_saved(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "runs"
    with lg_jupyter.watch(display=False, save=folder) as runs:
        for thread in "12":
            build("say").invoke(INPUT, config(thread))
    saved = [lg_jupyter.load(path) for path in sorted(folder.iterdir())]
    assert [run.status for run in saved] == ["success"] * 2
    assert {run.id for run in saved} == {run.id for run in runs}


def test_one_watch_saves() -> None:
    with lg_jupyter.watch(display=False, save="."), pytest.raises(lg_jupyter.UsageError, match="saves"):
        lg_jupyter.watch(save=".")


def test_secrets_are_masked() -> None:
    settings = {"configurable": {"thread_id": "1", "api_key": "sk-very-secret-value"}}
    graph = StateGraph(State).add_node(
        "leak", lambda state, config: {"log": [config["configurable"]["api_key"]]}
    )
    with lg_jupyter.watch(display=False) as runs:
        output = graph.add_edge(START, "leak").compile().invoke(INPUT, settings)
    assert output["log"] == ["sk-very-secret-value"]
    assert "sk-very-secret-value" not in runs[0].to_pandas("events").to_csv()


# -- going on -----------------------------------------------------------------------------------------


def test_an_answer_goes_on_with_the_same_run() -> None:
    graph = build("say", "ask", "bump")
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT, config())
        graph.invoke(INPUT, config("2"))
        again = graph.with_config(tags=["x"])
        again.invoke(Command(resume="yes"), config())
    assert [run.status for run in runs] == ["success", "interrupted"]
    assert runs[0].output["log"] == ["say", "yes", "bump"]
    assert runs[1].interrupts[0]["value"] == "what?"
    assert runs[1].resume("later", display=False).wait().output["log"] == ["say", "later", "bump"]


@pytest.mark.parametrize(
    ("write", "statuses", "left"),
    [
        (None, ["pending"], "interrupted"),  # it asks again
        ({"as_node": "ask"}, ["answered elsewhere"], "success"),
    ],
)
def test_a_run_that_goes_on_without_an_answer_has_none(write: Any, statuses: list[str], left: str) -> None:
    graph = build("ask", "bump")
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT, config())
        if write is not None:
            graph.update_state(config(), {"log": ["written"]}, **write)
        graph.invoke(None, config())
    (run,) = runs
    assert run.wait().status == left
    rows = run.trace.rows("interrupts")
    assert [(row["status"], row["resumed_with"]) for row in rows] == [(status, None) for status in statuses]


def test_a_breakpoint_goes_on_with_the_same_run() -> None:
    graph = build("say", "bump")
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT, config(), interrupt_before=["bump"])
        assert runs[0].wait().status == "interrupted"
        graph.invoke(None, config())
    assert [(run.status, run.output["log"]) for run in runs] == [("success", ["say", "bump"])]


def test_a_run_that_went_on_elsewhere_is_not_taken_up_again() -> None:
    graph = build("ask")
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT, config())
        runs[0].wait().resume("here", display=False).wait()
        graph.invoke(None, config())
    assert [run.status for run in runs] == ["success", "success"]


# -- faults -------------------------------------------------------------------------------------------


PLACES = [
    (run_recorder.RunRecorder, "start_run"),
    (TokenBatcher, "start_new_part"),
    (run_recorder.RunRecorder, "record_callback_event"),
    (run_recorder.RunRecorder, "end_run"),
    (run_recorder, "WatchedSource"),
    (run_recorder, "get_run_of_state"),
    (watch, "_leave_out_if_remote_node"),
    (watch.Watch, "is_watching_graph"),
    (watch.Watch, "add_run"),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_a_fault_of_ours_reaches_nobody(place: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise LookupError(f"a fault in {place[1]}")

    graph = build("say", "inside", "bump")
    expected = graph.invoke(INPUT, config())["log"]
    monkeypatch.setattr(*place, broken)
    with (
        pytest.warns(RuntimeWarning, match=f"a fault in {place[1]}") as warned,
        lg_jupyter.watch(display=False) as runs,
    ):
        assert graph.invoke(INPUT, config("2"))["log"] == expected
    monkeypatch.undo()
    assert len(warned) == 1
    for run in runs:
        assert run.wait(patience(10)).done
    assert "Traceback" not in capsys.readouterr().err


def test_a_version_without_the_means_is_watched_by_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lg_jupyter.watching.tap.get_langgraph_internals", lambda: None)
    monkeypatch.setattr("lg_jupyter.watching.patches.get_langgraph_internals", lambda: None)
    graph = build("say", "inside")
    with pytest.warns(RuntimeWarning, match="no stream that can be tapped"):
        watched = lg_jupyter.watch(display=False)
    graph.invoke(INPUT, config())
    watched.stop()
    (run,) = watched.runs
    assert run.status == "success"
    assert {"updates", "messages"} <= set(run.to_pandas("events")["mode"])
    assert len(run.calls) == 2


def test_the_means_are_there() -> None:
    assert langgraph_internals.get_langgraph_internals() is not None


def test_a_thread_that_does_not_tell_who_started_it_is_heard_by_all_blocks() -> None:
    graph = build("bump")
    with lg_jupyter.watch(display=False) as runs:
        thread = threading.Thread(target=graph.invoke, args=(INPUT, config()))
        thread.start()
        thread.join()
    assert len(runs) == 1
