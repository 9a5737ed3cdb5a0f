"""The graphs that ran: which ran which, how they ended, and how much there was of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import owner
from lg_jupyter.panels.causes import called_apart, may_have_subgraphs, silent_callers, within
from lg_jupyter.panels.panel import Panel, Recorded
from lg_jupyter.panels.setting import Setting
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import Row, aside, fit, folded, section, sign
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import SIGNS, count, dotted, path, seconds

_CALL = 120
"""The most characters of a tool call's arguments."""


def _html(run: Recorded, room: int) -> Iterator[Markup]:
    """The tree of subgraphs, if there was more than the root."""
    rows = run.rows("namespaces")
    if len(rows) < 2:
        return

    def write(row: Row) -> Markup:
        indent = f"margin-left:{18 * min(row['depth'] or 0, 12)}px"
        told = run.siblings.told(owner(row["namespace"]).task_id)
        name, facts = element("b", _graph_name(row)), dotted(told, _graph_facts(row))
        return element("div", sign(row["status"]), " ", name, aside(facts), style=indent)

    size = count(len(rows) - 1, "subgraph")
    yield folded(PANEL.title.lower(), size, fit(_in_tree(rows), write, room, "subgraph", "namespaces"))


def _text(run: Recorded) -> list[str]:
    """The tree of subgraphs, if there was more than the root."""
    rows = run.rows("namespaces")
    if len(rows) < 2:
        return []
    lines = [
        f"{'  ' * min(row['depth'] or 0, 12)}{SIGNS.get(row['status'], '·')} "
        f"{dotted(_graph_name(row), run.siblings.told(owner(row['namespace']).task_id), _graph_facts(row))}"
        for row in _in_tree(rows)
    ]
    return section(PANEL.title.lower(), str(len(rows) - 1), lines, "subgraph")


def _in_tree(rows: Sequence[Row]) -> list[Row]:
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


def _graph_name(row: Row) -> str:
    """What to call a graph that ran."""
    return str(row["graph_name"] or row["node"] or path(row["namespace"]) or "graph")


def _graph_facts(row: Row) -> str:
    """Which node ran it, how it ended, how long it took, how much there was of it, and what called it."""
    node = row["node"] if row["node"] != _graph_name(row) else None
    said = count(row["message_count"], "message") if row["message_count"] else None
    used = count(row["output_tokens"], "token") if row["output_tokens"] else None
    tasks = count(row["task_count"], "task")
    return dotted(node, row["status"], seconds(row["latency"]), tasks, said, used, _call(row["tool_call"]))


def _call(call: JSON) -> str | None:
    return call and f"called by {call.get('name')}({preview(call.get('args'), _CALL)})"


def _explain(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if not setting.subgraphs:
        if may_have_subgraphs(setting):
            yield (
                f"Subgraphs are not followed (subgraphs=False){within(setting.callers)}. "
                "Leave that out, or --no-subgraphs in the magic."
            )
        return
    silent = silent_callers(trace, setting)
    if silent:
        yield called_apart(silent)
    elif over and trace.status == "interrupted" and len(trace.tables["namespaces"]) < 2:
        yield "No subgraph has run so far: the run was interrupted."
    elif over and len(trace.tables["namespaces"]) < 2:
        yield (
            "No subgraph was seen to run: every task that the stream told was one of the graph itself. "
            "A graph that a node runs in a thread, or under a config of its own, is not in the stream."
        )


PANEL = Panel(__name__, "Subgraphs", html=_html, text=_text, weight=7, explain=_explain)
