"""The front end and the record compute lanes, places, words and sums alike: both are held to one file."""

from __future__ import annotations

import json

from tests.tables.shared_facts import FILE, facts


def test_the_file_that_the_front_end_is_held_to_says_what_the_record_says() -> None:
    written = json.loads(FILE.read_text())
    assert written == json.loads(json.dumps(facts())), "python -m tests.tables.shared_facts"


def test_it_has_each_kind_of_lanes_and_texts() -> None:
    runs, texts = facts()["runs"], facts()["texts"]
    lanes = [lane for run in runs for lane in run["lanes"]]
    assert {lane["status"] for lane in lanes} >= {"success", "error", "interrupted", "unreported", "cached"}
    assert any(" #2 / " in lane["name"] for lane in lanes)
    assert any(len(lane["bars"]) > 1 for lane in lanes) and any(lane["first_tokens"] for lane in lanes)
    assert any(len(run["steps"]) > 2 for run in runs)
    assert any(kept and added and removed for *_, kept, added, removed in texts)
