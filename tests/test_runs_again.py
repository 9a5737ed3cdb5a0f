"""Tasks that run, or are announced, a second time: tried again, resumed, or with a result that was saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy, interrupt

import lg_jupyter
from lg_jupyter.run import Run


class State(TypedDict, total=False):
    log: Annotated[list[Any], lambda old, new: old + new]


ASKS_IN_EVENTS = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="on Python 3.10 a node cannot ask while astream_events runs it"
)
EVENTS = pytest.mark.parametrize("modes", ["events", "events,updates", "events,debug"])


def graph(checkpointer: Any = None, retry: RetryPolicy | None = None, **nodes: Any) -> Any:
    """A graph whose nodes all run at once."""
    made = StateGraph(State)
    for name, node in nodes.items():
        made.add_node(name, node, retry_policy=retry)
        made.add_edge(START, name)
    return made.compile(checkpointer=checkpointer)


def ask(state: State) -> State:
    return {"log": [interrupt("sure?")]}


def sound(state: State) -> State:
    return {"log": [0]}


def fails_at_first() -> Callable[[State], State]:
    failures = [ValueError("at first")]

    def fragile(state: State) -> State:
        if failures:
            raise failures.pop()
        return {"log": [1]}

    return fragile


def start(target: Any, given: Any = None, **options: Any) -> Run:
    return lg_jupyter.stream(target, {"log": []} if given is None else given, display=False, **options)


def column(run: Run, name: str, table: str = "tasks") -> dict[str, Any]:
    return {row["node"]: row[name] for row in run.trace.rows(table)}


@EVENTS
async def test_a_node_that_is_tried_again_ends(modes):
    retry = RetryPolicy(initial_interval=0.01, jitter=False, retry_on=ValueError)
    run = await start(graph(retry=retry, fragile=fails_at_first()), modes=modes)
    assert column(run, "status") == {"fragile": "success"}
    assert column(run, "result") == {"fragile": {"log": [1]}}


def retried(run: Run) -> dict[str, list[str | None]]:
    """What each node had failed with whenever it was tried again."""
    return {row["node"]: [each.get("message") for each in row["retries"]] for row in run.trace.rows("tasks")}


TRIED_AGAIN = RetryPolicy(initial_interval=0.01, jitter=False, retry_on=ValueError)


@pytest.mark.parametrize("modes", [None, "tasks", "events", "events,updates"])
async def test_a_task_tells_how_often_it_was_tried_again(modes):
    run = await start(graph(retry=TRIED_AGAIN, fragile=fails_at_first(), sound=sound), modes=modes)
    assert retried(run) == {"fragile": ["at first"], "sound": []}
    ((again,),) = [row["retries"] for row in run.trace.rows("tasks") if row["node"] == "fragile"]
    assert run.trace.started <= again["time"] <= run.trace.ended


async def test_retries_within_a_subgraph_are_those_of_its_tasks():
    outer = graph(sub=graph(retry=TRIED_AGAIN, fragile=fails_at_first()))
    assert retried(await start(outer)) == {"sub": [], "fragile": ["at first"]}
    outer = graph(sub=graph(retry=TRIED_AGAIN, fragile=fails_at_first()))
    assert retried(await start(outer, subgraphs=False)) == {"sub": []}


async def test_a_call_of_a_task_is_tried_again():
    @task(retry_policy=TRIED_AGAIN)
    def call(state: State) -> State:
        return fragile(state)

    @entrypoint()
    def flow(state: State) -> State:
        return call(state).result()

    fragile = fails_at_first()
    assert retried(await start(flow)) == {"flow": [], "call": ["at first"]}


async def test_what_fails_in_the_end_has_its_tries_too():
    def hopeless(state: State) -> State:
        raise ValueError("never")

    run = start(graph(retry=TRIED_AGAIN, hopeless=hopeless))
    with pytest.raises(ValueError, match="never"):
        await run
    assert retried(run) == {"hopeless": ["never", "never"]}
    assert column(run, "status") == {"hopeless": "error"}


async def test_a_node_that_goes_on_after_an_answer_was_not_tried_again():
    def asks(state: State) -> State:
        return {"log": [interrupt("sure?")]}

    run = await start(graph(InMemorySaver(), retry=TRIED_AGAIN, asks=asks))
    await run.resume("yes")
    assert (run.status, retried(run)) == ("success", {"asks": []})


@EVENTS
@ASKS_IN_EVENTS
async def test_an_answered_node_and_the_graphs_around_it_end(modes):
    run = await start(graph(InMemorySaver(), sub=graph(ask=ask)), modes=modes)
    assert column(run, "status") == {"sub": "interrupted", "ask": "interrupted"}
    await run.resume("yes")
    assert column(run, "status") == {"sub": "success", "ask": "success"}
    assert {row["status"] for row in run.trace.rows("namespaces")} == {"success"}


@EVENTS
@ASKS_IN_EVENTS
async def test_a_node_that_asks_twice_is_interrupted_twice(modes):
    def asks(state: State) -> State:
        return {"log": [interrupt("sure?"), interrupt("really?")]}

    run = await start(graph(InMemorySaver(), asks=asks), modes=modes)
    await run.resume("yes")
    assert (run.status, column(run, "status")) == ("interrupted", {"asks": "interrupted"})
    await run.resume("really")
    assert column(run, "status") == {"asks": "success"}


@EVENTS
async def test_a_node_that_failed_and_goes_on_ends(modes):
    run = start(graph(InMemorySaver(), fragile=fails_at_first()), modes=modes)
    with pytest.raises(ValueError, match="at first"):
        await run
    assert column(run, "status") == {"fragile": "error"}
    await run.resume()
    assert column(run, "status") == {"fragile": "success"}


@pytest.mark.parametrize(
    "modes",
    [
        None,
        "tasks",
        "tasks,updates",
        pytest.param("events", marks=ASKS_IN_EVENTS),
        pytest.param("events,updates", marks=ASKS_IN_EVENTS),
    ],
)
async def test_what_ran_before_the_question_stays_as_it_ended(modes):
    def sibling(state: State) -> State:
        return {"log": [1]}

    run = await start(graph(InMemorySaver(), sibling=sibling, ask=ask), modes=modes)
    (before,) = (row for row in run.trace.rows("tasks") if row["node"] == "sibling")
    assert before["status"] == "success"
    await run.resume("yes")
    assert run.trace.row("tasks", before["task_id"]) == before
    assert column(run, "status") == {"sibling": "success", "ask": "success"}


@pytest.mark.parametrize("modes", [None, "tasks"])
async def test_results_of_calls_that_were_saved_stay(modes):
    @task
    def double(number: int) -> int:
        return 2 * number

    @entrypoint(checkpointer=InMemorySaver())
    def flow(count: int) -> list[Any]:
        return [double(number).result() for number in range(count)] + [interrupt("sure?")]

    run = await start(flow, 2, modes=modes)
    before = [row for row in run.trace.rows("tasks") if row["node"] == "double"]
    assert [(row["status"], row["result"]) for row in before] == [("success", 0), ("success", 2)]
    await run.resume("yes")
    assert [row for row in run.trace.rows("tasks") if row["node"] == "double"] == before
    assert run.output == [0, 2, "yes"]


@EVENTS
async def test_subgraphs_that_are_not_followed_are_not_in_the_tables(modes):
    outer = graph(sub=graph(inner=lambda state: {"log": [1]}))
    run = await start(outer, modes=modes, subgraphs=False)
    assert column(run, "status") == {"sub": "success"}
    assert [row["namespace"] for row in run.trace.rows("namespaces")] == [""]
    (task_id,) = column(run, "task_id").values()
    inside = [
        row
        for row in run.trace.rows("events")
        if row["mode"] == "events" and row["data"]["metadata"].get("langgraph_node") == "inner"
    ]
    assert inside
    assert {(row["node"], row["task_id"]) for row in inside} == {("sub", task_id)}
