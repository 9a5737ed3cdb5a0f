"""Which task returned a message, where no mode that was asked for tells it.

``messages`` shows the message objects that nodes return, and no ``("ai", "…")``; ``values`` shows every
message and not whose it is; ``updates`` knows the node and not the task. A graph in this process can be asked
for its tasks' results besides, of which only those that hold such messages become parts.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from typing import Any

from lg_jupyter.encode.messages import is_message_object, is_written
from lg_jupyter.events.events import Part
from lg_jupyter.sources.base import EncodePart
from lg_jupyter.sources.local import graphs

_TELL_MESSAGES = {"values", "updates", "messages", "checkpoints"}
_TELL_TASKS = {"tasks", "debug", "events"}


def asks_for_tasks(graph: Any, modes: Collection[str]) -> bool:
    """Whether results are to be asked for beside these modes."""
    told = set(modes)
    return bool(told & _TELL_MESSAGES) and not told & _TELL_TASKS and graphs.is_pregel(graph)


def tells_more(payload: Any, channels: Collection[str], *, streamed: bool) -> bool:
    """Whether a task's payload is a result with messages that the mode ``messages``, if ``streamed``, lacks.

    ``channels`` are those that hold messages.
    """
    if not isinstance(payload, dict) or not payload.get("result"):
        return False
    return any(not (streamed and is_object) for is_object in _messages(payload["result"], channels))


def part(namespace: str, payload: Any, encode: EncodePart) -> Part:
    """The control part of a result."""
    told = {"event": "result", **{key: payload[key] for key in ("id", "name", "result")}}
    return Part("control", namespace, encode("control", namespace, told), time.time())


def _messages(result: Any, channels: Collection[str], depth: int = 3) -> Iterator[bool]:
    """Of what may be messages in a result, whether each is a message object."""
    if is_message_object(result):
        yield True
    elif isinstance(result, dict):
        if is_written(result):
            yield False
            return
        for channel, value in result.items() if depth else ():
            if channel in channels and not is_message_object(value):
                yield from map(is_message_object, value) if isinstance(value, list) else (False,)
            else:
                yield from _messages(value, channels, depth - 1)
    elif isinstance(result, list | tuple) and depth:
        for value in result:
            yield from _messages(value, channels, depth - 1)
