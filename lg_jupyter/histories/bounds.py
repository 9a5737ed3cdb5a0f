"""How much a history keeps."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lg_jupyter.errors import UsageError
from lg_jupyter.histories.entry import RUNNING_STATUS, HistoryEntry
from lg_jupyter.text.words import clip_text

_BYTES_BY_UNIT = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

_SIZE_PATTERN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?B|)\s*")

TARGET_SHARE_OF_MAX_SIZE = 0.9
"""How much of the size is left full where it was exceeded."""

_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class HistoryBounds:
    """The most bytes of runs, and for how many days they are kept; pinned ones do not count."""

    max_bytes: float
    max_days: float | None = None


def parse_bounds(size: object, days: object) -> HistoryBounds:
    """Bounds as a user gives them.

    Raises
    ------
    UsageError
        If one of them is none.
    """
    if days is not None and (isinstance(days, bool) or not isinstance(days, int | float) or days <= 0):
        raise UsageError(
            f"max_days is how many days runs are kept, such as 30, or None, not {_format_clipped_repr(days)}"
        )
    return HistoryBounds(_parse_size(size), days)


def select_runs_to_remove(
    newest_first: Sequence[HistoryEntry], bounds: HistoryBounds, index_size: int = 0, now: float | None = None
) -> list[HistoryEntry]:
    """The runs to remove, the newest first; the newest of all stays.

    Each has its share of the index. Where there are too many, some more than that go: to remove is slow.
    """
    share = index_size / max(1, len(newest_first))
    whole = sum(entry.size + share for entry in newest_first if not entry.pinned)
    room = bounds.max_bytes if whole <= bounds.max_bytes else TARGET_SHARE_OF_MAX_SIZE * bounds.max_bytes
    return list(
        _iter_entries_beyond_bounds(
            newest_first, room, share, bounds.max_days, time.time() if now is None else now
        )
    )


def _iter_entries_beyond_bounds(
    newest_first: Sequence[HistoryEntry], room: float, share: float, days: float | None, now: float
) -> Iterator[HistoryEntry]:
    size = 0.0
    for number, entry in enumerate(newest_first):
        if entry.pinned:
            continue
        size += entry.size + share
        is_old = days is not None and (entry.started or now) < now - days * _SECONDS_PER_DAY
        if number and entry.status != RUNNING_STATUS and (is_old or size > room):
            yield entry


def _parse_size(size: object) -> float:
    if isinstance(size, int | float) and not isinstance(size, bool) and size > 0:
        return size
    found = _SIZE_PATTERN.fullmatch(size.upper()) if isinstance(size, str) else None
    if found is None or not float(found[1]):
        raise UsageError(
            f"max_size is a size such as '500 MB', or a number of bytes, not {_format_clipped_repr(size)}"
        )
    return float(found[1]) * _BYTES_BY_UNIT[found[2]]


def _format_clipped_repr(value: object) -> str:
    return clip_text(repr(value), 60)
