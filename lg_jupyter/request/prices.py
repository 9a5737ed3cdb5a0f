"""What a run's calls of models cost, where its user says so: a table of models, or a function of a call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, TypeAlias

from lg_jupyter.config import options
from lg_jupyter.errors import UsageError
from lg_jupyter.events.types import JSONObject
from lg_jupyter.spelling import format_suggestion_ending

_PRICE_EXAMPLE = 'price={"my-model": {"input": 1.25, "output": 10}}, in US dollars per million tokens'


@dataclass(frozen=True)
class ModelPrices:
    """US dollars per million tokens. What is ``None`` costs what other tokens in, or out, cost."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None
    input_audio: float | None = None
    output_audio: float | None = None


PriceTable: TypeAlias = "Mapping[str, ModelPrices]"
PriceFunction: TypeAlias = "Callable[[JSONObject], Any]"
"""Called with a row of ``model_calls``: US dollars, or ``None`` where it knows none."""


def validate_price(
    price: object, make_call_view: Callable[[JSONObject], Any] = lambda row: row, max_cost: object = None
) -> PriceTable | PriceFunction | None:
    """A price as :func:`lg_jupyter.stream` takes it. A function gets what ``make_call_view`` makes
    of a row of ``model_calls``.

    Where none is given it is as the options have it; of a run with a limit in dollars not what a project says
    of prices, for it could make that limit a greater one.

    Raises
    ------
    UsageError
        If it is neither a function nor a table of prices.
    """
    if price is None:
        price = get_trusted_price_option(max_cost)
    if price is None:
        return None
    if isinstance(price, Mapping):
        return {
            _validate_model_name(model): _validate_model_prices(model, given)
            for model, given in price.items()
        }
    if callable(price):
        return lambda row: price(make_call_view(row))
    raise UsageError(f"price is a table of models or a function of a call, not {price!r}: {_PRICE_EXAMPLE}")


def get_trusted_price_option(max_cost: object) -> Any:
    """The option ``price``; ``None`` where it is a project's and would move a limit of the cost."""
    held = options()
    has_limit = max_cost is not None or held.max_cost is not None
    return None if has_limit and held.get_value_with_origin("price").is_from_project else held.price


def _validate_model_name(model: object) -> str:
    if isinstance(model, str) and model:
        return model
    raise UsageError(f"price names models by their names, not by {model!r}: {_PRICE_EXAMPLE}")


def _validate_model_prices(model: str, given: object) -> ModelPrices:
    if not isinstance(given, Mapping):
        raise UsageError(f"price has for {model!r} no table of prices, but {given!r}: {_PRICE_EXAMPLE}")
    known = [field.name for field in fields(ModelPrices)]
    for name, amount in given.items():
        if name not in known:
            meant = format_suggestion_ending(name, known)
            raise UsageError(f"price has for {model!r} no {name!r}{meant} There are {', '.join(known)}.")
        if parse_dollars_or_none(amount) is None:
            raise UsageError(
                f"the price of {model!r} for {name} is a number, not {amount!r}: {_PRICE_EXAMPLE}"
            )
    missing = [name for name in ("input", "output") if name not in given]
    if missing:
        raise UsageError(f"price has for {model!r} no {' and no '.join(missing)}: {_PRICE_EXAMPLE}")
    return ModelPrices(**{name: float(amount) for name, amount in given.items()})


def parse_dollars_or_none(amount: object) -> float | None:
    """An amount of money; ``None`` if it is none."""
    if isinstance(amount, bool) or not isinstance(amount, (int, float, Decimal)):
        return None
    dollars = float(amount)
    return dollars if math.isfinite(dollars) and dollars >= 0 else None
