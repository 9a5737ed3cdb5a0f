"""Runs that stop to ask, and go on with an answer."""

import asyncio
import gc
import inspect
import threading
import weakref
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.run import Run
from tests.graphs import INPUTS, build
from tests.patience import patience


class State(TypedDict, total=False):
    log: Annotated[list[str], lambda old, new: old + new]


def stream(graph: str, **options: Any) -> Run:
    options.setdefault("input", INPUTS.get(graph))
    options.setdefault("checkpointer", InMemorySaver())
    return lg_jupyter.stream(build(graph, options.pop("checkpointer")), display=False, **options)


def compiled(node: Any, **options: Any) -> Any:
    graph = StateGraph(State).add_node("node", node).add_edge(START, "node")
    return graph.compile(checkpointer=InMemorySaver(), **options)


def run_of(node: Any) -> Run:
    return lg_jupyter.stream(compiled(node), {"log": []}, display=False)


def ids(run: Run) -> dict[str, str]:
    """The ids of the interrupts that wait, by what they ask."""
    return {row["value"]: row["interrupt_id"] for row in run.interrupts}


async def test_the_same_run_goes_on():
    run = await stream("ask")
    before = len(run.trace.events)
    again = run.resume("yes")
    assert again is run
    assert run.status == "running"
    assert run.interrupts == []
    assert "question" in run.note
    assert "from its start" in run.note
    await run
    assert run.status == "success"
    assert run.output["log"] == ["answer: yes"]
    assert len(run.trace.events) > before
    (row,) = run.trace.rows("interrupts")
    assert (row["status"], row["resumed_with"], row["node"]) == ("resumed", "yes", "question")
    tasks = {row["node"]: row["status"] for row in run.trace.rows("tasks")}
    assert tasks == {"asker": "success", "question": "success"}
    assert {row["status"] for row in run.trace.rows("namespaces")} == {"success"}


def test_it_can_be_waited_for_where_no_loop_runs():
    run = stream("ask").wait()
    assert run.resume("yes").wait().output["log"] == ["answer: yes"]


async def test_it_goes_on_in_a_thread():
    run = await stream("ask", thread=True)
    assert (await run.resume("yes", thread=True)).output["log"] == ["answer: yes"]


@pytest.mark.parametrize("modes", ["values", "updates", "messages", "debug", ["tasks", "checkpoints"]])
async def test_it_goes_on_whatever_the_modes(modes):
    run = await stream("asks", modes=modes)
    run.resume({row["interrupt_id"]: row["value"] for row in run.interrupts})
    await run
    assert run.status == "interrupted"
    await run.resume("quite")
    assert run.output["log"] == ["size: size", "colour: colour", "sure: quite"]


async def test_several_are_answered_by_id_all_or_some():
    run = await stream("asks")
    waiting = ids(run)
    assert set(waiting) == {"colour", "size"}
    run.resume({waiting["colour"]: "red"})
    await run
    assert run.status == "interrupted"
    assert ids(run) == {"size": waiting["size"]}
    await run.resume("large")
    assert set(ids(run)) == {"sure"}
    await run.resume(True)
    assert run.status == "success"
    assert run.output["log"] == ["size: large", "colour: red", "sure: True"]
    answers = {row["value"]: row["resumed_with"] for row in run.trace.rows("interrupts")}
    assert answers == {"colour": "red", "size": "large", "sure": True}


async def test_one_answer_for_several_questions_is_refused():
    run = await stream("asks")
    with pytest.raises(UsageError, match=r"waits for 2 answers.*run\.resume\(\{id: value\}\)"):
        run.resume("red")
    assert run.status == "interrupted"
    assert len(run.interrupts) == 2


async def test_a_question_needs_an_answer():
    run = await stream("ask")
    with pytest.raises(UsageError, match=r"waits for an answer: run\.resume\(value\)"):
        run.resume()


