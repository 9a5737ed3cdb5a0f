"""The tools that a graph's nodes call, as far as the nodes say which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lg_jupyter.events.events import JSONObject
from lg_jupyter.sources.local import graphs

MAX_SCHEMA_CHARACTERS = 100_000
"""The most characters of JSON that the schema of one tool's arguments has."""


def collect_tool_argument_schemas(graph: Any) -> dict[str, JSONObject]:
    """The JSON schema of each tool's arguments, by the tool's name.

    They are those of the ``ToolNode`` of the graph and of those inside it, without what LangGraph injects. A
    tool whose schema cannot be had is left out, and a name that stands for tools with different arguments.
    """
    found: dict[str, list[JSONObject]] = {}
    for name, tool in _iter_tools_with_names(graphs.unwrap_graph(graph)):
        schema = _read_tool_argument_schema(tool)
        if schema is not None and schema not in found.setdefault(name, []):
            found[name].append(schema)
    return {name: schemas[0] for name, schemas in found.items() if len(schemas) == 1}


def _iter_tools_with_names(graph: Any) -> Iterator[tuple[str, Any]]:
    for inner in graphs.list_graph_and_subgraphs(graph):
        for node in graphs.get_node_map(inner).values():
            tools = getattr(getattr(node, "bound", None), "tools_by_name", None)
            if isinstance(tools, dict):
                yield from tools.items()


def _read_tool_argument_schema(tool: Any) -> JSONObject | None:
    try:
        kind = tool.tool_call_schema
        describe = getattr(kind, "model_json_schema", None) or getattr(kind, "schema", None)
        schema = kind if describe is None else describe()
        is_small = len(json.dumps(schema)) <= MAX_SCHEMA_CHARACTERS
    except Exception:  # whatever a type of the user's raises when it is described
        return None
    return schema if is_small and isinstance(schema, dict) else None
