"""What an event says, on a line: for a reader who looks through many.

>>> format_event_data("messages", [{"type": "AIMessageChunk", "content": "Tea"}, {}], 80)
'Tea'
>>> format_event_data("calls", {"event": "tool_start", "name": "add", "args": {"a": 1}}, 80)
'tool add called · {"a": 1}'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lg_jupyter.adapter.fields import (
    filter_dicts,
    filter_texts,
    is_list_like,
    nonempty_text_or_none,
    require_dict,
)
from lg_jupyter.adapter.message_fields import read_tool_calls, split_message_content
from lg_jupyter.adapter.tasks import parse_task_error
from lg_jupyter.encode.messages import get_message_role, is_encoded_message
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_count, format_exception_line, format_token_usage, join_with_dots


def format_event_data(mode: str, data: JSON, limit: int) -> str:
    """An event's data in words, or where there are none for it as JSON: about ``limit`` characters at most.

    A message is who says what, wherever it stands in the data.
    """
    try:
        text = _FORMATTERS_BY_MODE[mode](data, limit) if mode in _FORMATTERS_BY_MODE else None
        return _preview_value(data, limit) if text is None else preview_json(text, limit)
    except (AttributeError, KeyError, TypeError):  # a damaged part
        return preview_json(data, limit)


def _preview_value(value: JSON, limit: int) -> str:
    return preview_json(value, limit, _format_message)


def _format_message(value: JSON) -> str | None:
    """``ai "its text" → the_tool_it_called(…)`` of a message, ``None`` of anything else."""
    if not is_encoded_message(value):
        return None
    return (
        f"{get_message_role(value)} {_format_message_content(value, _MAX_MESSAGE_CHARACTERS) or '(no text)'}"
    )


_MAX_MESSAGE_CHARACTERS = 400  # characters of one message


def _format_message_content(message: JSONObject, limit: int) -> str:
    """The text of a message, in quotes, and its calls; empty if it has neither."""
    content = split_message_content(message)
    text = content.text or content.reasoning
    quoted = f'"{preview_json(text, limit)}"' if text else None
    blocks = [f"[{nonempty_text_or_none(block.get('type'))}]" for block in filter_dicts(content.other_blocks)]
    calls = [f"→ {call['name']}({preview_json(call['args'], limit)})" for call in read_tool_calls(message)]
    return " ".join(filter(None, (quoted, *blocks, *calls)))


def _format_streamed_message(data: JSON, limit: int) -> str | None:
    """``[message or chunk, metadata]``: the text as it is, so that chunks read on from row to row."""
    if not is_list_like(data) or len(data) != 2 or not is_encoded_message(data[0]):
        return None
    message = data[0]
    pieces = filter_dicts(message.get("tool_call_chunks"))
    calls = "".join(f"{_format_tool_call_name(piece)}{piece.get('args') or ''}" for piece in pieces)
    if message["type"].endswith("Chunk") and calls:
        return calls
    content = split_message_content(message)
    if text := content.text or content.reasoning:
        return text if text.strip() else f'"{text}"'
    return (
        _format_message_content(message, limit)
        or format_token_usage(message.get("usage_metadata") or {})
        or "(no text)"
    )


def _format_tool_call_name(piece: JSONObject) -> str:
    return f"→ {name} " if (name := nonempty_text_or_none(piece.get("name"))) else ""


def _format_call_event(call: JSON, limit: int) -> str | None:
    data = require_dict(call)
    event = nonempty_text_or_none(data.get("event"))
    what, _, moment = (event or "").partition("_")
    if what not in ("model", "tool", "retriever"):
        return None
    output = data.get("output")
    given = data.get("input")
    name = data.get("name") or (output.get("name") if isinstance(output, dict) else None)
    who = " ".join(filter(None, (what, nonempty_text_or_none(name))))
    if moment == "start":
        messages = format_count(len(given), "message") if is_list_like(given) else None
        args = next((data[key] for key in ("args", "query") if data.get(key) is not None), None)
        return join_with_dots(
            f"{who} called", messages, None if args is None else _preview_value(args, limit)
        )
    if moment == "end":
        found = data.get("documents")
        documents = format_count(len(found), "document") if is_list_like(found) else None
        answer = _format_message_content(output, limit) if is_encoded_message(output) else None
        return join_with_dots(
            f"{who} answered", documents, answer or (_preview_value(output, limit) if output else None)
        )
    if moment == "error":
        return join_with_dots(
            f"{who} failed", format_exception_line(parse_task_error(data.get("error")) or {}, limit)
        )
    return f"{who} {moment}"


def _format_store_event(data: JSON, limit: int) -> str | None:
    call = require_dict(data)
    place = ".".join(filter_texts(call.get("namespace")))
    what = " ".join(
        filter(None, (nonempty_text_or_none(call.get("op")), place, nonempty_text_or_none(call.get("key"))))
    )
    if call.get("error"):
        return join_with_dots(
            what, f"failed: {format_exception_line(parse_task_error(call['error']) or {}, limit)}"
        )
    return join_with_dots(
        what or None, None if call.get("value") is None else _preview_value(call["value"], limit)
    )


def _format_task_event(data: JSON, limit: int) -> str | None:
    task = require_dict(data)
    if task.get("error"):
        return join_with_dots("failed", format_exception_line(parse_task_error(task["error"]) or {}, limit))
    for key, word in (("result", "result"), ("input", "input")):
        if key in task:
            return f"{word} {_preview_value(task[key], limit)}"
    return None


def _format_checkpoint_event(data: JSON, limit: int) -> str | None:
    checkpoint = require_dict(data)
    if "values" not in checkpoint:
        return None
    following = ", ".join(filter_texts(checkpoint.get("next")))
    return join_with_dots(
        f"next {following}" if following else "nothing next", _preview_value(checkpoint["values"], limit)
    )


def _format_debug_event(data: JSON, limit: int) -> str | None:
    kind, payload = require_dict(data).get("type"), require_dict(data).get("payload")
    text = (
        _format_checkpoint_event(payload, limit)
        if kind == "checkpoint"
        else _format_task_event(payload, limit)
    )
    return text and join_with_dots(nonempty_text_or_none(kind), text)


def _format_langchain_event(data: JSON, limit: int) -> str | None:
    """LangChain's own events, as of ``astream_events``."""
    event = require_dict(data)
    inner = require_dict(event.get("data"))
    value = next((inner[key] for key in ("chunk", "output", "input") if inner.get(key) is not None), None)
    names = (nonempty_text_or_none(event.get("event")), nonempty_text_or_none(event.get("name")))
    if not names[0]:
        return None
    return join_with_dots(*names, None if value is None else _preview_value(value, limit))


def _format_control_event(data: JSON, limit: int) -> str | None:
    event = require_dict(data)
    if event.get("event") == "start":
        return f"run started · {_preview_value(event.get('input'), limit)}"
    if event.get("event") == "end":
        return join_with_dots("run ended", nonempty_text_or_none(event.get("status")))
    return None


_FORMATTERS_BY_MODE: Mapping[str, Callable[[JSON, int], str | None]] = {
    "messages": _format_streamed_message,
    "calls": _format_call_event,
    "store": _format_store_event,
    "tasks": _format_task_event,
    "checkpoints": _format_checkpoint_event,
    "debug": _format_debug_event,
    "events": _format_langchain_event,
    "control": _format_control_event,
}
