"""Tokens of calls that told no usage, since they were cancelled or failed: they are not lost in the sums."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import ScriptedModel, words

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="async nodes stream no tokens there")


def says(text: str) -> Callable[[MessagesState], Awaitable[Any]]:
    async def node(state: MessagesState) -> Any:
        return {"messages": [await ScriptedModel(lines=[words(text)], pause=0.01).ainvoke("say it")]}

    return node


def graph() -> Any:
    builder = StateGraph(MessagesState).add_node("whole", says("one two three"))
    builder.add_node("endless", says("word " * 500))
    return builder.add_edge(START, "whole").add_edge("whole", "endless").compile()


async def cancelled_in_its_second_call() -> lg_jupyter.Run:
    run = lg_jupyter.stream(graph(), {"messages": []}, display=False)
    while run.trace.event_and_token_counts["tokens"] < 10:
        await asyncio.sleep(0.01)
    run.cancel()
    return await run


async def test_pieces_of_a_cancelled_call_stand_beside_what_others_counted():
    run = await cancelled_in_its_second_call()
    pieces = len(run.to_pandas("tokens"))
    summary = summarize_run(get_run_state(run))
    assert run.usage["output_tokens"] == 3
    assert pieces >= 10 and summary["tokens"] == pieces
    assert f"· 1 in · 3 out · {pieces - 3} uncounted" in format_headline(summary)


async def test_where_all_are_counted_nothing_is_said_of_it():
    builder = StateGraph(MessagesState).add_node("whole", says("one two three")).add_edge(START, "whole")
    run = await lg_jupyter.stream(builder.compile(), {"messages": []}, display=False)
    assert summarize_run(get_run_state(run))["tokens"] == 3
    assert format_headline(summarize_run(get_run_state(run))).endswith("· 1 in · 3 out")
