"""The calls of models and tools: which called which, how each ended, and what it used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lg_jupyter.panels.call_totals import render_call_totals
from lg_jupyter.panels.causes import (
    explain_call_outside_run,
    explain_mode_not_requested,
    find_callers_without_subgraph,
)
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.prompts import render_call_prompt
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.call_totals import find_model_or_tool_name, get_call_kind
from lg_jupyter.tables.speaker import format_caller
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    INDENTED_BLOCK_STYLE,
    Row,
    format_section_lines,
    render_details,
    render_muted_suffix,
    render_rows_that_fit,
    render_status_sign,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    format_cost,
    format_count,
    format_duration,
    format_exception_line,
    format_token_usage,
    join_with_dots,
)

_INDENT_PIXELS = 18
_MAX_INDENT_DEPTH = 12
_MAX_ERROR_CHARACTERS = 120
"""The most characters of what a call failed with."""

_TOTAL_COLUMNS = (
    *("calls", "failures", "input_tokens", "cache_read_tokens", "output_tokens", "reasoning_tokens"),
    *("latency_p50", "latency_p95"),
)
"""What of the sums over calls is shown."""


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    calls = _sort_calls_as_tree(run)

    def write(row: Row) -> Markup:
        indent = f"margin-left:{_INDENT_PIXELS * min(row['depth'], _MAX_INDENT_DEPTH)}px"
        return element(
            "div",
            render_status_sign(row["status"]),
            " ",
            element("b", format_call_name(row)),
            render_muted_suffix(_format_call_facts(row)),
            style=indent,
        )

    if calls:
        lines = render_rows_that_fit(calls, write, room // 4, "call", "model_calls")
        known = [row for row in calls if get_call_kind(row) == "model" and row["input"] is not None]
        prompts = render_rows_that_fit(known, _render_call_with_prompt, room // 3, "prompt", "model_calls")
        more = (
            render_details("prompts", f"what {format_count(len(known), 'call')} got", prompts)
            if known
            else None
        )
        totals = render_call_totals(calls, "name", _TOTAL_COLUMNS, room // 4)
        parts = [totals, *lines, *filter(None, [more])]
        yield render_details("calls", format_count(len(calls), "call"), parts)


def _render_call_with_prompt(row: Row) -> Markup:
    return element(
        "div",
        element("b", format_call_name(row)),
        render_muted_suffix(_format_call_facts(row)),
        render_call_prompt(row),
        style=INDENTED_BLOCK_STYLE,
    )


def _format_record_text(run: RecordContext) -> list[str]:
    lines = [
        f"{'  ' * min(row['depth'], _MAX_INDENT_DEPTH)}{STATUS_SIGNS.get(row['status'], '·')} "
        f"{join_with_dots(format_call_name(row), _format_call_facts(row))}"
        for row in _sort_calls_as_tree(run)
    ]
    return format_section_lines("calls", str(len(lines)), lines, "call")


def _sort_calls_as_tree(run: RecordContext) -> list[Row]:
    """Each call before those under it, in the order in which they began, with its ``depth``.

    Under a model's call are its tries and the tools that it requested, under a tool's what is called in it.
    """
    rows = sorted(
        [*run.get_table_rows("model_calls"), *run.get_table_rows("tool_calls")], key=_get_start_or_end_time
    )
    known = {row["call_id"]: row for row in rows}
    inside: dict[str | None, list[Row]] = {}
    for row in rows:
        inside.setdefault(_find_parent_call_id(row, known), []).append(row)
    ordered: dict[str, Row] = {}
    waiting = [(row, 0) for row in [*reversed(rows), *reversed(inside.get(None, ()))]]
    while waiting:
        row, depth = waiting.pop()
        if row["call_id"] not in ordered:
            ordered[row["call_id"]] = {**row, "depth": depth}
            waiting += [(below, depth + 1) for below in reversed(inside.get(row["call_id"], ()))]
    return list(ordered.values())


def _get_start_or_end_time(row: Row) -> float:
    times = (row["start_time"], row["end_time"])
    return next((time for time in times if time is not None), float("inf"))


def _find_parent_call_id(row: Row, known: Mapping[str, Row]) -> str | None:
    """The call that one stands under: what it tries again, who requested it, what it was made in."""
    first: str | None = row.get("retry_of")
    seen = {row["call_id"]}
    while first is not None and first in known and first not in seen:
        before: str | None = known[first].get("retry_of")
        if before is None or before not in known:
            break
        seen.add(first)
        first = before
    for call_id in (first, row.get("requested_by"), row["parent_call_id"]):
        if call_id in known and call_id != row["call_id"]:
            return str(call_id)
    return None


def format_call_name(row: Row) -> str:
    """What was called: a model or a tool."""
    return find_model_or_tool_name(row) or f"a {get_call_kind(row)}"


def _format_call_facts(row: Row) -> str:
    """Whose call it is and which try, how it ended, how long it took, what it used, how it is known."""
    first = format_duration(row.get("time_to_first_token"))
    attempt = row["attempt"] or 1
    return join_with_dots(
        "tool" if get_call_kind(row) == "tool" else None,
        format_caller(row),
        f"try {attempt}" if attempt > 1 else None,
        "from cache" if row.get("cached") else None,
        row["status"],
        row.get("finish_reason"),
        first and f"{first} to first token",
        format_duration(row["latency"]),
        format_token_usage(row),
        format_cost(row),
        *_format_call_failure(row),
        "inferred from its message" if row["known_from"] == "inferred" else None,
    )


_UNREPORTED_PROMPT_REASONS = {
    "server": "What the models were given is not known: calls=True (`%%lgstream … --calls`) has the server "
    "report it, for about twice the bytes.",
    "remote": "What the models were given is not known: a RemoteGraph does not report it. "
    "lg_jupyter.Server(url, assistant) does, with calls=True.",
}
"""Why the calls of a run elsewhere are inferred from their messages, and what to do."""


def _format_call_failure(row: Row) -> Iterator[str | None]:
    """What a call failed with, and of the provider's response what is known."""
    error = row["error"]
    if isinstance(error, Mapping):
        yield format_exception_line(error, _MAX_ERROR_CHARACTERS)
        yield from (
            f"{title} {error[name]}" for name, title in _RESPONSE_FIELD_LABELS.items() if name in error
        )


_RESPONSE_FIELD_LABELS = {"status_code": "status", "request_id": "request"}


def explain_missing_calls(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    """Why there is no call, or less of it than there could be."""
    models = trace.rows("model_calls")
    if models or len(trace.tables["tool_calls"]):
        are_reported = settings.location == "local" or "events" in settings.modes
        if not are_reported and any(row["known_from"] == "inferred" for row in models):
            yield _UNREPORTED_PROMPT_REASONS[settings.location]
        return
    if settings.location != "local" and settings.modes.isdisjoint(
        {"messages", "values", "updates", "events"}
    ):
        yield explain_mode_not_requested(
            settings, "Calls on a server are known from its messages, which were", "messages"
        )
    elif is_over and trace.status == "interrupted":
        yield "No model and no tool has been called so far: the run was interrupted."
    elif is_over and trace.status in ("error", "cancelled", "incomplete"):
        yield "The run ended before any model or tool was called."
    elif is_over and (silent := find_callers_without_subgraph(trace, settings)):
        yield explain_call_outside_run(silent)
    elif is_over:
        yield (
            "No model and no tool was called through LangChain: a provider's own client, and a model in a "
            "thread that a node started, are not heard. Call a LangChain chat model in the node itself."
        )


PANEL = Panel(
    __name__,
    "Calls",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=6,
    explain_missing=explain_missing_calls,
)
