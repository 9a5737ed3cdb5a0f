"""What the name of a namespace says: nobody else takes one apart or puts one together.

A namespace is segments joined by ``|``, ``""`` at the root. A segment is ``node:task_id``, the task that runs
the graph; one that was compiled with ``checkpointer=True`` has ``node`` alone. A segment of digits counts:
``1`` is the second graph that the task of the segment before runs, beside the first one.

>>> get_enclosing_node_names("team:a1|1|writer:b2")
('team', 'writer')
>>> get_enclosing_graph_display_names("team:a1|1|writer:b2")
('team #2', 'writer')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

_SEGMENT_SEPARATOR = "|"


class NamespaceSegment(NamedTuple):
    """A node with its task's id, where that is known, or the ordinal of a further graph of the same task."""

    node: str
    task_id: str | None = None
    ordinal: int | None = None

    def __str__(self) -> str:
        """As it stands in a namespace."""
        if self.ordinal is not None:
            return str(self.ordinal)
        return self.node if self.task_id is None else f"{self.node}:{self.task_id}"


class NamespaceOwner(NamedTuple):
    """The task that a namespace belongs to: its id and node, the namespace it runs in, and how deep."""

    parent_namespace: str | None
    node: str | None
    task_id: str | None
    depth: int


def join_namespace_segments(segments: Iterable[str]) -> str:
    """A namespace from its segments as texts."""
    return _SEGMENT_SEPARATOR.join(segments)


def make_child_namespace(namespace: str, node: str, task_id: str | None = None) -> str:
    """The namespace of the graph that a task runs.

    One that was compiled with ``checkpointer=True`` has no task id in it.
    """
    segment = str(NamespaceSegment(node, task_id))
    return f"{namespace}{_SEGMENT_SEPARATOR}{segment}" if namespace else segment


@lru_cache(maxsize=4096)
def split_namespace(namespace: str) -> tuple[NamespaceSegment, ...]:
    """What a namespace is made of, from the outside in; nothing of the root."""
    return tuple(map(_parse_segment, namespace.split(_SEGMENT_SEPARATOR))) if namespace else ()


def get_parent_namespace(namespace: str) -> str | None:
    """What is left of a name without its last segment (``None`` of the root's)."""
    return namespace.rpartition(_SEGMENT_SEPARATOR)[0] if namespace else None


def iter_namespace_and_ancestors(namespace: str) -> Iterator[str]:
    """A namespace and what is left of its name without one segment after the other, the root last."""
    inner: str | None = namespace
    while inner is not None:
        yield inner
        inner = get_parent_namespace(inner)


def is_within_namespace(namespace: str, outer: str) -> bool:
    """Whether a namespace is another one or lies below it."""
    return namespace == outer or not outer or namespace.startswith(outer + _SEGMENT_SEPARATOR)


@lru_cache(maxsize=4096)
def is_called_from_namespace(namespace: str, caller: str) -> bool:
    """Whether a task's namespace begins as that of the task which called its graph.

    A subgraph that keeps its state for itself has no id in the segment of its node.

    Examples
    --------
    >>> is_called_from_namespace("team:1|write:2", "team:1")
    True
    >>> is_called_from_namespace("team|write:2", "team:1")
    True
    >>> is_called_from_namespace("write:2", "team:1")
    False
    """
    segments, around = split_namespace(namespace), split_namespace(caller)
    pairs = zip(segments, around, strict=False)
    return len(segments) >= len(around) and all(
        one.node == other.node and one.task_id in (None, other.task_id) for one, other in pairs
    )


def find_namespace_owner(namespace: str) -> NamespaceOwner:
    """Who owns a namespace; further graphs of a task are siblings of its first.

    Of a name that cannot be read, only that it is not the root is known.
    """
    parts = split_namespace(namespace)
    if not parts:
        return NamespaceOwner(None, None, None, 0)
    graphs = [index for index, part in enumerate(parts) if part.ordinal is None]
    last = graphs[-1] if graphs else 0
    if parts[last].task_id is None:
        return NamespaceOwner("", None, None, 1)
    return NamespaceOwner(
        join_namespace_segments(map(str, parts[:last])), parts[last].node, parts[last].task_id, len(graphs)
    )


def get_root_node_and_task_id(namespace: str) -> tuple[str, str | None]:
    """The node of the root graph in which a subgraph runs, and the id of its task if that is known."""
    return split_namespace(namespace)[0][:2] if namespace else ("", None)


def get_innermost_task_id(namespace: str) -> str | None:
    """The id of the innermost task around what is in a namespace (``None`` at the root)."""
    return next(
        (part.task_id for part in reversed(split_namespace(namespace)) if part.task_id is not None), None
    )


def get_enclosing_task_ids(namespace: str) -> frozenset[str]:
    """The ids of all tasks around what is in a namespace."""
    return frozenset(part.task_id for part in split_namespace(namespace) if part.task_id is not None)


def get_enclosing_node_names(namespace: str) -> tuple[str, ...]:
    """The nodes on the way to a namespace."""
    return tuple(part.node for part in split_namespace(namespace) if part.ordinal is None)


def get_enclosing_graph_display_names(
    namespace: str, graph_names_by_namespace: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The same for a reader: the second graph of one task is ``name #2``.

    ``graph_names_by_namespace`` are the names of graphs that have one, by their namespaces.
    """
    found: list[str] = []
    here = ""
    for part in split_namespace(namespace):
        here = make_child_namespace(here, str(part))
        own = part.node
        if part.ordinal is not None:
            own = f"{found.pop() if found else ''} #{part.ordinal + 1}".lstrip()
        found.append((graph_names_by_namespace or {}).get(here, own))
    return tuple(found)


def split_server_event_name(event: str) -> tuple[str, str]:
    """The mode and the namespace in the name of a server's event: ``values|team:a1``."""
    mode, _, namespace = event.partition(_SEGMENT_SEPARATOR)
    return mode, namespace


def _parse_segment(text: str) -> NamespaceSegment:
    if text.isascii() and text.isdigit():
        return NamespaceSegment("", ordinal=int(text))
    node, colon, task_id = text.rpartition(":")
    return NamespaceSegment(node, task_id) if colon else NamespaceSegment(text)
