"""How full the context window of a call is, and with what: by the provider's count and by characters."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from lg_jupyter import record
from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted
from lg_jupyter.panels import context
from lg_jupyter.sources.local.context_windows import find_context_window
from lg_jupyter.tables.prompt_parts import PromptMeter
from tests.graphs import ScriptedModel, words
from tests.summaries import summary
from tests.tables.stream import START, Stream
from tests.test_calls import Answers, finished, one_node, rows


def message(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "content": content, "id": None, **more}


def test_the_parts_of_a_prompt_are_measured_by_their_texts() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    given = [
        message("system", "be brief"),
        message("human", [{"type": "text", "text": "what is it?"}, picture]),
        message("ai", "", tool_calls=[{"name": "look"}]),
        message("tool", "a cat"),
    ]
    parts = PromptMeter().measure_prompt_characters(given, [{"name": "look"}])
    one_call = len('[{"name": "look"}]')
    assert parts == {
        "system": 8,
        "tools": one_call,
        "history": 11 + one_call,
        "tool_results": 5,
        "media": 1,
    }


def test_what_nobody_reports_is_not_known() -> None:
    assert PromptMeter().measure_prompt_characters(None, None) is None
    parts = PromptMeter().measure_prompt_characters([message("human", "hello")], None)
    assert parts is not None
    assert (parts["tools"], parts["history"]) == (None, 5)


class Known(Answers):
    """A model with a profile, which langchain-core has no field for before 1.1."""

    profile: Any = None


@pytest.mark.parametrize(
    ("profile", "limit"),
    [({"max_input_tokens": 1000}, 1000), ({"max_input_tokens": 0}, None), ({}, None), (None, None)],
)
def test_the_limit_of_a_call_is_what_the_models_profile_says(profile: Any, limit: int | None) -> None:
    model = Known(answers=["yes"], profile=profile)
    run = finished(one_node(lambda state: {"messages": [model.invoke(state["messages"])]}))
    assert [row["context_window"] for row in rows(run, "model_calls")] == [limit]


def test_a_profile_that_cannot_be_read_keeps_nothing_from_being_known() -> None:
    class Broken(Answers):
        @property
        def profile(self) -> Any:
            raise RuntimeError("no profile")

    assert find_context_window(Broken(answers=[])) is None


def test_a_call_in_a_run_knows_its_parts() -> None:
    model = ScriptedModel(lines=[words("It rains.")])
    asks = AIMessage("", tool_calls=[{"id": "c", "name": "look", "args": {}}])
    past = [HumanMessage("Does it rain?"), asks, ToolMessage("yes", tool_call_id="c")]
    graph = one_node(lambda state: {"messages": [model.invoke([SystemMessage("be brief"), *past])]})
    run = finished(graph)
    (call,) = rows(run, "model_calls")
    assert (call["input_parts"]["system"], call["input_parts"]["tool_results"]) == (8, 3)
    assert call["context_window"] is None  # of a scripted model nobody knows it
    text = record.render_record_text(summary(run.trace), run.trace)
    assert "4 tokens, limit not known" in text
    assert "by characters: system" in text


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (790, "790 of 1,000 tokens (79%)\n"),
        (800, "800 of 1,000 tokens (80%): nearly full"),
        (1000, "1,000 of 1,000 tokens (100%): full"),
    ],
)
def test_a_window_that_is_nearly_full_is_warned_of(tokens: int, said: str) -> None:
    stream = Stream()
    stream(ModelCallStarted("c", START, "callback", model="gpt-x", context_window=1000))
    stream(ModelCallEnded("c", START + 1, "success", usage={"input_tokens": tokens, "output_tokens": 1}))
    told = context.PANEL.format_record_text(record_of(stream))
    assert said in "\n".join(told) + "\n"


def record_of(stream: Stream) -> Any:
    from lg_jupyter.panels.panel import RecordContext

    return RecordContext(stream.trace, 0, 20_000)
