"""The limits that a run was given, and whether it has met one since it began or went on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lg_jupyter.events.events import JSON
from lg_jupyter.request.limits import RunLimits
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.words import format_count, format_dollars


class RunBudget:
    """What a run may use from where it begins, or goes on, to where it stops.

    Attributes
    ----------
    met_limit_sentence
        The limit that it met first, with the figures, as a sentence; ``None``: none so far.
    """

    def __init__(self, limits: RunLimits, trace: Trace) -> None:
        self.met_limit_sentence: str | None = None
        self.stops_at_once = limits.stops_at_once
        self._limits = limits
        self._trace = trace
        self._cost_before = trace.model_calls.costs.cost or 0.0
        self._tokens_before = _get_total_tokens(trace)
        self._time_limit_timer: asyncio.TimerHandle | None = None

    def start_time_limit(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        """Have ``stop`` called on the running ``loop`` when the time is up."""
        seconds = self._limits.max_seconds
        if seconds is None:
            return

        def time_is_up() -> None:
            if self.met_limit_sentence is None:
                self.met_limit_sentence = f"It met max_seconds={seconds:g}."
                stop()

        self._time_limit_timer = loop.call_later(seconds, time_is_up)

    def cancel_time_limit(self) -> None:
        if self._time_limit_timer is not None:
            self._time_limit_timer.cancel()

    def record_if_unpriced(self, price: JSON) -> bool:
        """Whether a call has no price, so that a limit of its cost cannot be kept."""
        if self._limits.max_cost is None or not isinstance(price, dict) or price.get("cost") is not None:
            return False
        return self._record_met_limit(
            f"It cannot keep max_cost={self._limits.max_cost:g}: the cost of a call is not known "
            f"({price.get('note')}). price=… can name it."
        )

    def record_if_limit_met(self) -> bool:
        """Whether a limit is met now that was not before."""
        limits = self._limits
        if limits.max_cost is not None and (spent := self._compute_spent_dollars()) >= limits.max_cost:
            known = f"{format_dollars(spent)} by list price{self._format_unpriced_calls()}"
            return self._record_met_limit(f"It met max_cost={limits.max_cost:g}: {known}.")
        if limits.max_tokens is not None and (used := self._count_used_tokens()) >= limits.max_tokens:
            return self._record_met_limit(
                f"It met max_tokens={limits.max_tokens:,}: {format_count(used, 'token')}."
            )
        return False

    def _record_met_limit(self, sentence: str) -> bool:
        is_first = self.met_limit_sentence is None
        self.met_limit_sentence = self.met_limit_sentence or sentence
        return is_first

    def _compute_spent_dollars(self) -> float:
        return (self._trace.model_calls.costs.cost or 0.0) - self._cost_before

    def _count_used_tokens(self) -> int:
        return _get_total_tokens(self._trace) - self._tokens_before

    def _format_unpriced_calls(self) -> str:
        unknown = self._trace.model_calls.costs.unpriced_calls
        return f", without {format_count(unknown, 'call')} of which nobody knows it" if unknown else ""


def _get_total_tokens(trace: Trace) -> int:
    return trace.token_usage.total_tokens or 0
