"""Tasks of one node in one step, as ``Send`` makes them: numbered, with the input that each was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import join_with_dots

MAX_INPUT_CHARACTERS = 60
"""The most characters that are shown of a task's input."""


class ParallelTaskNumbering:
    """Tells such tasks apart; of a task that is alone in its step there is nothing to say."""

    def __init__(self, tasks: Iterable[Mapping[str, Any]] = ()) -> None:
        self._groups: dict[tuple[JSON, ...], list[JSON]] = {}
        self._groups_by_task: dict[JSON, list[JSON]] = {}
        self._inputs: dict[JSON, JSON] = {}
        self.add_tasks(tasks)

    def add_tasks(self, tasks: Iterable[Mapping[str, Any]]) -> None:
        """Take rows of ``tasks``, in their order; of one that is known, again."""
        for row in tasks:
            task_id = row["task_id"]
            if row["step"] is None or task_id in self._groups_by_task:
                continue
            group = self._groups.setdefault((row["namespace"], row["node"], row["step"]), [])
            group.append(task_id)
            is_titled = row.get("title") is not None  # its name says with what it was called
            self._groups_by_task[task_id], self._inputs[task_id] = group, None if is_titled else row["input"]

    def format_number_and_input(self, task_id: JSON) -> str:
        """``2 of 3 · {"topic": "tea"}``; empty where it is alone."""
        number = self.format_number_of_total(task_id)
        if not number:
            return ""
        task_input = self._inputs[task_id]
        return join_with_dots(
            number, None if task_input is None else preview_json(task_input, MAX_INPUT_CHARACTERS)
        )

    def format_number_of_total(self, task_id: JSON) -> str:
        """``2 of 3``; empty where it is alone."""
        group = self._groups_by_task.get(task_id, ())
        return f"{group.index(task_id) + 1} of {len(group)}" if len(group) > 1 else ""
