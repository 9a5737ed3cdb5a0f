"""What the graphs that run are called: by their name, their agent's, or that of the tool call behind them."""

from __future__ import annotations

from lg_jupyter.events.events import JSON, SubgraphInfo
from lg_jupyter.events.namespace import find_owner
from lg_jupyter.tables.titles import called_subagent_or_tool

UNNAMED = "LangGraph"
"""What LangGraph calls a graph that was compiled without a name."""


class GraphNames:
    """Names by namespace, from what is known of each, in whatever order it comes.

    What a model's call or a task says of its agent is inherited: graphs that an agent's tools and nodes run
    say the same. So an agent's name is that of a namespace only where the graph around it has another one.
    """

    def __init__(self) -> None:
        self._graphs: dict[str, str] = {}
        self._agents: dict[str, str] = {}
        self._tool_calls: dict[str, JSON] = {}

    def add(self, namespace: str, fact: SubgraphInfo) -> None:
        """Note what is known of a namespace."""
        if fact.graph_name:
            self._graphs[namespace] = fact.graph_name
        if fact.agent_name:
            self.add_agent(namespace, fact.agent_name)
        if fact.tool_call:
            self._tool_calls[namespace] = fact.tool_call

    def add_agent(self, namespace: str, name: str) -> bool:
        """Note the agent that something in a namespace is of; whether it is the first that is known there."""
        if namespace in self._agents:
            return False
        self._agents[namespace] = name
        return True

    def find_name(self, namespace: str) -> str | None:
        """What the graph in a namespace is called, if that is known."""
        graph, agent = self._graphs.get(namespace), self._agents.get(namespace)
        if graph and graph != UNNAMED:
            return graph
        if agent and agent != self._find_outer_agent(namespace):
            return agent
        return called_subagent_or_tool(self._tool_calls.get(namespace)) or graph

    def _find_outer_agent(self, namespace: str) -> str | None:
        parent = find_owner(namespace).parent_namespace
        while parent is not None and parent not in self._agents:
            parent = find_owner(parent).parent_namespace
        return None if parent is None else self._agents[parent]
