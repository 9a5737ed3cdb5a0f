"""One input of a batch, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lg_jupyter.encode.messages import is_pair, is_written
from lg_jupyter.events.events import JSON
from lg_jupyter.run import Run
from lg_jupyter.text.preview import preview

MAX_TITLE_CHARACTERS = 80
"""Characters of an input that are shown."""


@dataclass
class Entry:
    """One input and what became of it.

    ``run`` is the newest, ``rejection`` why there is none; ``title`` is the beginning of the input,
    ``final_row`` the row in the table of a run that is over.
    """

    index: int
    input: Any
    run: Run | None = None
    rejection: str | None = None
    title: str = ""
    final_row: dict[str, Any] | None = None

    @property
    def run_name(self) -> str:
        return "" if self.run is None else self.run.name

    @property
    def status(self) -> str:
        if self.rejection is not None:
            return "error"
        return "pending" if self.run is None else self.run.status


def title(value: JSON) -> str:
    """What an input is called: what it says, if that is one thing, else its keys and values."""
    if isinstance(value, list) and value:
        value = value[-1]  # of messages the last
        value = value[1] if is_pair(value) else value
    if isinstance(value, dict):
        if is_written(value):
            return title(value["content"])
        if len(value) == 1 or value.get("messages"):
            return title(value.get("messages") or next(iter(value.values())))
        fields = (
            f"{key}: {preview(item, MAX_TITLE_CHARACTERS)}"
            for key, item in value.items()
            if item not in ("", [], None)
        )
        return preview(", ".join(fields), MAX_TITLE_CHARACTERS)
    return preview(value, MAX_TITLE_CHARACTERS)
