"""List prices of models: those of the package genai-prices, imported when a price is needed first."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from typing import Any, NamedTuple

from lg_jupyter.tables.billed_tokens import BilledTokens, find_special_service_tier
from lg_jupyter.text.words import join_in_sentence

PRICES_PACKAGE = "genai-prices"


class CallPrice(NamedTuple):
    """What a call cost in US dollars, or ``None`` and why nobody knows it."""

    cost: float | None
    source: str | None = None
    note: str | None = None


def are_list_prices_installed() -> bool:
    """Whether there are list prices here."""
    return find_spec("genai_prices") is not None


@cache
def import_prices_in_thread() -> None:
    """Import them in a thread, once: it takes half a second, which no call is to wait for."""
    threading.Thread(target=_import_genai_prices, name="lg_jupyter prices").start()


def _import_genai_prices() -> None:
    with suppress(Exception):  # it is reported where a price is needed
        import genai_prices  # noqa: F401


def compute_list_price(row: Mapping[str, Any]) -> CallPrice:
    """The list price of a call that is over: a row of ``model_calls``, whose tokens were counted.

    The model is the one that answered; if the list does not have it, the one that was requested: of these one
    may be an alias, or the name of a deployment.
    """
    provider = row["provider"]
    if not provider:  # a model's name alone may be another provider's, with other prices
        return CallPrice(None, note="its provider is not known")
    names = list(dict.fromkeys(filter(None, (row["response_model"], row["model"]))))
    tokens = BilledTokens.from_model_call(row)
    for name in _iter_candidate_model_names(provider, names):
        try:
            found = _calculate_price_with_genai_prices(
                provider, name, tokens, row["end_time"] or row["start_time"]
            )
        except LookupError:
            continue
        except Exception as error:  # counts that contradict each other, among others
            return CallPrice(None, note=f"{PRICES_PACKAGE} has no price for it: {error}")
        _listed_model_names[(provider, *names)] = name
        return CallPrice(
            float(found.total_price),
            _format_price_source(),
            _format_price_notes(row, tokens, found.model_price),
        )
    model = join_in_sentence(names) or "a model without a name"
    return CallPrice(None, note=f"{PRICES_PACKAGE} has no price of {model} ({provider})")


_listed_model_names: dict[tuple[str, ...], str] = {}
"""By provider and the names of a model: the name of these by which the list has it."""


def _iter_candidate_model_names(provider: str, names: list[str]) -> Iterator[str]:
    known = _listed_model_names.get((provider, *names))
    yield from names if known is None else [known]


def _calculate_price_with_genai_prices(
    provider: str, name: str, tokens: BilledTokens, time: float | None
) -> Any:
    import genai_prices

    counts = {
        "input_tokens": tokens.input_tokens,
        "output_tokens": tokens.output_tokens,
        "cache_read_tokens": tokens.cache_read_tokens,
        "cache_write_tokens": tokens.cache_write_tokens,
        "cache_write_5m_tokens": tokens.cache_write_5m_tokens,
        "cache_write_1h_tokens": tokens.cache_write_1h_tokens,
        "input_audio_tokens": tokens.input_audio_tokens,
        "output_audio_tokens": tokens.output_audio_tokens,
    }
    usage = genai_prices.Usage(**{key: count for key, count in counts.items() if count})
    moment = None if time is None else datetime.fromtimestamp(time, timezone.utc)
    return genai_prices.calc_price(
        usage, name.removeprefix("models/"), provider_id=provider, genai_request_timestamp=moment
    )


@cache
def _format_price_source() -> str:
    return f"{PRICES_PACKAGE} {metadata.version(PRICES_PACKAGE)}"


def _format_price_notes(row: Mapping[str, Any], tokens: BilledTokens, prices: Any) -> str | None:
    """What the list price leaves out of this call."""
    notes = []
    sound = {"input_audio_mtok": tokens.input_audio_tokens, "output_audio_mtok": tokens.output_audio_tokens}
    if any(count and getattr(prices, name, None) is None for name, count in sound.items()):
        notes.append("sound at the price of text: the list has no other")
    if (tier := find_special_service_tier(row)) is not None:
        notes.append(f"service tier {tier}: its prices are not those of the list")
    return "; ".join(notes) or None
