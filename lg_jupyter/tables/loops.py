"""What goes round in a run: the same call of a tool again and again, steps that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON, Event, StateValues, TaskStarted
from lg_jupyter.tables.base import Row, Table
from lg_jupyter.tables.json_diff import is_equal_json
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_namespace

MIN_REPEATED_CALLS = 3
"""How often a tool is called with the same arguments until the note names it."""

MIN_UNCHANGED_STEPS = 5
"""How many steps in a row leave the state as it is until the note names it."""

_MAX_ARGUMENT_CHARACTERS = 60
_MAX_NAMED_CALLS = 3
"""The most calls that are named."""


@dataclass
class _RepeatedCall:
    """Calls of one tool with the same arguments, in one execution of a graph."""

    call_row: Row
    call_ids: set[str] = field(default_factory=set)  # a call that is tried again, or resumed, is one


class RepeatedToolCallCounter:
    """Counts calls of tools by what they were given."""

    def __init__(self) -> None:
        self._seen_call_count = 0
        self._calls_by_arguments: dict[tuple[str, str, str, bytes], _RepeatedCall] = {}
        self._repeated: dict[int, _RepeatedCall] = {}

    def add_new_calls(self, calls: Table) -> None:
        """Take the calls that are new in a table."""
        if len(calls) == self._seen_call_count:
            return
        for call in calls.rows()[self._seen_call_count :]:
            if call["name"] is not None and call["args"] is not None:
                args = orjson.dumps(to_plain_json(call["args"]), option=orjson.OPT_SORT_KEYS)
                key = (call["namespace"] or "", call["agent_name"] or "", call["name"], args)
                repeated = self._calls_by_arguments.setdefault(key, _RepeatedCall(call))
                repeated.call_ids.add(call["tool_call_id"] or call["call_id"])
                if len(repeated.call_ids) >= MIN_REPEATED_CALLS:
                    self._repeated[id(repeated)] = repeated
            self._seen_call_count += 1

    def iter_warnings(self) -> Iterator[str]:
        """A sentence for each call that repeats itself."""
        yield from map(_format_repeated_call_warning, list(self._repeated.values())[:_MAX_NAMED_CALLS])


def _format_repeated_call_warning(repeated: _RepeatedCall) -> str:
    call = repeated.call_row
    inside = format_namespace(call["namespace"])
    where = f" in {inside}" if inside else ""
    given = preview_json(to_plain_json(call["args"]), _MAX_ARGUMENT_CHARACTERS)
    return (
        f"{call['name']} was called {len(repeated.call_ids)} times{where} with the same arguments: {given}."
    )


class UnchangedStepCounter:
    """Counts the steps of the root graph in a row after which its streamed state is what it was before.

    A step that writes nothing streams no state; so a step is over when the next one begins, and its state is
    the last that came. Where no steps or no states are streamed, nothing is known.
    """

    def __init__(self) -> None:
        self._last_values: JSON = None
        self._current_step: int | None = None
        self._has_changed = False  # by the step that goes on
        self._first_unchanged_step: int | None = None  # the first of the steps in a row
        self._longest_unchanged_range = 0, -1  # the first and the last of the most steps in a row

    def get_fact_handlers(self) -> Mapping[type, Callable[[Event, Any], None]]:
        """By type of fact, what is to be called with each event and its fact."""
        return {StateValues: self._on_state_values, TaskStarted: self._on_task_started}

    def _on_state_values(self, event: Event, fact: StateValues) -> None:
        if event.namespace or fact.values is None or fact.is_interrupted:
            return
        if not is_equal_json(self._last_values, fact.values):
            self._has_changed = True
        self._last_values = fact.values

    def _on_task_started(self, event: Event, fact: TaskStarted) -> None:
        step = event.step
        if event.namespace or step is None or step == self._current_step:
            return
        if self._current_step is not None and self._last_values is not None:
            self._record_step_end(self._current_step)
        self._current_step, self._has_changed = step, False

    def _record_step_end(self, step: int) -> None:
        if self._has_changed:
            self._first_unchanged_step = None
            return
        self._first_unchanged_step = (
            step if self._first_unchanged_step is None else self._first_unchanged_step
        )
        first, last = self._longest_unchanged_range
        if step - self._first_unchanged_step > last - first:
            self._longest_unchanged_range = self._first_unchanged_step, step

    def iter_warnings(self) -> Iterator[str]:
        """A sentence on the longest row of them."""
        first, last = self._longest_unchanged_range
        if last - first + 1 >= MIN_UNCHANGED_STEPS:
            yield f"The state that is streamed did not change from step {first} to step {last}."
