"""``<think>…</think>``: reasoning that open models write into their text."""

from __future__ import annotations

_OPENING_TAG = "<think>"
_CLOSING_TAG = "</think>"


class ThinkTagParser:
    """Tells reasoning from text in what comes in pieces, where the text begins with ``<think>``.

    Spaces after either tag belong to neither.

    Attributes
    ----------
    is_done
        Whether all that comes is text.
    """

    __slots__ = ("_held_text", "_is_inside", "_skips_spaces", "is_done")

    def __init__(self) -> None:
        self._held_text = ""
        self._is_inside = False
        self._skips_spaces = False
        self.is_done = False

    def feed(self, piece: str) -> tuple[str, str]:
        """The text and the reasoning of a piece, but for an end that may be the beginning of a tag."""
        held, self._held_text = self._held_text + piece, ""
        if self._is_inside:
            return self._read_inside_tag(held)
        if self._skips_spaces:
            text = held.lstrip()
            self.is_done = bool(text)
            return text, ""
        start = held.lstrip()
        if start.startswith(_OPENING_TAG):
            self._is_inside = self._skips_spaces = True
            return self._read_inside_tag(start[len(_OPENING_TAG) :])
        if _OPENING_TAG.startswith(start):
            self._held_text = held
            return "", ""
        self.is_done = True
        return held, ""

    def flush(self) -> tuple[str, str]:
        """What was held back, now that the message has ended."""
        held, self._held_text = self._held_text, ""
        self.is_done = True
        return ("", held) if self._is_inside else (held, "")

    def _read_inside_tag(self, held: str) -> tuple[str, str]:
        if self._skips_spaces:
            held = held.lstrip()
            if not held:
                return "", ""
            self._skips_spaces = False
        reasoning, tag, text = held.partition(_CLOSING_TAG)
        if tag:
            self._is_inside, self._skips_spaces = False, True
            return self.feed(text)[0], reasoning
        end = next(n for n in range(len(_CLOSING_TAG) - 1, -1, -1) if held.endswith(_CLOSING_TAG[:n]))
        self._held_text = held[len(held) - end :]
        return "", held[: len(held) - end]


def split_think_tags(text: str) -> tuple[str, str]:
    """A whole text, and the reasoning at its beginning."""
    if not text.lstrip().startswith(_OPENING_TAG):
        return text, ""
    tags = ThinkTagParser()
    visible, reasoning = tags.feed(text)
    rest, thought = tags.flush()
    return visible + rest, reasoning + thought
