"""Tokens: how many a model read and wrote, as far as somebody counted them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from lg_jupyter.events.events import JSON, JSONObject


class Usage(NamedTuple):
    """``None`` is what nobody counted. The cache's are a part of the input, reasoning of the output."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None

    @classmethod
    def from_usage_metadata(cls, usage: JSONObject) -> Usage:
        """What LangChain's ``usage_metadata`` tells."""
        read, written = (
            _as_int_or_none(usage.get("input_tokens")),
            _as_int_or_none(usage.get("output_tokens")),
        )
        total = _as_int_or_none(usage.get("total_tokens"))
        if total is None and read is not None and written is not None:
            total = read + written
        inputs, outputs = (
            _get_token_details(usage, "input_token_details"),
            _get_token_details(usage, "output_token_details"),
        )
        return cls(
            read,
            written,
            total,
            _sum_count_over_tiers(inputs, "cache_read"),
            _count_cache_write_tokens(inputs),
            _sum_count_over_tiers(outputs, "reasoning"),
        )

    @classmethod
    def sum_over_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Usage:
        """The sums over rows of ``messages``."""
        usages = (cls(*(row[name] for name in cls._fields)) for row in rows)
        return reduce(cls.__add__, usages, cls())

    @property
    def with_zeros_as_unknown(self) -> Usage:
        """Without a 0 of what was read or given out: a call does some of both, so nobody counted it."""
        read, written, total = (count or None for count in self[:3])
        if written is None and total == read:
            total = None
        return self._replace(input_tokens=read, output_tokens=written, total_tokens=total)

    def __add__(self, more: Usage) -> Usage:  # type: ignore[override]
        """Both, of what is known of either."""
        return Usage(*(_add_known_counts(mine, others) for mine, others in zip(self, more, strict=True)))

    def to_usage_fields(self) -> dict[str, int | None]:
        """By the names of the columns; the details only where somebody counted them."""
        counts = self._asdict()
        return {
            name: count for name, count in counts.items() if count is not None or name in _ALWAYS_SHOWN_COUNTS
        }


class UsageSums:
    """The sums of many usages that change: of each count, over those who know it."""

    __slots__ = ("_known_value_counts", "_sums")

    def __init__(self) -> None:
        self._sums = [0] * len(Usage._fields)
        self._known_value_counts = [0] * len(Usage._fields)  # how many know it

    def replace(self, before: Usage, now: Usage) -> None:
        """Put one usage in the place of another."""
        for place, (old, new) in enumerate(zip(before, now, strict=True)):
            self._sums[place] += (new or 0) - (old or 0)
            self._known_value_counts[place] += (new is not None) - (old is not None)

    @property
    def total_usage(self) -> Usage:
        """The sums; ``None`` where nobody knows."""
        pairs = zip(self._sums, self._known_value_counts, strict=True)
        return Usage(*(total if counted else None for total, counted in pairs))


SERVICE_TIER_PREFIXES = ("priority_", "flex_")

_ALWAYS_SHOWN_COUNTS = frozenset({"input_tokens", "output_tokens", "total_tokens"})


def _count_cache_write_tokens(inputs: JSONObject) -> int | None:
    """Tokens written to the cache, given in one sum or by how long they are kept: ``ephemeral_5m_…``."""
    kept = [_as_int_or_none(count) for name, count in inputs.items() if name.startswith("ephemeral_")]
    counts = [count for count in kept if count is not None]
    whole = _sum_count_over_tiers(inputs, "cache_creation")
    return max(whole or 0, sum(counts)) if counts else whole


def _sum_count_over_tiers(details: JSONObject, name: str) -> int | None:
    """A detail, which OpenAI's class names by the service tier where that has other prices."""
    return reduce(
        _add_known_counts,
        (_as_int_or_none(details.get(f"{tier}{name}")) for tier in ("", *SERVICE_TIER_PREFIXES)),
    )


def _get_token_details(usage: JSONObject, name: str) -> JSONObject:
    details = usage.get(name)
    return details if isinstance(details, dict) else {}


def _as_int_or_none(value: JSON) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _add_known_counts(left: int | None, right: int | None) -> int | None:
    return right if left is None else left if right is None else left + right
