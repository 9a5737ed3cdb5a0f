"""``<think>…</think>``: reasoning that open models write into their text."""

from __future__ import annotations

_OPEN = "<think>"
_CLOSE = "</think>"


class ThinkTagParser:
    """Tells reasoning from text in what comes in pieces, where the text begins with ``<think>``.

    Spaces after either tag belong to neither.

    Attributes
    ----------
    done
        Whether all that comes is text.
    """

    __slots__ = ("_held", "_is_inside", "_skips_spaces", "done")

    def __init__(self) -> None:
        self._held = ""
        self._is_inside = False
        self._skips_spaces = False
        self.done = False

    def feed(self, piece: str) -> tuple[str, str]:
        """The text and the reasoning of a piece, but for an end that may be the beginning of a tag."""
        held, self._held = self._held + piece, ""
        if self._is_inside:
            return self._read_inside_tag(held)
        if self._skips_spaces:
            text = held.lstrip()
            self.done = bool(text)
            return text, ""
        start = held.lstrip()
        if start.startswith(_OPEN):
            self._is_inside = self._skips_spaces = True
            return self._read_inside_tag(start[len(_OPEN) :])
        if _OPEN.startswith(start):
            self._held = held
            return "", ""
        self.done = True
        return held, ""

    def flush(self) -> tuple[str, str]:
        """What was held back, now that the message has ended."""
        held, self._held = self._held, ""
        self.done = True
        return ("", held) if self._is_inside else (held, "")

    def _read_inside_tag(self, held: str) -> tuple[str, str]:
        if self._skips_spaces:
            held = held.lstrip()
            if not held:
                return "", ""
            self._skips_spaces = False
        reasoning, tag, text = held.partition(_CLOSE)
        if tag:
            self._is_inside, self._skips_spaces = False, True
            return self.feed(text)[0], reasoning
        end = next(n for n in range(len(_CLOSE) - 1, -1, -1) if held.endswith(_CLOSE[:n]))
        self._held = held[len(held) - end :]
        return "", held[: len(held) - end]


def split_think_tags(text: str) -> tuple[str, str]:
    """A whole text, and the reasoning at its beginning."""
    if not text.lstrip().startswith(_OPEN):
        return text, ""
    tags = ThinkTagParser()
    visible, reasoning = tags.feed(text)
    rest, thought = tags.flush()
    return visible + rest, reasoning + thought
