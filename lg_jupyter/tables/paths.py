"""What the name of a namespace says about it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from lg_jupyter.events.events import NAMESPACE_SEPARATOR


class Owner(NamedTuple):
    """The task that a namespace belongs to: its id and node, the namespace it runs in, and how deep."""

    parent: str | None
    node: str | None
    task_id: str | None
    depth: int


_ROOT = Owner(None, None, None, 0)


@lru_cache(maxsize=4096)
def owner(namespace: str) -> Owner:
    """Who owns ``namespace``.

    A segment is ``node:task_id``; an ordinal after it (``"1"``) is a further graph that the same task runs,
    a sibling of the first. Of a name that cannot be read so, only that it is not the root is known.
    """
    if not namespace:
        return _ROOT
    segments = namespace.split(NAMESPACE_SEPARATOR)
    graphs = [index for index, segment in enumerate(segments) if not segment.isdigit()]
    last = graphs[-1] if graphs else 0
    node, colon, task_id = segments[last].rpartition(":")
    if not colon:
        return Owner("", None, None, 1)
    return Owner(NAMESPACE_SEPARATOR.join(segments[:last]), node, task_id, len(graphs))
