"""The messages of a run, each tool's result under the call that it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.causes import (
    explain_call_outside_run,
    explain_lost_async_context,
    explain_mode_not_requested,
    find_callers_without_subgraph,
    format_names_as_code,
    format_nodes_clause,
    may_have_subgraphs,
)
from lg_jupyter.panels.message_extras import (
    MAX_TEXT_CHARACTERS,
    MessageExtrasRenderer,
    count_characters_without_media,
    format_message_extras,
)
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.tables.content_blocks import format_abnormal_message_status
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.speaker import format_role_and_place
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text import markdown
from lg_jupyter.text.elements import (
    INDENTED_BLOCK_STYLE,
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    PROSE_STYLE,
    Row,
    get_status_color,
    render_details,
    render_muted_suffix,
    render_rows_that_fit,
    render_status_sign,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    clip_text,
    format_count,
    format_duration,
    format_token_usage,
    join_with_dots,
)

MAX_MEDIA_TO_TEXT_RATIO = 4 / 3
"""The most characters that pictures and sounds have beside all words, for each character of these."""

_INDENT_STYLE = "margin-left:18px"


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The messages, those that answer a call inside the one that made it; what was there before, folded."""
    rows, omitted = run.get_table_rows("messages"), run.omitted_history_count
    earlier = [row for row in rows if row["source"] == "history"]
    spoken = [row for row in rows if row["source"] != "history"]
    content = MessageExtrasRenderer(int(MAX_MEDIA_TO_TEXT_RATIO * run.max_characters))
    if earlier or omitted:
        newest = f"the newest {len(earlier)}" if omitted else ""
        title = format_count(len(earlier) + omitted, "earlier message")
        yield render_details(title, newest, _render_messages(earlier, room // 4, content, run.place_names))
    yield from _render_messages(spoken, room, content, run.place_names)


def _render_messages(
    rows: Sequence[Row], room: int, content: MessageExtrasRenderer, places: PlaceNames
) -> Iterator[Markup]:
    results: dict[JSON, list[Row]] = defaultdict(list)
    for row in rows:
        if row["tool_call_id"]:
            results[row["tool_call_id"]].append(row)
    answered = {call.get("id") for row in rows for call in row["tool_calls"] or ()}
    spoken = [row for row in rows if row["tool_call_id"] not in answered or row["tool_call_id"] is None]

    def write(row: Row) -> Markup:
        calls = _render_calls_and_results(row, results, content, places)
        return element(
            "div",
            _render_message_header(row, places),
            _render_message_body(row, content),
            calls,
            style=INDENTED_BLOCK_STYLE,
        )

    return render_rows_that_fit(
        spoken, write, room, "message", "messages", weigh=count_characters_without_media
    )


def _render_message_header(row: Row, places: PlaceNames) -> Markup:
    ended = format_abnormal_message_status(row)
    gone = "removed later" if row["removed_time"] else None
    facts = join_with_dots(
        *format_role_and_place(row, places),
        row["model"],
        format_duration(row["latency"]),
        format_token_usage(row),
        gone,
    )
    return element(
        "div",
        element("b", row["speaker"]),
        render_muted_suffix(facts),
        ended and [" · ", _render_abnormal_status(row, ended)],
    )


def _render_abnormal_status(row: Row, ended: str) -> Markup:
    """How a message ended that did not as it should."""
    status = "incomplete" if row["status"] == "success" else row["status"]
    return element("span", ended, style=f"color:{get_status_color(status)}")


def _render_message_body(row: Row, content: MessageExtrasRenderer) -> Iterator[Markup]:
    if row["reasoning"]:
        thought = element(
            "div", clip_text(row["reasoning"], MAX_TEXT_CHARACTERS), dir="auto", style=PROSE_STYLE
        )
        yield element("details", element("summary", "reasoning", style="cursor:pointer"), thought)
    if row["text"]:
        yield from markdown.render_markdown(row["text"], MAX_TEXT_CHARACTERS)
    yield from content.render_extras(row)


def _render_calls_and_results(
    row: Row, results: dict[JSON, list[Row]], content: MessageExtrasRenderer, places: PlaceNames
) -> Iterator[Markup]:
    for call in row["tool_calls"] or ():
        yield element(
            "div",
            f"→ {call.get('name')}({preview_json(call.get('args'), MAX_HTML_VALUE_CHARACTERS)})",
            style=MONOSPACE_STYLE,
        )
        if call.get("error"):
            failure = [render_status_sign(call["status"]), " ", str(call["error"])]
            yield element("div", failure, style=f"{_INDENT_STYLE};color:{get_status_color(call['status'])}")
        for result in results.get(call.get("id"), ()) if call.get("id") else ():
            yield element("div", _render_tool_result(result, content, places), style=_INDENT_STYLE)


def _render_tool_result(row: Row, content: MessageExtrasRenderer, places: PlaceNames) -> Iterator[Markup]:
    failed = [render_status_sign("error"), " "] if row["status"] == "error" else []
    facts = join_with_dots(format_role_and_place(row, places)[1], format_duration(row["latency"]))
    yield element("div", "← ", *failed, element("b", row["speaker"]), render_muted_suffix(facts))
    yield from _render_message_body(row, content)


# ---------------------------------------------------------------------------------------------
# As text


def _format_record_text(run: RecordContext) -> list[str]:
    rows = run.get_table_rows("messages")
    earlier = run.omitted_history_count + sum(row["source"] == "history" for row in rows)
    shown = _select_newest_messages(
        [_format_message(row, run.place_names) for row in rows if row["source"] != "history"],
        run.max_characters,
    )
    return [*([f"… {format_count(earlier, 'earlier message')} on the thread"] if earlier else []), *shown]


def _format_message(row: Row, places: PlaceNames) -> str:
    facts = join_with_dots(format_role_and_place(row, places)[1], format_abnormal_message_status(row))
    lines = [clip_text(row["text"], 1_500)] if row["text"] else []
    lines += [clip_text(line, 1_500) for line in format_message_extras(row)]
    lines += [_format_tool_call(call) for call in row["tool_calls"] or ()]
    return f"{row['speaker']}{facts and f' ({facts})'}: " + "\n  ".join(lines)


def _format_tool_call(call: Row) -> str:
    failure = f"\n    {STATUS_SIGNS[call['status']]} {call['error']}" if call.get("error") else ""
    return f"→ {call.get('name')}({preview_json(call.get('args'), 200)}){failure}"


def _select_newest_messages(messages: list[str], limit: int) -> list[str]:
    kept: list[str] = []
    for message in reversed(messages):
        limit -= len(message)
        if limit < 0:
            kept.append(f"… {format_count(len(messages) - len(kept), 'earlier message')} left out here")
            break
        kept.append(message)
    return kept[::-1]


# ---------------------------------------------------------------------------------------------
# Why there are none


def _explain_missing_tokens(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if settings.modes.isdisjoint({"messages", "events"}):
        yield explain_mode_not_requested(settings, "Tokens were", "messages")
        return
    output = trace.messages.summarize_model_output()
    if output.unstreamed_models_by_node:
        yield (
            _explain_no_tokens_requested(output.unstreamed_models_by_node)
            if settings.watched_message_form == "whole"
            else _explain_model_without_streaming(output.unstreamed_models_by_node)
        )
    if not settings.streams_subgraphs and may_have_subgraphs(settings):
        yield (
            "Subgraphs are not followed (subgraphs=False)"
            f"{format_nodes_clause(settings.graph_calling_nodes)}: "
            "no token of theirs comes, only the messages that they return. "
            "Leave that out, or --no-subgraphs in the magic."
        )
        return
    lost = [
        node
        for node in output.nodes_returning_messages
        if settings.loses_async_context and node in settings.async_nodes
    ]
    if lost:
        yield explain_lost_async_context(f"{format_names_as_code(lost)} gave whole messages and no tokens")
    unstreamed = [node for node in output.nodes_returning_messages if node not in lost]
    if unstreamed and not (
        find_callers_without_subgraph(trace, settings)
        and set(unstreamed) <= set(settings.graph_calling_nodes)
    ):
        yield (
            f"The messages of {format_names_as_code(unstreamed)} came whole, as what the node returned. "
            "If a model wrote them, its call is tagged 'nostream': take the tag off to see its tokens."
        )
    if is_over and not output.has_output:
        yield from _explain_no_model_output(trace, settings)
    elif (
        is_over
        and settings.message_filter
        and not any(map(settings.message_filter.matches_message, trace.messages.list_produced_rows()))
    ):
        yield _explain_filtered_messages(settings.message_filter, trace)


def _explain_no_model_output(trace: Trace, settings: RunSettings) -> Iterator[str]:
    if trace.status == "interrupted":
        yield "No model has said a word so far: the run was interrupted."
    elif trace.status in _RUN_END_PHRASES:
        yield f"The run {_RUN_END_PHRASES[trace.status]} before any model said a word."
    elif settings.loses_async_context:
        yield explain_lost_async_context(
            f"no token comes out of {format_names_as_code(settings.async_nodes)}"
        )
    elif not find_callers_without_subgraph(trace, settings):  # there, the panel of subgraphs explains it
        yield (
            "No model was called, as far as LangGraph can see: a provider's own client does not stream here, "
            "nor does a call that is tagged 'nostream'. Call the model through a LangChain chat model."
        )
    else:
        yield explain_call_outside_run(find_callers_without_subgraph(trace, settings))


_RUN_END_PHRASES = {
    "error": "failed (its error is told above)",
    "cancelled": "was stopped",
    "incomplete": "broke off",
}


def _explain_filtered_messages(shown: MessageFilter, trace: Trace) -> str:
    rows = trace.messages.list_produced_rows()
    requested = [*(f"tag {name!r}" for name in shown.tags), *(f"node {name!r}" for name in shown.nodes)]
    tags = sorted({tag for row in rows for tag in row["tags"] or ()})
    nodes = sorted({row["node"] for row in rows if row["node"]})
    there = f"Messages came of the nodes {format_names_as_code(nodes)}" + (
        f" with the tags {format_names_as_code(tags)}" if tags else ""
    )
    return (
        f"No message came of {' and '.join(requested)}, and only those are shown. {there}: clear the filter."
    )


def _explain_no_tokens_requested(models: dict[str, str | None]) -> str:
    return (
        f"The messages in {format_names_as_code(models)} came whole: the code that started this run streams "
        "no tokens, and watching it changes nothing. "
        "`watch(tokens=True)` has models stream, and `%lgstream on --tokens`."
    )


def _explain_model_without_streaming(models: dict[str, str | None]) -> str:
    names = sorted({name for name in models.values() if name})
    model = f"The model {', '.join(names)}" if names else "The model"
    return (
        f"{model} does not stream: its messages in {format_names_as_code(models)} came whole. "
        "Use a model that streams, and see that disable_streaming is not set."
    )


PANEL = Panel(
    __name__,
    "Tokens",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=38,
    explain_missing=_explain_missing_tokens,
    has_inline_explanations=True,
    is_stored_in_checkpoints=True,
)
