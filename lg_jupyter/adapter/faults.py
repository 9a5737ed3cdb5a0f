"""What of a stream was not understood: it is kept, and noted once for each kind."""

from __future__ import annotations

from collections.abc import Iterator

MAX_FAULT_NOTES = 5
"""The most kinds in a note."""


class ParseFaults:
    """Kinds of parts that were not understood: a mode, and the class of the exception."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], None] = {}

    def add(self, mode: str, error: BaseException) -> None:
        self._kinds.setdefault((mode, type(error).__name__))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(list(self._kinds))


def make_fault_notes(*faults: ParseFaults) -> list[str]:
    """A sentence for each kind."""
    kinds = dict.fromkeys(kind for some in faults for kind in some)
    return [
        f"A part of the mode {mode!r} was not understood ({error}): "
        "it is kept as an event, and the other tables lack what it says."
        for mode, error in list(kinds)[:MAX_FAULT_NOTES]
    ]
