"""Interrupts: every level of a graph repeats them, each is told once."""

from __future__ import annotations

from lg_jupyter.adapter.task_tracker import OpenTask
from lg_jupyter.encode.questions import is_interrupt_id, text_of
from lg_jupyter.events.events import JSON, Fact, InterruptRaised
from lg_jupyter.events.namespace import child, is_within

UNNAMED = "interrupt-"
"""How the ids begin that are given here, to interrupts that came with none."""


class Interrupts:
    """The interrupts that wait for an answer. The first that tells of one wins, within one run.

    One is known by its id, if that is LangGraph's own. The ids of all others, as ``NodeInterrupt`` has them,
    may be the same: those are known by their task, or in the graphs around it by what they ask.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._tasks: list[tuple[str, str, str | None]] = []  # (key, namespace, task) of those without own ids
        self._held: dict[str, InterruptRaised] = {}

    def clear(self) -> None:
        """A run begins or goes on: an id may come again and mean a new question."""
        self._told.clear()
        self._tasks.clear()
        self._held.clear()

    def raised(
        self, interrupts: JSON, task: OpenTask | None, *, namespace: str = "", hold: bool = False
    ) -> list[Fact]:
        """Facts of the interrupts that are new.

        ``hold`` them where several tasks run and nothing says which one asks: its result follows.
        """
        facts: list[Fact] = []
        for interrupt in interrupts or ():
            fact = _fact(interrupt, task, f"{UNNAMED}{len(self._told)}")
            key = _key(fact)
            own = is_interrupt_id(fact.interrupt_id)
            if own and key in self._told:
                continue
            if not own and fact.task_id is not None and self._is_known(key, fact, namespace):
                continue
            if hold or not (own or fact.task_id):
                if own or key not in self._told:
                    self._held.setdefault(key, fact)
                continue
            self._held.pop(key, None)
            self._tell(key, fact, namespace)
            facts.append(fact)
        return facts

    def release(self) -> list[Fact]:
        """Those that were held and of which nothing more was said."""
        held, self._held = self._held, {}
        for key, fact in held.items():
            self._tell(key, fact, "")
        return list(held.values())

    def _tell(self, key: str, fact: InterruptRaised, namespace: str) -> None:
        self._told.add(key)
        self._tasks.append((key, namespace, fact.task_id))

    def _is_known(self, key: str, fact: InterruptRaised, namespace: str) -> bool:
        """Whether its task has told it, or one of the graph that its task runs."""
        graphs = child(namespace, fact.node or "", fact.task_id), child(namespace, fact.node or "")
        return any(
            key == told and (task_id == fact.task_id or any(is_within(where, graph) for graph in graphs))
            for told, where, task_id in self._tasks
        )


def _key(fact: InterruptRaised) -> str:
    if is_interrupt_id(fact.interrupt_id):
        return fact.interrupt_id
    given = "" if fact.interrupt_id.startswith(UNNAMED) else fact.interrupt_id
    return f"{given} {text_of(fact.value)}"


def _fact(interrupt: JSON, task: OpenTask | None, fallback_id: str) -> InterruptRaised:
    return InterruptRaised(
        interrupt.get("id") or interrupt.get("interrupt_id") or fallback_id,
        interrupt.get("value"),
        response_schema=interrupt.get("response_schema"),
        node=task.node if task else interrupt.get("node"),
        task_id=task.id if task else interrupt.get("task_id"),
    )
