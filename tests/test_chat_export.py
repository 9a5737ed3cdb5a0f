"""Messages of a run in the form that LangChain and chat models take."""

from __future__ import annotations

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage, convert_to_messages
from langgraph.graph import MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.exports.chat import rows_to_chat_messages
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.endpoint import collect_methods
from lg_jupyter.widgets.queries import RunQueries
from tests.test_endpoint import Page

CALL = {"id": "1", "name": "add", "args": {"a": 1}, "type": "tool_call"}
IMAGE = {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"}


def answer(state: MessagesState) -> MessagesState:
    call = AIMessage("", id="ai", tool_calls=[CALL])
    result = ToolMessage("3", tool_call_id="1", name="add", id="tool")
    return {"messages": [call, result, AIMessage("It is 3.", id="end", name="sum")]}


def test_what_is_copied_is_what_was_said() -> None:
    builder = StateGraph(MessagesState).add_node(answer).set_entry_point("answer").set_finish_point("answer")
    question = HumanMessage([{"type": "text", "text": "What is it?"}, IMAGE], id="human")
    run = lg_jupyter.stream(builder.compile(), {"messages": [question]}, display=False)
    run.wait()
    page = Page(collect_methods(RunQueries(get_run_state(run))))
    copied = page.ask("messages")["result"]
    human, call, result, end = convert_to_messages(copied)
    assert human.content == question.content
    assert call.tool_calls == [CALL]
    assert (result.content, result.tool_call_id, result.name) == ("3", "1", "add")
    assert (end.content, end.name, end.id, end.type) == ("It is 3.", "sum", "end", "ai")
    assert [each["id"] for each in page.ask("messages", ids=["ai", "tool"])["result"]] == ["ai", "tool"]


def test_what_was_removed_is_not_copied() -> None:
    rows = [
        {"role": "human", "text": "Hi", "message_id": id, "removed_time": time}
        for id, time in (("a", 1.0), ("b", None))
    ]
    assert [message["id"] for message in rows_to_chat_messages(rows)] == ["b"]
