"""A text that arrives in pieces."""

from __future__ import annotations

MANY_PARTS = 10_000
"""Pieces to be made one of, while there come more."""


class GrowingText:
    """Pieces, joined only when somebody reads them, and how much of them a display has been sent.

    ``parts`` may be appended to directly: that is the hot path.
    """

    __slots__ = ("_taken_chars", "_taken_parts", "parts")

    def __init__(self, text: str = "") -> None:
        self.parts: list[str] = [text] if text else []
        self._taken_parts = 0
        self._taken_chars = 0

    def __str__(self) -> str:
        return "".join(self.parts)

    def replace(self, text: str) -> bool:
        """Make ``text`` the whole text; ``False`` if it is already. A display is sent it anew."""
        if "".join(self.parts) == text:
            return False
        self.parts = [text]
        self._taken_parts = self._taken_chars = 0
        return True

    def compact(self) -> None:
        """Hold it as one text, or two: many small pieces take ten times as much as what they say."""
        text, taken = str(self), self._taken_chars
        if not text:  # which a display may yet have to be sent
            return
        self.parts = [piece for piece in (text[:taken], text[taken:]) if piece]
        self._taken_parts = 1 if taken else 0

    def take_new(self) -> tuple[int, str] | None:
        """What is new since the last call: its offset in characters, and the text."""
        fresh = self.parts[self._taken_parts :]
        if not fresh:
            return None
        offset, text = self._taken_chars, "".join(fresh)
        self._taken_parts += len(fresh)
        self._taken_chars += len(text)
        return offset, text
