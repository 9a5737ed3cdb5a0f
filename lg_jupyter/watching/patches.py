"""Puts the tap in LangGraph's classes, and takes it out: nothing of it stays."""

from __future__ import annotations

import itertools
from typing import Any

from lg_jupyter.watching.langgraph_internals import get_langgraph_internals
from lg_jupyter.watching.run_recorder import warn_of_fault
from lg_jupyter.watching.tap import (
    ORIGINAL_METHOD_ATTRIBUTE,
    MakeCallRecorder,
    wrap_remote_stream_method,
    wrap_stream_method,
)

IS_ASYNC_BY_STREAM_METHOD = {"stream": False, "astream": True}
"""The methods through which every run of a graph goes, and whether each is asynchronous."""


def install_taps(make_recorder: MakeCallRecorder) -> None:
    """Tap the class, unless it is tapped for ``make_recorder`` already.

    A tap of another ``make_recorder``, of a module that was reloaded since, is replaced.
    """
    from langgraph.pregel import Pregel
    from langgraph.pregel.remote import RemoteGraph

    if not can_tap_streams():
        warn_of_fault(
            "this version of LangGraph has no stream that can be tapped: of watched runs only nodes, "
            "their updates, messages and calls are known"
        )
    for graph, put_around in ((Pregel, wrap_stream_method), (RemoteGraph, wrap_remote_stream_method)):
        for name, is_async in IS_ASYNC_BY_STREAM_METHOD.items():
            now: Any = graph.__dict__[name]
            if getattr(now, "__lg_jupyter_listen__", None) is not make_recorder:
                setattr(
                    graph,
                    name,
                    put_around(
                        getattr(now, ORIGINAL_METHOD_ATTRIBUTE, now), make_recorder, is_async=is_async
                    ),
                )


def remove_taps() -> None:
    """Take out the taps; one on which somebody else's patch stands stays, and does nothing."""
    from langgraph.pregel import Pregel
    from langgraph.pregel.remote import RemoteGraph

    for graph, name in itertools.product((Pregel, RemoteGraph), IS_ASYNC_BY_STREAM_METHOD):
        if (original := getattr(graph.__dict__[name], ORIGINAL_METHOD_ATTRIBUTE, None)) is not None:
            setattr(graph, name, original)


def can_tap_streams() -> bool:
    """Whether LangGraph has the means."""
    return get_langgraph_internals() is not None
