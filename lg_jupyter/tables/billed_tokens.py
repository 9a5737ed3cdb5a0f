"""What is billed of a call of a model: its tokens by the prices they may have, and its service tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lg_jupyter.events.events import JSON

_SERVICE_TIERS_AT_LIST_PRICE = frozenset({"auto", "default", "standard", "standard_only", "on_demand"})
"""Names of tiers whose prices are those of the list."""


class BilledTokens(NamedTuple):
    """Tokens of a call. The cache's and those of sound are part of ``input_tokens`` or ``output_tokens``."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    input_audio_tokens: int = 0
    output_audio_tokens: int = 0

    @classmethod
    def from_model_call(cls, row: Mapping[str, Any]) -> BilledTokens:
        """That of a row of ``model_calls``."""
        given, written = (_get_token_details(row["usage"], name) for name in ("input", "output"))
        return cls(
            row["input_tokens"] or 0,
            row["output_tokens"] or 0,
            row["cache_read_tokens"] or 0,
            row["cache_write_tokens"] or 0,
            _get_int_or_zero(given, "ephemeral_5m_input_tokens"),
            _get_int_or_zero(given, "ephemeral_1h_input_tokens"),
            _get_int_or_zero(given, "audio"),
            _get_int_or_zero(written, "audio"),
        )


def find_special_service_tier(row: Mapping[str, Any]) -> str | None:
    """The service tier of a call, where it has other prices than the list."""
    for held in (_get_response_metadata(row["output"]), _get_mapping_or_empty(row["parameters"])):
        tier = held.get("service_tier") or _get_mapping_or_empty(held.get("usage")).get("service_tier")
        if isinstance(tier, str) and tier:
            return None if tier in _SERVICE_TIERS_AT_LIST_PRICE else tier
    return None


def _get_response_metadata(output: JSON) -> Mapping[str, Any]:
    return _get_mapping_or_empty(_get_mapping_or_empty(output).get("response_metadata"))


def _get_token_details(usage: JSON, direction: str) -> Mapping[str, Any]:
    return _get_mapping_or_empty(_get_mapping_or_empty(usage).get(f"{direction}_token_details"))


def _get_int_or_zero(details: Mapping[str, Any], name: str) -> int:
    value = details.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _get_mapping_or_empty(value: JSON) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
