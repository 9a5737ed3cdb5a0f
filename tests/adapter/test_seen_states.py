"""The messages of graphs' states: what left, what is new, and which channels hold any."""

from __future__ import annotations

from typing import Any

from lg_jupyter.adapter.seen_states import LastStates
from lg_jupyter.encode import SharedList
from tests.adapter.build import ai

A, B, C = ai("a", "1"), ai("b", "2"), ai("c", "3")


def test_what_left_and_what_is_new() -> None:
    seen = LastStates()
    assert "" not in seen
    assert seen.diff_and_remember_state("", {"messages": [A, B], "n": 1}) == (
        [],
        [("messages", A), ("messages", B)],
    )
    assert seen.diff_and_remember_state("", {"messages": [A, B, C]}) == ([], [("messages", C)])
    assert seen.diff_and_remember_state("", {"messages": [dict(A), C]}) == (
        [("messages", B), ("messages", C)],
        [("messages", C)],
    )
    assert seen.diff_and_remember_state("", {"messages": []}) == ([("messages", A), ("messages", C)], [])
    assert "" in seen and [*seen] == [""]


def test_each_graph_has_its_state_and_its_inputs() -> None:
    seen = LastStates()
    seen.diff_and_remember_state("", {"messages": [A]})
    assert seen.diff_and_remember_task_input("", {"messages": [A, B]}) == [("messages", A), ("messages", B)]
    assert seen.diff_and_remember_task_input("", {"messages": [A, B, C]}) == [("messages", C)]
    assert seen.diff_and_remember_state("sub:1", {"messages": [A]}) == ([], [("messages", A)])
    assert [*seen.iter_last_state_messages("")] == [A] and [*seen.iter_last_state_messages("none")] == []
    assert [*seen.get_seen_channels("")] == ["messages"] and [*seen.get_seen_channels("none")] == []
    assert seen.list_state_messages({"messages": [C, "no message"], "last": B}) == [C, B]
    assert [*seen.iter_last_state_messages("")] == [A]  # which was not remembered


def test_a_state_without_channels() -> None:
    seen = LastStates()
    assert seen.diff_and_remember_state("", [A]) == ([], [("__root__", A)])
    assert seen.diff_and_remember_state("", [A, B]) == ([], [("__root__", B)])
    assert seen.diff_and_remember_state("other", C) == ([], [("__root__", C)])
    assert [*seen.get_seen_channels("other")] == ["__root__"]


def test_which_channels_hold_messages() -> None:
    seen = LastStates()
    seen.diff_and_remember_state("", {"messages": [], "log": ["x"], "late": ["x"], "n": 0})
    assert (seen.message_channels, seen.other_channels) == (set(), {"log", "late"})
    seen.diff_and_remember_state("", {"messages": [A], "log": ["y"], "late": [B]})
    assert (seen.message_channels, seen.other_channels) == ({"messages", "late"}, {"log"})
    seen.diff_and_remember_state("", {"messages": ["x"]})
    assert (seen.message_channels, seen.other_channels) == ({"messages", "late"}, {"log"})


class Untouchable(dict[str, Any]):
    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared by value")

    __hash__ = None  # type: ignore[assignment]


def test_what_two_versions_of_a_list_share_is_not_compared() -> None:
    seen = LastStates()
    short = SharedList([Untouchable(A), Untouchable(B)])
    seen.diff_and_remember_state("", {"messages": short})
    assert seen.diff_and_remember_state("", {"messages": short.extended_by([C])}) == ([], [("messages", C)])
    assert seen.diff_and_remember_state("", {"messages": short.get_prefix(1)})[1] == []
