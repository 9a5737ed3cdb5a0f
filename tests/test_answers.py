"""An answer is for the question that was shown: the thread may ask another by now, or nothing."""

import warnings
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

import lg_jupyter
from lg_jupyter import UsageError

CONFIG: Any = {"configurable": {"thread_id": "1"}}


class State(TypedDict, total=False):
    ok: bool
    log: Annotated[list[str], lambda old, new: old + new]


class SyncOnly(InMemorySaver):
    """A saver that leaves its asynchronous side as its base has it: such graphs run in a thread."""

    aget_tuple = BaseCheckpointSaver.aget_tuple


def asks(question: str) -> Any:
    return lambda state: {"log": [f"{question} {interrupt(question)}"]}


def needs_ok(name: str) -> Any:
    from langgraph.errors import NodeInterrupt

    def node(state: State) -> dict[str, Any]:
        if not state.get("ok"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                raise NodeInterrupt(f"{name} needs an ok")
        return {"log": [name]}

    return node


def chain(*nodes: tuple[str, Any], saver: Any = "its own", **options: Any) -> Any:
    builder = StateGraph(State)
    for name, node in nodes:
        builder.add_node(name, node)
    for before, (name, _) in zip([(START, None), *nodes], nodes, strict=False):
        builder.add_edge(before[0], name)
    return builder.compile(checkpointer=InMemorySaver() if saver == "its own" else saver, **options)


def side_by_side(**nodes: Any) -> Any:
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node).add_edge(START, name)
    return builder.compile(checkpointer=InMemorySaver())


def two_questions() -> Any:
    return chain(("one", asks("delete?")), ("two", asks("pay?")))


def in_a_subgraph() -> Any:
    inner = chain(("one", asks("delete?")), ("two", asks("pay?")), saver=None)
    return chain(("team", inner))


def in_one_node() -> Any:
    return chain(("both", lambda state: {"log": [interrupt("delete?"), interrupt("pay?")]}))


async def asked(graph: Any, **options: Any) -> Any:
    run = await lg_jupyter.stream(graph, {"log": []}, thread_id="1", display=False, **options)
    assert run.status == "interrupted"
    return run


def statuses(run: Any) -> list[tuple[str, str]]:
    return [(row["value"], row["status"]) for row in run.trace.rows("interrupts")]


@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("graph", [two_questions, in_a_subgraph, in_one_node])
async def test_a_question_that_was_answered_elsewhere_takes_no_answer(graph, by_id):
    graph = graph()
    run = await asked(graph)
    (first,) = run.interrupts
    graph.invoke(Command(resume="no"), CONFIG)
    before = graph.get_state(CONFIG)
    run.resume({first["interrupt_id"]: "yes"} if by_id else "yes")
    with pytest.raises(UsageError, match=r"answer was not given.*delete\?.*It asks now: .*pay\?") as refused:
        await run
    after = graph.get_state(CONFIG)
    assert (after.values, after.config) == (before.values, before.config)
    assert run.status == "interrupted"
    assert str(refused.value) == run.note
    assert statuses(run) == [("delete?", "answered elsewhere"), ("pay?", "pending")]
    assert run.trace.rows("interrupts")[0]["resumed_with"] is None
    (second,) = run.interrupts  # which was shown now
    await run.resume({second["interrupt_id"]: "never"})
    assert run.status == "success"
    assert "yes" not in str(run.output)
    assert "never" in str(run.output)


async def test_a_graph_inside_that_keeps_nothing_is_answered():
    inner = chain(("one", asks("delete?")), ("two", asks("pay?")), saver=False)
    run = await asked(chain(("team", inner)))
    await run.resume("no")  # such a graph begins anew each time, and its questions have other ids
    assert run.status == "interrupted"
    assert "pay?" in {row["value"] for row in run.interrupts}


async def test_of_two_questions_of_graphs_inside_that_nobody_finds_one_is_answered():
    asking = [StateGraph(State).add_node(n, asks(n)).add_edge(START, n).compile() for n in ("a?", "b?")]
    inner = StateGraph(State).add_node("a", asking[0]).add_node("b", asking[1])
    inside = [inner.add_edge(START, "a").add_edge(START, "b").compile()]  # where LangGraph does not find it
    graph = chain(("calls", lambda state: {"log": inside[0].invoke({"log": []})["log"]}))
    run = await lg_jupyter.stream(graph, {}, thread_id="1", display=False)
    asked = {row["value"]: row["interrupt_id"] for row in run.interrupts}
    await run.resume({asked["a?"]: "yes"})
    assert [row["value"] for row in run.interrupts] == ["b?"]
    await run.resume("yes")
    assert sorted(run.output["log"]) == ["a? yes", "b? yes"]


async def test_where_the_graph_runs_in_a_thread():
    graph = chain(("one", asks("delete?")), ("two", asks("pay?")), saver=SyncOnly())
    run = await asked(graph, thread=True)
    graph.invoke(Command(resume="no"), CONFIG)
    with pytest.raises(UsageError, match="was not given"):
        await run.resume("yes", thread=True)
    assert graph.get_state(CONFIG).next == ("two",)


@pytest.mark.parametrize("modes", ["values", "updates", "messages"])
async def test_whatever_the_modes(modes):
    graph = two_questions()
    run = await asked(graph, modes=modes)
    graph.invoke(Command(resume="no"), CONFIG)
    with pytest.raises(UsageError, match="was not given"):
        await run.resume("yes")
    assert graph.get_state(CONFIG).next == ("two",)


