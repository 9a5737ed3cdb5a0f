"""What a graph's store was called for: as its wrapper reported it, in the mode ``store``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.calls import read_call_failure, set_event_place_from_metadata
from lg_jupyter.adapter.fields import (
    filter_texts,
    int_or_none,
    nonempty_dict_or_none,
    nonempty_text_or_none,
    require_dict,
)
from lg_jupyter.events.events import Event, Fact
from lg_jupyter.events.store import StoreCalled, StoreOperation


class StoreHandler:
    """Reads the parts of the mode ``store``."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state

    def __call__(self, event: Event) -> Iterable[Fact]:
        data = require_dict(event.data)
        set_event_place_from_metadata(event, data["metadata"], self._adapter_state)
        if data["op"] not in get_args(StoreOperation):
            return
        namespace = data["namespace"]
        yield StoreCalled(
            data["op"],
            event.timestamp,
            None if namespace is None else filter_texts(namespace),
            nonempty_text_or_none(data.get("key")),
            data.get("value"),
            nonempty_dict_or_none(data.get("args")),
            int_or_none(data.get("count")),
            read_call_failure(data) if data.get("error") else None,
        )
