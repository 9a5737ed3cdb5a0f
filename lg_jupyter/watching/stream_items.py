"""What the items of a stream tell of themselves, when nobody knows how it was requested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lg_jupyter.events.modes import is_known_mode
from lg_jupyter.events.namespace import split_namespace, split_server_event_name
from lg_jupyter.sources.local import graphs
from lg_jupyter.watching.root_call import RootCall
from lg_jupyter.watching.run_recorder import StreamItem

SplitItem = Callable[[Any], "StreamItem | None"]
"""The namespace, the mode and the payload of an item; ``None`` where it does not tell its mode."""


class StreamRequest(NamedTuple):
    """How a stream was requested, as LangGraph's own generator tells it."""

    call: RootCall
    modes: tuple[str, ...]


def read_request_from_generator(items: Any) -> StreamRequest | None:
    """What the generator of ``graph.stream`` or ``graph.astream`` holds; ``None`` of any other iterator."""
    for frame_name, code_name, is_async in (("gi_frame", "stream", False), ("ag_frame", "astream", True)):
        frame = getattr(items, frame_name, None)
        if frame is None or frame.f_code.co_name != code_name:
            continue
        held = frame.f_locals
        if graphs.is_pregel(held.get("self")):
            options = {name: held.get(name) for name in ("stream_mode", "subgraphs", "version", "context")}
            call = RootCall(held["self"], held.get("input"), held.get("config"), options, is_async)
            mode = call.stream_mode
            return StreamRequest(call, (mode,) if isinstance(mode, str) else tuple(mode))
    return None


def make_item_splitter(mode: str | None) -> SplitItem:
    """What tells of each item by its shape; of one that tells no mode, ``mode`` is taken."""

    def split(item: Any) -> StreamItem | None:
        if hasattr(item, "event") and hasattr(item, "data"):  # the SDK's, of a server
            name, namespace = split_server_event_name(str(item.event))
            return tuple(map(str, split_namespace(namespace))), name, item.data
        if isinstance(item, dict) and {"type", "ns", "data"} <= item.keys():
            return tuple(item["ns"]), str(item["type"]), item["data"]
        if isinstance(item, tuple) and len(item) in (2, 3) and _is_mode(item[-2]):
            return tuple(map(str, item[0] if len(item) == 3 else ())), item[-2], item[-1]
        return _split_payload_item(item, mode)

    return split


def _is_mode(value: Any) -> bool:
    return isinstance(value, str) and is_known_mode(value)


def _split_payload_item(item: Any, mode: str | None) -> StreamItem | None:
    """An item that is a payload alone, or one with its namespace."""
    namespace: tuple[str, ...] = ()
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], tuple):
        namespace, item = tuple(map(str, item[0])), item[1]
    known = mode or _guess_mode_from_payload(item)
    return None if known is None else (namespace, known, item)


def _guess_mode_from_payload(payload: Any) -> str | None:
    """The mode of which alone there are such payloads; a state, an update and custom data may be alike."""
    if isinstance(payload, tuple) and len(payload) == 2 and isinstance(payload[1], dict):
        return "messages" if "langgraph_node" in payload[1] else None
    if not isinstance(payload, dict):
        return None
    keys = payload.keys()
    if {"step", "timestamp", "type", "payload"} <= keys:
        return "debug"
    if {"id", "name"} <= keys and not {"input", "result"}.isdisjoint(keys):
        return "tasks"
    return "checkpoints" if {"config", "metadata", "next"} <= keys else None
