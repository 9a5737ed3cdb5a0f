"""A text that arrives in pieces."""

from __future__ import annotations

MAX_PIECES_BEFORE_COMPACTING = 10_000
"""Pieces to be made one of, while there come more."""


class GrowingText:
    """Pieces, joined only when somebody reads them, and how much of them a display has been sent.

    ``pieces`` may be appended to directly: that is the hot path.
    """

    __slots__ = ("_sent_characters", "_sent_piece_count", "pieces")

    def __init__(self, text: str = "") -> None:
        self.pieces: list[str] = [text] if text else []
        self._sent_piece_count = 0
        self._sent_characters = 0

    def __str__(self) -> str:
        return "".join(self.pieces)

    def replace(self, text: str) -> bool:
        """Make ``text`` the whole text; ``False`` if it is already. A display is sent it anew."""
        if "".join(self.pieces) == text:
            return False
        self.pieces = [text]
        self._sent_piece_count = self._sent_characters = 0
        return True

    def compact(self) -> None:
        """Hold it as one text, or two: many small pieces take ten times as much as what they say."""
        text, taken = str(self), self._sent_characters
        if not text:  # which a display may yet have to be sent
            return
        self.pieces = [piece for piece in (text[:taken], text[taken:]) if piece]
        self._sent_piece_count = 1 if taken else 0

    def take_new_text(self) -> tuple[int, str] | None:
        """What is new since the last call: its offset in characters, and the text."""
        fresh = self.pieces[self._sent_piece_count :]
        if not fresh:
            return None
        offset, text = self._sent_characters, "".join(fresh)
        self._sent_piece_count += len(fresh)
        self._sent_characters += len(text)
        return offset, text
