"""A large snapshot as several messages.

A page takes each message in without a pause: JupyterLab decodes and parses it, and that alone of a run of
50,000 events at once would be felt.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import estimate_json_length
from lg_jupyter.widgets.protocol import Message

MAX_PART_CHARACTERS = 400_000
"""About the most characters of JSON that a message of a snapshot has."""


def split_snapshot(snapshot: Message, max_characters: int = MAX_PART_CHARACTERS) -> Iterator[Message]:
    """The messages that are sent for a snapshot, in order: itself, if it is small.

    Parameters
    ----------
    snapshot
        As :func:`lg_jupyter.widgets.protocol.make_snapshot` makes it.
    max_characters
        About the most characters of JSON that each has.
    """
    parts = _pack_rows_and_texts(snapshot, max_characters)
    if len(parts) == 1:
        yield snapshot
        return
    known = {**snapshot, "rows": {}, "text": []}
    for number, part in enumerate(parts):
        yield {**known, **part, "part": number, "parts": len(parts)}
        known = {"type": snapshot["type"], "n": snapshot["n"]}


def _pack_rows_and_texts(snapshot: Message, max_characters: int) -> list[Message]:
    """What is large of a snapshot, in order."""
    parts: list[Message] = [{"rows": {}, "text": []}]
    room = max_characters

    def part_for(size: int) -> Message:
        nonlocal room
        if size > room and room < max_characters:
            parts.append({"rows": {}, "text": []})
            room = max_characters
        room -= size
        return parts[-1]

    for table, rows in snapshot["rows"].items():
        for row in rows:
            part_for(_count_row_characters(row))["rows"].setdefault(table, []).append(row)
    for message_id, kind, offset, text in snapshot["text"]:
        for start in range(0, len(text) or 1, max_characters):
            piece = text[start : start + max_characters]
            part_for(len(piece))["text"].append((message_id, kind, offset + start, piece))
    return parts


def _count_row_characters(row: JSON) -> int:
    try:
        return len(orjson.dumps(row))
    except TypeError:  # an integer or a text that only JSON's own encoder writes
        return estimate_json_length(row, MAX_PART_CHARACTERS)
