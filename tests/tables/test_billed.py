"""What is billed of a call: its tokens as a provider counts them, and its service tier."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.tables.billed_tokens import BilledTokens, find_special_service_tier

COUNTS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


def row(**fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COUNTS), "usage": None, "output": None, "parameters": None, **fields}


def test_all_that_a_provider_counts() -> None:
    usage = {
        "input_token_details": {
            "ephemeral_5m_input_tokens": 5,
            "ephemeral_1h_input_tokens": 6,
            "audio": 7,
            "cache_read": 99,
        },
        "output_token_details": {"audio": 8},
    }
    counts = dict(zip(COUNTS, (1, 2, 3, 4), strict=True))
    assert BilledTokens.from_model_call(row(**counts, usage=usage)) == BilledTokens(1, 2, 3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        {"input_token_details": None, "output_token_details": [1]},
        {"input_token_details": {"audio": True, "ephemeral_5m_input_tokens": "5"}},
    ],
)
def test_what_nobody_counted_is_none(usage: Any) -> None:
    assert BilledTokens.from_model_call(row(usage=usage)) == BilledTokens(0, 0)


def answered(**metadata: Any) -> dict[str, Any]:
    return {"output": {"type": "ai", "response_metadata": metadata}}


@pytest.mark.parametrize(
    ("fields", "tier"),
    [
        (answered(service_tier="flex"), "flex"),
        (answered(usage={"service_tier": "priority"}), "priority"),
        ({"parameters": {"service_tier": "flex"}}, "flex"),
        ({"parameters": {"usage": {"service_tier": "flex"}}}, "flex"),
        # what the answer says is how it was, what was requested is not
        ({**answered(service_tier="default"), "parameters": {"service_tier": "flex"}}, None),
        ({**answered(service_tier="flex"), "parameters": {"service_tier": "auto"}}, "flex"),
        ({**answered(service_tier=""), "parameters": {"service_tier": "flex"}}, "flex"),
        ({**answered(service_tier=5), "parameters": {"service_tier": "flex"}}, "flex"),
        ({**answered(service_tier=None, usage=None), "parameters": {"service_tier": "flex"}}, "flex"),
        *((answered(service_tier=name), None) for name in ("auto", "default", "standard", "on_demand")),
        (answered(service_tier="standard_only"), None),
        ({"output": "text", "parameters": [1]}, None),
        ({"output": {"response_metadata": "text"}}, None),
        ({}, None),
    ],
)
def test_a_tier_that_has_other_prices(fields: dict[str, Any], tier: str | None) -> None:
    assert find_special_service_tier(row(**fields)) == tier
