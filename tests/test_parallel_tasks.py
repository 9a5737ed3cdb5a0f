"""What a step runs side by side is told apart: by number, and by what was sent."""

import io
from operator import add
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Send
from rich.console import Console

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.parallel_tasks import ParallelTaskNumbering
from lg_jupyter.terminal.view import TerminalView


class State(TypedDict, total=False):
    topic: str
    notes: Annotated[list[str], add]


class Notes(TypedDict, total=False):
    notes: Annotated[list[str], add]


def fan(*topics: str, inside: bool = False) -> Any:
    def write(state: State) -> State:
        return {"notes": [state["topic"]]}

    worker: Any = write
    if inside:
        worker = StateGraph(State, output_schema=Notes).add_node("draft", write)
        worker = worker.add_edge(START, "draft").compile()
    builder = StateGraph(State).add_node("worker", worker)
    builder.add_conditional_edges(START, lambda state: [Send("worker", {"topic": each}) for each in topics])
    return builder.compile()


async def told(graph: Any) -> list[str]:
    run = await lg_jupyter.stream(graph, {"notes": []}, display=False)
    summary, out = summarize_run(get_run_state(run)), io.StringIO()
    TerminalView(run, Console(file=out, width=500)).show()
    return [
        record.render_record_html(summary, run.trace),
        record.render_record_text(summary, run.trace),
        out.getvalue(),
    ]


async def test_workers_are_numbered_and_say_what_was_sent():
    for place in await told(fan("tea", "milk")):
        assert '1 of 2 · {"topic": "tea"}' in place
        assert '2 of 2 · {"topic": "milk"}' in place


async def test_so_are_subgraphs():
    html, text, _ = await told(fan("tea", "milk", inside=True))
    for place in (html, text):
        tree = place.partition("subgraphs")[2].partition("timeline")[0]
        assert '2 of 2 · {"topic": "milk"}' in tree


async def test_one_alone_is_not():
    assert not any("1 of 1" in place for place in await told(fan("tea")))


def test_a_node_that_runs_again_in_another_step_is_no_sibling():
    rows = [
        {"task_id": n, "namespace": "", "node": "loop", "step": step, "input": "x" * 500}
        for n, step in enumerate([1, 2, 2, None, None])
    ]
    parallel_tasks = ParallelTaskNumbering(rows)
    assert [parallel_tasks.format_number_and_input(n)[:6] for n in range(5)] == [
        "",
        "1 of 2",
        "2 of 2",
        "",
        "",
    ]
    assert len(parallel_tasks.format_number_and_input(2)) < 80


def test_rows_that_come_again_and_rows_without_a_step_are_passed_over():
    def row(task_id: str, step: int | None = 1, **more: Any) -> dict[str, Any]:
        return {"task_id": task_id, "namespace": "", "node": "n", "step": step, "input": task_id, **more}

    tasks = ParallelTaskNumbering([row("a")])
    tasks.add_tasks([row("a"), row("none", None), row("b", title="look"), row("c", 2)])
    assert [tasks.format_number_of_total(each) for each in ("a", "b", "c", "none")] == [
        "1 of 2",
        "2 of 2",
        "",
        "",
    ]
    assert [tasks.format_number_and_input(each) for each in ("a", "b", "c", "none")] == [
        "1 of 2 · a",
        "2 of 2",
        "",
        "",
    ]
