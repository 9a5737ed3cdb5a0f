"""What the calls of a run cost: computed when each is over, and kept with the run as it was then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lg_jupyter.events.calls import CALLS_MODE
from lg_jupyter.events.events import Part
from lg_jupyter.request.prices import ModelPrices, PriceFunction, PriceTable, parse_dollars_or_none
from lg_jupyter.runtime import list_prices
from lg_jupyter.runtime.list_prices import CallPrice
from lg_jupyter.sources.base import EncodePayload
from lg_jupyter.tables.billed_tokens import BilledTokens
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.words import clip_text

USER_PRICE_SOURCE = "price="

TOKENS_PER_UNIT_PRICE = 1_000_000


class ModelCallPricer:
    """Gives a part with the price of each call that is over.

    Parameters
    ----------
    trace
        Whose calls they are.
    price
        What the run was given, which goes before the list; ``None``: nothing.
    encode
        Encodes what becomes of a price.
    """

    def __init__(self, trace: Trace, price: PriceTable | PriceFunction | None, encode: EncodePayload) -> None:
        self._trace = trace
        self._user_price = price
        self._encode = encode
        self._has_list_prices = list_prices.are_list_prices_installed()

    def price_ended_calls(self, timestamp: float) -> Iterator[Part]:
        """The prices of the calls that are over since the last time, as far as somebody can say."""
        if self._user_price is None and not self._has_list_prices:
            return
        if self._has_list_prices and self._trace.model_calls.has_model_calls:
            list_prices.import_prices_in_thread()
        for row in self._trace.model_calls.take_calls_to_price():
            cost, source, note = self._compute_call_price(row)
            data = {"event": "model_price", "call_id": row["call_id"], "cost": cost}
            data |= {name: value for name, value in (("source", source), ("note", note)) if value}
            yield Part(CALLS_MODE, "", self._encode(CALLS_MODE, "", data), timestamp)

    def _compute_call_price(self, row: Mapping[str, Any]) -> CallPrice:
        given = self._compute_user_price(row)
        if given is not None:
            return given
        if self._has_list_prices:
            return list_prices.compute_list_price(row)
        return CallPrice(
            None, note=f"{USER_PRICE_SOURCE} has none of this model, and no list of prices is installed"
        )

    def _compute_user_price(self, row: Mapping[str, Any]) -> CallPrice | None:
        """The price that the run was given; ``None`` where it names none."""
        if self._user_price is None:
            return None
        if callable(self._user_price):
            return _call_price_function(self._user_price, row)
        for name in (row["response_model"], row["model"]):
            if name in self._user_price:
                return _compute_price_from_table(self._user_price[name], BilledTokens.from_model_call(row))
        return None


def _call_price_function(price: PriceFunction, row: Mapping[str, Any]) -> CallPrice | None:
    try:
        amount = price(dict(row))
    except Exception as error:  # the user's code must not end the run
        return CallPrice(
            None,
            USER_PRICE_SOURCE,
            f"{USER_PRICE_SOURCE} raised {type(error).__name__}: {clip_text(str(error), 200)}",
        )
    if amount is None:
        return None
    cost = parse_dollars_or_none(amount)
    note = f"{USER_PRICE_SOURCE} gave {clip_text(repr(amount), 60)}, and not an amount of US dollars"
    return CallPrice(cost, USER_PRICE_SOURCE, note if cost is None else None)


def _compute_price_from_table(prices: ModelPrices, tokens: BilledTokens) -> CallPrice:
    """Tokens of sound that the cache gave are counted as the cache's."""
    kinds = (
        (tokens.cache_read_tokens, prices.cache_read, prices.input, "cached tokens at the price of input"),
        (tokens.cache_write_tokens, prices.cache_write, prices.input, "tokens written to the cache likewise"),
        (tokens.input_audio_tokens, prices.input_audio, prices.input, "sound read at the price of input"),
        (tokens.output_audio_tokens, prices.output_audio, prices.output, "sound given out at that of output"),
    )
    text_in = (
        tokens.input_tokens - tokens.cache_read_tokens - tokens.cache_write_tokens - tokens.input_audio_tokens
    )
    text_out = tokens.output_tokens - tokens.output_audio_tokens
    if text_in < 0 or text_out < 0:
        return CallPrice(None, USER_PRICE_SOURCE, "the counts of its tokens contradict each other")
    total = text_in * prices.input + text_out * prices.output
    total += sum(count * (rest if own is None else own) for count, own, rest, _ in kinds)
    notes = [note for count, own, _, note in kinds if count and own is None]
    return CallPrice(total / TOKENS_PER_UNIT_PRICE, USER_PRICE_SOURCE, "; ".join(notes) or None)
