"""How facts of a run are put into words, wherever a person reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import get_enclosing_graph_display_names

STATUS_SIGNS: Mapping[str, str] = {
    "pending": "○",
    "running": "●",
    "success": "✓",
    "interrupted": "‖",  # the pause sign is missing in many fonts
    "error": "✗",
    "cancelled": "■",
    "incomplete": "…",
    "cached": "✓",
    "unreported": "?",
}
"""One sign for each status."""

STILL_RUNNING_NOTE = "running when this was written; run.show() shows the rest"
"""What stands for a run in a saved page until its record does, and is true afterwards, too."""

RESUME_SIGN = "▶"
"""The sign of what a run goes on with."""

FORK_SIGN = "↳"
"""The sign of a run that began at another one's checkpoint."""

_IRREGULAR_PLURALS = {"datum": "data", "key": "keys", "try": "tries"}


def format_count(number: int | None, unit: str) -> str:
    """``1 step``, ``2,000 steps``."""
    return f"{number or 0:,} {unit if number == 1 else _IRREGULAR_PLURALS.get(unit, unit + 's')}"


def format_duration(duration: float | None) -> str | None:
    """A duration in seconds as ``4 ms``, ``0.42 s`` or ``2 min 5 s``."""
    if duration is None:
        return None
    if duration < 0.0995:
        return f"{1000 * duration:.0f} ms"
    minutes, rest = divmod(round(duration), 60)
    return f"{duration:.2f} s" if duration < 60 else f"{minutes} min {rest} s"


def format_bytes(count: int) -> str:
    """A number of bytes as ``812 B``, ``12 kB`` or ``3.1 MB``."""
    if count < 1_000:
        return f"{count} B"
    if count < 999_500:
        return f"{count / 1_000:.{1 if count < 9_950 else 0}f} kB"
    return f"{count / 1_000_000:.{1 if count < 9_950_000 else 0}f} MB"


def format_token_usage(usage: Mapping[str, Any]) -> str | None:
    """The tokens of a message or a run: ``50.0k in (48k cached) · 82 out``; ``None`` if nobody counted.

    A call has some of both: what is 0, nobody counted.
    """
    given, out = usage.get("input_tokens"), usage.get("output_tokens")
    cached, thought = usage.get("cache_read_tokens"), usage.get("reasoning_tokens")
    read = f" ({_abbreviate_count_roughly(cached)} cached)" if cached else ""
    reasoned = f" ({_abbreviate_count_roughly(thought)} reasoning)" if thought else ""
    counts = join_with_dots(
        f"{_abbreviate_count(given)} in{read}" if given else None,
        f"{_abbreviate_count(out)} out{reasoned}" if out else None,
    )
    return counts or None


def format_dollars(amount: float) -> str:
    """An amount of US dollars: ``$0.0031``, ``$12.40``, ``<$0.0001``."""
    if 0 < amount < 0.00005:
        return "<$0.0001"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def format_cost(usage: Mapping[str, Any]) -> str | None:
    """What a run or its calls cost: ``$0.0031 list price, without 2 calls``; ``None`` where nobody knows."""
    cost, unknown = usage.get("cost"), usage.get("unpriced_calls")
    if cost is None:
        return None
    without = f", without {format_count(unknown, 'call')}" if unknown else ""
    return f"{format_dollars(cost)} list price{without}"


def _abbreviate_count(number: int) -> str:
    """A count in three digits or more: ``9,999``, ``50.0k``, ``1.25M``."""
    if number < 10_000:
        return f"{number:,}"
    for unit, name in ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G")):
        if number < 999.5 * unit or name == "G":
            return f"{number / unit:.{1 if number < 99.95 * unit else 0}f}{name}"
    raise AssertionError(number)


def _abbreviate_count_roughly(number: int) -> str:
    """A part of a count, in as few digits as it takes: ``48k``."""
    return _abbreviate_count(number).replace(".0", "")


def format_time_since_start(start: float, time: float) -> str:
    """How long after ``start`` something was: ``+42 ms``."""
    return f"+{format_duration(max(0.0, time - start))}"


def format_utc_time(timestamp: float | None) -> str | None:
    """A time in seconds since the epoch, in UTC."""
    if timestamp is None:
        return None
    return f"{datetime.fromtimestamp(timestamp, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def join_with_dots(*facts: str | None) -> str:
    """The facts there are, with a dot between."""
    return " · ".join(fact for fact in facts if fact)


def format_name_counts(names: Iterable[JSON]) -> str:
    """The names, each once, with how often it is there: ``tools ×3, plan``."""
    return ", ".join(f"{name} ×{often}" if often > 1 else f"{name}" for name, often in Counter(names).items())


def format_namespace(namespace: str | None) -> str:
    """A namespace by its nodes' names alone: ``outer / inner``, empty at the root."""
    return " / ".join(get_enclosing_graph_display_names(namespace or ""))


def format_row_place(row: Mapping[str, Any]) -> str:
    """The place that a row of a table speaks of: its namespace's nodes and its node."""
    return " / ".join(filter(None, (format_namespace(row["namespace"]), row["node"])))


_TROUBLESHOOTING_LINK_PATTERN = re.compile(r"\s*For troubleshooting, visit: \S+\s*$")


def format_exception_line(error: Mapping[str, Any], limit: int) -> str:
    """An exception on one line of about ``limit`` characters: ``ValueError: no such city``.

    The address of a page of help that LangGraph adds is left out.
    """
    message = " ".join(_TROUBLESHOOTING_LINK_PATTERN.sub("", str(error.get("message") or "")).split())
    return ": ".join(filter(None, (str(error.get("error") or "Error"), clip_text(message, limit))))


def abbreviate_home_directory(path: Path) -> str:
    """A path, with ``~`` for the user's home."""
    with suppress(ValueError, RuntimeError):
        return str(Path("~") / path.relative_to(Path.home()))
    return str(path)


def join_in_sentence(items: Sequence[str], max_items: int = 3) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c and 4 more``."""
    shown = [*items[:max_items], *([f"{len(items) - max_items:,} more"] if len(items) > max_items else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def clip_text(text: str | None, limit: int) -> str:
    """At most ``limit`` characters of ``text``, and how many more there are."""
    if not text or len(text) <= limit:
        return text or ""
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"
