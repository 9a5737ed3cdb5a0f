"""What a graph can: how it streams, what it keeps, what stops it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from lg_jupyter.secrets.redact import iter_secret_fields
from lg_jupyter.sources.local import graphs, middleware, python310


@dataclass(frozen=True)
class GraphCapabilities:
    """What is known of a graph before it runs.

    Attributes
    ----------
    graph, unwrapped_graph
        The graph as it was given, and without what was bound to it.
    checkpointer
        Its checkpointer, if it has one.
    is_remote
        Whether it is a ``RemoteGraph``.
    must_stream_in_thread
        Whether it can only stream from a thread.
    streams_more_in_thread
        Whether more comes of it from a thread, in this Python.
    run_control
        What stops it between two steps; ``None`` where nothing does.
    message_channels
        The channels of its state that hold messages.
    """

    graph: Any
    unwrapped_graph: Any
    checkpointer: Any
    is_remote: bool
    must_stream_in_thread: bool
    streams_more_in_thread: bool
    run_control: Any
    message_channels: Any

    @classmethod
    def from_graph(cls, graph: Any) -> GraphCapabilities:
        bare = graphs.unwrap_graph(graph)
        checkpointer = getattr(bare, "checkpointer", None) or None
        return cls(
            graph,
            bare,
            checkpointer,
            is_remote=graphs.is_remote_graph(bare),
            must_stream_in_thread=not hasattr(graph, "astream")
            or graphs.is_sync_only_checkpointer(checkpointer)
            or middleware.has_sync_only_middleware(bare),
            streams_more_in_thread=python310.streams_more_in_thread(bare),
            run_control=graphs.make_run_control(bare),
            message_channels=graphs.list_message_channels(bare),
        )

    def streams_in_thread(self, modes: Collection[str]) -> bool:
        """Whether these modes are streamed from a thread, as far as is known beforehand."""
        return self.must_stream_in_thread or (self.streams_more_in_thread and "events" not in modes)

    def collect_secrets(self) -> dict[str, str]:
        """Those in a config that is bound to the graph, and a ``RemoteGraph``'s key and headers."""
        bound = graphs.get_bound_config(self.graph).get("configurable")
        return {
            **dict(iter_secret_fields(bound)),
            **(graphs.collect_remote_graph_secrets(self.unwrapped_graph) if self.is_remote else {}),
        }
