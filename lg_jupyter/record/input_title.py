"""What a run was given, and what it is called by that."""

from __future__ import annotations

from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.encode.messages import is_message_dict, is_role_content_pair
from lg_jupyter.events.events import JSON
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET
from lg_jupyter.text.preview import preview_json

MAX_PARTS_SEARCHED_FOR_START = 20
"""Parts in which the beginning of a run is looked for."""

MAX_TITLE_CHARACTERS = 80
"""Characters of an input that are shown."""


def get_run_input_json(run: RunState) -> JSON:
    """The input as the run's first part holds it; ``None`` where there is none."""
    with run.lock:
        for number, part in enumerate(run.parts):
            if part.mode == "control" and isinstance(part.data, dict) and part.data.get("event") == "start":
                return to_plain_json(part.data.get("input"))
            if number >= MAX_PARTS_SEARCHED_FOR_START:
                break
    given = run.request.input  # the part has not come yet
    return None if given is UNSET else to_plain_json(Encoder(run.redactor).encode(given))


def format_input_title(value: JSON) -> str:
    """What an input is called: what it says, if that is one thing, else its keys and values."""
    if isinstance(value, list) and value:
        value = value[-1]  # of messages the last
        value = value[1] if is_role_content_pair(value) else value
    if isinstance(value, dict):
        if is_message_dict(value):
            return format_input_title(value["content"])
        only = value.get("messages") or (next(iter(value.values())) if len(value) == 1 else None)
        if only not in ("", [], {}, None):
            return format_input_title(only)
        fields = (
            f"{key}: {preview_json(item, MAX_TITLE_CHARACTERS)}"
            for key, item in value.items()
            if len(value) == 1 or item not in ("", [], None)
        )
        return preview_json(", ".join(fields), MAX_TITLE_CHARACTERS)
    return preview_json(value, MAX_TITLE_CHARACTERS)
