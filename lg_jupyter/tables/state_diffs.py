"""The table ``state_diffs``: one row per change to the state of a namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lg_jupyter.encode.json_pointer import extend_pointer
from lg_jupyter.events.events import (
    JSON,
    CheckpointSaved,
    Event,
    InitialState,
    JSONObject,
    RunEnded,
    RunResumed,
    RunStarted,
    StateUpdate,
    StateValues,
)
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.tables.base import FactHandler, LogTable
from lg_jupyter.tables.json_diff import diff_json, is_equal_json
from lg_jupyter.tables.schema import SCHEMAS

INPUT_WRITER_NODES = ["__start__"]
"""The node that writes the input."""


class _Missing:
    """Stands for a value that is not there, where ``None`` is a value."""


_MISSING: Any = keep_across_reloads("no such value", _Missing())


class _StateWrite(NamedTuple):
    event: Event
    node: str
    key: str | None  # None: what was written names no key
    value: JSON
    is_logged: bool  # is a row already


class _NamespaceState:
    """What is known of one namespace: its last state, and what was written since."""

    def __init__(self) -> None:
        self.values: JSON = _MISSING
        self.initial_values: JSON = _MISSING  # the state before the run, if the stream has it
        self.state_before_run: JSON = (
            _MISSING  # the same with the defaults of a new thread, which nobody wrote
        )
        self.input_writers: list[str] | None = None  # who made the first state of it, if that is known
        self.is_final = False  # the last state came at the end, without those before
        self.writes_since_state: list[_StateWrite] = []

    def find_writer_nodes(self, key: str | None, value: JSON) -> list[str]:
        """The nodes which wrote ``key``, or wrote ``value`` itself if the state has no keys."""
        nodes = [
            w.node
            for w in self.writes_since_state
            if w.key == key and (key is not None or is_equal_json(w.value, value))
        ]
        return list(dict.fromkeys(nodes))


class StateDiffTable(LogTable):
    """Compares each state with the one before it in its namespace.

    Where states are streamed, writes only tell who wrote; those to keys that no state shows become rows when
    the state of their step has come. Where none are streamed, every write is a row at once.
    """

    schema = SCHEMAS["state_diffs"]

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[str, _NamespaceState] = {}
        self._rows_without_step: dict[str, tuple[Event, list[int]]] = {}
        self._streams_values = False
        self._is_resumed = False
        self._is_initial_state_unknown = False

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            RunResumed: self._on_run_resumed,
            InitialState: self._on_initial_state,
            CheckpointSaved: self._on_checkpoint_saved,
            StateUpdate: self._on_state_update,
            StateValues: self._on_state_values,
            RunEnded: self._on_run_ended,
        }

    def _on_run_started(self, event: Event, fact: RunStarted) -> None:
        self._streams_values = self._streams_values or "values" in fact.modes

    def _on_run_resumed(self, event: Event, fact: RunResumed) -> None:
        self._is_resumed = True
        for state in self._states.values():
            state.writes_since_state.clear()  # what had been written before the interrupt is sent again

    def get_initial_state(self, namespace: str = "") -> JSON:
        """The state of a namespace before the run; ``None`` if it is known that nobody knows it."""
        if not namespace and self._is_initial_state_unknown:
            return None
        state = self._states.get(namespace)
        return {} if state is None or state.initial_values is _MISSING else state.initial_values

    def _on_initial_state(self, event: Event, fact: InitialState) -> None:
        self._is_initial_state_unknown = not fact.is_known
        if fact.is_known:
            state = self._get_or_add_namespace_state(event.namespace)
            state.initial_values = state.state_before_run = fact.values
            state.input_writers = [fact.writer_node] if fact.writer_node else None

    def _on_checkpoint_saved(self, event: Event, fact: CheckpointSaved) -> None:
        state = self._get_or_add_namespace_state(event.namespace)
        if state.values is not _MISSING:
            # the step is over, whether its state was streamed or not
            self._append_writes_to_hidden_keys(state)
        elif (
            fact.source == "input"
            and state.state_before_run is _MISSING
            and not self._is_initial_state_unknown
        ):
            state.state_before_run = fact.values
            state.initial_values = fact.values if fact.parent_checkpoint_id else {}

    def _on_state_update(self, event: Event, fact: StateUpdate) -> None:
        is_logged = not self._streams_values
        writes = [
            _StateWrite(event, fact.node, key, value, is_logged)
            for key, value in _iter_written_items(fact.writes)
        ]
        self._get_or_add_namespace_state(event.namespace).writes_since_state += writes
        if is_logged:
            self._append_write_rows(writes)

    def _on_state_values(self, event: Event, fact: StateValues) -> None:
        values = fact.values
        if values is None or (fact.is_interrupted and not values):
            return  # a result that is not there yet, an interrupt sent without its state
        self._streams_values = True
        state = self._get_or_add_namespace_state(event.namespace)
        first = state.values is _MISSING
        state.is_final = fact.is_final
        before = _keep_keys_of_first_state(state.initial_values, values) if first else state.values
        if isinstance(values, dict) and before is _MISSING:
            before = {}
        if isinstance(values, dict) and isinstance(before, dict):
            self._append_channel_changes(event, state, before, values)
        else:
            self._append_whole_state_changes(event, state, before, values)
        state.values = values
        if first:
            # What tasks returned before there was any state, as functions do.
            state.writes_since_state.clear()
        elif not fact.is_interrupted:
            self._append_writes_to_hidden_keys(state)

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        left = [write for state in self._states.values() for write in _iter_writes_to_hidden_keys(state)]
        for state in self._states.values():
            state.writes_since_state.clear()
        self._append_write_rows(sorted(left, key=lambda write: write.event.seq))

    # -- comparing ---------------------------------------------------------------------------------

    def _append_channel_changes(
        self, event: Event, state: _NamespaceState, before: JSONObject, values: JSONObject
    ) -> None:
        for key, value in before.items():
            if key not in values:
                self._append_change_row(event, state, key, extend_pointer("", key), "remove", value, None)
        for key, value in values.items():
            old = before.get(key, _MISSING)
            if old is value:
                continue
            if old is _MISSING:
                self._append_change_row(event, state, key, extend_pointer("", key), "add", None, value)
                continue
            for change in diff_json(old, value, extend_pointer("", key)):
                self._append_change_row(event, state, key, *change)

    def _append_whole_state_changes(
        self, event: Event, state: _NamespaceState, before: JSON, values: JSON
    ) -> None:
        if before is _MISSING:
            self._append_change_row(event, state, None, "", "add", None, values)
            return
        for change in diff_json(before, values):
            self._append_change_row(event, state, None, *change)

    def _append_change_row(
        self,
        event: Event,
        state: _NamespaceState,
        key: str | None,
        path: str,
        op: str,
        before: JSON,
        after: JSON,
    ) -> None:
        nodes = state.find_writer_nodes(key, after)
        if not nodes and state.values is _MISSING and not state.writes_since_state:
            by = None if state.is_final else state.input_writers
            nodes = by or (INPUT_WRITER_NODES if self._is_input_value(state, key, after) else [])
        self._append_row(event, list(nodes), key, path, op, before, after)

    def _is_input_value(self, state: _NamespaceState, key: str | None, value: JSON) -> bool:
        """Whether a value in the first state of a namespace is the input, and no state found there."""
        if state.is_final:
            return False
        if state.state_before_run is _MISSING:
            return not self._is_resumed
        return not (
            isinstance(state.state_before_run, dict)
            and key in state.state_before_run
            and is_equal_json(state.state_before_run[key], value)
        )

    # -- writes that no state shows ----------------------------------------------------------------

    def _append_writes_to_hidden_keys(self, state: _NamespaceState) -> None:
        if state.writes_since_state:
            self._append_write_rows(list(_iter_writes_to_hidden_keys(state)))
            state.writes_since_state.clear()

    def _append_write_rows(self, writes: list[_StateWrite]) -> None:
        for write in writes:
            path = "" if write.key is None else extend_pointer("", write.key)
            self._append_row(write.event, [write.node], write.key, path, "write", None, write.value)

    # -- rows --------------------------------------------------------------------------------------

    def _append_row(self, event: Event, *values: JSON) -> None:
        if event.step is None:
            known, positions = self._rows_without_step.get(event.namespace, (None, []))
            self._rows_without_step[event.namespace] = event, positions if known is event else []
            self._rows_without_step[event.namespace][1].append(len(self._logged_rows))
        self._logged_rows.append((event.seq, event.timestamp, event.namespace, event.step, *values))

    def trim_before(self, seq: int, time: float) -> None:
        super().trim_before(seq, time)
        self._rows_without_step.clear()

    def _get_logged_rows(self) -> list[tuple[JSON, ...]]:
        """The log, with the steps that became known only after the newest state of their namespace."""
        for namespace, (event, positions) in list(self._rows_without_step.items()):
            if event.step is not None:
                for position in positions:
                    row = self._logged_rows[position]
                    self._logged_rows[position] = (*row[:3], event.step, *row[4:])
                del self._rows_without_step[namespace]
        return self._logged_rows

    def _get_or_add_namespace_state(self, namespace: str) -> _NamespaceState:
        state = self._states.get(namespace)
        if state is None:
            state = self._states[namespace] = _NamespaceState()
        return state


def _keep_keys_of_first_state(found: JSON, values: JSON) -> JSON:
    """The state that was found, of the keys that the first state shows: a graph may show few of them."""
    if isinstance(found, dict) and isinstance(values, dict):
        return {key: value for key, value in found.items() if key in values}
    return _MISSING if found == {} else found


def _iter_written_items(writes: JSON) -> Iterator[tuple[str | None, JSON]]:
    """The keys and values of a task's writes; a value that names no key stands alone."""
    if isinstance(writes, dict):
        yield from writes.items()
    elif isinstance(writes, list) and writes and all(isinstance(item, dict) for item in writes):
        for item in writes:
            yield from item.items()
    elif writes is not None:
        yield None, writes


def _iter_writes_to_hidden_keys(state: _NamespaceState) -> Iterator[_StateWrite]:
    """Writes to keys that the state does not have."""
    shown = {} if state.values is _MISSING else state.values
    if isinstance(shown, dict):
        yield from (
            write for write in state.writes_since_state if not write.is_logged and write.key not in shown
        )
