"""Interrupts: every level of a graph repeats them, each is emitted once."""

from __future__ import annotations

from lg_jupyter.adapter.fields import nonempty_dict_or_none, nonempty_text_or_none, parse_optional_dict_list
from lg_jupyter.adapter.task_tracker import OpenTask
from lg_jupyter.encode.interrupt_ids import dump_sorted_json, is_generated_interrupt_id
from lg_jupyter.events.events import JSON, Fact, InterruptRaised, JSONObject
from lg_jupyter.events.namespace import is_within_namespace, make_child_namespace

GENERATED_ID_PREFIX = "interrupt-"
"""How the ids begin that are given here, to interrupts that came with none."""


class InterruptTracker:
    """The interrupts that wait for an answer. The first report of one wins, within one run.

    One is known by its id, if that is LangGraph's own. The ids of all others, as ``NodeInterrupt`` has them,
    may be the same: those are known by their task, or in the graphs around it by what they ask.
    """

    def __init__(self) -> None:
        self._emitted: set[str] = set()
        self._tasks: list[tuple[str, str, str | None]] = []  # (key, namespace, task) of those without own ids
        self._deferred: dict[str, InterruptRaised] = {}

    def clear(self) -> None:
        """A run begins or goes on: an id may come again and mean a new question."""
        self._emitted.clear()
        self._tasks.clear()
        self._deferred.clear()

    def emit_new_interrupts(
        self, interrupts: JSON, task: OpenTask | None, *, namespace: str = "", defer: bool = False
    ) -> list[Fact]:
        """Facts of the interrupts that are new.

        ``defer`` them where several tasks run and nothing says which one asks: its result follows.
        """
        facts: list[Fact] = []
        for interrupt in parse_optional_dict_list(interrupts):
            fact = _make_interrupt_raised(interrupt, task, f"{GENERATED_ID_PREFIX}{len(self._emitted)}")
            key = _make_interrupt_key(fact)
            has_own_id = is_generated_interrupt_id(fact.interrupt_id)
            if has_own_id and key in self._emitted:
                continue
            if not has_own_id and fact.task_id is not None and self._is_already_emitted(key, fact, namespace):
                continue
            if defer or not (has_own_id or fact.task_id):
                if has_own_id or key not in self._emitted:
                    self._deferred.setdefault(key, fact)
                continue
            self._deferred.pop(key, None)
            self._mark_emitted(key, fact, namespace)
            facts.append(fact)
        return facts

    def pop_deferred_interrupts(self) -> list[Fact]:
        """At a run's end, those that were deferred and of which nothing more came."""
        deferred, self._deferred = self._deferred, {}
        return list(deferred.values())

    def _mark_emitted(self, key: str, fact: InterruptRaised, namespace: str) -> None:
        self._emitted.add(key)
        self._tasks.append((key, namespace, fact.task_id))

    def _is_already_emitted(self, key: str, fact: InterruptRaised, namespace: str) -> bool:
        """Whether it came from its task already, or from one of the graph that its task runs."""
        graphs = (
            make_child_namespace(namespace, fact.node or "", fact.task_id),
            make_child_namespace(namespace, fact.node or ""),
        )
        return any(
            key == emitted
            and (task_id == fact.task_id or any(is_within_namespace(where, graph) for graph in graphs))
            for emitted, where, task_id in self._tasks
        )


def _make_interrupt_key(fact: InterruptRaised) -> str:
    if is_generated_interrupt_id(fact.interrupt_id):
        return fact.interrupt_id
    own_id = "" if fact.interrupt_id.startswith(GENERATED_ID_PREFIX) else fact.interrupt_id
    return f"{own_id} {dump_sorted_json(fact.value)}"


def _make_interrupt_raised(interrupt: JSONObject, task: OpenTask | None, fallback_id: str) -> InterruptRaised:
    return InterruptRaised(
        nonempty_text_or_none(interrupt.get("id"))
        or nonempty_text_or_none(interrupt.get("interrupt_id"))
        or fallback_id,
        interrupt.get("value"),
        response_schema=nonempty_dict_or_none(interrupt.get("response_schema")),
        node=task.node if task else nonempty_text_or_none(interrupt.get("node")),
        task_id=task.id if task else nonempty_text_or_none(interrupt.get("task_id")),
    )
