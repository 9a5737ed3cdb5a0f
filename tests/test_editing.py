"""A message or a value is found where it came into the state, and changed there: by a widget's messages."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.run import Run
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import build
from tests.test_steering import ask, stream
from tests.test_widget import lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def place_of(run: Run, role: str, nth: int = 0) -> dict[str, Any]:
    message = [row for row in run.to_pandas("messages").to_dict("records") if row["role"] == role][nth]
    found: dict[str, Any] = await ask(RunWidget(run), "message_place", message_id=message["message_id"])
    return found


async def run_on(run: Run, place: dict[str, Any], content: str) -> Run:
    values = {place["key"]: [{**place["value"][0], "content": content}]}
    at, node = place["checkpoint_id"], place["as_node"]
    await ask(RunWidget(run), "fork", checkpoint_id=at, values=values, as_node=node)
    branch: Run = await run.branches[-1]
    return branch


async def test_a_tools_result_is_changed_where_the_tool_gave_it_and_the_agent_goes_on() -> None:
    run = await stream("react")
    place = await place_of(run, "tool")
    assert (place["key"], place["as_node"], place["by_id"]) == ("messages", "tools", ["messages"])
    assert [each["type"] for each in place["value"]] == ["tool"]
    branch = await run_on(run, place, "Snow in Bergen.")
    texts = [str(message.content) for message in branch.output["messages"]]
    assert "Snow in Bergen." in texts
    assert len(texts) == len(run.output["messages"])
    assert [row["node"] for row in branch.trace.rows("tasks")] == ["agent"]


async def test_a_question_is_changed_at_the_runs_beginning() -> None:
    run = await stream("react")
    place = await place_of(run, "human")
    assert place["as_node"] == "__start__"
    branch = await run_on(run, place, "And in Oslo?")
    assert branch.output["messages"][0].content == "And in Oslo?"
    assert branch.trace.rows("tasks")[0]["node"] == "agent"


async def test_in_a_branch_a_message_is_as_it_was_written_there() -> None:
    run = await stream("react")
    branch = await run_on(run, await place_of(run, "tool"), "Snow in Bergen.")
    edited = next(each for each in branch.output["messages"] if each.content == "Snow in Bergen.")
    place = await ask(RunWidget(branch), "message_place", message_id=edited.id)
    assert place["value"][0]["content"] == "Snow in Bergen."
    assert place["as_node"] == "tools"
    original = await ask(RunWidget(run), "message_place", message_id=edited.id)
    assert original["value"][0]["content"] != "Snow in Bergen."


async def test_a_message_that_a_reducer_only_adds_is_given_with_its_list() -> None:
    class Added(TypedDict):
        notes: Annotated[list[AnyMessage], operator.add]

    note = AIMessage("noted", id="n1")
    builder = StateGraph(Added).add_node("note", lambda state: {"notes": [note]}).add_edge(START, "note")
    graph = builder.compile(checkpointer=InMemorySaver())
    run = await lg_jupyter.stream(graph, {"notes": [AIMessage("first", id="n0")]}, display=False)
    place = await ask(RunWidget(run), "message_place", message_id="n1")
    assert [each["id"] for each in place["value"]] == ["n0", "n1"]
    assert (place["reduced"], place["by_id"]) == (["notes"], [])


async def test_a_value_is_changed_after_the_step_that_wrote_it() -> None:
    run = await stream("steps")
    place = await ask(RunWidget(run), "value_place", step=2, key="topic")
    assert (place["value"], place["as_node"]) == ("ice!", "second")
    at = next(one for one in run.checkpoints if one.step == 2)
    assert place["checkpoint_id"] == at.checkpoint_id
    begun = await ask(RunWidget(run), "value_place", step=0, key="topic")
    assert (begun["value"], begun["as_node"]) == ("ice", "__start__")


class Notes(TypedDict):
    notes: Annotated[list[str], operator.add]
    topic: str


def side_by_side(**written: dict[str, Any]) -> Any:
    """Nodes that run in one step, each with what it writes, and one after each."""
    builder = StateGraph(Notes)
    for name, values in written.items():
        builder.add_node(name, lambda state, values=values: values).add_edge(START, name)
        after = f"after_{name}"
        builder.add_node(after, lambda state, after=after: {"notes": [after]}).add_edge(name, after)
    return builder.compile(checkpointer=InMemorySaver())


async def test_of_several_nodes_in_a_step_the_one_that_wrote_is_known() -> None:
    graph = side_by_side(left={"topic": "ice"}, right={"notes": ["right"]})
    run = await lg_jupyter.stream(graph, {"topic": "tea", "notes": []}, display=False)
    place = await ask(RunWidget(run), "value_place", step=1, key="topic")
    assert (place["as_node"], sorted(place["nodes"])) == ("left", ["left", "right"])


@pytest.mark.parametrize("picked", ["left", "right"])
async def test_where_several_wrote_nobody_is_taken_for_the_writer(picked: str) -> None:
    """Whoever is picked, what follows it runs, and what follows the other does not: so LangGraph has it."""
    graph = side_by_side(left={"notes": ["left"]}, right={"notes": ["right"]})
    run = await lg_jupyter.stream(graph, {"topic": "tea", "notes": []}, display=False)
    place = await ask(RunWidget(run), "value_place", step=1, key="notes")
    assert (place["as_node"], sorted(place["nodes"])) == (None, ["left", "right"])
    at, values = place["checkpoint_id"], {"notes": ["edited"]}
    await ask(RunWidget(run), "fork", checkpoint_id=at, values=values, as_node=picked)
    branch = await run.branches[-1]
    assert [row["node"] for row in branch.trace.rows("tasks")] == [f"after_{picked}"]


async def test_what_cannot_be_changed_is_said() -> None:
    run = await stream("react")
    widget = RunWidget(run)
    assert "not in the graph's state" in await ask(widget, "message_place", message_id="nobody")
    assert "no checkpoint after step 9" in await ask(widget, "value_place", step=9, key="messages")
    big = {"topic": "x" * 300_000, "log": []}
    large = await lg_jupyter.stream(build("steps", InMemorySaver()), big, display=False)
    assert "too large" in await ask(RunWidget(large), "value_place", step=1, key="topic")


async def test_a_message_from_before_what_was_kept_is_refused() -> None:
    run = await stream("react", durability="exit")
    sentence = await place_of(run, "tool")
    assert "no checkpoint before step" in str(sentence)
    place = await place_of(run, "ai", -1)
    assert place["as_node"] == "agent"
