"""The shapes in which ``stream`` and ``astream`` hand out their items."""

from __future__ import annotations

from typing import Any

from lg_jupyter.events.namespace import join_namespace_segments, split_server_event_name


def split_stream_item(item: Any) -> tuple[str, str, Any]:
    """The namespace, the mode and the payload of an item that was streamed with a list of modes.

    With subgraphs it is ``(namespace, mode, payload)``, without ``(mode, payload)``; ``RemoteGraph``
    without subgraphs gives the SDK's ``(event, data, id)``. Anything else comes back as mode ``unknown``.
    """
    if hasattr(item, "event") and hasattr(item, "data"):
        mode, namespace = split_server_event_name(item.event)
        return namespace, mode, item.data
    if isinstance(item, tuple):
        if len(item) == 3 and isinstance(item[0], tuple | list) and isinstance(item[1], str):
            return join_namespace_segments(item[0]), item[1], item[2]
        if len(item) == 2 and isinstance(item[0], str):
            return "", item[0], item[1]
    return "", "unknown", item
