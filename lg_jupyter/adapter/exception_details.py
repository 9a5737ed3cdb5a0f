"""What is known of an exception beside its class and text: ``lg_jupyter.encode.exceptions`` wrote it.

It may have come out of a file since: what is of another form than it was written in is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import JSON, ExceptionDetails, JSONObject

EXCEPTION_RELATIONS = ("cause", "context", "member")
FRAME_OWNERS = ("user", "library", "lg_jupyter")


def read_exception_details(error: JSON) -> ExceptionDetails | None:
    """What else is known of an error that a graph in this process raised; ``None`` of any other."""
    if not isinstance(error, dict):
        return None
    traceback = [*map(_parse_exception, _iter_dicts(error.get("traceback")))]
    if not traceback:
        return None
    named = {name: error.get(name) for name in ("tool_call_id", "reducer", "checkpointer")}
    return ExceptionDetails(
        traceback, **{name: value for name, value in named.items() if isinstance(value, str)}
    )


def _parse_exception(encoded: JSONObject) -> JSONObject:
    relation, notes, left_out = (encoded.get(name) for name in ("relation", "notes", "frames_left_out"))
    exception: JSONObject = {
        "error": _text_or_empty(encoded.get("error")),
        "message": _text_or_empty(encoded.get("message")),
        "relation": relation if isinstance(relation, str) and relation in EXCEPTION_RELATIONS else None,
        "frames": [*map(_parse_frame, _iter_dicts(encoded.get("frames")))],
    }
    if type(left_out) is int:
        exception["frames_left_out"] = left_out
    if notes := [note for note in _list_or_empty(notes) if isinstance(note, str)]:
        exception["notes"] = notes
    return exception


def _parse_frame(encoded: JSONObject) -> JSONObject:
    line, owner = encoded.get("line"), encoded.get("owner")
    return {
        **{name: _text_or_empty(encoded.get(name)) for name in ("file", "function", "source")},
        "line": line if type(line) is int else None,
        "owner": owner if isinstance(owner, str) and owner in FRAME_OWNERS else None,
        "shown": encoded.get("shown") is True,
    }


def _iter_dicts(value: JSON) -> Iterator[JSONObject]:
    return (item for item in _list_or_empty(value) if isinstance(item, dict))


def _list_or_empty(value: JSON) -> list[JSON]:
    return [*value] if isinstance(value, list | SharedList) else []


def _text_or_empty(value: JSON) -> str:
    return value if isinstance(value, str) else ""
