"""A form without a kernel: what it asks of a graph, what it starts, what it keeps."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, Field, SecretStr

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.apps import schemas
from lg_jupyter.apps.conversation import make_state_messages_json
from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.input_history import MAX_INPUTS, InputHistory
from lg_jupyter.apps.secret_detector import SecretDetector
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.redact import Redactor
from tests.graphs import build


class Question(BaseModel):
    topic: str
    depth: int = Field(2, ge=1, le=5)
    password: SecretStr | None = None


class User(TypedDict):
    name: str


def graph_of(state: Any, node: Any, **options: Any) -> Any:
    checkpointer = options.pop("checkpointer", None)
    builder = StateGraph(state, **options).add_node("node", node).add_edge(START, "node")
    return builder.compile(checkpointer=checkpointer, name="asked")


def look_up(state: Question) -> dict[str, Any]:
    if state.topic == "fail":
        raise ValueError("no such topic")
    return {"topic": state.topic.upper()}


async def wait(state: Question) -> dict[str, Any]:
    await asyncio.sleep(60)
    return {}


def answer(state: MessagesState) -> dict[str, Any]:
    said = str(state["messages"][-1].content)
    if said == "fail":
        raise ValueError("out of words")
    if said == "ask":
        said = interrupt("what?")
    return {"messages": [AIMessage(f"{len(state['messages'])}: {said}")]}


class Page:
    """Calls a form's methods as the page does."""

    def __init__(self, target: Any, *given: Any, **options: Any) -> None:
        self.app = lg_jupyter.app(target, *given, **options)

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        form = self.app
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                form, "send", lambda each: heard.set_result(each) if each["type"] == "reply" else None
            )
            form.receive({"type": "call", "id": "1", "method": method, "params": params})
            return json.loads(json.dumps(await heard))

    async def result(self, method: str, **params: Any) -> Any:
        reply = await self.ask(method, **params)
        assert "error" not in reply, reply
        return reply["result"]

    async def run(self, **given: Any) -> Any:
        await self.result("start", **given)
        with suppress(ValueError):  # the summary tells of it
            await self.app.run
        return self.summary["run"]

    async def said(self) -> list[str]:
        told = await self.result("conversation")
        return [f"{each['role']}: {each['text']}" for each in told["messages"]]

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(json.dumps(self.app._summary))


# ---------------------------------------------------------------------------------------------
# Schemas


async def test_the_page_is_told_what_the_graph_takes():
    told = await Page(graph_of(Question, look_up, context_schema=User)).result("describe")
    assert set(told["input"]["properties"]) == {"topic", "depth", "password"}
    assert told["input"]["required"] == ["topic"]
    assert told["context"]["required"] == ["name"]
    assert set(told["config"]["properties"]) >= {"recursion_limit", "tags", "configurable"}
    assert told["secrets"] == ["password"]
    assert (told["kind"], told["chat"], told["remembers"], told["notes"]) == ("local", False, False, [])


async def test_a_state_that_is_a_typed_dict_takes_any_part_of_it():
    told = await Page(graph_of(User, lambda state: {})).result("describe")
    assert "required" not in told["input"]


async def test_a_prompt_is_marked_as_its_schema_marks_it():
    class Prompted(BaseModel):
        system: Annotated[str, Field(json_schema_extra={"langgraph_type": "prompt"})] = "Be brief."
        style: str | None = Field(None, json_schema_extra={"langgraph_type": "prompt"})

    told = await Page(graph_of(Prompted, lambda state: {}, context_schema=Prompted)).result("describe")
    for properties in (told["input"]["properties"], told["context"]["properties"]):
        assert [each.get("langgraph_type") for each in properties.values()] == ["prompt", "prompt"]


class Leaf(TypedDict, total=False):
    name: str
    leaves: list[Leaf]


class Tree(TypedDict):
    tag: Annotated[Literal["a", "b"], "said beside it"]
    leaf: Leaf | None
    either: Leaf | int
    by_name: dict[str, Leaf]


async def test_a_typed_dict_of_typing_is_described_with_what_is_in_it():
    """Before Python 3.12 pydantic refuses them, and so does LangGraph."""
    told = await Page(graph_of(Tree, lambda state: {})).result("describe")
    properties = told["input"]["properties"]
    assert properties["tag"]["enum"] == ["a", "b"]
    assert {"$ref": "#/$defs/Leaf"} in properties["leaf"]["anyOf"]
    assert {"$ref": "#/$defs/Leaf"} in properties["either"]["anyOf"]
    assert properties["by_name"]["additionalProperties"] == {"$ref": "#/$defs/Leaf"}
    assert "required" not in told["input"]["$defs"]["Leaf"]


