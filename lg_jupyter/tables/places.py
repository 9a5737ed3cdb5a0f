"""Where something was, for a reader: the names on the way to a namespace, graphs with names by these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lg_jupyter.events.events import JSON, NAMESPACE_SEPARATOR
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.graph_names import UNNAMED
from lg_jupyter.text.words import path


class Places:
    """Where something was: as :func:`~lg_jupyter.text.words.path`, graphs with names by these."""

    def __init__(self, namespaces: Iterable[Row]) -> None:
        self._names = {
            row["namespace"]: row["graph_name"]
            for row in namespaces
            if row["graph_name"] not in (None, UNNAMED)
        }

    def path(self, namespace: str | None) -> str:
        """The names on the way to a namespace: ``outer / inner``, empty at the root."""
        return " / ".join(self._walk(namespace or ""))

    def where(self, row: Mapping[str, JSON]) -> str:
        """The place that a row of a table speaks of: its namespace's names and its node."""
        return " / ".join(filter(None, (self.path(row["namespace"]), row["node"])))

    def _walk(self, namespace: str) -> Iterator[str]:
        segments = namespace.split(NAMESPACE_SEPARATOR) if namespace else []
        here = ""
        for position, segment in enumerate(segments):
            here = f"{here}{NAMESPACE_SEPARATOR}{segment}" if here else segment
            if not segment.isdigit():
                node, ordinal = path(segment), ""
                following = segments[position + 1 : position + 2]
                if following and following[0].isdigit():  # a further graph of the same task
                    ordinal = f" #{int(following[0]) + 1}"
                    name = self._names.get(f"{here}{NAMESPACE_SEPARATOR}{following[0]}")
                else:
                    name = self._names.get(here)
                yield name or f"{node}{ordinal}"
