"""The messages of a run, each tool's result under the call that it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.causes import (
    explain_call_outside_run,
    explain_lost_context,
    explain_mode_not_requested,
    find_callers_without_subgraph,
    format_code_names,
    format_of_nodes,
    may_have_subgraphs,
)
from lg_jupyter.panels.content import (
    TEXT_LIMIT,
    MessageContentRenderer,
    count_characters_without_media,
    format_extras,
)
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.tables.blocks import format_abnormal_status
from lg_jupyter.tables.places import PlaceNames
from lg_jupyter.tables.speaker import format_role_and_place
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text import markdown
from lg_jupyter.text.elements import (
    BLOCK_STYLE,
    MONOSPACE_STYLE,
    PROSE_STYLE,
    VALUE_LIMIT,
    Row,
    get_status_color,
    render_aside,
    render_folded,
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

MEDIA_SHARE = 4 / 3
"""The most characters that pictures and sounds have beside all words, for each character of these."""

_INDENT_STYLE = "margin-left:18px"


def _html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The messages, those that answer a call inside the one that made it; what was there before, folded."""
    rows, omitted = run.rows("messages"), run.history_omitted
    earlier = [row for row in rows if row["source"] == "history"]
    spoken = [row for row in rows if row["source"] != "history"]
    content = MessageContentRenderer(int(MEDIA_SHARE * run.text_limit))
    if earlier or omitted:
        newest = f"the newest {len(earlier)}" if omitted else ""
        title = format_count(len(earlier) + omitted, "earlier message")
        yield render_folded(title, newest, _render_messages(earlier, room // 4, content, run.places))
    yield from _render_messages(spoken, room, content, run.places)


def _render_messages(
    rows: Sequence[Row], room: int, content: MessageContentRenderer, places: PlaceNames
) -> Iterator[Markup]:
    results: dict[JSON, list[Row]] = defaultdict(list)
    for row in rows:
        if row["tool_call_id"]:
            results[row["tool_call_id"]].append(row)
    answered = {call.get("id") for row in rows for call in row["tool_calls"] or ()}
    spoken = [row for row in rows if row["tool_call_id"] not in answered or row["tool_call_id"] is None]

    def write(row: Row) -> Markup:
        calls = _render_calls(row, results, content, places)
        return element(
            "div", _render_header(row, places), _render_body(row, content), calls, style=BLOCK_STYLE
        )

    return render_rows_that_fit(
        spoken, write, room, "message", "messages", weigh=count_characters_without_media
    )


def _render_header(row: Row, places: PlaceNames) -> Markup:
    ended = format_abnormal_status(row)
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
        render_aside(facts),
        ended and [" · ", _render_ending(row, ended)],
    )


def _render_ending(row: Row, ended: str) -> Markup:
    """How a message ended that did not as it should."""
    status = "incomplete" if row["status"] == "success" else row["status"]
    return element("span", ended, style=f"color:{get_status_color(status)}")


def _render_body(row: Row, content: MessageContentRenderer) -> Iterator[Markup]:
    if row["reasoning"]:
        thought = element("div", clip_text(row["reasoning"], TEXT_LIMIT), dir="auto", style=PROSE_STYLE)
        yield element("details", element("summary", "reasoning", style="cursor:pointer"), thought)
    if row["text"]:
        yield from markdown.render_markdown(row["text"], TEXT_LIMIT)
    yield from content.render_extras(row)


def _render_calls(
    row: Row, results: dict[JSON, list[Row]], content: MessageContentRenderer, places: PlaceNames
) -> Iterator[Markup]:
    for call in row["tool_calls"] or ():
        yield element(
            "div",
            f"→ {call.get('name')}({preview_json(call.get('args'), VALUE_LIMIT)})",
            style=MONOSPACE_STYLE,
        )
        if call.get("error"):
            failure = [render_status_sign(call["status"]), " ", str(call["error"])]
            yield element("div", failure, style=f"{_INDENT_STYLE};color:{get_status_color(call['status'])}")
        for result in results.get(call.get("id"), ()) if call.get("id") else ():
            yield element("div", _render_result(result, content, places), style=_INDENT_STYLE)


def _render_result(row: Row, content: MessageContentRenderer, places: PlaceNames) -> Iterator[Markup]:
    failed = [render_status_sign("error"), " "] if row["status"] == "error" else []
    facts = join_with_dots(format_role_and_place(row, places)[1], format_duration(row["latency"]))
    yield element("div", "← ", *failed, element("b", row["speaker"]), render_aside(facts))
    yield from _render_body(row, content)


# ---------------------------------------------------------------------------------------------
# As text


def _text(run: RecordContext) -> list[str]:
    rows = run.rows("messages")
    earlier = run.history_omitted + sum(row["source"] == "history" for row in rows)
    shown = _select_newest(
        [_format_message(row, run.places) for row in rows if row["source"] != "history"], run.text_limit
    )
    return [*([f"… {format_count(earlier, 'earlier message')} on the thread"] if earlier else []), *shown]


def _format_message(row: Row, places: PlaceNames) -> str:
    facts = join_with_dots(format_role_and_place(row, places)[1], format_abnormal_status(row))
    lines = [clip_text(row["text"], 1_500)] if row["text"] else []
    lines += [clip_text(line, 1_500) for line in format_extras(row)]
    lines += [_format_call(call) for call in row["tool_calls"] or ()]
    return f"{row['speaker']}{facts and f' ({facts})'}: " + "\n  ".join(lines)


def _format_call(call: Row) -> str:
    failure = f"\n    {STATUS_SIGNS[call['status']]} {call['error']}" if call.get("error") else ""
    return f"→ {call.get('name')}({preview_json(call.get('args'), 200)}){failure}"


def _select_newest(messages: list[str], limit: int) -> list[str]:
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


def _explain(trace: Trace, settings: RunSettings, over: bool) -> Iterator[str]:
    if settings.modes.isdisjoint({"messages", "events"}):
        yield explain_mode_not_requested(settings, "Tokens were", "messages")
        return
    output = trace.messages.model_output()
    if output.unstreamed_models_by_node:
        yield (
            _explain_no_tokens_requested(output.unstreamed_models_by_node)
            if settings.watched_model_output == "whole"
            else _explain_model_without_streaming(output.unstreamed_models_by_node)
        )
    if not settings.streams_subgraphs and may_have_subgraphs(settings):
        yield (
            "Subgraphs are not followed (subgraphs=False)"
            f"{format_of_nodes(settings.possible_subgraph_callers)}: "
            "no token of theirs comes, only the messages that they return. "
            "Leave that out, or --no-subgraphs in the magic."
        )
        return
    lost = [node for node in output.returned_nodes if settings.loses_context and node in settings.async_nodes]
    if lost:
        yield explain_lost_context(f"{format_code_names(lost)} gave whole messages and no tokens")
    unstreamed = [node for node in output.returned_nodes if node not in lost]
    if unstreamed and not (
        find_callers_without_subgraph(trace, settings)
        and set(unstreamed) <= set(settings.possible_subgraph_callers)
    ):
        yield (
            f"The messages of {format_code_names(unstreamed)} came whole, as what the node returned. "
            "If a model wrote them, its call is tagged 'nostream': take the tag off to see its tokens."
        )
    if over and not output.has_output:
        yield from _explain_no_model(trace, settings)
    elif (
        over
        and settings.message_filter
        and not any(map(settings.message_filter.matches_message, trace.messages.produced_rows()))
    ):
        yield _explain_filtered(settings.message_filter, trace)


def _explain_no_model(trace: Trace, settings: RunSettings) -> Iterator[str]:
    if trace.status == "interrupted":
        yield "No model has said a word so far: the run was interrupted."
    elif trace.status in _END_PHRASES:
        yield f"The run {_END_PHRASES[trace.status]} before any model said a word."
    elif settings.loses_context:
        yield explain_lost_context(f"no token comes out of {format_code_names(settings.async_nodes)}")
    elif not find_callers_without_subgraph(trace, settings):  # there, the panel of subgraphs explains it
        yield (
            "No model was called, as far as LangGraph can see: a provider's own client does not stream here, "
            "nor does a call that is tagged 'nostream'. Call the model through a LangChain chat model."
        )
    else:
        yield explain_call_outside_run(find_callers_without_subgraph(trace, settings))


_END_PHRASES = {
    "error": "failed (its error is told above)",
    "cancelled": "was stopped",
    "incomplete": "broke off",
}


def _explain_filtered(shown: MessageFilter, trace: Trace) -> str:
    rows = trace.messages.produced_rows()
    requested = [*(f"tag {name!r}" for name in shown.tags), *(f"node {name!r}" for name in shown.nodes)]
    tags = sorted({tag for row in rows for tag in row["tags"] or ()})
    nodes = sorted({row["node"] for row in rows if row["node"]})
    there = f"Messages came of the nodes {format_code_names(nodes)}" + (
        f" with the tags {format_code_names(tags)}" if tags else ""
    )
    return (
        f"No message came of {' and '.join(requested)}, and only those are shown. {there}: clear the filter."
    )


def _explain_no_tokens_requested(models: dict[str, str | None]) -> str:
    return (
        f"The messages in {format_code_names(models)} came whole: the code that started this run streams no "
        "tokens, and watching it changes nothing. "
        "`watch(tokens=True)` has models stream, and `%lgstream on --tokens`."
    )


def _explain_model_without_streaming(models: dict[str, str | None]) -> str:
    names = sorted({name for name in models.values() if name})
    model = f"The model {', '.join(names)}" if names else "The model"
    return (
        f"{model} does not stream: its messages in {format_code_names(models)} came whole. "
        "Use a model that streams, and see that disable_streaming is not set."
    )


PANEL = Panel(
    __name__,
    "Tokens",
    html=_html,
    text=_text,
    weight=38,
    explain=_explain,
    explains_itself=True,
    is_in_checkpoints=True,
)