async def test_of_several_the_one_that_still_waits_is_answered():
    graph = side_by_side(one=asks("delete?"), two=asks("pay?"))
    run = await asked(graph)
    ids = {row["value"]: row["interrupt_id"] for row in run.interrupts}
    graph.invoke(Command(resume={ids["delete?"]: "no"}), CONFIG)
    with pytest.raises(UsageError, match=r"\(one: 'delete\?'\)"):
        await run.resume({ids["delete?"]: "yes", ids["pay?"]: "yes"})
    assert sorted(statuses(run)) == [("delete?", "answered elsewhere"), ("pay?", "pending")]
    await run.resume({ids["pay?"]: "yes"})
    assert run.output["log"] == ["delete? no", "pay? yes"]


async def test_a_thread_that_has_ended_asks_nothing():
    graph = chain(("one", asks("delete?")))
    run = await asked(graph)
    graph.invoke(Command(resume="no"), CONFIG)
    with pytest.raises(UsageError, match="come to its end"):
        await run.resume("yes")
    assert graph.get_state(CONFIG).values["log"] == ["delete? no"]
    with pytest.raises(UsageError, match="come to its end"):
        run.resume()


async def test_a_question_of_a_state_that_was_changed_is_asked_anew():
    graph = two_questions()
    run = await asked(graph)
    graph.update_state(CONFIG, {"log": ["edited"]})
    with pytest.raises(UsageError, match=r"stands before one now: run\.resume\(\) goes on"):
        await run.resume("yes")
    await run.resume()
    assert [row["value"] for row in run.interrupts] == ["delete?"]
    await run.resume("yes")
    assert run.trace.output["log"] == ["edited", "delete? yes"]


async def test_a_breakpoint_that_somebody_has_passed_is_not_passed_again():
    graph = chain(*((name, needs_ok(name)) for name in "abc"), interrupt_before=["b", "c"])
    run = await lg_jupyter.stream(graph, {"ok": True}, thread_id="1", display=False)
    assert run.trace.thread_state["next"] == ["b"]
    graph.invoke(None, CONFIG)
    with pytest.raises(UsageError, match=r"has gone on from where it stopped\. It stands before c now"):
        await run.resume()
    assert graph.get_state(CONFIG).next == ("c",)
    assert run.status == "interrupted"
    await run.resume()  # which was told where it stands
    assert run.output["log"] == ["a", "b", "c"]


async def test_a_state_that_was_changed_at_a_breakpoint_goes_on():
    graph = chain(*((name, needs_ok(name)) for name in "ab"), interrupt_before=["b"])
    run = await lg_jupyter.stream(graph, {"ok": True}, thread_id="1", display=False)
    for text in ("edited", "twice"):
        graph.update_state(CONFIG, {"log": [text]})
    await run.resume()
    assert run.output["log"] == ["a", "edited", "twice", "b"]


async def test_two_of_the_same_id_are_two_rows():
    run = await asked(side_by_side(one=needs_ok("one"), two=needs_ok("two")))
    rows = run.to_pandas("interrupts")
    assert list(rows["interrupt_id"]) == ["placeholder-id"] * 2
    assert list(rows["number"]) == [0, 1]
    tasks = {row["task_id"]: row["node"] for row in run.trace.rows("tasks")}
    assert {tasks[row.task_id]: row.value for row in rows.itertuples()} == {
        "one": "one needs an ok",
        "two": "two needs an ok",
    }


@pytest.mark.parametrize("modes", ["values", "updates", "tasks", "debug"])
async def test_two_of_the_same_words_too(modes):
    run = await asked(side_by_side(one=needs_ok("it"), two=needs_ok("it")), modes=modes)
    assert sorted(row["node"] for row in run.interrupts) == ["one", "two"]


@pytest.mark.parametrize("modes", ["values", "updates", ["tasks", "values"], "debug"])
async def test_one_in_a_subgraph_is_one_row(modes):
    inner = chain(("one", needs_ok("one")), saver=None)
    run = await asked(chain(("team", inner)), modes=modes)
    assert len(run.interrupts) == 1


async def test_a_node_interrupt_takes_another_state_and_no_answer():
    graph = chain(("one", needs_ok("one")))
    run = await asked(graph)
    (row,) = run.interrupts
    for answer in ("yes", {row["interrupt_id"]: "yes"}):
        with pytest.raises(UsageError, match=r"takes no answer but another state: run\.fork\('.*update"):
            run.resume(answer)
    branch = await run.fork(run.trace.thread_state["checkpoint_id"], {"ok": True}, display=False)
    assert branch.output["log"] == ["one"]


async def test_after_the_state_was_changed_it_goes_on_without_an_answer():
    graph = side_by_side(one=needs_ok("one"), two=needs_ok("two"))
    run = await asked(graph)
    graph.update_state(CONFIG, {"ok": True}, as_node="__start__")
    await run.resume()
    assert run.status == "success"
    assert run.interrupts == []
    assert sorted(run.output["log"]) == ["one", "two"]


async def test_what_an_answer_is_refused_for_is_masked(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "a-secret-answer")
    graph = chain(("one", asks("delete?")), ("two", asks("is it a-secret-answer?")))
    run = await asked(graph)
    graph.invoke(Command(resume="no"), CONFIG)
    with pytest.raises(UsageError, match="redacted SOME_TOKEN"):
        await run.resume("yes")
    assert "a-secret-answer" not in f"{run.note} {run.trace.rows('events')}"


async def test_a_refusal_is_kept_in_a_file(tmp_path):
    graph = two_questions()
    run = await asked(graph)
    graph.invoke(Command(resume="no"), CONFIG)
    with pytest.raises(UsageError, match="was not given"):
        await run.resume("yes")
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert statuses(loaded) == statuses(run)
    assert loaded.note == run.note