async def test_an_unknown_id_is_refused_with_the_right_ones():
    run = await stream("ask")
    (row,) = run.interrupts
    wrong = row["interrupt_id"][:-1] + ("0" if row["interrupt_id"][-1] != "0" else "1")
    with pytest.raises(UsageError, match=f"did you mean '{row['interrupt_id']}'"):
        run.resume({wrong: "yes"})
    with pytest.raises(UsageError, match="has no interrupt 'typo'"):
        run.resume({row["interrupt_id"]: "yes", "typo": "no"})
    for cut in (row["interrupt_id"][:-1], row["interrupt_id"] + "x"):
        with pytest.raises(UsageError, match=f"did you mean '{row['interrupt_id']}'"):
            run.resume({cut: "yes"})
    assert (await run.resume({"yes": "is an answer"})).status == "success"


async def test_a_second_answer_is_refused():
    run = await stream("asks")
    waiting = ids(run)
    run.resume({waiting["colour"]: "red"})
    with pytest.raises(UsageError, match="is going on"):
        run.resume({waiting["size"]: "large"})
    await run
    with pytest.raises(UsageError, match="was answered already, with 'red'"):
        run.resume({waiting["colour"]: "blue"})
    await run.resume("large")
    await run.resume("sure")
    with pytest.raises(UsageError, match="answered already, with 'sure'"):
        run.resume("again")


async def test_a_run_that_never_asked_takes_no_answer():
    run = await stream("steps")
    with pytest.raises(UsageError, match="waits for no answer: it is success"):
        run.resume("yes")


async def test_without_a_checkpointer_there_is_nothing_to_go_on_from():
    run = await stream("ask", checkpointer=None)
    assert run.status == "interrupted"
    with pytest.raises(UsageError, match=r"no checkpointer.*InMemorySaver"):
        run.resume("yes")


async def test_none_and_dicts_are_answers():
    run = await stream("ask")
    assert (await run.resume(None)).output["log"] == ["answer: None"]
    run = await stream("ask")
    assert (await run.resume({"type": "approve"})).output["log"] == ["answer: {'type': 'approve'}"]


async def test_two_questions_of_one_node_in_turn():
    def node(state):
        return {"log": [interrupt("first"), interrupt("second")]}

    run = await run_of(node)
    await run.resume("one")
    assert [row["value"] for row in run.interrupts] == ["second"]
    await run.resume("two")
    assert run.output["log"] == ["one", "two"]
    rows = [(row["value"], row["status"], row["resumed_with"]) for row in run.trace.rows("interrupts")]
    assert rows == [("first", "resumed", "one"), ("second", "resumed", "two")]


@pytest.mark.skipif(
    "response_schema" not in inspect.signature(interrupt).parameters,
    reason="this langgraph has no schemas of answers",
)
async def test_an_answer_that_does_not_fit_the_schema_can_be_given_anew():
    def node(state):
        return {"log": [str(interrupt("how many", response_schema=int))]}

    run = await run_of(node)
    run.resume("many")
    with pytest.raises(ValueError, match="many"):
        await run
    assert run.status == "error"
    await run.resume(3)
    assert (run.status, run.output["log"], run.error) == ("success", ["3"], None)
    (row,) = run.trace.rows("interrupts")
    assert row["resumed_with"] == 3


async def test_an_answer_with_which_the_node_failed_is_not_taken_back():
    failures = iter([True, False])

    def node(state):
        answer = interrupt("how many")
        if next(failures):
            raise RuntimeError(answer)
        return {"log": [answer]}

    run = await run_of(node)
    run.resume("many")
    with pytest.raises(RuntimeError, match="many"):
        await run
    with pytest.raises(UsageError, match=r"answered already, with 'many'.*run\.resume\(\) runs"):
        run.resume("few")
    assert (await run.resume()).output["log"] == ["many"]


async def test_a_run_that_failed_goes_on_from_its_last_checkpoint():
    failures = iter([True, False])

    def node(state):
        if next(failures):
            raise RuntimeError("not yet")
        return {"log": ["done"]}

    run = run_of(node)
    with pytest.raises(RuntimeError, match="not yet"):
        await run
    await run.resume()
    assert (run.status, run.exception, run.output["log"]) == ("success", None, ["done"])


async def test_at_a_breakpoint_there_is_nothing_to_answer():
    run = await stream("gate")
    assert (run.status, run.interrupts) == ("interrupted", [])
    with pytest.raises(UsageError, match=r"breakpoint.*run\.resume\(\)"):
        run.resume("yes")
    assert (await run.resume()).output["log"] == ["opened", "closed"]


