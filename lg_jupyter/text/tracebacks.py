"""A recorded traceback for a reader: of each exception what it says, and the frames shown at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lg_jupyter.text.elements import MONOSPACE_STYLE, MUTED_STYLE, render_details
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import clip_text, format_count

EXCEPTION_RELATION_PHRASES: Mapping[str | None, str] = {
    "cause": "caused by ",
    "context": "raised while handling ",
    "member": "with ",
}
"""What stands before an exception that is not the first, by its relation to that."""

MAX_SHOWN_FRAMES = 20
"""The most frames of one exception that are shown."""


def select_shown_frames(raised: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The frames of a recorded exception that a reader is shown at first: of many the last ones."""
    return [frame for frame in raised["frames"] if frame.get("shown")][-MAX_SHOWN_FRAMES:]


def format_frame_location(frame: Mapping[str, Any]) -> str:
    """``Cell In[3], line 12, in total``."""
    return f"{frame.get('file')}, line {frame.get('line')}, in {frame.get('function')}"


def format_traceback_lines(traceback: Sequence[Mapping[str, Any]], limit: int) -> Iterator[str]:
    """The traceback as lines; ``limit`` are the characters of each text."""
    for raised in traceback:
        yield clip_text(_format_exception_head(raised), limit)
        yield from (f"  {note}" for note in raised.get("notes") or ())
        for frame in select_shown_frames(raised):
            yield f"  {format_frame_location(frame)}"
            if frame.get("source"):
                yield f"    {frame['source']}"


def render_traceback(traceback: Sequence[Mapping[str, Any]], limit: int) -> Markup | None:
    """The same as HTML, folded; ``None`` where there is nothing to show."""
    if not traceback:
        return None
    size = format_count(len(traceback), "exception") if len(traceback) > 1 else ""
    return render_details("traceback", size, [_render_exception(raised, limit) for raised in traceback])


def _render_exception(raised: Mapping[str, Any], limit: int) -> Markup:
    head = [
        clip_text(_format_exception_head(raised), limit),
        *(f"\n{note}" for note in raised.get("notes") or ()),
    ]
    frames = [_render_frame(frame) for frame in select_shown_frames(raised)]
    return element("div", element("div", head, style=MONOSPACE_STYLE), frames, style="margin:4px 0 8px")


def _render_frame(frame: Mapping[str, Any]) -> Markup:
    source = element("div", str(frame.get("source") or ""), style=f"{MONOSPACE_STYLE};padding-left:16px")
    return element(
        "div",
        element("div", format_frame_location(frame), style=MUTED_STYLE),
        source,
        style="padding-left:16px",
    )


def _format_exception_head(raised: Mapping[str, Any]) -> str:
    head = ": ".join(filter(None, (str(raised["error"]), str(raised["message"]))))
    return f"{EXCEPTION_RELATION_PHRASES.get(raised.get('relation'), '')}{head}"
