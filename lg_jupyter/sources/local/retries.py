"""Retries of nodes: no stream tells of them, but a graph in this process calls a callback for every try."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables.config import merge_configs

_WHERE = ("langgraph_node", "langgraph_step", "langgraph_path", "langgraph_checkpoint_ns")
"""What of a node's metadata says which task it is."""


class Retries(BaseCallbackHandler):
    """Hears of each task of one run that begins again, and what it failed with before."""

    run_inline = True
    ignore_llm = ignore_chat_model = ignore_agent = ignore_retriever = True

    def __init__(self) -> None:
        self._begun: set[str] = set()  # tasks, by the namespace that LangGraph gives them
        self._nodes: dict[UUID, str] = {}  # run id of a node that runs → its task
        self._running: set[str] = set()  # tasks
        self._failed: dict[str, BaseException] = {}
        self._untold: deque[tuple[float, dict[str, Any]]] = deque()

    def listened(self, config: Mapping[str, Any]) -> Any:
        """The config with this among its callbacks."""
        return merge_configs(dict(config), {"callbacks": [self]})  # type: ignore[arg-type]

    def untold(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """What control parts are to say, each with its time; each once."""
        while self._untold:
            yield self._untold.popleft()

    def on_chain_start(
        self,
        serialized: Any,
        inputs: Any,
        *,
        run_id: UUID,
        metadata: dict[str, Any] | None = None,
        name: str | None = None,
        **rest: Any,
    ) -> None:
        if not metadata or name != metadata.get("langgraph_node"):
            return
        task = str(metadata.get("langgraph_checkpoint_ns"))
        if task in self._running:  # a chain with its node's name, inside of it
            return
        self._nodes[run_id] = task
        self._running.add(task)
        if task in self._begun:
            where = {name: metadata.get(name) for name in _WHERE}
            told = {"event": "retry", "metadata": where, "error": self._failed.pop(task, None)}
            self._untold.append((time.time(), told))
        self._begun.add(task)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **rest: Any) -> None:
        self._over(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        task = self._over(run_id)
        if task is not None:
            self._failed[task] = error

    def _over(self, run_id: UUID) -> str | None:
        task = self._nodes.pop(run_id, None)
        if task is not None:
            self._running.discard(task)
        return task


def tries_again(graph: Any, _seen: frozenset[int] = frozenset()) -> bool:
    """Whether a node of the graph, or of one inside it, may be tried again when it fails.

    What a ``@task`` is told only shows when it is called: an entrypoint may have such.
    """
    if id(graph) in _seen:
        return False
    if type(graph).__name__ == "Pregel" or getattr(graph, "retry_policy", None):
        return True
    nodes = getattr(graph, "nodes", None)
    if not isinstance(nodes, Mapping):
        return False
    seen = _seen | {id(graph)}
    return any(
        getattr(node, "retry_policy", None)
        or any(tries_again(inner, seen) for inner in getattr(node, "subgraphs", None) or ())
        for node in nodes.values()
    )
