"""How much a file may become when it is unpacked and parsed: more is refused before it fills memory."""

from __future__ import annotations

import re
from pathlib import Path

from lg_jupyter.errors import SavedRunError
from lg_jupyter.text.words import format_bytes

MAX_LINE_BYTES = 256_000_000
"""A line is one event: what is kept of one value is far less."""

MAX_VALUES_PER_LINE = 4_000_000
"""Values of a line: an encoder keeps a million of one value."""

MIN_UNPACKED_BYTES_LIMIT, UNPACKED_BYTES_LIMIT_PER_BYTE = 1_000_000_000, 100
"""A file may be unpacked to so many bytes, or so many for each of its own."""

MIN_TOTAL_VALUES_LIMIT, TOTAL_VALUES_LIMIT_PER_BYTE = 20_000_000, 10
"""The same of values."""

_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class UnpackingGuard:
    """What was unpacked of a file so far.

    Raises
    ------
    SavedRunError
        From each method, where it is more than its file warrants.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file_size = path.stat().st_size
        self._unpacked_bytes = self._value_count = 0

    def count_and_limit_unpacked_bytes(self, count: int) -> None:
        """So many more were unpacked."""
        self._unpacked_bytes += count
        most = max(MIN_UNPACKED_BYTES_LIMIT, UNPACKED_BYTES_LIMIT_PER_BYTE * self._file_size)
        if self._unpacked_bytes > most:
            raise self._make_too_large_error(f"unpacks to more than {format_bytes(most)}")

    def validate_line_length(self, length: int) -> None:
        """A line has so many bytes up to now."""
        if length > MAX_LINE_BYTES:
            raise self._make_too_large_error(f"has a line of more than {format_bytes(MAX_LINE_BYTES)}")

    def count_and_limit_line_values(self, line: bytes) -> None:
        """A line is about to be parsed."""
        values = _estimate_value_count(line)
        self._value_count += values
        if values > MAX_VALUES_PER_LINE:
            raise self._make_too_large_error(f"has a line of more than {MAX_VALUES_PER_LINE:,} values")
        if self._value_count > max(MIN_TOTAL_VALUES_LIMIT, TOTAL_VALUES_LIMIT_PER_BYTE * self._file_size):
            raise self._make_too_large_error(f"has more than {self._value_count - 1:,} values")

    def _make_too_large_error(self, what: str) -> SavedRunError:
        return SavedRunError(
            f"{self._path} ({format_bytes(self._file_size)}) {what}, which no run writes; "
            "it was not read further. If it is yours: unpack it, and load that"
        )


def _estimate_value_count(line: bytes) -> int:
    """About how many JSON values a line has, at least as many as there are."""
    at_most = _count_separators(line)
    return at_most if at_most <= MAX_VALUES_PER_LINE else _count_separators(_JSON_STRING.sub(b"", line))


def _count_separators(line: bytes) -> int:
    return line.count(b",") + line.count(b"[") + line.count(b"{") + 1
