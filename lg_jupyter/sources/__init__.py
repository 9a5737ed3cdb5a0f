"""Where runs come from: a graph in this process, a server, a saved file."""

from __future__ import annotations

from typing import Any

from lg_jupyter.sources.base import Source


def as_source(target: Any) -> Source:
    """The source that carries a run of ``target``: a graph, a ``Server``, or a source itself.

    Raises
    ------
    TargetError
        If it is none of these; the text says what came and what was probably meant.
    """
    from lg_jupyter.sources import targets
    from lg_jupyter.sources.local.source import LocalSource
    from lg_jupyter.sources.server.server import Server
    from lg_jupyter.sources.server.source import ServerSource

    if isinstance(target, Server):
        return ServerSource(target)
    if isinstance(target, Source) and not isinstance(target, type):
        return target
    if targets.is_streamable(target):
        return LocalSource(target)
    raise targets.make_target_error(target)
