import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from pydantic import BaseModel

import lg_jupyter
from lg_jupyter import InputError
from tests.graphs import build


class State(BaseModel):
    topic: str = ""


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("ice", "takes a dict with the keys topic, log, and got a str: 'ice'"),
        (["ice"], "and got a list: ['ice']"),
        (5, "and got an int: 5"),
        ("x" * 500, "xxx…"),
        (Unspeakable(), "<Unspeakable whose repr raises RuntimeError>"),
    ],
    ids=lambda value: str(type(value)),
)
def test_what_is_no_dict_is_refused_before_anything_runs(value, sentence):
    graph = build("steps", InMemorySaver())
    with pytest.raises(InputError) as raised:
        lg_jupyter.stream(graph, value, thread_id="t", display=False)
    assert sentence in str(raised.value)
    assert graph.get_state({"configurable": {"thread_id": "t"}}).metadata is None  # nothing was written


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("hi", 'did you mean {"messages": [("user", \'hi\')]}?'),
        ([("user", "hi")], "did you mean {\"messages\": [('user', 'hi')]}?"),
        (HumanMessage("hi"), 'did you mean {"messages": [message]}?'),
    ],
    ids=lambda value: str(type(value)),
)
def test_a_message_is_told_where_to_go(value, meant):
    with pytest.raises(InputError) as raised:
        lg_jupyter.stream(build("react"), value, display=False)
    assert meant in str(raised.value)


async def test_no_input_is_told_where_nothing_is_left_to_do():
    with pytest.raises(InputError, match="needs an input and got None"):
        await lg_jupyter.stream(build("steps"), None, display=False)


async def test_what_langgraph_refuses_is_told_in_one_line():
    def keep(state):
        return state

    whole = StateGraph(list).add_node("keep", keep).add_edge(START, "keep").compile()
    assert (await lg_jupyter.stream(whole, ["any", "list"], display=False)).output == ["any", "list"]

    class Opaque:
        """Looks like a graph that has no schemas to read."""

        def __init__(self):
            self.graph = build("steps")

        def astream(self, input, config=None, **options):
            return self.graph.astream(input, config, **options)

    with pytest.raises(InputError, match="takes a dict, and got a str: 'ice'"):
        await lg_jupyter.stream(Opaque(), "ice", display=False)


async def test_what_a_graph_can_take_is_taken():
    def keep(state: State):
        return {"topic": state.topic}

    graph = StateGraph(State).add_node("keep", keep).add_edge(START, "keep").compile()
    for value in (State(topic="ice"), {"topic": "ice"}, Command(update={"topic": "ice"})):
        assert (await lg_jupyter.stream(graph, value, display=False)).status == "success"


async def test_an_exception_of_a_node_is_never_taken_for_a_wrong_input():
    def wrong(state):
        return "no update"

    graph = StateGraph(State).add_node("wrong", wrong).add_edge(START, "wrong").compile()
    with pytest.raises(Exception, match="Expected dict, got no update") as raised:
        await lg_jupyter.stream(graph, {"topic": "x"}, modes="messages", display=False)
    assert type(raised.value).__name__ == "InvalidUpdateError"
