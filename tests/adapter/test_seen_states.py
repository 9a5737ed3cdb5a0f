"""The messages of graphs' states: what left, what is new, and which channels hold any."""

from __future__ import annotations

from typing import Any

from lg_jupyter.adapter.seen_states import SeenStates
from lg_jupyter.encode import SharedList
from tests.adapter.build import ai

A, B, C = ai("a", "1"), ai("b", "2"), ai("c", "3")


def test_what_left_and_what_is_new() -> None:
    seen = SeenStates()
    assert "" not in seen
    assert seen.read("", {"messages": [A, B], "n": 1}) == ([], [("messages", A), ("messages", B)])
    assert seen.read("", {"messages": [A, B, C]}) == ([], [("messages", C)])
    assert seen.read("", {"messages": [dict(A), C]}) == (
        [("messages", B), ("messages", C)],
        [("messages", C)],
    )
    assert seen.read("", {"messages": []}) == ([("messages", A), ("messages", C)], [])
    assert "" in seen and [*seen] == [""]


def test_each_graph_has_its_state_and_its_inputs() -> None:
    seen = SeenStates()
    seen.read("", {"messages": [A]})
    assert seen.read_input("", {"messages": [A, B]}) == [("messages", A), ("messages", B)]
    assert seen.read_input("", {"messages": [A, B, C]}) == [("messages", C)]
    assert seen.read("sub:1", {"messages": [A]}) == ([], [("messages", A)])
    assert [*seen.messages_in("")] == [A] and [*seen.messages_in("none")] == []
    assert [*seen.channels_of("")] == ["messages"] and [*seen.channels_of("none")] == []
    assert seen.messages({"messages": [C, "no message"], "last": B}) == [C, B]
    assert [*seen.messages_in("")] == [A]  # which was not remembered


def test_a_state_without_channels() -> None:
    seen = SeenStates()
    assert seen.read("", [A]) == ([], [("__root__", A)])
    assert seen.read("", [A, B]) == ([], [("__root__", B)])
    assert seen.read("other", C) == ([], [("__root__", C)])
    assert [*seen.channels_of("other")] == ["__root__"]


def test_which_channels_hold_messages() -> None:
    seen = SeenStates()
    seen.read("", {"messages": [], "log": ["x"], "late": ["x"], "n": 0})
    assert (seen.channels, seen.others) == (set(), {"log", "late"})
    seen.read("", {"messages": [A], "log": ["y"], "late": [B]})
    assert (seen.channels, seen.others) == ({"messages", "late"}, {"log"})
    seen.read("", {"messages": ["x"]})
    assert (seen.channels, seen.others) == ({"messages", "late"}, {"log"})


class Untouchable(dict[str, Any]):
    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared by value")

    __hash__ = None  # type: ignore[assignment]


def test_what_two_versions_of_a_list_share_is_not_compared() -> None:
    seen = SeenStates()
    short = SharedList([Untouchable(A), Untouchable(B)])
    seen.read("", {"messages": short})
    assert seen.read("", {"messages": short.extended_by([C])}) == ([], [("messages", C)])
    assert seen.read("", {"messages": short.first(1)})[1] == []
