"""Where something was, for a reader: the names on the way to a namespace, runs of one graph numbered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lg_jupyter.events.namespace import (
    get_enclosing_graph_display_names,
    get_parent_namespace,
    iter_namespace_and_ancestors,
    split_namespace,
)
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.graph_names import DEFAULT_GRAPH_NAME


class PlaceNames:
    """Names places after graphs that have a name, else after their nodes.

    Where the same node of the same graph ran a graph several times, each run has its number: ``draft #2``.
    """

    def __init__(self, namespaces: Iterable[Row] = ()) -> None:
        self._graph_names: dict[str, str | None] = {}  # their names, in the order in which they began
        self._titles: dict[str, str] | None = None
        self.add_namespaces(namespaces)

    def add_namespaces(self, namespaces: Iterable[Row]) -> None:
        """Take rows of ``namespaces``, in their order; of one that is known, again."""
        for row in namespaces:
            namespace, name = row["namespace"], row["graph_name"]
            known = len(self._graph_names), self._graph_names.get(namespace)
            for outer in [*iter_namespace_and_ancestors(namespace)][::-1]:
                self._graph_names.setdefault(outer, None)
            self._graph_names[namespace] = None if name == DEFAULT_GRAPH_NAME or not namespace else name
            if known != (len(self._graph_names), self._graph_names[namespace]):
                self._titles = None

    def format_namespace_path(self, namespace: str | None) -> str:
        """The names on the way to a namespace: ``outer / draft #2``, empty at the root."""
        if self._titles is None:
            self._titles = {**self._get_unnumbered_names(), **dict(self._iter_numbered_graph_names())}
        return " / ".join(get_enclosing_graph_display_names(namespace or "", self._titles))

    def format_row_place(self, row: Mapping[str, Any]) -> str:
        """The place that a row of a table speaks of: its namespace's names, and its title or node."""
        own = row.get("title") or row["node"]
        return " / ".join(filter(None, (self.format_namespace_path(row["namespace"]), own)))

    def format_node_path(self, row: Mapping[str, Any]) -> str:
        """The names on the way to a node, whatever it was called for."""
        return " / ".join(filter(None, (self.format_namespace_path(row["namespace"]), row["node"] or "?")))

    def format_merged_node_path(self, row: Mapping[str, Any]) -> str:
        """The same for all runs of one graph together."""
        return " / ".join(
            (
                *get_enclosing_graph_display_names(row["namespace"], self._get_unnumbered_names()),
                row["node"] or "?",
            )
        )

    def make_node_tree_path(self, row: Mapping[str, Any], merges_graph_runs: bool = True) -> tuple[str, ...]:
        """The way to a node in the tree of nodes and the graphs that they run.

        Runs of one graph share it if ``merges_graph_runs``.
        """
        way: list[str] = []
        for outer in [*iter_namespace_and_ancestors(row["namespace"])][-2::-1]:
            last = split_namespace(outer)[-1]
            way += [last.node] if last.ordinal is None else []
            way.append(
                f"{last.ordinal or ''}\n{self._graph_names.get(outer) or ''}"
                if merges_graph_runs
                else f"\n{outer}"
            )
        return (*way, row["node"] or "?")

    def _get_unnumbered_names(self) -> dict[str, str]:
        return {namespace: name for namespace, name in self._graph_names.items() if name}

    def _iter_numbered_graph_names(self) -> Iterator[tuple[str, str]]:
        runs: dict[tuple[str | None, str, str | None], list[str]] = defaultdict(list)
        for namespace, name in self._graph_names.items():
            last = split_namespace(namespace)[-1] if namespace else None
            if last is not None and last.ordinal is None:
                runs[get_parent_namespace(namespace), last.node, name].append(namespace)
        for (_, node, name), members in runs.items():
            for number, namespace in enumerate(members, 1):
                if len(members) > 1:
                    yield namespace, f"{name or node} #{number}"
