"""Where in a run's history a message or a value came, so that a page can change it and run on from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lg_jupyter.encode.messages import is_encoded_message
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import get_enclosing_node_names
from lg_jupyter.runtime.checkpoint_list import Checkpoint, Checkpoints
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.base import Row
from lg_jupyter.text.preview import estimate_json_length
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.write_rules import find_write_rules

MAX_VALUE_CHARACTERS = 200_000
"""The most characters of JSON of a value that is edited on a page."""

START_NODE = "__start__"
"""The node that writes a run's input into the state."""


class EditLocator:
    """What a page asks before it changes a message or a value in place.

    Parameters
    ----------
    run
        The run.
    fetch
        Gives the checkpoints of its thread; they may have to be waited for.
    """

    def __init__(self, run: RunState, fetch: Callable[[], Checkpoints]) -> None:
        self._run = run
        self._fetch_checkpoints = fetch

    @method("message_place", threaded=True)
    def locate_message(self, message_id: str) -> JSON:
        """The checkpoint with which a message came into the state as it is now, and what stands there.

        ``key`` is its key in the state, ``value`` what is edited: the message alone in a list where
        the key takes messages by their ids, else the whole list. ``as_node`` is the node that wrote it,
        ``None`` where that is not known; ``nodes`` are all that ran in its step.
        """
        found: tuple[Checkpoint, str, JSON] | None = None
        for at in self._iter_checkpoints_newest_first():
            place = _find_message_in_state(at.values, message_id)
            if place is None or (found is not None and place != found[1:]):
                break
            found = (at, *place)
        if found is None:
            raise UsageError("this message is not in the graph's state, so there is nothing to run on from")
        at, key, message = found
        self._reject_message_before_first_checkpoint(at, message_id)
        rules = find_write_rules(self._run)
        by_id = rules["by_id"] is None or key in rules["by_id"]
        value: JSON = [message]
        if not by_id and isinstance(at.values, dict):
            value = at.values[key]
        return self._make_edit_target(at, key, value, rules, self._find_root_node_of_message(message_id))

    @method("value_place", threaded=True)
    def locate_value(self, step: int, key: str) -> JSON:
        """The checkpoint after a step of the root graph, and what the state's key has there."""
        for at in self._iter_checkpoints_newest_first():
            if at.step == step and isinstance(at.values, dict) and key in at.values:
                return self._make_edit_target(at, key, at.values[key], find_write_rules(self._run))
        raise UsageError(f"no checkpoint after step {step} was kept, so there is nothing to run on from")

    # ---------------------------------------------------------------------------------------------

    def _make_edit_target(
        self, at: Checkpoint, key: str, value: JSON, rules: Mapping[str, Any], node: str | None = None
    ) -> JSON:
        if estimate_json_length(value, MAX_VALUE_CHARACTERS) > MAX_VALUE_CHARACTERS:
            raise UsageError("it is too large to be edited here: write it in a cell, run.fork(…, values={…})")
        writer, ran = self._find_writer_and_step_nodes(at, key, node)
        return {
            "checkpoint_id": at.checkpoint_id,
            "step": at.step,
            "key": key,
            "value": value,
            "as_node": writer,
            "nodes": ran,
            **{name: rules[name] for name in ("reduced", "by_id", "supports_overwrite")},
        }

    def _iter_checkpoints_newest_first(self) -> Iterator[Checkpoint]:
        """The checkpoints that led to where the run stands, those of earlier runs on the thread too."""
        found = {one.checkpoint_id: one for one in self._fetch_checkpoints()}
        known = [one for one in self._iter_own_checkpoint_ids() if one in found]
        at = found.get(max(known or found, default=""))  # ids begin with the time
        while at is not None:
            yield at
            at = found.get(at.parent_checkpoint_id or "")

    def _iter_own_checkpoint_ids(self) -> Iterator[str]:
        """The ids of the checkpoints that are known to be the run's own."""
        if isinstance(self._run.latest_checkpoint_at_stop, Mapping):
            yield str(self._run.latest_checkpoint_at_stop["checkpoint_id"])
        with self._run.lock:
            rows = self._run.trace.rows("checkpoints")
        yield from (row["checkpoint_id"] for row in rows if not row["namespace"])

    def _reject_message_before_first_checkpoint(self, at: Checkpoint, message_id: str) -> None:
        """Refuse a message that came before the first checkpoint that was kept."""
        if at.source != "loop" or at.parent_checkpoint_id is not None:
            return
        if not any(
            message_id in json.dumps(task["result"], default=str) for task in self._list_root_tasks(at.step)
        ):
            raise UsageError(f"no checkpoint before step {at.step} was kept, and this message came before")

    def _find_writer_and_step_nodes(
        self, at: Checkpoint, key: str, node: str | None
    ) -> tuple[str | None, list[JSON]]:
        """The node that wrote a key, of several ``node``, if it is known; and all that ran in the step."""
        if at.source == "input" or at.step == 0:
            return START_NODE, [START_NODE]
        if at.source != "loop":
            fork = self._run.request.fork
            return None if fork is None else fork.as_node, []
        tasks = self._list_root_tasks(at.step)
        ran = list(dict.fromkeys(task["node"] for task in tasks))
        writers = {task["node"] for task in tasks if _is_dict_with_key(task["result"], key)} or set(ran)
        if node in writers:
            return node, ran
        return next(iter(writers)) if len(writers) == 1 else None, ran

    def _list_root_tasks(self, step: int | None) -> list[Row]:
        with self._run.lock:
            rows = self._run.trace.rows("tasks")
        return [row for row in rows if not row["namespace"] and row["step"] == step]

    def _find_root_node_of_message(self, message_id: str) -> str | None:
        """The node of the root graph in which a message was seen."""
        with self._run.lock:
            row = self._run.trace.row("messages", message_id)
        if row is None:
            return None
        return next(iter(get_enclosing_node_names(row["namespace"])), row["node"])


def _find_message_in_state(values: JSON, message_id: str) -> tuple[str, JSON] | None:
    """The key that holds a message in the state, and the message."""
    for key, value in values.items() if isinstance(values, dict) else ():
        for each in value if isinstance(value, list) else ():
            if is_encoded_message(each) and each.get("id") == message_id:
                return key, each
    return None


def _is_dict_with_key(result: Any, key: str) -> bool:
    return isinstance(result, dict) and key in result
