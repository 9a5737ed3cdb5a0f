"""``--no-think-tags`` is ``think_tags=False``."""

from __future__ import annotations

from langgraph.graph import START, MessagesState, StateGraph

from tests.graphs import ScriptedModel


def test_what_a_model_thinks_stays_in_its_text(shell) -> None:
    model = ScriptedModel(lines=[["<think>", "hm", "</think>", "yes"]])
    builder = StateGraph(MessagesState).add_node("say", lambda state: {"messages": [model.invoke("?")]})
    shell.user_ns["graph"] = builder.add_edge(START, "say").compile()
    shell.run_line_magic("load_ext", "lg_jupyter")
    for option, text in (("", "yes"), ("--no-think-tags", "<think>hm</think>yes")):
        shell.run_cell(f"run = %lgstream graph {option} --quiet --input {{'messages': []}}").raise_error()
        assert shell.user_ns["run"].to_pandas("messages")["text"].iloc[-1] == text
