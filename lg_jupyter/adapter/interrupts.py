"""Interrupts: every level of a graph repeats them, each is told once."""

from __future__ import annotations

from ..events import JSON, Fact, InterruptRaised
from .lifecycle import OpenTask


class Interrupts:
    """The interrupts that wait for an answer. The first that tells of one wins, by id, within one run."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._held: dict[str, InterruptRaised] = {}

    def clear(self) -> None:
        """A run begins or goes on: an id may come again and mean a new question."""
        self._told.clear()
        self._held.clear()

    def raised(self, interrupts: JSON, task: OpenTask | None, *, hold: bool = False) -> list[Fact]:
        """Facts of the interrupts that are new.

        ``hold`` them where several tasks run and nothing says which one asks: its result follows.
        """
        facts: list[Fact] = []
        for interrupt in interrupts or ():
            fact = _fact(interrupt, task, f"interrupt-{len(self._told)}")
            if fact.interrupt_id in self._told:
                continue
            if hold:
                self._held.setdefault(fact.interrupt_id, fact)
                continue
            self._held.pop(fact.interrupt_id, None)
            self._told.add(fact.interrupt_id)
            facts.append(fact)
        return facts

    def release(self) -> list[Fact]:
        """Those that were held and of which nothing more was said."""
        held, self._held = self._held, {}
        self._told.update(held)
        return list(held.values())


def _fact(interrupt: JSON, task: OpenTask | None, fallback_id: str) -> InterruptRaised:
    return InterruptRaised(
        interrupt.get("id") or interrupt.get("interrupt_id") or fallback_id,
        interrupt.get("value"),
        response_schema=interrupt.get("response_schema"),
        node=task.node if task else interrupt.get("node"),
        task_id=task.id if task else interrupt.get("task_id"),
    )
