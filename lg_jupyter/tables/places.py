"""Where something was, for a reader: the names on the way to a namespace, graphs with names by these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import names
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.graph_names import UNNAMED


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
        return " / ".join(names(namespace or "", self._names))

    def where(self, row: Mapping[str, JSON]) -> str:
        """The place that a row of a table speaks of: its namespace's names and its node."""
        return " / ".join(filter(None, (self.path(row["namespace"]), row["node"])))
