"""What a message holds beside its text, in lines of text: for the terminal and the record's plain form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lg_jupyter.tables.blocks import Block, Media, Refusal, ServerCall, read_blocks, read_sources
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import count

VALUE_LIMIT = 200
SOURCES = 20


def lines_of(row: Mapping[str, Any]) -> Iterator[str]:
    """Lines that say what a row of ``messages`` holds beside text, reasoning and the user's tool calls."""
    for block in read_blocks(row["blocks"]):
        yield from _lines(block, row["text"] or "")
    sources = read_sources(row["citations"])
    for number, source in enumerate(sources[:SOURCES], 1):
        named = source.title if source.url in (None, source.title) else f"{source.title}: {source.url}"
        yield f"[{number}] {named}"
    if len(sources) > SOURCES:
        yield f"… {count(len(sources) - SOURCES, 'more source')}"
    if row["artifact"] is not None:
        yield f"▣ artifact: {preview(row['artifact'], VALUE_LIMIT)}"


def _lines(block: Block, said: str) -> Iterator[str]:
    if isinstance(block, Media):
        yield f"▣ {block.label}" + (f": {block.address}" if block.address else "")
        if block.text and block.text not in said:
            yield block.text
    elif isinstance(block, Refusal):
        yield f"refused: {block.text}"
    elif isinstance(block, ServerCall):
        yield f"→ {block.name}({preview(block.args, VALUE_LIMIT)})"
        for result in block.results:
            yield f"← {'✗ ' if block.failed else ''}{preview(result, VALUE_LIMIT)}"
    else:
        yield f"▣ {block.kind}: {preview(block.value, VALUE_LIMIT)}"
