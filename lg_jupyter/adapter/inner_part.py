"""Parts of other modes inside LangChain's events: what the root graph streams, in ``data.chunk``."""

from __future__ import annotations

from typing import Any, NamedTuple

from lg_jupyter.events.modes import is_known_mode


class InnerPart(NamedTuple):
    """A part of another mode; without subgraphs its ``namespace_path`` is ``None``."""

    namespace_path: list[str] | None
    mode: str
    payload: Any


def parse_inner_part(chunk: Any) -> InnerPart | None:
    """The part in a chunk, ``(path, mode, payload)`` or ``(mode, payload)``, as it came or encoded."""
    if not isinstance(chunk, (tuple, list)) or len(chunk) not in (2, 3):
        return None
    *path, mode, payload = chunk
    if not isinstance(mode, str):
        return None
    if not path:
        return InnerPart(None, mode, payload) if is_known_mode(mode) else None
    if not isinstance(path[0], (tuple, list)):
        return None
    return InnerPart([str(segment) for segment in path[0]], mode, payload)
