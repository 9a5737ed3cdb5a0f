"""The graphs that ran: their tree, what each is called, and the way to one by these names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lg_jupyter.events.events import JSON, NAMESPACE_SEPARATOR
from lg_jupyter.tables.graph_names import UNNAMED
from lg_jupyter.text.elements import Row
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import count, dotted, path, seconds

_CALL = 120
"""The most characters of a tool call's arguments."""


def in_tree(rows: Sequence[Row]) -> list[Row]:
    """Each graph before those that it ran, these in the order in which they began."""
    inside: dict[str | None, list[Row]] = {}
    known = {row["namespace"] for row in rows}
    for row in rows:
        inside.setdefault(row["parent"] if row["parent"] in known else None, []).append(row)
    waiting, ordered = inside.get(None, [])[::-1], []
    while waiting:
        ordered.append(waiting.pop())
        waiting += inside.get(ordered[-1]["namespace"], [])[::-1]
    return ordered


def graph_name(row: Row) -> str:
    """What to call a graph that ran."""
    return str(row["graph_name"] or row["node"] or path(row["namespace"]) or "graph")


def graph_facts(row: Row) -> str:
    """Which node ran it, how it ended, how long it took, how much there was of it, and what called it."""
    node = row["node"] if row["node"] != graph_name(row) else None
    said = count(row["message_count"], "message") if row["message_count"] else None
    used = count(row["output_tokens"], "token") if row["output_tokens"] else None
    tasks = count(row["task_count"], "task")
    return dotted(node, row["status"], seconds(row["latency"]), tasks, said, used, _call(row["tool_call"]))


def _call(call: JSON) -> str | None:
    return call and f"called by {call.get('name')}({preview(call.get('args'), _CALL)})"


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
