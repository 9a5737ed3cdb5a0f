"""Breakpoints in subgraphs, with conditions, and for one time."""

import operator
import re
import sys
from typing import Annotated, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import lg_jupyter
from lg_jupyter import Server, UsageError
from lg_jupyter.run import get_run_state
from lg_jupyter.runtime.resume_hint import make_resume_hint
from lg_jupyter.widgets.steering import Steering


def added(log, more):
    return log + [entry for entry in more if entry not in log]


class Log(TypedDict):
    log: Annotated[list, added]


class Rounds(TypedDict):
    log: Annotated[list, operator.add]


def graph_of(*nodes, checkpointer=None, compiled=None):
    """A graph of these nodes, one after the other: names, or pairs of a name and what it is."""
    builder = StateGraph(Log)
    pairs = [(node, writes(node)) if isinstance(node, str) else node for node in nodes]
    for (name, node), (before, _) in zip(pairs, [(START, None), *pairs], strict=False):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    return builder.compile(checkpointer=checkpointer, **(compiled or {}))


def writes(name):
    def node(state: Log) -> Log:
        return {"log": [name]}

    return node


def nested(**compiled):
    """``plan``, ``team`` with ``draft``, ``review`` (with ``read`` and ``mark``) and ``print``, ``send``."""
    review = graph_of("read", "mark", compiled=compiled)
    team = graph_of("draft", ("review", review), "print")
    return graph_of("plan", ("team", team), "send", checkpointer=InMemorySaver())


def stream(graph, **options):
    return lg_jupyter.stream(graph, {"log": []}, display=False, **options)


def where(run):
    return make_resume_hint(get_run_state(run))


def ran(run):
    """The nodes that have run, but for those that are graphs."""
    rows = run.trace.rows("tasks")
    return [
        row["node"] for row in rows if row["status"] == "success" and row["node"] not in ("team", "review")
    ]


ALL = ["plan", "draft", "read", "mark", "print", "send"]


@pytest.mark.parametrize("modes", [None, "values", ["updates", "messages"], "events"])
async def test_it_stops_in_a_subgraph_and_goes_on(modes):
    if modes == "events" and sys.version_info < (3, 11):
        modes = None
    graph = nested()
    run = await stream(graph, before="team/review/mark", modes=modes)
    assert run.status == "interrupted"
    assert "Stopped before team/review/mark, at a breakpoint: run.resume()" in where(run)
    assert (await run.resume()).status == "success"
    assert run.output == {"log": ALL}


async def test_what_ran_is_known_on_both_sides_of_the_stop():
    run = await stream(nested(), before="team/review/mark")
    assert ran(run) == ["plan", "draft", "read"]
    assert ran(await run.resume()) == ALL
    assert not [row for row in run.trace.rows("tasks") if row["status"] != "success"]


async def test_it_stops_after_a_node_of_a_subgraph():
    run = await stream(nested(), after="team/draft")
    assert (run.status, ran(run)) == ("interrupted", ["plan", "draft"])
    assert "Stopped after team/draft, before team/review" in where(run)
    assert (await run.resume()).output == {"log": ALL}


async def test_every_node_of_a_subgraph_has_a_name_too():
    run = await stream(nested(), before="team/*")
    stops = []
    while run.status == "interrupted":
        stops.append(ran(run))
        await run.resume()
    assert stops == [["plan"], ["plan", "draft"], ["plan", "draft", "read", "mark"]]
    assert run.output == {"log": ALL}


async def test_the_users_graph_and_other_runs_are_left_alone():
    graph = nested()
    stopped = stream(graph, before="team/draft", thread_id="stopped")
    beside = stream(graph, thread_id="beside")
    assert (await stopped).status == "interrupted"
    assert (await beside).status == "success"
    team = graph.nodes["team"].bound
    assert (team.interrupt_before_nodes, team.nodes["review"].bound.interrupt_after_nodes) == ([], [])
    assert graph.invoke({"log": []}, {"configurable": {"thread_id": "bare"}}) == {"log": ALL}


async def test_where_a_subgraph_was_compiled_to_stop_it_stops_as_well():
    run = await stream(nested(interrupt_after=["read"]), before="team/review/read")
    assert ran(run) == ["plan", "draft"]
    assert ran(await run.resume()) == ["plan", "draft", "read"]
    assert (await run.resume()).output == {"log": ALL}


