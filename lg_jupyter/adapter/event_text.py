"""What an event says, on a line: for a reader who looks through many.

>>> event_text("messages", [{"type": "AIMessageChunk", "content": "Tea"}, {}], 80)
'Tea'
>>> event_text("calls", {"event": "tool_start", "name": "add", "args": {"a": 1}}, 80)
'tool add called · {"a": 1}'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lg_jupyter.adapter.content import read_content, read_tool_calls
from lg_jupyter.adapter.fields import is_list, known_mappings, known_texts, mapping, nonempty_text
from lg_jupyter.adapter.tasks import error_of
from lg_jupyter.encode.messages import is_message, role_of
from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import count, dotted, exception_line, in_and_out


def event_text(mode: str, data: JSON, limit: int) -> str:
    """An event's data in words, or where there are none for it as JSON: about ``limit`` characters at most.

    A message is who says what, wherever it stands in the data.
    """
    try:
        text = _BY_MODE[mode](data, limit) if mode in _BY_MODE else None
        return _value(data, limit) if text is None else preview(text, limit)
    except (AttributeError, KeyError, TypeError):  # a damaged part
        return preview(data, limit)


def _value(value: JSON, limit: int) -> str:
    return preview(value, limit, _message)


def _message(value: JSON) -> str | None:
    """``ai "its text" → the_tool_it_called(…)`` of a message, ``None`` of anything else."""
    if not is_message(value):
        return None
    return f"{role_of(value)} {_content(value, _MOST) or '(no text)'}"


_MOST = 400  # characters of one message


def _content(message: JSON, limit: int) -> str:
    """The text of a message, in quotes, and its calls; empty if it has neither."""
    content = read_content(message)
    text = content.text or content.reasoning
    quoted = f'"{preview(text, limit)}"' if text else None
    blocks = [f"[{nonempty_text(block.get('type'))}]" for block in known_mappings(content.blocks)]
    calls = [f"→ {call['name']}({preview(call['args'], limit)})" for call in read_tool_calls(message)]
    return " ".join(filter(None, (quoted, *blocks, *calls)))


def _streamed(data: JSON, limit: int) -> str | None:
    """``[message or chunk, metadata]``: the text as it is, so that chunks read on from row to row."""
    if not is_list(data) or len(data) != 2 or not is_message(data[0]):
        return None
    message = data[0]
    pieces = known_mappings(message.get("tool_call_chunks"))
    calls = "".join(f"{_called(piece)}{piece.get('args') or ''}" for piece in pieces)
    if message["type"].endswith("Chunk") and calls:
        return calls
    content = read_content(message)
    if text := content.text or content.reasoning:
        return text if text.strip() else f'"{text}"'
    return _content(message, limit) or in_and_out(message.get("usage_metadata") or {}) or "(no text)"


def _called(piece: JSON) -> str:
    return f"→ {name} " if (name := nonempty_text(piece.get("name"))) else ""


def _call(data: JSON, limit: int) -> str | None:
    event = nonempty_text(mapping(data).get("event"))
    what, _, moment = (event or "").partition("_")
    if what not in ("model", "tool", "retriever"):
        return None
    output = data.get("output")
    given = data.get("input")
    name = data.get("name") or (output.get("name") if isinstance(output, dict) else None)
    who = " ".join(filter(None, (what, nonempty_text(name))))
    if moment == "start":
        messages = count(len(given), "message") if is_list(given) else None
        args = next((data[key] for key in ("args", "query") if data.get(key) is not None), None)
        return dotted(f"{who} called", messages, None if args is None else _value(args, limit))
    if moment == "end":
        found = data.get("documents")
        documents = count(len(found), "document") if is_list(found) else None
        answer = _content(output, limit) if is_message(output) else None
        return dotted(f"{who} answered", documents, answer or (_value(output, limit) if output else None))
    if moment == "error":
        return dotted(f"{who} failed", exception_line(error_of(data.get("error")) or {}, limit))
    return f"{who} {moment}"


def _store(data: JSON, limit: int) -> str | None:
    call = mapping(data)
    place = ".".join(known_texts(call.get("namespace")))
    what = " ".join(filter(None, (nonempty_text(call.get("op")), place, nonempty_text(call.get("key")))))
    if call.get("error"):
        return dotted(what, f"failed: {exception_line(error_of(call['error']) or {}, limit)}")
    return dotted(what or None, None if call.get("value") is None else _value(call["value"], limit))


def _task(data: JSON, limit: int) -> str | None:
    task = mapping(data)
    if task.get("error"):
        return dotted("failed", exception_line(error_of(task["error"]) or {}, limit))
    for key, word in (("result", "result"), ("input", "input")):
        if key in task:
            return f"{word} {_value(task[key], limit)}"
    return None


def _checkpoint(data: JSON, limit: int) -> str | None:
    checkpoint = mapping(data)
    if "values" not in checkpoint:
        return None
    following = ", ".join(known_texts(checkpoint.get("next")))
    return dotted(f"next {following}" if following else "nothing next", _value(checkpoint["values"], limit))


def _debug(data: JSON, limit: int) -> str | None:
    kind, payload = mapping(data).get("type"), mapping(data).get("payload")
    text = _checkpoint(payload, limit) if kind == "checkpoint" else _task(payload, limit)
    return text and dotted(nonempty_text(kind), text)


def _event(data: JSON, limit: int) -> str | None:
    """LangChain's own events, as of ``astream_events``."""
    event = mapping(data)
    inner = mapping(event.get("data"))
    value = next((inner[key] for key in ("chunk", "output", "input") if inner.get(key) is not None), None)
    names = (nonempty_text(event.get("event")), nonempty_text(event.get("name")))
    if not names[0]:
        return None
    return dotted(*names, None if value is None else _value(value, limit))


def _control(data: JSON, limit: int) -> str | None:
    event = mapping(data)
    if event.get("event") == "start":
        return f"run started · {_value(event.get('input'), limit)}"
    if event.get("event") == "end":
        return dotted("run ended", nonempty_text(event.get("status")))
    return None


_BY_MODE: Mapping[str, Callable[[JSON, int], str | None]] = {
    "messages": _streamed,
    "calls": _call,
    "store": _store,
    "tasks": _task,
    "checkpoints": _checkpoint,
    "debug": _debug,
    "events": _event,
    "control": _control,
}
