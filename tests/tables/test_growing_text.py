"""A text that arrives in pieces: what a display is sent of it is the same however it is held."""

from __future__ import annotations

import random

import pytest

from lg_jupyter.tables.growing_text import GrowingText


@pytest.mark.parametrize("seed", range(20))
def test_what_is_new_is_told_once_wherever_it_is_compacted(seed: int) -> None:
    drawn, text, told, whole = random.Random(seed), GrowingText(), "", ""
    for number in range(50):
        piece = f"{number} " * drawn.randrange(3)
        whole += piece
        text.pieces.extend([piece] if piece else [])
        if drawn.random() < 0.3:
            text.compact()
        if drawn.random() < 0.3 and (new := text.take_new_text()):
            assert new[0] == len(told)
            told += new[1]
    rest = text.take_new_text()
    assert told + (rest[1] if rest else "") == str(text) == whole
    text.compact()
    assert text.take_new_text() is None and len(text.pieces) <= 1
