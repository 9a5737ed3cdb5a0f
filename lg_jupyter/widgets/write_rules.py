"""What becomes of a write to a key of the state, as far as it can be known."""

from __future__ import annotations

from typing import Any

from lg_jupyter.events.events import JSONObject
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.local import graphs


def find_write_rules(run: RunState) -> JSONObject:
    """The ``keys`` of a run's state, those with a reducer, and those that take messages ``by_id``.

    ``reduced`` and ``by_id`` are ``None`` where nobody can know. ``supports_overwrite`` says whether a write
    can pass by a reducer.
    """
    rules: JSONObject = {"keys": [], "reduced": None, "by_id": None}
    graph = graphs.unwrap_graph(getattr(run.source, "graph", None))
    if graph is not None and not graphs.is_remote_graph(graph):
        rules = {
            "keys": list(graphs.list_state_channels(graph)),
            "reduced": list(graphs.list_reduced_channels(graph)),
            "by_id": graphs.list_message_channels(graph),
        }
    return {**rules, "supports_overwrite": has_overwrite_support()}


def has_overwrite_support() -> bool:
    """Whether LangGraph takes ``{"__overwrite__": value}`` for a write that passes by a key's reducer."""
    from langgraph import types
    from langgraph.channels import BinaryOperatorAggregate

    if not hasattr(types, "Overwrite"):
        return False
    channel: Any = BinaryOperatorAggregate(list, lambda left, right: left + right)
    try:
        channel.update([{"__overwrite__": []}])
    except TypeError:
        return False
    return bool(channel.get() == [])
