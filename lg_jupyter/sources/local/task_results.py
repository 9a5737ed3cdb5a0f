"""Results of tasks, which show who returned a message where no requested mode does.

``messages`` shows the message objects that nodes return, and no ``("ai", "…")``; ``values`` shows every
message and not whose it is; ``updates`` knows the node and not the task. A graph in this process can
stream its tasks' results besides, of which only those that hold such messages become parts.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from typing import Any

from lg_jupyter.encode.messages import is_message_dict, is_message_object
from lg_jupyter.events.events import Part
from lg_jupyter.sources.base import EncodePayload
from lg_jupyter.sources.local import graphs

_MODES_WITH_MESSAGES = {"values", "updates", "messages", "checkpoints"}
_MODES_WITH_TASK_RESULTS = {"tasks", "debug", "events"}


def needs_task_results(graph: Any, modes: Collection[str]) -> bool:
    """Whether results are to be requested beside these modes."""
    requested = set(modes)
    return (
        bool(requested & _MODES_WITH_MESSAGES)
        and not requested & _MODES_WITH_TASK_RESULTS
        and graphs.is_pregel(graph)
    )


def has_unstreamed_messages(payload: Any, channels: Collection[str], *, streamed: bool) -> bool:
    """Whether a task's payload is a result with messages that the mode ``messages``, if ``streamed``, lacks.

    ``channels`` are those that hold messages.
    """
    if not isinstance(payload, dict) or not payload.get("result"):
        return False
    return any(
        not (streamed and is_object) for is_object in _iter_message_object_flags(payload["result"], channels)
    )


def make_task_result_part(namespace: str, payload: Any, encode: EncodePayload) -> Part:
    """The control part of a result."""
    result = {"event": "result", **{key: payload[key] for key in ("id", "name", "result")}}
    return Part("control", namespace, encode("control", namespace, result), time.time())


def _iter_message_object_flags(result: Any, channels: Collection[str], depth: int = 3) -> Iterator[bool]:
    """Of what may be messages in a result, whether each is a message object."""
    if is_message_object(result):
        yield True
    elif isinstance(result, dict):
        if is_message_dict(result):
            yield False
            return
        for channel, value in result.items() if depth else ():
            if channel in channels and not is_message_object(value):
                yield from map(is_message_object, value) if isinstance(value, list) else (False,)
            else:
                yield from _iter_message_object_flags(value, channels, depth - 1)
    elif isinstance(result, list | tuple) and depth:
        for value in result:
            yield from _iter_message_object_flags(value, channels, depth - 1)
