"""The whole state of each namespace at every point at which the stream has it.

States come from ``values`` and from checkpoints. Versions share what did not change, so to hold them all
costs what changed. Where only ``updates`` were streamed there are none: writes come before the reducers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from lg_jupyter.encode.json_pointer import extend_pointer, resolve_pointer
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, CheckpointSaved, Event, JSONObject, StateValues
from lg_jupyter.events.namespace import get_enclosing_node_names, join_namespace_segments
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.tables.json_diff import diff_json, is_json_array
from lg_jupyter.text.preview import estimate_json_length, preview_json
from lg_jupyter.text.words import clip_text
from lg_jupyter.text.words import format_namespace as in_words

MAX_WHOLE_STATE_CHARACTERS = 50_000
"""The most characters of JSON of a state that is given whole, and not a level at a time."""

MAX_WHOLE_CHILD_CHARACTERS = 4_096
"""The most characters of JSON of a list's item or an object's member, where these are given one by one."""

MAX_PAGE_ITEMS = 1_000
"""The most items or members given at once."""

_MAX_PREVIEW_CHARACTERS = 400

STATE_CHANGE_COLUMNS = ("key", "path", "op", "before", "after")
"""What :func:`changes` tells of each."""


@dataclass(frozen=True, slots=True)
class StateAtEvent:
    """The state of a namespace as of one event."""

    event: Event
    source: Literal["values", "checkpoint"]
    values: JSON

    @property
    def step(self) -> int | None:
        """The step after which the state was so; some streams tell it only later, some never."""
        return self.event.step


class StateHistory:
    """Takes the facts that hold a whole state, and finds the one at a step or an event."""

    def __init__(self) -> None:
        self._states: dict[str, list[StateAtEvent]] = {}

    def get_fact_handlers(self) -> Mapping[type, Callable[[Event, Any], None]]:
        """By type of fact, what is to be called with each event and its fact."""
        return {StateValues: self._on_state_values, CheckpointSaved: self._on_checkpoint_saved}

    def _on_state_values(self, event: Event, fact: StateValues) -> None:
        if fact.values is not None and (fact.values or not fact.is_interrupted):
            self._add_state(StateAtEvent(event, "values", fact.values))

    def _on_checkpoint_saved(self, event: Event, fact: CheckpointSaved) -> None:
        if fact.values is not None:
            self._add_state(StateAtEvent(event, "checkpoint", fact.values))

    def _add_state(self, state: StateAtEvent) -> None:
        self._states.setdefault(state.event.namespace, []).append(state)

    def forget_before(self, seq: int) -> None:
        """Hold no more the states before an event, but the newest of the graph itself."""
        for namespace, states in list(self._states.items()):
            kept = [state for state in states if state.event.seq >= seq] or ([] if namespace else states[-1:])
            if kept:
                self._states[namespace] = kept
            else:
                del self._states[namespace]

    def list_namespaces_with_task_ids_removed(self) -> list[str]:
        """The namespaces of which a state is known, without the ids of tasks; each once."""
        return list(dict.fromkeys(map(remove_task_ids, list(self._states))))

    def list_states_newest_first(self) -> list[StateAtEvent]:
        """All states that are known, of all namespaces."""
        every = (state for states in list(self._states.values()) for state in states)
        return sorted(every, key=lambda state: state.event.seq, reverse=True)

    def find_state(
        self, namespace: str = "", *, step: int | None = None, seq: int | None = None
    ) -> StateAtEvent:
        """The state at the end of a step, or as of an event; the newest one if neither is named.

        ``namespace`` may leave out the ids of tasks (``"team|writer"``): the newest of these names is meant.

        Raises
        ------
        UsageError
            If no such state is known; the text says what there is.
        """
        states = self._list_states_of_namespace(namespace)
        if seq is not None:
            return self._find_last_state(
                states, lambda state: state.event.seq <= seq, f"before event {seq}", namespace
            )
        if step is None:
            return states[-1]
        if type(step) is not int:
            raise UsageError(f"a step is a whole number, as in run.state(2), not {step!r}")
        known = [state.step for state in states if state.step is not None]
        if not known:
            raise UsageError(
                "This run does not tell the steps of its states: the mode 'debug' does, "
                "and 'checkpoints' where there is a checkpointer"
            )
        if step > max(known):
            raise UsageError(f"No state after step {step} is known; the newest is of step {max(known)}")
        return self._find_last_state(
            states, lambda state: state.step is not None and state.step <= step, f"at step {step}", namespace
        )

    def _find_last_state(
        self,
        states: list[StateAtEvent],
        is_wanted: Callable[[StateAtEvent], bool],
        time_in_words: str,
        namespace: str,
    ) -> StateAtEvent:
        found = next((state for state in reversed(states) if is_wanted(state)), None)
        if found is None:
            first = states[0]
            raise UsageError(
                f"No state of {_format_namespace(namespace)} is known {time_in_words}; "
                f"the first is of event {first.event.seq}"
            )
        return found

    def _list_states_of_namespace(self, namespace: str) -> list[StateAtEvent]:
        if namespace in self._states:
            return self._states[namespace]
        for known in reversed(list(self._states)):  # another thread may be adding
            if remove_task_ids(known) == namespace:
                return self._states[known]
        if not self._states:
            raise UsageError(
                "No whole state was told in this run: the mode 'values' tells it, "
                "and 'debug' or 'checkpoints' where there is a checkpointer"
            )
        there = ", ".join(repr(name) for name in self.list_namespaces_with_task_ids_removed())
        raise UsageError(
            f"No state of the namespace {namespace!r} was told; there are those of {clip_text(there, 300)}"
        )


def diff_states(before: JSON, after: JSON) -> list[JSONObject]:
    """What makes one state of another: rows with ``key``, ``path``, ``op``, ``before`` and ``after``.

    A channel that is there in one of them only is added or removed whole.
    """
    rows = (
        (key, *change)
        for key, *pair in _iter_channel_pairs(before, after)
        for change in _iter_channel_changes(key, *pair)
    )
    return [dict(zip(STATE_CHANGE_COLUMNS, row, strict=True)) for row in rows]


def make_state_page(values: JSON, path: str = "", offset: int = 0, limit: int = 200) -> JSONObject:
    """What of a state to give at once: the value at ``path``, or if that is large a range of what is in it.

    ``total`` is how many items or members a large value has, ``None`` if the value is whole. Large ones of
    those are ``{"$big": size, "preview": beginning}``.

    Raises
    ------
    UsageError
        If there is nothing at ``path``.
    """
    value = _resolve_path(values, path)
    if isinstance(value, str) or not (isinstance(value, dict) or is_json_array(value)):
        return {"value": value, "total": None}
    if estimate_json_length(value, MAX_WHOLE_STATE_CHARACTERS) <= MAX_WHOLE_STATE_CHARACTERS:
        return {"value": value, "total": None}
    stop = offset + max(0, min(limit, MAX_PAGE_ITEMS))
    if isinstance(value, dict):
        return {
            "value": {
                key: _preview_if_large(item) for key, item in islice(value.items(), max(0, offset), stop)
            },
            "total": len(value),
        }
    return {"value": [_preview_if_large(item) for item in value[max(0, offset) : stop]], "total": len(value)}


def _iter_channel_pairs(before: JSON, after: JSON) -> Iterator[tuple[str | None, JSON, JSON]]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        yield None, before, after
        return
    for key in dict.fromkeys((*before, *after)):
        yield key, before.get(key, _MISSING), after.get(key, _MISSING)


def _iter_channel_changes(
    key: str | None, before: JSON, after: JSON
) -> Iterator[tuple[str, str, JSON, JSON]]:
    path = "" if key is None else extend_pointer("", key)
    if before is _MISSING:
        yield path, "add", None, after
    elif after is _MISSING:
        yield path, "remove", before, None
    else:
        yield from diff_json(before, after, path)


_MISSING: Any = keep_across_reloads("no such key", object())


def _resolve_path(value: JSON, path: str) -> JSON:
    try:
        return resolve_pointer(value, path)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except LookupError:
        raise UsageError(f"The state has nothing at {path}") from None


def _preview_if_large(value: JSON) -> JSON:
    weight = estimate_json_length(value, 4 * MAX_WHOLE_CHILD_CHARACTERS)
    return (
        {"$big": weight, "preview": preview_json(value, _MAX_PREVIEW_CHARACTERS)}
        if weight > MAX_WHOLE_CHILD_CHARACTERS
        else value
    )


def remove_task_ids(namespace: str) -> str:
    """A namespace without the ids of tasks and the numbers between them: ``"team|writer"``."""
    return join_namespace_segments(get_enclosing_node_names(namespace))


def _format_namespace(namespace: str) -> str:
    return in_words(namespace) or "the graph"
