"""What a call of a model was given, in the static record; of what came again, how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import get_message_role, is_encoded_message
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.tables.speaker import format_role
from lg_jupyter.text.elements import (
    INDENTED_BLOCK_STYLE,
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    PROSE_STYLE,
    Row,
    render_muted_line,
    render_muted_suffix,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import clip_text, format_count, join_with_dots

_MAX_SYSTEM_PROMPT_CHARACTERS = 4 * MAX_HTML_VALUE_CHARACTERS
"""The most characters of a system prompt."""


def render_call_prompt(row: Row) -> Iterator[Markup]:
    """What a model was given: system prompt, new messages, tools, parameters."""
    given, changed = row["input"], row["changed"] or ()
    before = row["repeated_messages"] or 0
    start = next((nth for nth, message in enumerate(given) if not _is_system_message(message)), len(given))
    fresh = given[max(start, before) :]
    if row["system"]:
        if before < start:
            yield _render_prompt_part_title("system prompt", "system" in changed)
            yield element(
                "div",
                clip_text(_format_message_content(row["system"]), _MAX_SYSTEM_PROMPT_CHARACTERS),
                dir="auto",
                style=f"{PROSE_STYLE};{INDENTED_BLOCK_STYLE}",
            )
        else:
            yield render_muted_line("system prompt as before")
    known = f"{format_count(before - start, 'message')} as before" if before > start else None
    yield _render_prompt_part_title(
        join_with_dots(known, f"{len(fresh)} new" if known else format_count(len(fresh), "message")), False
    )
    yield from (_render_message(message) for message in fresh)
    if row["tools"]:
        yield _render_prompt_part_title(
            f"tools: {', '.join(map(_read_tool_name, row['tools']))}", "tools" in changed
        )
    if row["parameters"]:
        yield _render_prompt_part_title("parameters", "parameters" in changed)
        yield element(
            "div",
            preview_json(to_plain_json(row["parameters"]), MAX_HTML_VALUE_CHARACTERS),
            style=f"{MONOSPACE_STYLE};{INDENTED_BLOCK_STYLE}",
        )


def _render_prompt_part_title(title: str, changed: bool) -> Markup:
    return element("div", title, render_muted_suffix("changed") if changed else None)


def _render_message(message: JSONObject) -> Markup:
    if not is_encoded_message(message):
        return element(
            "div", preview_json(to_plain_json(message), MAX_HTML_VALUE_CHARACTERS), style=INDENTED_BLOCK_STYLE
        )
    text = clip_text(_format_message_content(message["content"]), MAX_HTML_VALUE_CHARACTERS)
    calls = [
        element(
            "div",
            f"→ {call.get('name')}({preview_json(call.get('args'), MAX_HTML_VALUE_CHARACTERS)})",
            style=MONOSPACE_STYLE,
        )
        for call in message.get("tool_calls") or ()
        if isinstance(call, Mapping)
    ]
    head = element("b", format_role(get_message_role(message)))
    return element(
        "div",
        head,
        " ",
        element("span", text, dir="auto", style=PROSE_STYLE),
        calls,
        style=INDENTED_BLOCK_STYLE,
    )


def _format_message_content(value: JSON) -> str:
    return (
        value if isinstance(value, str) else preview_json(to_plain_json(value), _MAX_SYSTEM_PROMPT_CHARACTERS)
    )


def _is_system_message(message: JSON) -> bool:
    return is_encoded_message(message) and get_message_role(message) in ("system", "developer")


def _read_tool_name(tool: JSON) -> str:
    """A tool's name, which providers write in one of two places."""
    own: Mapping[str, Any] = tool if isinstance(tool, Mapping) else {}
    function = own.get("function")
    named: Sequence[JSON] = (
        function.get("name") if isinstance(function, Mapping) else None,
        own.get("name"),
        own.get("type"),
    )
    return next((str(name) for name in named if name), "?")
