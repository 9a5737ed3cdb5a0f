"""Parts in a few words, for tests of what no recording shows."""

from __future__ import annotations

from typing import Any

from lg_jupyter.adapter import Adapter
from lg_jupyter.events.events import Event, Fact, Part


class Stream:
    """Feeds parts to an adapter; every call gives the facts of its part."""

    def __init__(self, *modes: str) -> None:
        self.adapter = Adapter()
        self.event: Event
        self._time = 0.0
        if modes:
            self("control", {"event": "start", "run_id": "r", "thread_id": None, "modes": list(modes)})

    def __call__(self, mode: str, data: Any, namespace: str = "") -> tuple[Fact, ...]:
        self._time += 1
        self.event = self.adapter.adapt(Part(mode, namespace, data, self._time))
        return self.event.facts

    def message(
        self, fields: dict[str, Any], metadata: dict[str, Any], namespace: str = ""
    ) -> tuple[Fact, ...]:
        return self("messages", [fields, metadata], namespace)

    def task(self, task_id: str, name: str, task_input: Any = None, namespace: str = "") -> tuple[Fact, ...]:
        return self("tasks", {"id": task_id, "name": name, "input": task_input, "triggers": []}, namespace)

    def result(self, task_id: str, name: str, result: Any = None, namespace: str = "", **more: Any) -> Any:
        data = {"id": task_id, "name": name, "error": None, "result": result or {}, "interrupts": [], **more}
        return self("tasks", data, namespace)

    def end(self, status: str = "success", error: Any = None) -> tuple[Fact, ...]:
        return self("control", {"event": "end", "status": status, "error": error})


def call(node: str = "llm", task_id: str = "t1", **more: Any) -> dict[str, Any]:
    """The metadata of a model call in a task."""
    return {
        "langgraph_node": node,
        "langgraph_step": 1,
        "langgraph_checkpoint_ns": f"{node}:{task_id}",
        "langgraph_path": ["__pregel_pull", node],
        **more,
    }


def chunk(content: Any = "", message_id: str | None = "m", **fields: Any) -> dict[str, Any]:
    """A chunk as it is encoded: what is empty is left out."""
    return {"content": content, "type": "AIMessageChunk", "id": message_id, **fields}


def ai(content: Any = "", message_id: str | None = "m", **fields: Any) -> dict[str, Any]:
    """A whole message of a model."""
    return {"content": content, "type": "ai", "id": message_id, **fields}


def only(facts: tuple[Fact, ...]) -> Any:
    """The one fact of a part."""
    assert len(facts) == 1, facts
    return facts[0]
