"""What a model was given, in forms to copy: texts stay data, and the call can be made again."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from lg_jupyter.errors import UsageError
from lg_jupyter.exports.calls import PROMPT_FORMATTERS, Calls, ModelCall
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.call_totals import compute_call_totals
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.widgets.queries import RunQueries
from tests.graphs import ScriptedModel, words
from tests.test_calls import finished, one_node
from tests.test_code import NASTY


def call_of(given: list[AnyMessage], **bound: Any) -> ModelCall:
    model = ScriptedModel(lines=[words("yes")])
    run = finished(one_node(lambda state: {"messages": [model.bind(**bound).invoke(given)]}))
    return run.calls[0]


def without_ids(messages: list[Any]) -> list[Any]:
    return [message.model_copy(update={"id": None}) for message in messages]


CONVERSATION: list[AnyMessage] = [
    SystemMessage("be brief"),
    HumanMessage([{"type": "text", "text": "rain?"}], name="Ada"),
    AIMessage("", tool_calls=[{"id": "c", "name": "look", "args": {"city": "Bergen"}}]),
    ToolMessage("no such city", tool_call_id="c", name="look", status="error", artifact={"tried": 2}),
]


def test_messages_come_back_as_they_were() -> None:
    assert without_ids(call_of(CONVERSATION).messages()) == CONVERSATION


def test_the_text_of_an_answer_is_that_of_its_blocks() -> None:
    row = dict.fromkeys(SCHEMAS["model_calls"].column_kinds)
    blocks = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "It "},
        {"type": "text", "text": "rains."},
    ]
    assert ModelCall({**row, "output": {"type": "ai", "content": blocks}}).text == "It rains."
    assert ModelCall({**row, "output": "a text"}).text == "a text"
    assert ModelCall(row).text is None


def test_openai_messages_are_those_of_langchain() -> None:
    system, human, ai, tool = call_of(CONVERSATION).openai_messages()
    assert system == {"role": "system", "content": "be brief"}
    assert (human["role"], human["name"]) == ("user", "Ada")
    assert ai["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"city": "Bergen"}'}
    assert (tool["role"], tool["tool_call_id"], tool["content"]) == ("tool", "c", "no such city")


@pytest.mark.parametrize("text", NASTY)
def test_the_code_makes_the_call_again(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    class Listening(ScriptedModel):
        def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **rest: Any) -> Any:
            given.append((messages, rest))
            return super()._generate(messages, stop, run_manager, **rest)

    again = Listening(lines=[words("again")])
    monkeypatch.setattr(sys.modules["__main__"], "llm", again, raising=False)
    tools = [{"name": text, "description": text}]
    call = call_of([SystemMessage(text), HumanMessage(text)], tools=tools, **{text: text})
    names: dict[str, Any] = {"llm": again, "model": again}
    exec(compile(str(call.code()), "<call>", "exec"), names)
    ((messages, rest),) = given
    assert names["answer"].content == "again"
    assert [message.content for message in messages] == [text, text]
    assert rest["tools"] == tools
    assert rest.get(text) == (None if "passwd" in text else text)  # under such a name, a value is a secret


def test_the_notebooks_model_is_the_one_called_and_keeps_its_own_parameters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = call_of([HumanMessage("?")], temperature=0.5)
    assert call.code().startswith('# model stands for "scripted" of "scripted": no variable')
    monkeypatch.setattr(sys.modules["__main__"], "writer", ScriptedModel(lines=[]), raising=False)
    assert "answer = writer.bind(temperature=0.5).invoke(messages)" in call.code()


def test_of_two_models_of_a_name_the_called_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warm, cold = ScriptedModel(lines=[words("yes")]), ScriptedModel(lines=[words("yes")])
    monkeypatch.setattr(sys.modules["__main__"], "warm", warm, raising=False)
    monkeypatch.setattr(sys.modules["__main__"], "cold", cold, raising=False)
    run = finished(one_node(lambda state: {"messages": [cold.bind(temperature=0).invoke("?")]}))
    assert "answer = cold.bind(temperature=0).invoke(messages)" in run.calls[0].code()
    monkeypatch.delattr(sys.modules["__main__"], "cold")
    assert "answer = warm.bind(temperature=0).invoke(messages)" in run.calls[0].code()


def test_a_model_that_tells_no_parameters_gets_those_of_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent(ScriptedModel):
        def _get_ls_params(self, stop: Any = None, **kwargs: Any) -> Any:
            if kwargs.get("called"):
                return super()._get_ls_params(stop, **kwargs)
            raise RuntimeError("no")

    silent = Silent(lines=[words("yes")])
    monkeypatch.setattr(sys.modules["__main__"], "silent", silent, raising=False)
    bound = silent.bind(tool_choice="auto", temperature=0.5, called=True)
    run = finished(one_node(lambda state: {"messages": [bound.invoke("?")]}))
    assert 'answer = silent.bind(tool_choice="auto").invoke(messages)' in run.calls[0].code()


def test_a_secret_is_in_no_code() -> None:
    code = call_of(
        [HumanMessage("?")], tool_choice="auto", extra_headers={"authorization": "Bearer s3"}
    ).code()
    assert "s3" not in code


def test_what_is_not_known_is_not_made_up() -> None:
    unknown = ModelCall({"input": None})
    for made in (unknown.messages, unknown.openai_messages, unknown.code):
        with pytest.raises(UsageError, match="not known"):
            made()


def test_a_page_gets_each_form() -> None:
    run = finished(one_node(lambda state: {"messages": [ScriptedModel(lines=[words("yes")]).invoke("?")]}))
    queries, (call,) = RunQueries(get_run_state(run)), run.calls
    texts = {form: queries.format_prompt(call.call_id, form)["text"] for form in PROMPT_FORMATTERS}
    assert json.loads(texts["json"])["input"][0]["content"] == "?"
    assert json.loads(texts["openai"]) == [{"role": "user", "content": "?"}]
    assert texts["python"] == call.code()


def test_calls_are_summed_by_model_agent_and_node() -> None:
    rows: list[dict[str, Any]] = [
        {"agent_name": "a", "node": "n", "status": "success", "latency": 1.0, "input_tokens": 5},
        {"agent_name": "a", "node": "m", "status": "error", "latency": 3.0},
        {"agent_name": "b", "node": "m", "status": "success", "latency": 2.0, "input_tokens": 2},
    ]
    blank = dict.fromkeys(SCHEMAS["model_calls"].column_kinds)
    calls = Calls([ModelCall({**blank, "model": "gpt", **row}) for row in rows])
    (whole,) = calls.totals()
    assert (whole["calls"], whole["failures"], whole["input_tokens"]) == (3, 1, 7)
    assert (whole["output_tokens"], whole["latency_p50"], whole["latency_p95"]) == (None, 2.0, 3.0)
    assert whole["latency_total"] == sum(row["latency"] for row in rows)
    assert [(total["name"], total["calls"]) for total in calls.totals("agent")] == [("a", 2), ("b", 1)]
    assert [(total["name"], total["calls"]) for total in calls.totals("node")] == [("m", 2), ("n", 1)]
    assert whole["cost"] is None
    with pytest.raises(UsageError, match="'name', 'agent', 'node'"):
        calls.totals("step")  # type: ignore[arg-type]


def test_costs_are_summed_of_the_calls_of_models_that_are_over_and_have_one() -> None:
    blank = dict.fromkeys(SCHEMAS["model_calls"].column_kinds)
    rows = [
        {**blank, "model": "gpt", "status": status, "cost": cost}
        for status, cost in [*[("success", 0.1)] * 10, ("error", None), ("running", None)]
    ]
    tool = {**dict.fromkeys(SCHEMAS["tool_calls"].column_kinds), "name": "look", "status": "success"}
    gpt, look = compute_call_totals([*rows, tool])
    assert gpt["cost"] == 1.0  # one by one, these floats make less
    assert (look["kind"], look["cost"]) == ("tool", None)
    assert compute_call_totals(rows[10:])[0]["cost"] is None