async def test_in_a_graph_that_something_is_bound_to():
    run = await stream(nested().with_config(tags=["mine"]), before="team/print")
    assert (run.status, ran(run)) == ("interrupted", ALL[:4])
    run = await stream(nested().bind(), before="team/print")
    assert (run.status, ran(run)) == ("interrupted", ALL[:4])
    assert (await run.resume()).output == {"log": ALL}


def test_in_a_thread():
    run = lg_jupyter.stream(nested(), {"log": []}, before="team/print", display=False, thread=True).wait()
    assert (run.status, ran(run)) == ("interrupted", ALL[:4])
    assert run.resume().wait().output == {"log": ALL}


async def test_workers_stop_each():
    worker = graph_of("fetch", "sum")
    builder = (
        StateGraph(Log).add_node("worker", worker).add_node("end", writes("end")).add_edge("worker", "end")
    )
    builder.add_conditional_edges(START, lambda state: [Send("worker", {"log": []}) for _ in range(3)])
    run = await stream(builder.compile(checkpointer=InMemorySaver()), before="worker/sum")
    assert (run.status, sorted(ran(run))) == ("interrupted", ["fetch"] * 3)
    assert ran(await run.resume()).count("sum") == 3


# What is refused.


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("team/darft", r"the subgraph 'team' has no node 'darft': did you mean 'draft'"),
        ("taem/draft", r"has no node 'taem': did you mean 'team'"),
        ("plan/draft", r"no breakpoint can be in 'plan', at 'draft': it is no graph"),
        ("team/review/read/deep", r"no breakpoint can be in 'read', at 'deep': it is no graph"),
        ("*/draft", r"has no node '\*'"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_right_one(path, message):
    with pytest.raises(UsageError, match=message):
        stream(nested(), before=path)
    with pytest.raises(UsageError, match=message):
        stream(nested(), after=[path])


def test_a_graph_that_a_function_calls_cannot_be_stopped_in():
    inner = graph_of("a", "b")

    def caller(state: Log) -> Log:
        return inner.invoke(state)

    with pytest.raises(
        UsageError, match=r"'caller', at 'b': it is no graph but calls one.*add_node\(name, subgraph"
    ):
        stream(graph_of(("caller", caller), checkpointer=InMemorySaver()), before="caller/b")


def test_a_subgraph_that_keeps_nothing_cannot_be_stopped_in():
    inner = graph_of("a", "b", checkpointer=False)
    with pytest.raises(UsageError, match="compiled with checkpointer=False"):
        stream(graph_of(("inner", inner), checkpointer=InMemorySaver()), before="inner/b")


def test_without_a_checkpointer_it_could_not_go_on():
    with pytest.raises(UsageError, match="no checkpointer"):
        stream(graph_of(("inner", graph_of("a"))), before="inner/a")


def test_a_server_stops_at_the_root_alone():
    server = Server("http://127.0.0.1:9", "agent")
    with pytest.raises(UsageError, match=r"passes by 'team/draft' without a word: use 'team'"):
        lg_jupyter.stream(server, {}, before="team/draft", display=False)
    with pytest.raises(UsageError, match=r"'tools' is evaluated in this kernel"):
        lg_jupyter.stream(server, {}, before={"tools": lambda state: True}, display=False)


# Conditions.


def counting(rounds=4, checkpointer=True):
    """A graph that writes its round until there were enough."""

    def work(state: Rounds) -> Rounds:
        return {"log": [len(state["log"])]}

    def check(state: Rounds) -> Rounds:
        return {"log": ["check"]}

    builder = StateGraph(Rounds).add_node("work", work).add_node("check", check).add_edge(START, "work")
    builder.add_edge("work", "check")
    builder.add_conditional_edges(
        "check", lambda state: "work" if len(state["log"]) < 2 * rounds else "__end__"
    )
    return builder.compile(checkpointer=InMemorySaver() if checkpointer else None)


async def test_it_stops_when_a_condition_holds_and_not_before():
    run = await stream(counting(), before={"work": lambda state: len(state["log"]) > 2})
    assert (run.status, run.output["log"]) == ("interrupted", [0, "check", 2, "check"])
    assert "Stopped before work, at a breakpoint" in where(run)
    await run.resume()
    assert (run.status, run.output["log"]) == ("interrupted", [0, "check", 2, "check", 4, "check"])
    assert (await run.resume(before=[])).status == "success"


async def test_a_condition_that_never_holds_changes_nothing():
    run = await stream(counting(), before={"work": lambda state: False})
    bare = await stream(counting())
    assert (run.status, run.output) == ("success", bare.output)
    assert [row["status"] for row in run.trace.rows("tasks")] == ["success"] * 8
    assert [(row["node"], row["step"]) for row in run.trace.rows("tasks")] == [
        (row["node"], row["step"]) for row in bare.trace.rows("tasks")
    ]
    assert run.trace.rows("interrupts") == []


async def test_a_condition_in_a_subgraph_takes_that_graphs_state():
    seen = []

    def condition(state):
        seen.append(state["log"])
        return len(seen) > 1

    run = await stream(nested(), before={"team/*": condition})
    assert (run.status, ran(run)) == ("interrupted", ["plan", "draft"])
    assert seen == [["plan"], ["plan", "draft"]]
    assert (await run.resume(before=[])).output == {"log": ALL}


async def test_names_with_and_without_a_condition_stand_together():
    run = await stream(counting(), before={"work": lambda state: False, "check": None})
    assert (run.status, run.output["log"]) == ("interrupted", [0])


async def test_a_stop_after_a_node_stays_where_a_condition_does_not_hold():
    run = await stream(counting(), before={"work": lambda state: False}, after="check")
    assert (run.status, run.output["log"]) == ("interrupted", [0, "check"])


async def test_a_condition_that_raises_stops_the_run_there():
    run = await stream(counting(), before={"work": lambda state: state["lgo"]})
    assert (run.status, run.output["log"]) == ("interrupted", [])
    assert run.note == "The condition of the breakpoint 'work' raised KeyError: 'lgo'"
    assert (await run.resume(before=[])).status == "success"


async def test_a_question_is_no_breakpoint():
    def ask(state: Log) -> Log:
        return {"log": [interrupt("go on?")]}

    graph = graph_of("first", ("ask", ask), checkpointer=InMemorySaver())
    if sys.version_info < (3, 11):
        pytest.skip("on Python 3.10 the test's loop gives the node no context")
    run = await stream(graph, before={"first": lambda state: False})
    assert (run.status, len(run.interrupts)) == ("interrupted", 1)
    assert (await run.resume("yes")).output == {"log": ["first", "yes"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"before": {"work": "len(state) > 2"}},
            r"takes the state and says whether to stop: before=\{'work': lambda",
        ),
        ({"after": {"work": bool}}, "conditions are for before, not for after"),
        ({"before": {"wrok": bool}}, "no node 'wrok': did you mean 'work'"),
    ],
)
def test_what_is_no_condition_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        stream(counting(), **options)


