"""Tasks of one node in one step, as ``Send`` makes them: numbered, with what was sent to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview
from lg_jupyter.text.words import dotted

SENT = 60
"""The most characters that are told of what was sent."""


class Siblings:
    """Tells such tasks apart; of a task that is alone in its step there is nothing to say."""

    def __init__(self, tasks: Iterable[Mapping[str, JSON]] = ()) -> None:
        self._groups: dict[tuple[JSON, ...], list[JSON]] = {}
        self._group_of: dict[JSON, list[JSON]] = {}
        self._sent: dict[JSON, JSON] = {}
        self.add(tasks)

    def add(self, tasks: Iterable[Mapping[str, JSON]]) -> None:
        """Take rows of ``tasks``, in their order; of one that is known, again."""
        for row in tasks:
            task_id = row["task_id"]
            if row["step"] is None or task_id in self._group_of:
                continue
            group = self._groups.setdefault((row["namespace"], row["node"], row["step"]), [])
            group.append(task_id)
            self._group_of[task_id], self._sent[task_id] = group, row["input"]

    def told(self, task_id: JSON) -> str:
        """``2 of 3 · {"topic": "tea"}``; empty where it is alone."""
        group = self._group_of.get(task_id, ())
        if len(group) < 2:
            return ""
        sent = self._sent[task_id]
        number = f"{group.index(task_id) + 1} of {len(group)}"
        return dotted(number, None if sent is None else preview(sent, SENT))
