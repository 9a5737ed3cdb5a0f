"""The graphs that ran: which ran which, how they ended, and how much there was of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lg_jupyter.events.events import JSONObject
from lg_jupyter.events.namespace import find_namespace_owner
from lg_jupyter.panels.causes import (
    explain_call_outside_run,
    find_callers_without_subgraph,
    format_nodes_clause,
    may_have_subgraphs,
)
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    Row,
    format_section_lines,
    render_details,
    render_muted_suffix,
    render_rows_that_fit,
    render_status_sign,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import (
    STATUS_SIGNS,
    format_count,
    format_duration,
    format_namespace,
    join_with_dots,
)

_MAX_ARGUMENT_CHARACTERS = 120
"""The most characters of a tool call's arguments."""


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The tree of subgraphs, if there was more than the root."""
    rows = run.get_table_rows("namespaces")
    if len(rows) < 2:
        return

    def write(row: Row) -> Markup:
        indent = f"margin-left:{18 * min(row['depth'] or 0, 12)}px"
        facts = join_with_dots(_format_parallel_task(run, row), _format_graph_facts(row))
        return element(
            "div",
            render_status_sign(row["status"]),
            " ",
            element("b", _format_graph_title(row)),
            render_muted_suffix(facts),
            style=indent,
        )

    size = format_count(len(rows) - 1, "subgraph")
    yield render_details(
        PANEL.title.lower(),
        size,
        render_rows_that_fit(_sort_graphs_as_tree(rows), write, room, "subgraph", "namespaces"),
    )


def _format_record_text(run: RecordContext) -> list[str]:
    """The tree of subgraphs, if there was more than the root."""
    rows = run.get_table_rows("namespaces")
    if len(rows) < 2:
        return []
    lines = [
        f"{'  ' * min(row['depth'] or 0, 12)}{STATUS_SIGNS.get(row['status'], '·')} "
        + join_with_dots(_format_graph_title(row), _format_parallel_task(run, row), _format_graph_facts(row))
        for row in _sort_graphs_as_tree(rows)
    ]
    return format_section_lines(PANEL.title.lower(), str(len(rows) - 1), lines, "subgraph")


def _format_parallel_task(run: RecordContext, row: Row) -> str:
    """Which of the tasks of its step runs the graph, where several do."""
    return run.parallel_tasks.format_number_and_input(find_namespace_owner(row["namespace"]).task_id)


def _sort_graphs_as_tree(rows: Sequence[Row]) -> list[Row]:
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


def _format_graph_name(row: Row) -> str:
    """What to call a graph that ran."""
    return str(row["graph_name"] or row["node"] or format_namespace(row["namespace"]) or "graph")


def _format_graph_title(row: Row) -> str:
    """The same, with what it was called for, where that is known."""
    return str(row["title"] or _format_graph_name(row))


def _format_graph_facts(row: Row) -> str:
    """Which node ran it, how it ended, how long it took, how much there was of it, and what called it."""
    node = row["node"] if row["node"] != _format_graph_name(row) else None
    messages = format_count(row["message_count"], "message") if row["message_count"] else None
    used = format_count(row["output_tokens"], "token") if row["output_tokens"] else None
    tasks = format_count(row["task_count"], "task")
    return join_with_dots(
        node,
        row["status"],
        format_duration(row["latency"]),
        tasks,
        messages,
        used,
        _format_calling_tool(row["tool_call"]),
    )


def _format_calling_tool(call: JSONObject | None) -> str | None:
    return (
        f"called by {call.get('name')}({preview_json(call.get('args'), _MAX_ARGUMENT_CHARACTERS)})"
        if call
        else None
    )


def _explain_missing_subgraphs(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if not settings.streams_subgraphs:
        if may_have_subgraphs(settings):
            yield (
                "Subgraphs are not followed (subgraphs=False)"
                f"{format_nodes_clause(settings.graph_calling_nodes)}. "
                "Leave that out, or --no-subgraphs in the magic."
            )
        return
    silent = find_callers_without_subgraph(trace, settings)
    if silent:
        yield explain_call_outside_run(silent)
    elif is_over and trace.status == "interrupted" and len(trace.tables["namespaces"]) < 2:
        yield "No subgraph has run so far: the run was interrupted."
    elif is_over and len(trace.tables["namespaces"]) < 2:
        yield (
            "No subgraph was seen to run: every task that the stream told was one of the graph itself. "
            "A graph that a node runs in a thread, or under a config of its own, is not in the stream."
        )


PANEL = Panel(
    __name__,
    "Subgraphs",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=7,
    explain_missing=_explain_missing_subgraphs,
)