async def test_it_can_be_saved_loaded_and_replayed(tmp_path):
    run = await stream("asks", save=tmp_path / "live.jsonl")
    await run.resume({row["interrupt_id"]: row["value"] for row in run.interrupts})
    await run.resume("quite")
    run.save(tmp_path / "saved.jsonl")
    again = await run.replay(speed=None, display=False)
    for other in (lg_jupyter.load(tmp_path / "saved.jsonl"), lg_jupyter.load(tmp_path / "live.jsonl"), again):
        assert other.status == "success"
        for name in run.trace.tables:
            assert other.trace.rows(name) == run.trace.rows(name)
        with pytest.raises(UsageError):
            other.resume("yes")


async def test_a_loaded_run_that_waits_says_how_to_go_on(tmp_path):
    run = await stream("ask")
    run.save(tmp_path / "run.jsonl")
    with pytest.raises(UsageError, match=r"runs nothing.*Command\(resume="):
        lg_jupyter.load(tmp_path / "run.jsonl").resume("yes")


async def test_a_loaded_run_without_a_thread_is_told_to_begin_anew(tmp_path):
    run = stream("broken", checkpointer=None)
    with pytest.raises(ValueError, match="milk"):
        await run
    run.save(tmp_path / "run.jsonl")
    with pytest.raises(UsageError, match=r"it had no thread .*start it anew, stream\(graph, input\)"):
        lg_jupyter.load(tmp_path / "run.jsonl").resume()


async def test_who_follows_the_run_hears_of_both_ends():
    run, heard = stream("ask"), []
    run.subscribe(lambda run: heard.append(run.status))
    await run
    await run.resume("yes")
    ends = [status for status in heard if status != "running"]
    each_once = list(dict.fromkeys(ends))  # one came perhaps twice
    assert each_once == ["interrupted", "success"]


async def test_it_can_be_cancelled_when_it_goes_on():
    run = await stream("ask")
    run.resume("yes")
    run.cancel()
    await run
    assert run.status == "cancelled"


async def test_it_goes_on_at_the_end_of_its_thread_and_not_where_it_was_forked():
    graph = build("ask", InMemorySaver())
    first = await lg_jupyter.stream(graph, INPUTS["ask"], display=False)
    (checkpoint,) = [
        row for row in first.trace.rows("checkpoints") if row["step"] == 0 and not row["namespace"]
    ]
    config = {"configurable": {"thread_id": first.thread_id, "checkpoint_id": checkpoint["checkpoint_id"]}}
    run = await lg_jupyter.stream(graph, None, config=config, display=False)
    assert run.status == "interrupted"
    assert (await run.resume("yes")).output["log"] == ["answer: yes"]


async def test_secrets_in_an_answer_are_masked(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "a-secret-answer")
    run = await stream("ask")
    await run.resume("it is a-secret-answer")
    assert run.output["log"] == ["answer: it is a-secret-answer"]
    (row,) = run.trace.rows("interrupts")
    assert row["resumed_with"] == "it is [redacted SOME_TOKEN]"
    assert "a-secret-answer" not in str(run.trace.rows("events"))


async def test_a_run_that_waits_no_more_is_let_go():
    run = await stream("ask")
    await run.resume("yes")
    other = await stream("steps")
    held = weakref.ref(run)
    del run
    gc.collect()
    assert held() is None
    assert other.done


async def test_one_that_stopped_before_its_first_checkpoint():
    class Slow(InMemorySaver):
        asked, may_answer = 0, threading.Event()

        def get_tuple(self, config):  # where the graph runs in a thread, as with Python 3.10
            self.asked += 1
            if self.asked == 1:
                self.may_answer.wait(patience(30))
            return super().get_tuple(config)

        async def aget_tuple(self, config):
            self.asked += 1
            if self.asked == 1:
                await asyncio.sleep(30)
            return await super().aget_tuple(config)

    saver = Slow()
    run = lg_jupyter.stream(build("steps", saver), INPUTS["steps"], display=False)
    while not saver.asked:
        await asyncio.sleep(0.01)
    run.cancel()
    await run
    assert run.note.endswith("There is no checkpoint, so it cannot be resumed.")
    with pytest.raises(UsageError, match="stopped before its first checkpoint"):
        run.resume()
    saver.may_answer.set()
