"""What the graphs that run are called: by their name, their agent's, or that of the tool call behind them."""

from __future__ import annotations

from lg_jupyter.events.events import JSONObject, SubgraphInfo
from lg_jupyter.events.namespace import find_namespace_owner
from lg_jupyter.tables.call_titles import find_subagent_or_tool_name

DEFAULT_GRAPH_NAME = "LangGraph"
"""What LangGraph calls a graph that was compiled without a name."""


class GraphNames:
    """Names by namespace, from what is known of each, in whatever order it comes.

    What a model's call or a task says of its agent is inherited: graphs that an agent's tools and nodes run
    say the same. So an agent's name is that of a namespace only where the graph around it has another one.
    """

    def __init__(self) -> None:
        self._graph_names: dict[str, str] = {}
        self._agent_names: dict[str, str] = {}
        self._tool_calls: JSONObject = {}

    def add_subgraph_info(self, namespace: str, fact: SubgraphInfo) -> None:
        """Note what is known of a namespace."""
        if fact.graph_name:
            self._graph_names[namespace] = fact.graph_name
        if fact.agent_name:
            self.add_agent_name(namespace, fact.agent_name)
        if fact.tool_call:
            self._tool_calls[namespace] = fact.tool_call

    def add_agent_name(self, namespace: str, name: str) -> bool:
        """Note the agent that something in a namespace is of; whether it is the first that is known there."""
        if namespace in self._agent_names:
            return False
        self._agent_names[namespace] = name
        return True

    def find_graph_name(self, namespace: str) -> str | None:
        """What the graph in a namespace is called, if that is known."""
        graph, agent = self._graph_names.get(namespace), self._agent_names.get(namespace)
        if graph and graph != DEFAULT_GRAPH_NAME:
            return graph
        if agent and agent != self._find_enclosing_agent_name(namespace):
            return agent
        return find_subagent_or_tool_name(self._tool_calls.get(namespace)) or graph

    def _find_enclosing_agent_name(self, namespace: str) -> str | None:
        parent = find_namespace_owner(namespace).parent_namespace
        while parent is not None and parent not in self._agent_names:
            parent = find_namespace_owner(parent).parent_namespace
        return None if parent is None else self._agent_names[parent]
