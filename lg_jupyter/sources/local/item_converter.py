"""Makes parts of what a graph streams, and keeps the state of its root."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lg_jupyter.events.events import Part
from lg_jupyter.events.modes import to_graph_stream_modes
from lg_jupyter.sources.base import INTERRUPT_KEY, EncodePayload, Request, strip_and_detect_interrupts
from lg_jupyter.sources.local import graphs, task_results
from lg_jupyter.sources.local.capabilities import GraphCapabilities
from lg_jupyter.sources.local.stream_items import split_stream_item
from lg_jupyter.sources.token_batcher import TokenBatcher

ConvertItem = Callable[[Any], "Part | None"]
"""Makes a part of an item; ``None`` of one that was not requested, or that went to the part before."""


class RootGraphObserver:
    """What the items of the root graph show of it.

    Attributes
    ----------
    output
        Its last state, as the graph gives it.
    has_begun
        Whether the graph has taken its input: what goes wrong then is the graph's.
    is_interrupted
        Whether it was interrupted.
    """

    def __init__(self, graph: GraphCapabilities) -> None:
        self._graph = graph
        self.output: Any = None
        self.has_begun = False
        self.is_interrupted = False

    def observe_item(self, namespace: str, mode: str, payload: Any) -> None:
        """Take an item: its state, and that it was interrupted."""
        self.has_begun = True
        if namespace:
            return
        if mode == "updates" and isinstance(payload, dict) and INTERRUPT_KEY in payload:
            self.is_interrupted = True
        elif mode == "values":
            values, interrupted = strip_and_detect_interrupts(payload)
            self.is_interrupted = self.is_interrupted or interrupted
            if values is not None or not interrupted:
                self.output = graphs.select_output(self._graph.unwrapped_graph, values)


def make_item_converter(
    graph: GraphCapabilities, root: RootGraphObserver, request: Request, encode: EncodePayload
) -> ConvertItem:
    """What makes parts of the items of a stream, and hands them to ``root``."""
    requested = set(to_graph_stream_modes(request.modes))
    batcher = TokenBatcher(encode)

    def from_item(item: Any) -> Part | None:
        place = item[:-1] if type(item) is tuple else None
        if place and batcher.try_extend_last_part(place, item[-1]):
            return None
        namespace, mode, payload = split_stream_item(item)
        root.observe_item(namespace, mode, payload)
        if mode not in requested:
            if mode == "tasks" and task_results.has_unstreamed_messages(
                payload, graph.message_channels, streamed="messages" in requested
            ):
                return task_results.make_task_result_part(namespace, payload, encode)
            if mode in ("values", "tasks"):
                return None
        return batcher.start_new_part(place, mode, namespace, payload)

    def from_event(event: Any) -> Part | None:
        root.has_begun = root.has_begun or bool(event["parent_ids"])
        if event["event"] == "on_chain_stream" and not event["parent_ids"]:
            namespace, mode, payload = split_stream_item(event["data"]["chunk"])
            root.observe_item(namespace, mode, payload)
            if mode == "values" and mode not in requested:
                return None
        return Part("events", "", encode("events", "", event), time.time())

    return from_event if "events" in request.modes else from_item
