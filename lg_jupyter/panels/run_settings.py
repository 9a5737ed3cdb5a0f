"""How a run was requested, of which explanations are made."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from lg_jupyter.request.filters import NO_FILTER, MessageFilter
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.origin import get_run_location

RunLocation = Literal["local", "server", "remote"]


@dataclass(frozen=True)
class RunSettings:
    """How a run was requested, and what is known of its graph; what is not known, is empty or ``None``.

    Attributes
    ----------
    modes, subgraphs
        What was requested.
    where
        ``local``, ``server``, or ``remote``: a ``RemoteGraph``.
    thread
        Whether the run has a thread; on a server one without is stateless.
    checkpointer
        Whether a local graph has one.
    callers
        The nodes of a local graph which are or call graphs themselves.
    functions
        Those of the callers which are functions.
    async_nodes
        Its nodes that are coroutine functions.
    store
        Whether a local graph has one.
    python
        The Python version in which a local graph ran.
    shown
        What the token ticker shows at first.
    watched
        Of a run that other code started, what is heard of its models: ``whole`` messages, where nobody
        streams them, or all ``tokens``.
    """

    modes: frozenset[str]
    subgraphs: bool = True
    where: RunLocation = "local"
    thread: bool = True
    checkpointer: bool | None = None
    callers: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    async_nodes: tuple[str, ...] = ()
    store: bool = False
    python: tuple[int, int] | None = None
    shown: MessageFilter = NO_FILTER
    watched: Literal["whole", "tokens"] | None = None

    @classmethod
    def from_run(cls, run: RunState) -> RunSettings:
        """The settings of a run, at whatever point it is."""
        from lg_jupyter.sources.local.source import LocalSource

        source, request = run.source, run.request
        modes, thread, shown = frozenset(request.modes), run.thread_id is not None, request.message_filter
        if not isinstance(source, LocalSource):
            return cls(
                modes, request.subgraphs, get_run_location(source), thread, shown=shown, watched=run.hears
            )
        if not source.has_local_structure:
            return cls(modes, request.subgraphs, "remote", thread, shown=shown)
        return cls(
            modes,
            request.subgraphs,
            shown=shown,
            checkpointer=source.has_checkpointer,
            callers=source.graph_calling_nodes,
            functions=source.graph_calling_functions,
            async_nodes=source.async_nodes,
            store=source.has_store,
            python=sys.version_info[:2],
            watched=run.hears,
        )

    @property
    def loses_context(self) -> bool:
        """Whether this is a Python in which LangGraph loses its context in coroutine functions."""
        return self.python is not None and self.python < (3, 11) and bool(self.async_nodes)
