"""A large snapshot comes as messages that are small, and say together what it says."""

from __future__ import annotations

import json
from typing import Any

from lg_jupyter.events.events import CompleteMessage, CustomDataEmitted
from lg_jupyter.widgets.protocol import KEY_COLUMN_BY_TABLE, Message, make_snapshot
from lg_jupyter.widgets.snapshot_parts import split_snapshot
from tests.tables.stream import Stream


def message(rows: dict[str, list[Any]], text: list[Any]) -> Message:
    return {
        **make_snapshot(7, 2.0, Stream().trace.snapshot(), {"status": "success"}),
        "rows": rows,
        "text": text,
    }


def together(parts: list[Message]) -> tuple[dict[str, list[Any]], dict[tuple[str, str], str]]:
    rows: dict[str, list[Any]] = {}
    texts: dict[tuple[str, str], str] = {}
    for part in parts:
        for table, more in part["rows"].items():
            rows.setdefault(table, []).extend(more)
        for message_id, kind, offset, text in part["text"]:
            known = texts.get((message_id, kind), "")
            assert len(known) == offset, "each goes on where the one before ended"
            texts[message_id, kind] = known + text
    return rows, texts


def test_a_small_one_is_one_message_as_it_is() -> None:
    stream = Stream()
    stream(CustomDataEmitted(1))
    whole = make_snapshot(1, 1.0, stream.trace.snapshot(), {})
    assert list(split_snapshot(whole)) == [whole]
    assert list(split_snapshot(message({}, []))) == [message({}, [])]


def test_a_large_one_is_several_that_say_the_same() -> None:
    rows = {
        "tasks": [{"task_id": f"t{n}", "error": "x" * (n % 300)} for n in range(500)],
        "custom": [{"seq": n, "data": "ü" * 40} for n in range(100)],
    }
    text = [("m", "text", 0, "sentence 🐢 " * 900), ("n", "text", 0, ""), ("n", "reasoning", 0, "why")]
    parts = list(split_snapshot(message(rows, text), 4_000))
    assert together(parts) == (rows, {(each, kind): words for each, kind, _, words in text})
    assert [part["part"] for part in parts] == list(range(len(parts)))
    assert {(part["type"], part["n"], part["parts"]) for part in parts} == {("snapshot", 7, len(parts))}
    assert max(len(json.dumps(part, ensure_ascii=False)) for part in parts) < 4_600
    assert [name for name, part in enumerate(parts) if "summary" in part or "counts" in part] == [0]


def test_what_is_larger_than_a_message_alone_is_in_one_of_its_own() -> None:
    rows = {"custom": [{"data": "x" * 50}, {"data": "x" * 5_000}, {"data": "x" * 50}]}
    parts = list(split_snapshot(message(rows, []), 1_000))
    assert [len(part["rows"]["custom"]) for part in parts] == [1, 1, 1]


def test_what_a_quick_encoder_cannot_write_is_sent_too() -> None:
    rows = {"custom": [{"data": 2**80}, {"data": "\ud800"}, {"data": "x" * 100}]}
    parts = list(split_snapshot(message(rows, []), 60))
    assert together(parts)[0] == rows and len(parts) == 2


def test_every_table_of_a_run_is_in_it() -> None:
    stream = Stream()
    for number in range(200):
        stream(CustomDataEmitted({"n": number}), CompleteMessage(f"m{number}", "ai", "words " * number))
    whole = make_snapshot(1, 1.0, stream.trace.snapshot(), {})
    rows, texts = together(list(split_snapshot(whole, 2_000)))
    assert rows == {table: each for table, each in whole["rows"].items() if each}
    assert rows.keys() <= KEY_COLUMN_BY_TABLE.keys() and {"custom", "messages"} <= rows.keys()
    assert texts["m199", "text"] == "words " * 199
