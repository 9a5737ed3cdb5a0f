"""How many words two texts share. ``js/src/core/diff.ts`` shows which: as many, of the same words.

>>> split_words("It rains, she said.")
['It', 'rains', 'she', 'said']
>>> count_word_changes("It rains, she said.", "She said: it rains.")
WordChangeCounts(kept=1, added=3, removed=3)
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

MAX_WORDS = 50_000
"""Words of the shorter text beyond which nothing is counted: it would take too long."""


class WordChangeCounts(NamedTuple):
    """Of two texts: how many words both have in the same order, and how many only the second or first."""

    kept: int | None
    added: int | None
    removed: int | None


def count_word_changes(before: str, after: str) -> WordChangeCounts:
    """How many words were kept, added and removed; unknown of texts that are very long."""
    old, new = split_words(before), split_words(after)
    if min(len(old), len(new)) > MAX_WORDS and old != new:
        return WordChangeCounts(None, None, None)
    kept = len(old) if old == new else _measure_longest_common_subsequence(*sorted((old, new), key=len))
    return WordChangeCounts(kept, len(new) - kept, len(old) - kept)


def split_words(text: str) -> list[str]:
    """The runs of letters, digits, combining marks and underscores in a text."""
    return ["".join(run) for is_word, run in groupby(text, _is_word_character) if is_word]


@lru_cache(maxsize=4096)
def _is_word_character(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LNM"


def _measure_longest_common_subsequence(short: Sequence[str], long: Sequence[str]) -> int:
    """How many items the longest sequence has that stands in both: the bits of a number for those of one."""
    places: dict[str, int] = defaultdict(int)
    for place, word in enumerate(short):
        places[word] |= 1 << place
    everywhere = (1 << len(short)) - 1
    unmatched = everywhere
    for word in long:
        if matches := unmatched & places.get(word, 0):
            unmatched = ((unmatched + matches) | (unmatched - matches)) & everywhere
    return len(short) - unmatched.bit_count()
