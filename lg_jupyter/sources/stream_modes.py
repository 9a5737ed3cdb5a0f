"""Which modes a run is to stream so that its calls are reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lg_jupyter.config import options
from lg_jupyter.errors import UsageError
from lg_jupyter.events.modes import parse_modes


def choose_stream_modes(
    target: Any, modes: str | Iterable[str] | None, records_calls: bool
) -> tuple[str, ...]:
    """The modes of a run of ``target``, with what reports its calls if they are wanted.

    Callbacks report those of a graph in this process, whatever is streamed. Of a server, the mode ``events``
    does.

    Raises
    ------
    ModeError
        If a mode is unknown.
    UsageError
        If nothing reports the calls of such a target.
    """
    from lg_jupyter.sources.local.graphs import is_remote_graph
    from lg_jupyter.sources.server.server import Server

    names = parse_modes(options().modes if modes is None else modes)
    if not records_calls:
        return names
    if isinstance(target, Server):
        return tuple(dict.fromkeys((*names, "events")))
    if is_remote_graph(target):
        raise UsageError(
            "a RemoteGraph does not report its calls: leave calls out, or run lg_jupyter.Server(url, "
            "assistant) in its place"
        )
    return names