def test_a_condition_needs_a_checkpointer_too():
    with pytest.raises(UsageError, match="no checkpointer"):
        stream(counting(checkpointer=False), before={"work": bool})


# Step by step.


async def test_step_by_step_and_to_a_node():
    run = await stream(nested(), before="plan")
    assert ran(await run.resume(until="*")) == ["plan"]
    assert ran(await run.resume(until="team/review/mark")) == ["plan", "draft", "read"]
    assert ran(await run.resume(until=["*", "team/*", "team/review/*"])) == ["plan", "draft", "read", "mark"]
    assert (await run.resume()).output == {"log": ALL}


async def test_what_a_run_had_stays_when_it_runs_to_a_node():
    run = await stream(counting(), before={"work": lambda state: len(state["log"]) > 2})
    assert (await run.resume(until="check")).output["log"][-1] == 4
    assert (await run.resume()).output["log"][-2:] == [4, "check"]


def test_a_node_to_run_to_is_one_of_the_graphs():
    run = stream(counting(), before="work", thread=True).wait()
    with pytest.raises(UsageError, match="no node 'chekc': did you mean 'check'"):
        run.resume(until="chekc")
    assert run.status == "interrupted"


# As code.


async def test_code_says_what_it_leaves_out():
    run = await stream(nested(), before={"team/draft": lambda state: True, "send": None})
    await run.resume(before="team/review/mark")
    code = str(run.code())
    assert "interrupt_before=['send']" in code.replace('"', "'")
    assert re.search(r"# Breakpoints in subgraphs \(team/draft\).*compile\(interrupt_before=", code)
    assert "team/review/mark" in code
    assert "# The breakpoint team/draft had a condition" in code


async def test_the_page_knows_where_it_can_stop_and_how_it_steps():
    run = await stream(nested(), before="team/review/mark")
    steering = Steering(
        get_run_state(run), lambda start: start(), lambda run: False, lambda: None
    ).describe_steering()
    assert steering["breakpoint_holders"] == ["team", "team/review"]
    assert steering["next_step"] == ["*", "team/*", "team/review/*"]
    assert steering["resume_hint"].startswith("Stopped before team/review/mark")
