"""Puts the tap in LangGraph's classes, and takes it out: nothing of it stays."""

from __future__ import annotations

import itertools
from typing import Any

from lg_jupyter.watching.langgraph_internals import get_langgraph_internals
from lg_jupyter.watching.run_recorder import warn_of_fault
from lg_jupyter.watching.tap import (
    ORIGINAL_ATTRIBUTE,
    StartRecording,
    wrap_remote_stream_method,
    wrap_stream_method,
)

STREAM_METHODS = {"stream": False, "astream": True}
"""The methods through which every run of a graph goes, and whether each is asynchronous."""


def install_taps(listen: StartRecording) -> None:
    """Tap the class, unless it is tapped for ``listen`` already.

    A tap of another ``listen``, of a module that was reloaded since, is replaced.
    """
    from langgraph.pregel import Pregel
    from langgraph.pregel.remote import RemoteGraph

    if not can_tap_streams():
        warn_of_fault(
            "this version of LangGraph has no stream that can be tapped: of watched runs only nodes, "
            "their updates, messages and calls are known"
        )
    for graph, put_around in ((Pregel, wrap_stream_method), (RemoteGraph, wrap_remote_stream_method)):
        for name, is_async in STREAM_METHODS.items():
            now: Any = graph.__dict__[name]
            if getattr(now, "__lg_jupyter_listen__", None) is not listen:
                setattr(
                    graph, name, put_around(getattr(now, ORIGINAL_ATTRIBUTE, now), listen, is_async=is_async)
                )


def remove_taps() -> None:
    """Take out the taps; one on which somebody else's patch stands stays, and does nothing."""
    from langgraph.pregel import Pregel
    from langgraph.pregel.remote import RemoteGraph

    for graph, name in itertools.product((Pregel, RemoteGraph), STREAM_METHODS):
        if (original := getattr(graph.__dict__[name], ORIGINAL_ATTRIBUTE, None)) is not None:
            setattr(graph, name, original)


def can_tap_streams() -> bool:
    """Whether LangGraph has the means."""
    return get_langgraph_internals() is not None
