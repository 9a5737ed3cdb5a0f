"""How full the context window of each call of a model was, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lg_jupyter.panels import calls
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.prompt_parts import PROMPT_PARTS
from lg_jupyter.tables.speaker import format_caller
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    Row,
    format_section_lines,
    render_details,
    render_muted_suffix,
    render_rows_that_fit,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_count, join_with_dots

NEARLY_FULL_SHARE = 0.8
"""From this share of a context window on a reader is warned."""

_PROMPT_PART_LABELS = dict(zip(PROMPT_PARTS, ("system", "tools", "history", "tool results"), strict=True))


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    rows = _select_measured_calls(run)

    def write(row: Row) -> Markup:
        return element(
            "div", element("b", calls.format_call_name(row)), render_muted_suffix(_format_context_facts(row))
        )

    if rows:
        yield render_details(
            "context window", format_count(len(rows), "call"), render_rows_that_fit(rows, write, room, "call")
        )


def _format_record_text(run: RecordContext) -> list[str]:
    lines = [
        join_with_dots(calls.format_call_name(row), _format_context_facts(row))
        for row in _select_measured_calls(run)
    ]
    return format_section_lines("context window", str(len(lines)), lines, "call")


def _select_measured_calls(run: RecordContext) -> list[Row]:
    """The calls of which something is known: how many tokens they read, or of what parts."""
    return [row for row in run.get_table_rows("model_calls") if row["input_tokens"] or row["input_parts"]]


def _format_context_facts(row: Row) -> str:
    return join_with_dots(
        format_caller(row), _format_window_fullness(row), _format_prompt_shares(row["input_parts"])
    )


def _format_window_fullness(row: Row) -> str:
    """``12,300 of 272,000 tokens (5 %)``; what is not known is named so."""
    tokens, limit = row["input_tokens"], row["context_window"]
    read = "tokens not known" if tokens is None else format_count(tokens, "token")
    if limit is None:
        return f"{read}, limit not known"
    if tokens is None:
        return f"{read}, limit {limit:,}"
    share = tokens / limit
    warning = ": nearly full" if NEARLY_FULL_SHARE <= share < 1 else ": full" if share >= 1 else ""
    return f"{tokens:,} of {limit:,} tokens ({share:.0%}){warning}"


def _format_prompt_shares(parts: Mapping[str, int | None] | None) -> str | None:
    """``by characters: system 10%, history 90%``."""
    known = {part: parts.get(part) or 0 for part in PROMPT_PARTS} if parts else {}
    whole = sum(known.values())
    if not parts or not whole:
        return None
    shares = ", ".join(
        f"{_PROMPT_PART_LABELS[part]} {size / whole:.0%}" for part, size in known.items() if size
    )
    media = parts.get("media")
    return join_with_dots(
        f"by characters: {shares}",
        "tools not known" if parts.get("tools") is None else None,
        f"without {format_count(media, 'attachment')}" if media else None,
    )


def _explain_missing_context(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    rows = trace.rows("model_calls")
    if not rows:
        yield from calls.explain_missing_calls(trace, settings, is_over)
    elif is_over and not any(row["input_tokens"] or row["input_parts"] for row in rows):
        yield (
            "Nobody reports what these calls were given, nor how many tokens that was. In this process "
            "callbacks do; a server does with calls=True."
        )


PANEL = Panel(
    __name__,
    "Context",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=3,
    explain_missing=_explain_missing_context,
)
