"""How a run was requested, of which explanations are made."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from lg_jupyter.request.filters import NO_FILTER, MessageFilter
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.run_location import get_run_location

RunLocation = Literal["local", "server", "remote"]


@dataclass(frozen=True)
class RunSettings:
    """How a run was requested, and what is known of its graph; what is not known, is empty or ``None``.

    Attributes
    ----------
    modes, streams_subgraphs
        What was requested.
    location
        ``local``, ``server``, or ``remote``: a ``RemoteGraph``.
    has_thread_id
        Whether the run has a thread; on a server one without is stateless.
    has_checkpointer
        Whether a local graph has one.
    graph_calling_nodes
        The nodes of a local graph which are or call graphs themselves.
    graph_calling_functions
        Those of the callers which are functions.
    async_nodes
        Its nodes that are coroutine functions.
    has_store
        Whether a local graph has one.
    python_version
        The Python version in which a local graph ran.
    message_filter
        What the token ticker shows at first.
    watched_message_form
        Of a run that other code started, what is heard of its models: ``whole`` messages, where nobody
        streams them, or all ``tokens``.
    """

    modes: frozenset[str]
    streams_subgraphs: bool = True
    location: RunLocation = "local"
    has_thread_id: bool = True
    has_checkpointer: bool | None = None
    graph_calling_nodes: tuple[str, ...] = ()
    graph_calling_functions: tuple[str, ...] = ()
    async_nodes: tuple[str, ...] = ()
    has_store: bool = False
    python_version: tuple[int, int] | None = None
    message_filter: MessageFilter = NO_FILTER
    watched_message_form: Literal["whole", "tokens"] | None = None

    @classmethod
    def from_run(cls, run: RunState) -> RunSettings:
        """The settings of a run, at whatever point it is."""
        from lg_jupyter.sources.local import graphs
        from lg_jupyter.sources.local.source import LocalSource

        source, request = run.source, run.request
        modes, thread, shown = frozenset(request.modes), run.thread_id is not None, request.message_filter
        if not isinstance(source, LocalSource):
            return cls(
                modes,
                request.subgraphs,
                get_run_location(source),
                thread,
                message_filter=shown,
                watched_message_form=run.watched_model_output,
            )
        if not source.has_local_structure:
            return cls(modes, request.subgraphs, "remote", thread, message_filter=shown)
        graph = source.unwrapped_graph
        return cls(
            modes,
            request.subgraphs,
            message_filter=shown,
            has_checkpointer=source.has_checkpointer,
            graph_calling_nodes=graphs.list_nodes_with_subgraphs(graph),
            graph_calling_functions=graphs.list_function_nodes_with_subgraphs(graph),
            async_nodes=graphs.list_async_only_nodes(graph),
            has_store=source.has_store,
            python_version=sys.version_info[:2],
            watched_message_form=run.watched_model_output,
        )

    @property
    def loses_async_context(self) -> bool:
        """Whether this is a Python in which LangGraph loses its context in coroutine functions."""
        return self.python_version is not None and self.python_version < (3, 11) and bool(self.async_nodes)
