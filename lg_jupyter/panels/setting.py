"""How a run was asked for, of which explanations are made."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from lg_jupyter.request.filters import EVERYTHING, Filter
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.origin import origin

Where = Literal["local", "server", "remote"]


@dataclass(frozen=True)
class Setting:
    """How a run was asked for, and what is known of its graph; what is not known, is empty or ``None``.

    Attributes
    ----------
    modes, subgraphs
        What was asked.
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
    python
        The Python version in which a local graph ran.
    shown
        What the token ticker shows at first.
    """

    modes: frozenset[str]
    subgraphs: bool = True
    where: Where = "local"
    thread: bool = True
    checkpointer: bool | None = None
    callers: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    async_nodes: tuple[str, ...] = ()
    python: tuple[int, int] | None = None
    shown: Filter = EVERYTHING

    @classmethod
    def of(cls, run: RunState) -> Setting:
        """The setting of a run, at whatever point it is."""
        from lg_jupyter.sources.local.source import LocalSource

        source, request = run.source, run.request
        modes, thread, shown = frozenset(request.modes), run.thread_id is not None, request.shown
        if not isinstance(source, LocalSource):
            return cls(modes, request.subgraphs, origin(source), thread, shown=shown)
        if not source.draws_itself:
            return cls(modes, request.subgraphs, "remote", thread, shown=shown)
        return cls(
            modes,
            request.subgraphs,
            shown=shown,
            checkpointer=source.has_checkpointer,
            callers=source.callers,
            functions=source.calling_functions,
            async_nodes=source.async_nodes,
            python=sys.version_info[:2],
        )

    @property
    def loses_context(self) -> bool:
        """Whether this is a Python in which LangGraph loses its context in coroutine functions."""
        return self.python is not None and self.python < (3, 11) and bool(self.async_nodes)
