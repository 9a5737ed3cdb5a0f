import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from pydantic import BaseModel
from typing_extensions import TypedDict

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


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"topic": "ice", "lgo": []}, "The graph's input has no key 'lgo': did you mean 'log'? LangGraph "
         "leaves out what it does not know. Keys: topic, log."),
        ({"topic": "ice", "xyz": 1}, "The graph's input has no key 'xyz'. LangGraph leaves out"),
        ({"topic": "ice", "a": 1, "b": 2}, "The graph's input has no keys 'a', 'b'. LangGraph leaves out"),
    ],
    ids=lambda value: str(type(value)),
)  # fmt: skip
async def test_a_key_that_the_graph_leaves_out_is_told_and_the_run_is_as_it_would_be(value, sentence):
    graph = build("steps")
    run = lg_jupyter.stream(graph, value, display=False)
    assert run.note.startswith(sentence)  # while it goes on
    assert (await run).note.startswith(sentence)
    assert run.output == await graph.ainvoke(value)


class Narrow(TypedDict):
    topic: str


class Wide(Narrow):
    log: list[str]


async def test_a_key_of_the_state_that_is_none_of_the_inputs_is_told():
    builder = StateGraph(Wide, input_schema=Narrow).add_node("node", lambda state: {"log": ["ran"]})
    graph = builder.add_edge(START, "node").compile()
    run = await lg_jupyter.stream(graph, {"topic": "ice", "log": ["kept?"]}, display=False)
    assert "has no key 'log'. LangGraph leaves out what it does not know. Keys: topic." in run.note


@pytest.mark.parametrize(
    ("graph", "value"),
    [
        ("steps", {"topic": "ice"}),
        ("steps", {"topic": "ice", "log": []}),
        ("steps", Command(update={"topic": "ice"})),
        ("react", {"messages": [("user", "hi")]}),
    ],
    ids=lambda value: str(type(value)),
)
def test_of_keys_that_it_knows_nothing_is_told(graph, value):
    assert lg_jupyter.stream(build(graph), value, display=False).wait().note is None


def test_an_entrypoint_takes_any_key():
    @entrypoint()
    def echo(value):
        return value

    run = lg_jupyter.stream(echo, {"any": "key"}, display=False).wait()
    assert (run.output, run.note) == ({"any": "key"}, None)


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
