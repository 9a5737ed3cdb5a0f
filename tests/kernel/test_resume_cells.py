"""``--resume``: an answer in a cell, and the run goes on."""

from __future__ import annotations

import pytest

SETUP = """
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt
def ask(state):
    return {"x": interrupt("how many?")}
builder = StateGraph(State).add_node("ask", ask).add_edge(START, "ask")
asking_graph = builder.compile(checkpointer=InMemorySaver())
"""


@pytest.fixture
def asked(kernel):
    """A kernel in which ``run`` waits for an answer."""
    kernel.run(SETUP)
    kernel.run("%lgstream asking_graph --input {'x': 1} -o run")
    assert kernel.value_of("run.status") == "'interrupted'"
    return kernel


def test_the_body_is_the_answer_and_the_run_is_shown_in_its_cell(asked) -> None:
    cell = asked.run("%%lgstream run --resume\n2 + 3")
    assert cell.status == "ok"
    assert "asking_graph" in str(cell.shown)
    assert asked.value_of("run.status, run.output") == "('success', {'x': 5})"


def test_without_a_name_it_is_the_run_that_was_interrupted_last(asked) -> None:
    asked.run("%lgstream asking_graph --input {'x': 1} --quiet -o other")
    cell = asked.run("%lgstream --resume --input 7 --quiet -o same")
    assert cell.printed == "Goes on: the run of asking_graph; ask asked how many?\n"
    assert asked.value_of("same is other, other.output, run.status") == "(True, {'x': 7}, 'interrupted')"


def test_it_goes_on_where_nothing_can_be_awaited(asked) -> None:
    asked.run("def go():\n    %lgstream run --resume --input 8 --quiet\ngo()")
    assert asked.value_of("run.output") == "{'x': 8}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%lgstream asking_graph --resume --input 1", "--resume takes a run, and asking_graph is Compiled"),
        ("%lgstream run --resume --input 1 --thread a", "leave out --thread"),
        ("%lgstream run --resume", "waits for an answer: run.resume(value)"),
        ("%%lgstream run --resume --input 1\n2", "the answer is given twice"),
    ],
)
def test_what_cannot_be_is_said(asked, line, said) -> None:
    assert said in asked.fail(line).error["evalue"]
    assert asked.value_of("run.status") == "'interrupted'"
