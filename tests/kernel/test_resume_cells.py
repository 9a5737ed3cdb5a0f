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


TWO_STEPS = """
def done(state):
    return {"x": state["x"] + 1}
builder = StateGraph(State).add_node("ask", ask).add_node("done", done)
builder.add_edge(START, "ask").add_edge("ask", "done")
asking_graph = builder.compile(checkpointer=InMemorySaver())
"""

ANSWERS = [
    "await run.resume(41)",
    "run.resume(41, thread=True).wait()",
    "%lgstream run --resume --input 41",
    "%%lgstream run --resume --background\n41",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_cell_that_was_answered_keeps_its_record_and_the_answers_cell_has_the_rest(
    kernel, answer
) -> None:
    kernel.run(SETUP)
    kernel.run(TWO_STEPS)
    first = kernel.run("%lgstream asking_graph --input {'x': 1} -o run")
    (asked,) = (data["text/html"] for data in kernel.outputs(first).values())
    assert "how many?" in asked
    second = kernel.run(answer)
    kernel.run("await lg_jupyter.wait_all()" if "background" in answer else "import lg_jupyter")
    kernel.until(lambda: "success" in str(kernel.outputs(second)))
    (stood,) = (data["text/html"] for data in kernel.outputs(first).values())
    (onwards,) = (data["text/html"] for data in kernel.outputs(second).values())
    assert stood.endswith(asked)  # as it stood, below where it went on
    assert "Went on in [" in stood.removesuffix(asked)
    assert "What came before stands in [" in onwards
    assert "how many?" in onwards and "41" in onwards
    assert "step 2" in onwards and "step 0" not in onwards  # of the changes in the state
    assert any("widget-view" in str(each) for each in second.shown)  # which shows the whole run


def test_in_one_cell_it_is_one_record_of_the_whole_run(kernel) -> None:
    kernel.run(SETUP)
    cell = kernel.run(
        "import lg_jupyter\nrun = lg_jupyter.stream(asking_graph, {'x': 1})\nawait run\nawait run.resume(5)"
    )
    (record,) = (data["text/html"] for data in kernel.outputs(cell).values())
    assert "success" in record and "Went on" not in record and "stands in" not in record


def test_a_run_that_no_cell_shows_shows_nothing_when_it_goes_on(kernel) -> None:
    kernel.run(SETUP)
    kernel.run("import lg_jupyter\nrun = await lg_jupyter.stream(asking_graph, {'x': 1}, display=False)")
    assert kernel.run("await run.resume(5); None").shown == []
