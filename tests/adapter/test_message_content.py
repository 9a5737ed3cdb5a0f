"""What chunks of a model's message add up to: blocks, tool calls, citations, refusals, sound, reasoning."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.think_tags import ThinkTagParser, split_think_tags
from lg_jupyter.events.events import Part
from lg_jupyter.tables.trace import Trace
from tests.adapter.build import ai, call, chunk

LAST = {"chunk_position": "last"}


def last(**fields: Any) -> dict[str, Any]:
    return chunk([], **LAST, **fields)


def row_of(*messages: dict[str, Any], **start: Any) -> dict[str, Any]:
    """The row of a message that comes so, and nothing else tells."""
    trace, metadata = Trace(), call(ls_model_type="chat", ls_provider="openai")
    trace.feed(Part("control", "", {"event": "start", "modes": ["messages"], **start}, 0.0))
    for time, message in enumerate(messages):
        trace.feed(Part("messages", "", [message, metadata], float(time)))
    (row,) = trace.rows("messages")
    return row


def pieces(*contents: Any, **fields: Any) -> list[dict[str, Any]]:
    return [chunk(content, **fields) for content in contents]


def beside(*extras: dict[str, Any]) -> list[dict[str, Any]]:
    return [chunk("", additional_kwargs=extra) for extra in extras]


def calls(*chunks: dict[str, Any]) -> list[dict[str, Any]]:
    empty = {"id": None, "name": None, "args": "", "index": None}
    return [chunk("", tool_call_chunks=[{**empty, **piece}]) for piece in chunks]


# -- blocks ----------------------------------------------------------------------------------------

SEARCH = [{"type": "web_search_result", "url": "https://a.example", "title": "A"}]
SERVER_TOOL = [
    [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}, "index": 0}],
    [{"type": "input_json_delta", "partial_json": '{"query": ', "index": 0}],
    [{"type": "input_json_delta", "partial_json": '"lisbon"}', "index": 0}],
    [{"type": "web_search_tool_result", "tool_use_id": "s", "content": SEARCH, "index": 1}],
    [{"type": "text", "text": "Sunny.", "index": 2}],
]


def test_a_servers_tool_is_its_call_with_the_input_and_its_result() -> None:
    named = {"response_metadata": {"model_provider": "anthropic"}}
    row = row_of(*pieces(*SERVER_TOOL, **named), last())
    asked, answered = row["blocks"]
    assert (row["text"], row["tool_calls"]) == ("Sunny.", None)
    assert (asked["type"], asked["name"], asked["args"]) == (
        "server_tool_call",
        "web_search",
        {"query": "lisbon"},
    )
    assert (answered["type"], answered["output"]) == ("server_tool_result", SEARCH)


def test_blocks_can_be_looked_at_while_they_come() -> None:
    trace, metadata = Trace(), call(ls_model_type="chat")
    seen = []
    for time, message in enumerate(pieces(*SERVER_TOOL)):
        trace.feed(Part("messages", "", [message, metadata], float(time)))
        trace.take_changes()
        seen.append([block.get("input") for block in trace.rows("messages")[0]["blocks"] if "input" in block])
    assert seen[0] == [{}]
    assert seen[-1] == [{"query": "lisbon"}]


@pytest.mark.parametrize("places", [(0, 1, 2), (None, None, None)])
def test_three_images_are_three_blocks(places: tuple[Any, ...]) -> None:
    images = [
        [{"type": "image_generation_call", "id": f"i{n}", "result": f"aGk{n}", "index": place}]
        for n, place in enumerate(places)
    ]
    row = row_of(*pieces(*images), last())
    assert [(block["type"], block["base64"]) for block in row["blocks"]] == [
        ("image", "aGk0"),
        ("image", "aGk1"),
        ("image", "aGk2"),
    ]


def test_the_blocks_of_a_whole_message_are_those_of_its_chunks() -> None:
    streamed = row_of(*pieces(*SERVER_TOOL), last())
    content = [
        {
            "type": "server_tool_use",
            "id": "s",
            "name": "web_search",
            "input": {"query": "lisbon"},
            "index": 0,
        },
        *SERVER_TOOL[3],
        *SERVER_TOOL[4],
    ]
    assert row_of(ai(content))["blocks"] == streamed["blocks"]


def test_a_block_that_nobody_knows_stays_as_it_is() -> None:
    strange = {"type": "hologram", "points": [1, 2]}
    assert row_of(*pieces([strange]), last())["blocks"] == [strange]
    assert row_of(ai([strange, "text", {"text": "no type"}]))["text"] == "text"


def test_images_of_a_question_are_in_the_standard_form() -> None:
    url = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    (block,) = row_of({"type": "human", "content": [url], "id": "h"})["blocks"]
    assert block == {"type": "image", "base64": "aGk=", "mime_type": "image/png"}


# -- what stands beside the content -----------------------------------------------------------------


def test_a_refusal_is_a_block_and_the_answer_not_a_success() -> None:
    block = (
        [{"type": "refusal", "refusal": "I can", "index": 0}],
        [{"type": "refusal", "refusal": "not", "index": 0}],
    )
    for row in (
        row_of(*pieces(*block), last()),
        row_of(*beside({"refusal": "I can"}, {"refusal": "not"}), last()),
        row_of(ai("", additional_kwargs={"refusal": "I cannot"})),
    ):
        assert row["blocks"] == [{"type": "refusal", "refusal": "I cannot"}]
        assert row["status"] == "incomplete"


def test_what_is_said_in_sound_is_kept_with_it() -> None:
    sound = {"id": "a", "transcript": "Good "}, {"transcript": "morning", "data": "UklG"}, {"data": "Rg=="}
    (block,) = row_of(*beside(*({"audio": piece} for piece in sound)), last())["blocks"]
    assert block == {"type": "audio", "id": "a", "transcript": "Good morning", "base64": "UklGRg=="}


@pytest.mark.parametrize(
    "extra",
    [
        {"reasoning_details": [{"type": "reasoning.text", "text": "hm", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "hm", "index": 0}]},
        {"thinking": "hm"},
        {"reasoning_content": "hm", "reasoning_details": [{"text": "hm"}]},
    ],
)
def test_reasoning_beside_the_content_is_told_once(extra: dict[str, Any]) -> None:
    assert row_of(*beside(extra), last())["reasoning"] == "hm"
    assert row_of(ai("", additional_kwargs=extra))["reasoning"] == "hm"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "reasoning", "summary": "hm"},
        {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]},
        {"type": "reasoning_text", "text": "hm"},
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
    ],
)
def test_reasoning_in_any_block_leaves_the_text_beside_it(block: dict[str, Any]) -> None:
    row = row_of(*pieces([{**block, "index": 0}, {"type": "text", "text": "So", "index": 1}]), last())
    assert (row["reasoning"], row["text"], row["blocks"]) == ("hm", "So", None)


# -- citations -------------------------------------------------------------------------------------

PLACE = {"url": "https://a.example", "title": "A", "cited_text": "hills", "start_index": 0, "end_index": 5}
GROUNDING = {
    "grounding_chunks": [{"web": {"uri": "https://a.example", "title": "A"}}],
    "grounding_supports": [
        {"segment": {"start_index": 0, "end_index": 5, "text": "hills"}, "grounding_chunk_indices": [0]}
    ],
}


@pytest.mark.parametrize(
    "chunks",
    [
        pieces(
            [{"type": "text", "text": "hills", "index": 0}],
            [{"type": "text", "citations": [PLACE], "index": 0}],
        ),
        pieces([{"type": "text", "text": "hills", "annotations": [{"type": "url_citation", **PLACE}]}]),
        [chunk("hills"), chunk("", response_metadata={"grounding_metadata": GROUNDING})],
        [chunk("hills"), *beside({"annotations": [{"type": "url_citation", "url_citation": PLACE}]})],
    ],
)
def test_citations_are_in_one_form(chunks: list[dict[str, Any]]) -> None:
    row = row_of(*chunks, last())
    assert (row["text"], row["citations"]) == ("hills", [PLACE])


def test_citations_that_are_addresses_or_sources_alone() -> None:
    row = row_of(ai("a", additional_kwargs={"citations": ["https://a.example", "A book"]}))
    assert row["citations"] == [{"url": "https://a.example"}, {"title": "A book"}]
    place = {"type": "char_location", "document_title": "A", "cited_text": "hills", "start_char_index": 3}
    row = row_of(ai([{"type": "text", "text": "x", "citations": [place, place]}]))
    assert row["citations"] == [{"title": "A", "cited_text": "hills", "extras": {"start_char_index": 3}}]


# -- tool calls ------------------------------------------------------------------------------------


def test_names_and_arguments_in_pieces() -> None:
    row = row_of(
        *calls(
            {"index": 0, "id": "c", "name": "get_", "args": ""},
            {"index": 0, "name": "weather", "args": '{"a"'},
            {"index": 0, "args": ": 1}"},
        ),
        last(),
    )
    assert row["tool_calls"] == [{"id": "c", "name": "get_weather", "args": {"a": 1}}]


def test_calls_without_id_and_index_are_as_many_as_came() -> None:
    row = row_of(*calls({"name": "f", "args": "{}"}, {"name": "f", "args": "{}"}), last())
    assert row["tool_calls"] == [{"id": None, "name": "f", "args": {}}] * 2


def test_arguments_that_are_no_json_are_text() -> None:
    row = row_of(*calls({"index": 0, "id": "c", "name": "f", "args": "nope"}), last())
    assert row["tool_calls"] == [{"id": "c", "name": "f", "args": "nope"}]


def test_the_older_function_call_is_a_tool_call() -> None:
    call_in_pieces = {"name": "f", "arguments": ""}, {"arguments": '{"a": '}, {"arguments": "1}"}
    expected = [{"id": None, "name": "f", "args": {"a": 1}}]
    assert (
        row_of(*beside(*({"function_call": piece} for piece in call_in_pieces)), last())["tool_calls"]
        == expected
    )
    whole = ai("", additional_kwargs={"function_call": {"name": "f", "arguments": '{"a": 1}'}})
    assert row_of(whole)["tool_calls"] == expected


def test_a_final_form_without_tool_calls_has_none() -> None:
    row = row_of(*calls({"index": 0, "id": "c", "name": "f", "args": "{}"}), ai("Sorry."))
    assert (row["text"], row["tool_calls"]) == ("Sorry.", None)


def test_what_does_not_fit_together_costs_no_more_than_itself() -> None:
    row = row_of(*beside({"audio": {"id": "a"}}, {"audio": "odd"}, {"refusal": "no"}), last())
    assert [block["type"] for block in row["blocks"]] == ["refusal", "audio"]


# -- <think> ---------------------------------------------------------------------------------------

THINKING = "<think>\nhm <b>m</think>\n\nSo <think>no</think>"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_think_tags_are_told_wherever_chunks_split_them(size: int) -> None:
    parts = [THINKING[start : start + size] for start in range(0, len(THINKING), size)]
    row = row_of(*pieces(*parts), last())
    assert (row["reasoning"], row["text"]) == ("hm <b>m", "So <think>no</think>")
    whole = row_of(ai(THINKING))
    assert (whole["reasoning"], whole["text"]) == (row["reasoning"], row["text"])


@pytest.mark.parametrize("text", ["", " ", "<thi", "a <think>b</think>", "<thinking>a", "<b>", "\n\nHi"])
def test_text_that_does_not_begin_with_the_tag_is_text(text: str) -> None:
    row = row_of(*pieces(*text), last())
    assert (row["text"], row["reasoning"]) == (text, "")
    assert split_think_tags(text) == (text, "")


def test_thinking_that_is_cut_is_reasoning() -> None:
    assert row_of(*pieces("<think>", "hm</th"), last())["reasoning"] == "hm</th"
    assert split_think_tags("<think>hm</th") == ("", "hm</th")


def test_think_tags_can_be_left_in_the_text() -> None:
    for messages in ([*pieces(THINKING), last()], [ai(THINKING)]):
        assert row_of(*messages, think_tags=False)["text"] == THINKING


def test_a_tag_is_looked_for_only_as_long_as_it_may_come() -> None:
    tags = ThinkTagParser()
    assert tags.feed("Hi") == ("Hi", "") and tags.is_done


# -- how it ended ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metadata", "reason", "status"),
    [
        ({"finish_reason": "stop"}, "stop", "success"),
        ({"finish_reason": "length"}, "length", "incomplete"),
        ({"finish_reason": "lengthlength"}, "length", "incomplete"),
        ({"stop_reason": "max_tokens"}, "max_tokens", "incomplete"),
        ({"stop_reason": "refusal"}, "refusal", "incomplete"),
        ({"finish_reason": "SAFETY"}, "SAFETY", "incomplete"),
        ({"done_reason": "length"}, "length", "incomplete"),
        ({"stopReason": "guardrail_intervened"}, "guardrail_intervened", "incomplete"),
        ({"object": "response", "status": "completed"}, "completed", "success"),
        (
            {
                "object": "response",
                "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
            },
            "max_output_tokens",
            "incomplete",
        ),
        ({"finish_reason": "tool_calls"}, "tool_calls", "success"),
        ({"finish_reason": None}, None, "success"),
    ],
)
def test_how_an_answer_ended(metadata: dict[str, Any], reason: str | None, status: str) -> None:
    for row in (
        row_of(chunk("half an"), last(response_metadata=metadata)),
        row_of(chunk("half an", response_metadata=metadata), last()),
        row_of(ai("half an", response_metadata=metadata)),
    ):
        assert (row["finish_reason"], row["status"]) == (reason, status)


def test_the_provider_is_the_one_that_the_message_names() -> None:
    assert row_of(chunk("a"), last())["provider"] == "openai"
    assert row_of(chunk("a", response_metadata={"model_provider": "azure"}), last())["provider"] == "azure"


def test_what_a_tool_gave_beside_its_words_is_its_artifact() -> None:
    tool = {
        "type": "tool",
        "content": "3 rows",
        "id": "t",
        "tool_call_id": "c",
        "artifact": {"rows": [1, 2, 3]},
    }
    assert row_of(tool)["artifact"] == {"rows": [1, 2, 3]}