async def test_a_schema_that_cannot_be_made_leaves_json_and_says_why():
    class State(TypedDict):
        call: Annotated[Any, object()]
        event: asyncio.Event

    page = Page(graph_of(State, lambda state: {"call": state["call"] + 1}))
    told = await page.result("describe")
    assert told["input"] == {}
    assert "can be written as JSON: PydanticSchemaGenerationError" in told["notes"][0]
    assert (await page.run(input={"call": 1}))["status"] == "success"


async def test_a_schema_beyond_all_measure_is_not_sent(monkeypatch):
    monkeypatch.setattr(schemas, "MAX_SCHEMA_CHARACTERS", 50)
    told = await Page(graph_of(Question, look_up)).result("describe")
    assert told["input"] == {}
    assert "characters" in told["notes"][0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "topic: Field required"),
        ({"topic": 3}, "topic: Input should be a valid string"),
        ({"topic": "a", "depth": 9}, "depth: Input should be less than or equal to 5"),
        ([], "The input is an object, not list"),
    ],
)
async def test_an_input_is_checked_here_too(given, said):
    page = Page(graph_of(Question, look_up))
    assert said in (await page.ask("start", input=given))["error"]
    assert page.app.runs == []


# ---------------------------------------------------------------------------------------------
# Runs


async def test_run_starts_a_run_and_shows_its_panels():
    page = Page(graph_of(Question, look_up))
    assert page.summary["run"] is None
    run = await page.run(input={"topic": "tea"}, config={"recursion_limit": 5})
    assert (run["status"], run["number"]) == ("success", 1)
    assert page.app.run.output == {"topic": "TEA"}
    assert page.app.run.request.config == {"recursion_limit": 5}
    assert page.app.run is page.app.runs[0]
    assert run["model"] == page.app._view.model_id
    await page.result("panels", shown=False)
    assert page.summary["panels"] is False
    first = page.app._view
    await page.run(input={"topic": "coffee"})
    assert len(page.app.runs) == 2
    assert first.comm is None, "the view of an earlier run is closed"


async def test_a_run_that_fails_says_so_and_the_form_stays_of_use():
    page = Page(graph_of(Question, look_up))
    run = await page.run(input={"topic": "fail"})
    assert (run["status"], run["error"]) == ("error", "node · step 1: ValueError: no such topic")
    assert (await page.run(input={"topic": "tea"}))["status"] == "success"


async def test_one_run_at_a_time_which_can_be_stopped():
    page = Page(graph_of(Question, wait))
    await page.result("start", input={"topic": "rain"})
    refused = await page.ask("start", input={"topic": "snow"})
    assert refused["error"] == "A run goes on: stop it, or wait for its end."
    while page.app.run.status == "pending":
        await asyncio.sleep(0)
    await page.result("cancel")
    await page.app.run
    assert page.summary["run"]["status"] == "cancelled"


async def test_an_entrypoint_takes_what_is_no_object():
    page = Page(build("flow"))
    told = await page.result("describe")
    assert told["input"]["type"] == "integer"
    assert "it: Input should be a valid integer" in (await page.ask("start", input="many"))["error"]
    assert (await page.run(input=2))["status"] == "success"
    assert page.app.run.output["doubled"] == [0, 2]


async def test_context_and_thread_are_given_on():
    page = Page(graph_of(Question, look_up, context_schema=User, checkpointer=InMemorySaver()))
    await page.run(input={"topic": "tea"}, context={"name": "Ada"})
    first = page.app.run
    assert first.request.context == {"name": "Ada"}
    await page.run(input={"topic": "tea"})
    assert page.app.run.thread_id != first.thread_id, "a form begins a new thread each time"
    await page.result("thread", thread_id=first.thread_id)
    await page.run(input={"topic": "tea"})
    assert page.app.run.thread_id == first.thread_id
    values = [each["value"] for each in await page.result("threads")]
    assert values == [first.thread_id, page.app.runs[1].thread_id]


