"""Facts in words."""

from __future__ import annotations

import pytest

from lg_jupyter.text.words import format_bytes, format_token_usage


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        (
            {"input_tokens": 50_000, "output_tokens": 82, "cache_read_tokens": 48_000},
            "50.0k in (48k cached) · 82 out",
        ),
        (
            {"input_tokens": 9_999, "output_tokens": 500, "reasoning_tokens": 120},
            "9,999 in · 500 out (120 reasoning)",
        ),
        ({"input_tokens": 1_250_000, "output_tokens": 999_600}, "1.2M in · 1.0M out"),
        ({"input_tokens": 120, "output_tokens": None}, "120 in"),
        ({"input_tokens": 120, "output_tokens": 0}, "120 in"),
        ({"input_tokens": None, "output_tokens": 7}, "7 out"),
        ({"input_tokens": 0, "output_tokens": 0}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_tokens_in_and_out(usage, told) -> None:
    assert format_token_usage(usage) == told


@pytest.mark.parametrize(
    ("bytes_", "told"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (1_250, "1.2 kB"),
        (12_400, "12 kB"),
        (999_600, "1.0 MB"),
        (3_100_000, "3.1 MB"),
    ],
)
def test_sizes(bytes_, told) -> None:
    assert format_bytes(bytes_) == told
