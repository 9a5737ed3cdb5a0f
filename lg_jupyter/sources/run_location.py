"""Where the run of a source runs, or ran when it was saved."""

from __future__ import annotations

from typing import Literal

from lg_jupyter.sources.base import Source

RunLocation = Literal["local", "server"]


def get_run_location(source: Source) -> RunLocation:
    """Whether it ran in a notebook's process or on a server: files and replays hold that of their runs."""
    kind = getattr(source, "origin", source.kind)
    return "server" if kind == "server" or get_server_url(source) is not None else "local"


def get_server_url(source: Source) -> str | None:
    """The address of the server, if that is known: files of runs that were joined do not hold it."""
    server = getattr(source, "server", None)
    if server is not None:
        return str(server.url)
    code_request = getattr(source, "code_request", None)
    url = code_request.get("url") if isinstance(code_request, dict) else None
    return url if isinstance(url, str) else None