async def test_the_line_of_python_does_the_same():
    page = Page(build("steps"))
    given = {"input": {"topic": "ice", "log": []}, "config": {"recursion_limit": 5}}
    text = (await page.result("code", **given))["text"]
    assert text == 'lg_jupyter.stream(graph, {"topic": "ice", "log": []}, config={"recursion_limit": 5})'
    run = eval(text, {"lg_jupyter": lg_jupyter, "graph": build("steps")})
    await run
    await page.run(**given)
    assert run.output == page.app.run.output


async def test_what_is_given_first_stands_in_the_form():
    page = Page(graph_of(MessagesState, answer), {"messages": [HumanMessage("hi", id="m")]}, name="talk")
    told = await page.result("describe")
    (message,) = told["given"]["input"]["messages"]
    assert (message["type"], message["content"]) == ("human", "hi")
    assert told["name"] == "talk"


async def test_what_cannot_be_answered_is_said(monkeypatch):
    page = Page(graph_of(Question, look_up))
    assert "no method 'dance'; there are describe," in (await page.ask("dance"))["error"]
    assert "There is no earlier input 7" in (await page.ask("earlier", index=7))["error"]
    told = await page.ask("thread", wrong=1)
    assert told["error"] == "thread has no parameter 'wrong': it takes thread_id."


def test_what_is_no_graph_is_refused():
    with pytest.raises(lg_jupyter.TargetError, match="is no graph"):
        lg_jupyter.app({})
    with pytest.raises(UsageError, match="did you mean"):
        lg_jupyter.app(graph_of(Question, look_up), modes="value")


# ---------------------------------------------------------------------------------------------
# Chat


async def test_a_chat_goes_on_in_its_thread():
    page = Page(graph_of(MessagesState, answer, checkpointer=InMemorySaver()))
    assert (await page.result("describe"))["chat"]
    await page.run(message="hello")
    await page.run(message="again")
    assert await page.said() == ["human: hello", "ai: 1: hello", "human: again", "ai: 3: again"]
    assert page.app.runs[0].thread_id == page.app.runs[1].thread_id == page.summary["thread"]
    text = (await page.result("code", message="more"))["text"]
    assert f'thread_id="{page.summary["thread"]}"' in text.replace("\n", " ")
    await page.result("thread", thread_id=None)
    assert await page.said() == []
    await page.run(message="hello")
    await page.result("thread", thread_id=page.app.runs[0].thread_id)
    assert (await page.said())[-1] == "ai: 3: again", "a thread brings its conversation"


async def test_a_chat_with_a_graph_that_remembers_nothing_sends_all():
    page = Page(graph_of(MessagesState, answer))
    assert not (await page.result("describe"))["remembers"]
    await page.run(message="hello")
    await page.run(message="again")
    assert await page.said() == ["human: hello", "ai: 1: hello", "human: again", "ai: 3: again"]
    await page.result("thread", thread_id=None)
    await page.run(message="anew")
    assert await page.said() == ["human: anew", "ai: 1: anew"]


async def test_a_chat_says_of_its_turns_that_they_failed_or_ask():
    page = Page(graph_of(MessagesState, answer, checkpointer=InMemorySaver()))
    await page.result("describe")
    run = await page.run(message="fail")
    assert run["error"] == "node · step 1: ValueError: out of words"
    await page.result("panels", shown=False)
    run = await page.run(message="ask")
    assert (run["status"], run["asks"]) == ("interrupted", 1)
    assert page.summary["panels"], "the panels open where it is answered"
    assert "aside: node · step 1: ValueError: out of words" in await page.said()
    await page.app.run.resume("tea")
    assert page.summary["run"]["status"] == "success"
    assert (await page.said())[-1].endswith(": tea")


async def test_a_chat_has_nothing_to_send_where_nothing_was_typed():
    page = Page(graph_of(MessagesState, answer))
    assert "type a message" in (await page.ask("start", message=" "))["error"]


def test_messages_in_every_form_are_shown():
    state = {
        "messages": [
            {"type": "human", "content": "a", "id": "1"},
            {"role": "assistant", "content": "b"},
            ["user", "c"],
            {
                "type": "ai",
                "content": [{"type": "text", "text": "d"}],
                "tool_calls": [{"name": "t", "args": {}}],
            },
            {"type": "remove", "id": "1", "content": ""},
            7,
        ]
    }
    shown = [
        (each["role"], each["text"], len(each["tool_calls"])) for each in make_state_messages_json(state)
    ]
    assert shown == [("human", "a", 0), ("ai", "b", 0), ("human", "c", 0), ("ai", "d", 1)]
    assert make_state_messages_json({"messages": "none"}) == make_state_messages_json(None) == []


