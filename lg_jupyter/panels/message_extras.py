"""What a message holds beside its text, in HTML and in lines: pictures, sounds, refusals, calls, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.content_blocks import (
    Block,
    CitedSource,
    Media,
    Refusal,
    ServerToolCall,
    UnknownBlock,
    parse_cited_sources,
    parse_content_blocks,
)
from lg_jupyter.text.elements import (
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    MUTED_STYLE,
    PROSE_STYLE,
    Row,
    render_status_sign,
)
from lg_jupyter.text.markup import Markup, element, join_markup, render_link
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import clip_text, format_count

MAX_TEXT_CHARACTERS = 12_000

MAX_CITED_SOURCES = 50
"""The most sources of a message that are named."""

MAX_SOURCE_LINES = 20
"""The most that are named in lines of text."""

MAX_VALUE_CHARACTERS = 200
"""The most characters of a value in a line of text."""

_DATA_URL_PATTERN = re.compile(r'src="data:[^"]*"')
_IMAGE_STYLE = "display:block;max-width:100%;max-height:320px;margin:4px 0"


class MessageExtrasRenderer:
    """Writes what messages hold. Media have ``room`` characters: what does not fit is named, and not kept."""

    def __init__(self, room: int) -> None:
        self._room = room

    def render_extras(self, row: Row, limit: int = MAX_HTML_VALUE_CHARACTERS) -> Iterator[Markup]:
        """All that a row of ``messages`` holds beside text, reasoning and the user's tool calls."""
        for block in parse_content_blocks(row["blocks"]):
            if isinstance(block, Media):
                yield from self._render_media(block, row["text"] or "")
            elif isinstance(block, Refusal):
                yield _render_refusal(block)
            elif isinstance(block, ServerToolCall):
                yield from _render_server_tool_call(block, limit)
            else:
                yield _render_unknown_block(block, limit)
        if sources := parse_cited_sources(row["citations"]):
            yield _render_sources(sources)
        if row["artifact"] is not None:
            yield render_folded_value("artifact", row["artifact"], 4 * limit)

    def _render_media(self, media: Media, message_text: str) -> Iterator[Markup]:
        """A picture or a sound as such if a browser shows it and there is room, else what it was."""
        url = media.displayable_data_url
        if url and media.kind in ("image", "audio") and self._reserve_characters(len(url)):
            picture = media.kind == "image"
            yield (
                element("img", src=url, alt=media.name_type_and_size, style=_IMAGE_STYLE)
                if picture
                else element("audio", controls=True, src=url, preload="metadata")
            )
            yield element("div", media.name_type_and_size, style=f"{MUTED_STYLE};font-size:12px")
        else:
            kept = ": not kept" if media.base64_data else None
            address = (
                join_markup(": ", render_link(media.url_or_file_id, media.url_or_file_id))
                if media.url_or_file_id
                else None
            )
            yield element("div", "▣ ", media.name_type_and_size, kept, address, style=MONOSPACE_STYLE)
        if media.text and media.text not in message_text:
            yield element("div", clip_text(media.text, MAX_TEXT_CHARACTERS), dir="auto", style=PROSE_STYLE)

    def _reserve_characters(self, characters: int) -> bool:
        fits = characters <= self._room
        if fits:
            self._room -= characters
        return fits


def count_characters_without_media(markup: Markup) -> int:
    """The characters of markup without what its pictures and sounds hold."""
    return len(_DATA_URL_PATTERN.sub("", markup))


def render_folded_value(title: str, value: JSON, limit: int) -> Markup:
    """A value behind its title."""
    written = element("div", preview_json(value, limit), style=MONOSPACE_STYLE)
    return element("details", element("summary", title, style="cursor:pointer"), written)


def _render_refusal(refusal: Refusal) -> Markup:
    reason = element("span", clip_text(refusal.text, MAX_TEXT_CHARACTERS), dir="auto", style=PROSE_STYLE)
    return element("div", render_status_sign("incomplete"), " ", element("b", "refused"), ": ", reason)


def _render_server_tool_call(call: ServerToolCall, limit: int) -> Iterator[Markup]:
    yield element("div", f"→ {call.name}({preview_json(call.args, limit)})", style=MONOSPACE_STYLE)
    for result in call.results:
        failed = [render_status_sign("error"), " "] if call.has_failed else []
        yield element(
            "div", "← ", *failed, preview_json(result, limit), style=f"{MONOSPACE_STYLE};margin-left:18px"
        )


def _render_unknown_block(block: UnknownBlock, limit: int) -> Markup:
    return element("div", f"▣ {block.kind}: {preview_json(block.value, limit)}", style=MONOSPACE_STYLE)


def _render_sources(sources: list[CitedSource]) -> Markup:
    lines = [
        element("div", f"[{number}] ", render_link(source.url, source.title), _format_quote(source.quote))
        for number, source in enumerate(sources[:MAX_CITED_SOURCES], 1)
    ]
    left = len(sources) - MAX_CITED_SOURCES
    more = element("div", f"… {format_count(left, 'more source')}") if left > 0 else None
    return element("div", lines, more, style="font-size:12px")


def _format_quote(quote: str | None) -> str | None:
    return f": “{clip_text(quote, 200)}”" if quote else None


# ---------------------------------------------------------------------------------------------
# As lines of text


def format_message_extras(row: Mapping[str, Any]) -> Iterator[str]:
    """Lines that say what a row of ``messages`` holds beside text, reasoning and the user's tool calls."""
    for block in parse_content_blocks(row["blocks"]):
        yield from _format_block(block, row["text"] or "")
    sources = parse_cited_sources(row["citations"])
    for number, source in enumerate(sources[:MAX_SOURCE_LINES], 1):
        named = source.title if source.url in (None, source.title) else f"{source.title}: {source.url}"
        yield f"[{number}] {named}"
    if len(sources) > MAX_SOURCE_LINES:
        yield f"… {format_count(len(sources) - MAX_SOURCE_LINES, 'more source')}"
    if row["artifact"] is not None:
        yield f"▣ artifact: {preview_json(row['artifact'], MAX_VALUE_CHARACTERS)}"


def _format_block(block: Block, message_text: str) -> Iterator[str]:
    if isinstance(block, Media):
        yield f"▣ {block.name_type_and_size}" + (f": {block.url_or_file_id}" if block.url_or_file_id else "")
        if block.text and block.text not in message_text:
            yield block.text
    elif isinstance(block, Refusal):
        yield f"refused: {block.text}"
    elif isinstance(block, ServerToolCall):
        yield f"→ {block.name}({preview_json(block.args, MAX_VALUE_CHARACTERS)})"
        for result in block.results:
            yield f"← {'✗ ' if block.has_failed else ''}{preview_json(result, MAX_VALUE_CHARACTERS)}"
    else:
        yield f"▣ {block.kind}: {preview_json(block.value, MAX_VALUE_CHARACTERS)}"
