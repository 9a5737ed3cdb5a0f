"""Secrets in messages that come in chunks: what of each chunk is shown, and what is held back until when."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.chunk_masking import ChunkMasker, cut_possible_secret_starts
from lg_jupyter.secrets.redact import Redactor

SECRET = "correct-horse"
MASK = "[redacted KEY]"


@pytest.fixture
def masker() -> ChunkMasker:
    return ChunkMasker(redactor())


def redactor() -> Redactor:
    made = Redactor()
    made.add_secret("KEY", SECRET)
    return made


def chunk(content: Any = "", message_id: str | None = "m", **fields: Any) -> dict[str, Any]:
    return {"type": "AIMessageChunk", "id": message_id, "content": content, **fields}


def last(content: Any = "", message_id: str | None = "m", **fields: Any) -> dict[str, Any]:
    return chunk(content, message_id, chunk_position="last", **fields)


def contents(masker: ChunkMasker, *chunks: dict[str, Any], call: str | None = "call") -> list[Any]:
    return [masker.mask_chunk(each, call)["content"] for each in chunks]


def rest(masker: ChunkMasker) -> list[dict[str, Any]]:
    return [fields for _, fields in masker.flush_held_text()]


# -- texts ----------------------------------------------------------------------------------------------


def test_what_may_begin_a_secret_comes_with_the_next_chunk(masker: ChunkMasker) -> None:
    shown = contents(masker, chunk("a cor"), chunk("rect-"), chunk("ion"), chunk("co"), last(""))
    assert shown == ["a ", "", "correct-ion", "", "co"]
    assert rest(masker) == []


def test_a_secret_in_pieces_is_masked(masker: ChunkMasker) -> None:
    assert contents(masker, chunk("a corr"), chunk("ect-horse"), last(" b")) == ["a ", MASK, " b"]


def test_a_chunk_that_holds_no_secret_is_given_as_it_came(masker: ChunkMasker) -> None:
    plain = chunk("plain ")
    assert masker.mask_chunk(plain, "call") is plain
    whole = {"type": "ai", "id": "m", "content": SECRET}
    assert masker.mask_chunk(whole, "call") is whole  # that is masked as any value


def test_a_whole_message_ends_what_was_held_back_of_it(masker: ChunkMasker) -> None:
    assert contents(masker, chunk("cor"), chunk("cor", "other")) == ["", ""]
    masker.mask_chunk({"type": "ai", "id": "m", "content": "correct"}, "call")
    assert [each["id"] for each in rest(masker)] == []
    assert contents(masker, chunk("rect", "other")) == ["rect"]  # for the rest was taken


def test_messages_of_one_id_in_two_calls_are_two(masker: ChunkMasker) -> None:
    assert masker.mask_chunk(chunk("cor"), "one")["content"] == ""
    assert masker.mask_chunk(chunk("rect"), "two")["content"] == "rect"
    assert masker.mask_chunk(chunk("rect-ly"), "one")["content"] == "correct-ly"


@pytest.mark.parametrize("ended", ["message", "call"])
def test_what_is_forgotten(masker: ChunkMasker, ended: str) -> None:
    contents(masker, chunk("cor", "a"), call="one")
    contents(masker, chunk("cor", "b"), call="two")
    masker.forget_message(**({"message_id": "a"} if ended == "message" else {"call_id": "one"}))
    assert contents(masker, chunk("!", "a"), call="one") == ["!"]
    assert contents(masker, chunk("!", "b"), call="two") == ["cor!"]


def test_the_output_of_a_call_that_is_only_text(masker: ChunkMasker) -> None:
    pieces = [
        masker.mask_text_chunk("one", "a cor"),
        masker.mask_text_chunk("two", "rect"),
        masker.mask_text_chunk("one", "rect-horse b"),
    ]
    assert pieces == ["a ", "rect", f"{MASK} b"]
    assert masker.mask_text_chunk("one", "cor") == ""
    masker.forget_message(call_id="one")
    assert masker.mask_text_chunk("one", "ner") == "ner"


# -- the end --------------------------------------------------------------------------------------------


def test_what_is_left_when_the_run_ends(masker: ChunkMasker) -> None:
    origin = {"langgraph_node": "n"}
    masker.mask_chunk(chunk("a cor"), "call", "inner:1", origin)
    masker.mask_chunk(
        chunk([{"type": "text", "text": "a correct-h", "index": 0}], "blocks"), "call", "", origin
    )
    masker.mask_chunk(chunk("cor", "unplaced"), "call")
    masker.mask_text_chunk("other", "cor")
    left = [(pieces.namespace, pieces.origin, fields) for pieces, fields in masker.flush_held_text()]
    assert left == [
        ("inner:1", origin, {"content": "cor", "type": "AIMessageChunk", "id": "m"}),
        (
            "",
            origin,
            {
                "content": [{"type": "text", "index": 0, "text": MASK}],  # the greater part of it
                "type": "AIMessageChunk",
                "id": "blocks",
            },
        ),
    ]
    assert rest(masker) == []


def test_an_empty_last_chunk_of_another_id_ends_the_only_message(masker: ChunkMasker) -> None:
    contents(masker, chunk("a cor"))
    assert masker.mask_chunk(last("", "lc_run--1"), "call") == last("cor", "m")
    assert rest(masker) == []


def test_an_empty_last_chunk_that_may_be_of_two_messages_ends_none(masker: ChunkMasker) -> None:
    contents(masker, chunk("a cor"), chunk("b cor", "other"))
    end = last("", "lc_run--1")
    assert masker.mask_chunk(end, "call") is end
    assert masker.mask_chunk(end, "another call") is end
    assert contents(masker, chunk("e", "m"), chunk("f", "other")) == ["core", "corf"]


def test_an_empty_last_chunk_of_a_message_that_has_ended_ends_no_other(masker: ChunkMasker) -> None:
    contents(masker, chunk("a cor"), last("e"), chunk("b cor", "other"))
    assert masker.mask_chunk(last("", "lc_run--1"), "call") == last("cor", "other")


def test_an_empty_last_chunk_where_nothing_is_held_back(masker: ChunkMasker) -> None:
    contents(masker, chunk("plain "))
    end = last("", "lc_run--1")
    assert masker.mask_chunk(end, "call") is end


# -- blocks, arguments and what stands beside -----------------------------------------------------------


def test_blocks_are_told_apart_by_their_index(masker: ChunkMasker) -> None:
    def block(index: int, **texts: str) -> dict[str, Any]:
        return {"type": "x", "index": index, **texts}

    shown = contents(
        masker,
        chunk([block(0, text="cor"), block(1, reasoning="cor")]),
        chunk([block(1, reasoning="rect-horse"), block(0, text="n")]),
        last([block(2, thinking="cor")]),
    )
    assert shown == [
        [block(0, text=""), block(1, reasoning="")],
        [block(1, reasoning=MASK), block(0, text="corn")],
        [block(2, thinking=""), block(2, thinking="cor")],
    ]


def test_blocks_without_an_index_are_told_apart_by_their_place(masker: ChunkMasker) -> None:
    assert contents(masker, chunk(["cor", "!"]), chunk(["n", "?"]), chunk(["cor"]), last(["z", "cor"])) == [
        ["", "!"],
        ["corn", "?"],
        [""],
        ["corz", "", {"type": "text", "text": "cor"}],
    ]


def test_only_texts_that_grow_are_held_back(masker: ChunkMasker) -> None:
    block = {
        **{"type": "cor", "id": "cor", "name": "cor", "text": "cor", "state": {"text": "cor"}},
        "summary": [{"type": "summary_text", "text": "cor", "index": 7}],
        "input": {"text": "cor"},
    }
    assert contents(masker, chunk([block])) == [
        [{**block, "text": "", "summary": [{"type": "summary_text", "text": "", "index": 7}]}]
    ]
    assert contents(masker, last("", "m")) == [
        [
            {
                "type": "cor",
                "text": "cor",
                "summary": [{"type": "summary_text", "index": 7, "text": "cor"}],
            }
        ]
    ]


def test_results_of_a_providers_tools_come_whole(masker: ChunkMasker) -> None:
    block = {"type": "web_search_tool_result", "content": [{"text": "cor"}], "text": "cor"}
    assert contents(masker, chunk([block])) == [[block]]


def test_arguments_are_masked_by_the_names_in_them(masker: ChunkMasker) -> None:
    def call(args: str | None) -> dict[str, Any]:
        return {"name": None, "args": args, "id": None, "index": 0, "type": "tool_call_chunk"}

    shown = [
        masker.mask_chunk(each, "call")["tool_call_chunks"]
        for each in (
            chunk(tool_call_chunks=[call('{"pass')]),
            chunk(tool_call_chunks=[call('word": "hun')]),
            chunk(tool_call_chunks=[call(None)]),
            last(tool_call_chunks=[call('ter2"}')]),
        )
    ]
    assert [each["args"] for each in (item for items in shown for item in items)] == [
        *("{", "", None),
        '"password": "[redacted password]"}',
    ]


def test_arguments_that_break_off_show_no_beginning(masker: ChunkMasker) -> None:
    call = {"args": '{"password": "hun', "index": 0}
    assert (
        masker.mask_chunk(chunk(tool_call_chunks=[call]), "call", "", {})["tool_call_chunks"][0]["args"]
        == "{"
    )
    assert rest(masker)[0]["tool_call_chunks"] == [{"index": 0, "args": '"password": "[redacted password]'}]


def test_what_a_provider_puts_beside_the_content(masker: ChunkMasker) -> None:
    def beside(**extra: Any) -> dict[str, Any]:
        return chunk(additional_kwargs=extra)

    first = masker.mask_chunk(
        beside(refusal="a cor", audio={"id": "cor", "transcript": "cor"}, other="cor"), "call"
    )
    assert first["additional_kwargs"] == {
        "refusal": "a ",
        "audio": {"id": "cor", "transcript": ""},
        "other": "cor",
    }
    second = masker.mask_chunk(beside(reasoning_content="cor"), "call")
    assert second["additional_kwargs"] == {"reasoning_content": ""}
    end = masker.mask_chunk(last(additional_kwargs={"refusal": "n"}), "call")
    assert end["additional_kwargs"] == {
        "refusal": "corn",
        "audio": {"transcript": "cor"},
        "reasoning_content": "cor",
    }


def test_a_text_that_others_made_blocks_of_keeps_what_was_held_back(masker: ChunkMasker) -> None:
    assert contents(masker, chunk([{"type": "text", "text": "cor", "index": 0}]), last("end")) == [
        [{"type": "text", "text": "", "index": 0}],
        [{"type": "text", "text": "end"}, {"type": "text", "index": 0, "text": "cor"}],
    ]
    assert contents(masker, chunk("cor"), last([{"type": "text", "text": "end", "index": 0}])) == [
        "",
        [{"type": "text", "text": "end", "index": 0}, {"type": "text", "text": "cor"}],
    ]


# -- messages that come whole, again and again ----------------------------------------------------------


def test_a_message_that_grows_is_shown_up_to_where_a_secret_may_begin() -> None:
    message = {
        "type": "ai",
        "id": "m",
        "content": f"a {SECRET} cor",
        "additional_kwargs": {"refusal": "cor", "other": "cor"},
        "tool_calls": [{"name": "cor", "id": "c", "args": {"key": "cor", "more": ["a cor", 1, {"a": "co"}]}}],
        "invalid_tool_calls": [],
    }
    assert cut_possible_secret_starts(redactor(), message) == {
        **message,
        "content": f"a {MASK} ",
        "additional_kwargs": {"refusal": "", "other": "cor"},
        "tool_calls": [{"name": "cor", "id": "c", "args": {"key": "", "more": ["a ", 1, {"a": ""}]}}],
    }
    assert message["content"] == f"a {SECRET} cor"
    assert cut_possible_secret_starts(redactor(), {"type": "ai", "id": "m"}) == {"type": "ai", "id": "m"}
    failed = {"type": "ai", "id": "m", "invalid_tool_calls": [{"args": "a cor", "error": "cor"}]}
    assert cut_possible_secret_starts(redactor(), failed)["invalid_tool_calls"] == [
        {"args": "a ", "error": "cor"}
    ]


def test_of_blocks_that_grow_arguments_are_masked_by_names() -> None:
    message = {
        "type": "ai",
        "content": [{"partial_json": '{"password": "x", "b'}, {"text": '"password": "x"'}],
    }
    assert cut_possible_secret_starts(redactor(), message)["content"] == [
        {"partial_json": '{"password": "[redacted password]", '},
        {"text": '"password": "x"'},
    ]
