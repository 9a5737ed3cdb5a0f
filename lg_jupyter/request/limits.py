"""Limits at which a run is to stop: of money, tokens, time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.util import find_spec

from lg_jupyter.config import options
from lg_jupyter.errors import UsageError
from lg_jupyter.request.prices import get_trusted_price_option


@dataclass(frozen=True)
class RunLimits:
    """``None`` is no limit. At one the run stops before its next step where it can, else at once."""

    max_cost: float | None = None  # US dollars
    max_tokens: int | None = None  # read and given out
    max_seconds: float | None = None
    stops_at_once: bool = False


NO_LIMITS = RunLimits()


def resolve_limits(
    max_cost: object = None,
    max_tokens: object = None,
    max_seconds: object = None,
    stop_at_once: bool = False,
    *,
    has_prices: bool,
) -> RunLimits:
    """Limits as :func:`lg_jupyter.stream` takes them; what is not given is as the options have it.

    ``has_prices`` says whether it was given any.

    Raises
    ------
    UsageError
        If one is no number above 0, or no price is known that a cost could be made of.
    """
    held = options()
    max_cost = held.max_cost if max_cost is None else max_cost
    max_tokens = held.max_tokens if max_tokens is None else max_tokens
    max_seconds = held.max_seconds if max_seconds is None else max_seconds
    has_prices = has_prices or get_trusted_price_option(max_cost) is not None
    if max_cost is not None and not has_prices and find_spec("genai_prices") is None:
        raise UsageError(
            "max_cost needs prices, and none are known here: pip install 'lg_jupyter[prices]', "
            "or price=…, see stream()"
        )
    return RunLimits(
        _validate_positive_number("max_cost", max_cost, "US dollars, like 0.5"),
        _validate_token_count("max_tokens", max_tokens),
        _validate_positive_number("max_seconds", max_seconds, "seconds, like 60"),
        bool(stop_at_once),
    )


def _validate_positive_number(name: str, given: object, unit: str) -> float | None:
    if given is None:
        return None
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not is_number or not math.isfinite(given) or given <= 0:  # type: ignore[arg-type, operator]
        raise UsageError(f"{name} is a number of {unit}, and above 0, not {given!r}")
    return float(given)  # type: ignore[arg-type]


def _validate_token_count(name: str, given: object) -> int | None:
    if given is None or (type(given) is int and given > 0):
        return given
    raise UsageError(f"{name} is a whole number of tokens above 0, like 20_000, not {given!r}")
