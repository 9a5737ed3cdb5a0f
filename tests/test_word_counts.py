"""How many words two texts share is the length of the longest common sequence of their words."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_jupyter.comparison.word_counts import MAX_WORDS, WordChangeCounts, count_word_changes, split_words

TEXTS = st.lists(st.sampled_from("abc"), max_size=12).map(" ".join)


def longest(one: list[str], other: list[str]) -> int:
    """The same as it is defined."""

    @cache
    def of(i: int, j: int) -> int:
        if i == len(one) or j == len(other):
            return 0
        if one[i] == other[j]:
            return 1 + of(i + 1, j + 1)
        return max(of(i + 1, j), of(i, j + 1))

    return of(0, 0)


@given(TEXTS, TEXTS)
def test_as_many_words_as_can_be_are_kept(before: str, after: str) -> None:
    old, new = split_words(before), split_words(after)
    kept = longest(old, new)
    assert count_word_changes(before, after) == (kept, len(new) - kept, len(old) - kept)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("... !", []),
        ("it's 4.5 kg_net", ["it", "s", "4", "5", "kg_net"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("a\u00a0b\nc—d", ["a", "b", "c", "d"]),
    ],
)
def test_a_word_is_letters_digits_and_marks(text: str, expected: list[str]) -> None:
    assert split_words(text) == expected


def test_nothing_is_counted_of_texts_that_are_too_long_unless_they_are_the_same() -> None:
    long = "word " * (MAX_WORDS + 1)
    assert count_word_changes(long, f"{long} more") == (None, None, None)
    assert count_word_changes(long, long) == WordChangeCounts(MAX_WORDS + 1, 0, 0)
    assert count_word_changes(long, "word") == (1, 0, MAX_WORDS)
