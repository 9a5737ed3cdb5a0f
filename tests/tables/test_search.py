from __future__ import annotations

import pytest

from lg_jupyter.events.events import CustomDataEmitted, TaskStarted
from lg_jupyter.tables import search
from lg_jupyter.tables.search import find_row_keys_with_text_by_table
from tests.tables.stream import Stream


def found(stream: Stream, text: str) -> dict[str, list[object]]:
    names = ("tasks", "messages", "state_diffs", "checkpoints", "custom", "interrupts")
    return find_row_keys_with_text_by_table([stream.trace.tables[name] for name in names], text)


def test_rows_are_found_by_what_stands_deep_in_their_cells() -> None:
    stream = Stream()
    stream(TaskStarted("t1", "read", {"documents": [{"text": "x" * 5_000 + " Needle"}]}, [], 0.0))
    stream.task("t2", "read")
    stream.chunk("m1", "y" * 5_000 + "needle")
    stream(CustomDataEmitted({"page": 1}))
    stream(CustomDataEmitted({"notes": ["hay", {"needles": 3}]}))
    assert found(stream, "needle") == {"tasks": ["t1"], "messages": ["m1"], "custom": [1]}
    assert found(stream, "NEEDLES") == {"custom": [1]}
    assert found(stream, "no such thing") == {}


class Counted(dict[str, object]):
    """A value that counts how often it is looked into."""

    looks = 0

    def values(self):  # type: ignore[no-untyped-def]
        self.looks += 1
        return super().values()


@pytest.mark.parametrize(("size", "looks"), [(100, [1, 1, 1]), (2, [2, 1, 1])])
def test_what_rows_share_is_looked_into_once_as_far_as_that_is_remembered(
    monkeypatch: pytest.MonkeyPatch, size: int, looks: list[int]
) -> None:
    monkeypatch.setattr(search, "MAX_REMEMBERED_VALUES", size)
    values = [Counted(text=f"hay {number}") for number in range(3)]
    matcher = search._TextMatcher("needle")
    for value in (values[0], values[0], values[1], values[1], values[2], values[2], values[0]):
        assert not matcher._value_contains_text(value)
    assert [value.looks for value in values] == looks


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        *((True, "true", True), (False, "als", True), (None, "null", True), (True, "false", False)),
        *((12.5, "2.5", True), (3, "4", False), ([["Deep"]], "deep", True), ((), "", False)),
        *(({"Key": 1}, "key", True), ({"a": {"b": ["X"]}}, "x", True), ({}, "", False), ("", "", True)),
    ],
)
def test_a_text_in_a_value(value: object, text: str, found: bool) -> None:
    assert search._TextMatcher(text)._value_contains_text(value) is found


def test_of_a_table_without_keys_the_positions_are_told() -> None:
    stream = Stream()
    stream.state({"topic": "ice"}, step=0)
    stream.state({"topic": "ice", "log": [{"said": "needle"}]}, step=1)
    assert found(stream, "needle") == {"state_diffs": [1]}
    assert found(stream, "null") == {}  # an empty cell holds no text
