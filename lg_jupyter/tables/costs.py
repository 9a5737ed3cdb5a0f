"""Money: what calls of models cost by list price, as far as somebody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum
from typing import Any, NamedTuple

from lg_jupyter.events.events import FINAL_STATUSES, JSONObject

TOKENS_NOT_COUNTED_NOTE = "no tokens were counted"
NO_PRICES_NOTE = "no prices were at hand: pip install 'lg_jupyter[prices]', or price=…"
"""Why the cost of a call is not known, unless something else is."""

COUNTED_IN_INNER_CALL_NOTE = "its answer is that of a call inside of it, which has the tokens and the cost"

CACHE_PRICE_SOURCE = "cache"


class Costs(NamedTuple):
    """``cost`` is the sum in US dollars over the calls that are over, ``None`` where it is known of none."""

    cost: float | None = None
    unpriced_calls: int = 0  # of which nobody knows it

    @classmethod
    def sum_over_model_calls(cls, rows: Iterable[Mapping[str, Any]]) -> Costs:
        """The sum over rows of ``model_calls``."""
        ended = [row for row in rows if row["status"] in FINAL_STATUSES]
        known = [row["cost"] for row in ended if row["cost"] is not None]
        return cls(fsum(known) if known else None, len(ended) - len(known))

    @classmethod
    def sum_over_runs(cls, runs: Iterable[Mapping[str, Any]]) -> Costs:
        """The sum over what several runs cost, each with ``cost`` and ``unpriced_calls``."""
        listed = list(runs)
        known = [run["cost"] for run in listed if run["cost"] is not None]
        return cls(fsum(known) if known else None, sum(run["unpriced_calls"] or 0 for run in listed))

    def to_usage_fields(self) -> JSONObject:
        """What ``run.usage`` has of it: nothing where no cost is known."""
        if self.cost is None:
            return {}
        return {"cost": self.cost, **({"unpriced_calls": self.unpriced_calls} if self.unpriced_calls else {})}


def make_cost_columns_before_pricing(
    is_cached: bool, input_tokens: int | None, output_tokens: int | None
) -> JSONObject:
    """The columns of a call that is over, before a price is known."""
    if is_cached:  # nothing was sent, so nothing is charged
        return {"cost": 0.0, "price_source": CACHE_PRICE_SOURCE, "cost_note": None}
    counted = input_tokens is not None or output_tokens is not None
    return {"cost_note": NO_PRICES_NOTE if counted else TOKENS_NOT_COUNTED_NOTE}
