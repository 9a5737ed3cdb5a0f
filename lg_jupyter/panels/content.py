"""What a message holds beside its text, in HTML and in lines: pictures, sounds, refusals, calls, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.tables.blocks import (
    Block,
    Media,
    Other,
    Refusal,
    ServerCall,
    Source,
    read_blocks,
    read_sources,
)
from lg_jupyter.text.elements import MONO, MUTED, PROSE, VALUE_LIMIT, Row, sign
from lg_jupyter.text.markup import Markup, element, join, link
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import clip, count

TEXT_LIMIT = 12_000

SOURCES = 50
"""The most sources of a message that are named."""

LINES_OF_SOURCES = 20
"""The most that are named in lines of text."""

LINE_LIMIT = 200
"""The most characters of a value in a line of text."""

_DATA = re.compile(r'src="data:[^"]*"')
_PICTURE = "display:block;max-width:100%;max-height:320px;margin:4px 0"


class Content:
    """Writes what messages hold. Media have ``room`` characters: what does not fit is named, and not kept."""

    def __init__(self, room: int) -> None:
        self._room = room

    def extras(self, row: Row, limit: int = VALUE_LIMIT) -> Iterator[Markup]:
        """All that a row of ``messages`` holds beside text, reasoning and the user's tool calls."""
        for block in read_blocks(row["blocks"]):
            if isinstance(block, Media):
                yield from self._media(block, row["text"] or "")
            elif isinstance(block, Refusal):
                yield _refusal(block)
            elif isinstance(block, ServerCall):
                yield from _server_call(block, limit)
            else:
                yield _other(block, limit)
        if sources := read_sources(row["citations"]):
            yield _sources_of(sources)
        if row["artifact"] is not None:
            yield folded_value("artifact", row["artifact"], 4 * limit)

    def _media(self, media: Media, message_text: str) -> Iterator[Markup]:
        """A picture or a sound as such if a browser shows it and there is room, else what it was."""
        url = media.url
        if url and media.kind in ("image", "audio") and self._reserve(len(url)):
            picture = media.kind == "image"
            yield (
                element("img", src=url, alt=media.label, style=_PICTURE)
                if picture
                else element("audio", controls=True, src=url, preload="metadata")
            )
            yield element("div", media.label, style=f"{MUTED};font-size:12px")
        else:
            kept = ": not kept" if media.data else None
            address = join(": ", link(media.address, media.address)) if media.address else None
            yield element("div", "▣ ", media.label, kept, address, style=MONO)
        if media.text and media.text not in message_text:
            yield element("div", clip(media.text, TEXT_LIMIT), dir="auto", style=PROSE)

    def _reserve(self, characters: int) -> bool:
        fits = characters <= self._room
        if fits:
            self._room -= characters
        return fits


def length_without_media(markup: Markup) -> int:
    """The characters of markup without what its pictures and sounds hold."""
    return len(_DATA.sub("", markup))


def folded_value(title: str, value: JSON, limit: int) -> Markup:
    """A value behind its title."""
    written = element("div", preview(value, limit), style=MONO)
    return element("details", element("summary", title, style="cursor:pointer"), written)


def _refusal(refusal: Refusal) -> Markup:
    reason = element("span", clip(refusal.text, TEXT_LIMIT), dir="auto", style=PROSE)
    return element("div", sign("incomplete"), " ", element("b", "refused"), ": ", reason)


def _server_call(call: ServerCall, limit: int) -> Iterator[Markup]:
    yield element("div", f"→ {call.name}({preview(call.args, limit)})", style=MONO)
    for result in call.results:
        failed = [sign("error"), " "] if call.failed else []
        yield element("div", "← ", *failed, preview(result, limit), style=f"{MONO};margin-left:18px")


def _other(block: Other, limit: int) -> Markup:
    return element("div", f"▣ {block.kind}: {preview(block.value, limit)}", style=MONO)


def _sources_of(sources: list[Source]) -> Markup:
    lines = [
        element("div", f"[{number}] ", link(source.url, source.title), _quote(source.quote))
        for number, source in enumerate(sources[:SOURCES], 1)
    ]
    left = len(sources) - SOURCES
    more = element("div", f"… {count(left, 'more source')}") if left > 0 else None
    return element("div", lines, more, style="font-size:12px")


def _quote(quote: str | None) -> str | None:
    return f": “{clip(quote, 200)}”" if quote else None


# ---------------------------------------------------------------------------------------------
# As lines of text


def text_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """Lines that say what a row of ``messages`` holds beside text, reasoning and the user's tool calls."""
    for block in read_blocks(row["blocks"]):
        yield from _lines(block, row["text"] or "")
    sources = read_sources(row["citations"])
    for number, source in enumerate(sources[:LINES_OF_SOURCES], 1):
        named = source.title if source.url in (None, source.title) else f"{source.title}: {source.url}"
        yield f"[{number}] {named}"
    if len(sources) > LINES_OF_SOURCES:
        yield f"… {count(len(sources) - LINES_OF_SOURCES, 'more source')}"
    if row["artifact"] is not None:
        yield f"▣ artifact: {preview(row['artifact'], LINE_LIMIT)}"


def _lines(block: Block, message_text: str) -> Iterator[str]:
    if isinstance(block, Media):
        yield f"▣ {block.label}" + (f": {block.address}" if block.address else "")
        if block.text and block.text not in message_text:
            yield block.text
    elif isinstance(block, Refusal):
        yield f"refused: {block.text}"
    elif isinstance(block, ServerCall):
        yield f"→ {block.name}({preview(block.args, LINE_LIMIT)})"
        for result in block.results:
            yield f"← {'✗ ' if block.failed else ''}{preview(result, LINE_LIMIT)}"
    else:
        yield f"▣ {block.kind}: {preview(block.value, LINE_LIMIT)}"