# ---------------------------------------------------------------------------------------------
# Earlier inputs, and secrets


async def test_earlier_inputs_are_recalled_and_come_but_once():
    page = Page(graph_of(Question, look_up))
    for topic in ("tea", "coffee", "tea"):
        await page.run(input={"topic": topic})
    assert [each["title"] for each in page.summary["earlier"]] == ['{"topic": "coffee"}', '{"topic": "tea"}']
    assert (await page.result("earlier", index=0))["input"] == {"topic": "coffee"}


def test_earlier_inputs_are_bounded():
    earlier = InputHistory()
    for number in range(MAX_INPUTS + 5):
        earlier.add_input(FormInput({"number": number}))
    earlier.add_input(FormInput("x" * 1_000_000))
    earlier.add_input(FormInput({"number": 2**80}))
    assert len(earlier) == MAX_INPUTS
    assert earlier[0].input == {"number": 6}
    assert earlier[-1].input == {"number": 2**80}


async def test_a_secret_is_not_kept_or_told(monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sk-environment-1")
    page = Page(graph_of(Question, look_up, context_schema=dict))
    given = {
        "input": {"topic": "sk-environment-1", "password": "hidden-in-a-field"},
        "context": {"api_key": "sk-context-1"},
        "config": {"configurable": {"hf_token": "sk-config-1", "city": "Lisbon"}},
    }
    code = (await page.result("code", **given))["text"]
    await page.run(**given)
    run = page.app.run
    kept = await page.result("earlier", index=0)
    assert kept == {
        "input": {},
        "context": {},
        "config": {"configurable": {"city": "Lisbon"}},
        "message": None,
    }
    shown = [
        code,
        json.dumps(page.summary),
        page.app._records.render_html([run]),
        str(run.trace.rows("state_diffs")),
    ]
    for text in shown:
        for secret in ("sk-environment-1", "hidden-in-a-field", "sk-context-1", "sk-config-1"):
            assert secret not in text
    assert 'os.environ["PASSWORD"]' in code


async def test_a_branch_knows_the_secrets_that_a_schema_marks():
    page = Page(graph_of(Question, look_up, checkpointer=InMemorySaver()))
    await page.run(input={"topic": "hidden-in-a-field", "password": "hidden-in-a-field"})
    run = page.app.run
    first = next(one for one in run.checkpoints if one.next == ("node",))
    branch = await run.fork(first.checkpoint_id, {"topic": "of hidden-in-a-field"}, display=False)
    assert branch.output["topic"] == "OF HIDDEN-IN-A-FIELD"
    assert "of [redacted password]" in str(branch.trace.rows("checkpoints"))
    assert "hidden-in-a-field" not in str([part.data for part in get_run_state(branch).parts])


async def test_what_the_page_was_not_shown_is_given_all_the_same():
    class Counting(BaseCallbackHandler):
        pass

    config = {"callbacks": [Counting()], "configurable": {"api_key": "sk-given-1", "city": "Lisbon"}}
    context, message = {"name": "Ada"}, HumanMessage("hi")
    page = Page(
        graph_of(MessagesState, answer, context_schema=User),
        {"messages": [message]},
        config={**config, "recursion_limit": 9},
        context=context,
    )
    given = (await page.result("describe"))["given"]
    assert given["config"] == {"configurable": {"city": "Lisbon"}, "recursion_limit": 9}
    await page.run(**{**given, "config": {**given["config"], "recursion_limit": 5}})
    request = page.app.run.request
    assert request.config == {**config, "recursion_limit": 5}
    assert request.input["messages"][0] is message
    assert request.context is context
    assert 'os.environ["API_KEY"]' in (await page.result("code", **given))["text"]


def test_a_secret_is_known_by_its_name_or_its_value():
    redactor = Redactor()
    redactor.add_secret("KEY", "abcdefgh")
    secrets = SecretDetector(redactor, {"pin"})
    value = {"pin": "1", "a": ["abcdefgh", {"auth_token": "x", "b": 1}], "abcdefgh": 2}
    assert secrets.remove_secrets(value) == {"a": [None, {"b": 1}]}
    assert sorted(secrets.iter_secret_names_and_texts(value)) == [("auth_token", "x"), ("pin", "1")]
