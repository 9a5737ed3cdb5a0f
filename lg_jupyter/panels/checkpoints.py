"""What ran and what was kept: subgraphs, checkpoints, custom data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lg_jupyter.events.events import JSON
from lg_jupyter.panels.subgraphs import graph_facts, graph_name, in_tree
from lg_jupyter.tables.paths import owner
from lg_jupyter.tables.siblings import Siblings
from lg_jupyter.text.elements import (
    CELL,
    MONO,
    MUTED,
    NUMBER,
    VALUE_LIMIT,
    Row,
    aside,
    fit,
    folded,
    sign,
    spanning_row,
    table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import count, dotted, path, since, where


def namespaces(rows: Sequence[Row], siblings: Siblings, room: int) -> Iterator[Markup]:
    """The tree of subgraphs, if there was more than the root."""
    if len(rows) < 2:
        return

    def write(row: Row) -> Markup:
        indent = f"margin-left:{18 * min(row['depth'] or 0, 12)}px"
        told = siblings.told(owner(row["namespace"]).task_id)
        name, facts = element("b", graph_name(row)), dotted(told, graph_facts(row))
        return element("div", sign(row["status"]), " ", name, aside(facts), style=indent)

    size = count(len(rows) - 1, "subgraph")
    yield folded("subgraphs", size, fit(in_tree(rows), write, room, "subgraph", "namespaces"))


def checkpoints(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    """The checkpoints, each with what was to run next."""
    if not rows:
        return
    first = min((row["timestamp"] for row in rows if row["timestamp"] is not None), default=0.0)
    inside = any(row["namespace"] for row in rows)

    def write(row: Row) -> Markup:
        return element(
            "tr",
            element("td", row["step"], style=NUMBER),
            element("td", path(row["namespace"]), style=CELL) if inside else None,
            element("td", row["source"], style=NUMBER),
            element("td", row["timestamp"] and since(first, row["timestamp"]), style=NUMBER),
            element("td", _each(row["next"] or ()), style=CELL),
            element("td", row["checkpoint_id"], style=f"{CELL};font-family:monospace"),
        )

    titles = ["step", *(["in"] if inside else []), "source", "saved", "next", "id"]
    lines = fit(rows, write, room, "checkpoint", "checkpoints", wrap=spanning_row)
    yield folded("checkpoints", str(len(rows)), [table(titles, lines)])


def _each(nodes: Iterable[JSON]) -> str:
    """The names, each once, with how often it is there."""
    return ", ".join(
        f"{node} × {often}" if often > 1 else f"{node}" for node, often in Counter(nodes).items()
    )


def custom(rows: Sequence[Row], room: int) -> Iterator[Markup]:
    """Custom data, each with where it was written."""

    def write(row: Row) -> Markup:
        place = element("span", where(row), " ", style=MUTED)
        return element("div", place, preview(row["data"], VALUE_LIMIT), style=MONO)

    if rows:
        yield folded("custom data", count(len(rows), "datum"), fit(rows, write, room, "datum", "custom"))
