"""Makes parts of what a graph streams, and keeps what its root says of itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lg_jupyter.events.events import Part
from lg_jupyter.events.modes import local_modes
from lg_jupyter.sources.base import INTERRUPT_KEY, EncodePart, Request, without_interrupts
from lg_jupyter.sources.local import graphs, returned
from lg_jupyter.sources.local.capabilities import Capabilities
from lg_jupyter.sources.local.gathering import Gatherer
from lg_jupyter.sources.local.items import split_item

Convert = Callable[[Any], "Part | None"]
"""Makes a part of an item; ``None`` of one that nobody asked for, or that went to the part before."""


class Root:
    """What the root of a stream says of itself.

    Attributes
    ----------
    output
        Its last state, as the graph gives it.
    begun
        Whether the graph has taken its input: what goes wrong then is the graph's.
    interrupted
        Whether it stopped to ask.
    """

    def __init__(self, graph: Capabilities) -> None:
        self._graph = graph
        self.output: Any = None
        self.begun = False
        self.interrupted = False

    def look(self, namespace: str, mode: str, payload: Any) -> None:
        """Take an item: its state, and that it stopped to ask."""
        self.begun = True
        if namespace:
            return
        if mode == "updates" and isinstance(payload, dict) and INTERRUPT_KEY in payload:
            self.interrupted = True
        elif mode == "values":
            values, interrupted = without_interrupts(payload)
            self.interrupted = self.interrupted or interrupted
            if values is not None or not interrupted:
                self.output = graphs.output_of(self._graph.bare, values)


def converter(graph: Capabilities, root: Root, request: Request, encode: EncodePart) -> Convert:
    """What makes parts of the items of a stream, and tells ``root`` of them."""
    asked = set(local_modes(request.modes))
    gatherer = Gatherer(encode)

    def from_item(item: Any) -> Part | None:
        if gatherer.goes_on(item):
            return None
        namespace, mode, payload = split_item(item)
        root.look(namespace, mode, payload)
        if mode not in asked:
            if mode == "tasks" and returned.tells_more(payload, graph.channels, streamed="messages" in asked):
                return returned.part(namespace, payload, encode)
            if mode in ("values", "tasks"):
                return None
        return gatherer.part(namespace, mode, payload)

    def from_event(event: Any) -> Part | None:
        root.begun = root.begun or bool(event["parent_ids"])
        if event["event"] == "on_chain_stream" and not event["parent_ids"]:
            namespace, mode, payload = split_item(event["data"]["chunk"])
            root.look(namespace, mode, payload)
            if mode == "values" and mode not in asked:
                return None
        return Part("events", "", encode("events", "", event), time.time())

    return from_event if "events" in request.modes else from_item
