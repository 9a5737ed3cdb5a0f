"""Why a run failed: which of its tasks did, where that stands, what it raised and what caused it.

Every display and export says it in these words: ``total · step 2: RuntimeError: could not add up ←
ValueError: could not convert '12,50'``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON, ExceptionDetails, JSONObject
from lg_jupyter.events.namespace import make_child_namespace, split_namespace
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.parallel_tasks import ParallelTaskNumbering
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.text.words import format_count, format_exception_line, join_in_sentence, join_with_dots

MAX_EXCEPTION_CHARACTERS = 300
"""About the most characters of what an exception says, on the line that says why a run failed."""

MAX_LISTED_CAUSES = 3
"""The most causes that this line names."""

_INVALID_UPDATE_KEY_PATTERN = re.compile(r"At key '(.+?)': ")


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes
    ----------
    error, message
        What was raised: the class's name, and the text.
    where
        The place in words: ``total · step 2``; ``""`` where nobody knows.
    why
        What was raised and what caused it, on one line.
    task_id, namespace, node, step
        The task that raised it, the innermost if it ran a graph; ``None`` where no task did, as of a reducer.
        ``step`` may be known all the same.
    traceback
        The exception and its causes, as in the column ``traceback`` of ``tasks``; empty of a run on a server.
    is_raised_by_node
        Whether a node raised it.
    call_id
        The call of a model or a tool that raised it; ``None`` if none did.
    """

    error: str
    message: str
    where: str
    why: str
    task_id: str | None = None
    namespace: str | None = None
    node: str | None = None
    step: int | None = None
    traceback: Sequence[JSONObject] = ()
    is_raised_by_node: bool = False
    call_id: str | None = None

    @property
    def headline(self) -> str:
        """Where and why, on one line."""
        return ": ".join(filter(None, (self.where, self.why)))

    def to_json(self) -> JSONObject:
        """All of it."""
        return {
            "headline": self.headline,
            "error": self.error,
            "message": self.message,
            "task_id": self.task_id,
            "namespace": self.namespace,
            "node": self.node,
            "step": self.step,
            "call_id": self.call_id,
            "traceback": to_plain_json(self.traceback),
        }

    def to_brief_json(self) -> JSONObject:
        """What a display gets at once: all but the traceback, of which only whether there is one."""
        return {
            "where": self.where,
            "why": self.why,
            "task_id": self.task_id,
            "namespace": self.namespace,
            "step": self.step,
            "call_id": self.call_id,
            "traced": bool(self.traceback),
        }


def diagnose_failure(
    error: Mapping[str, str],
    exception_details: ExceptionDetails | None,
    tasks: Sequence[Row],
    places: PlaceNames,
    calls: Sequence[Row] = (),
) -> Failure:
    """Why a run failed with ``error``, whose rows of ``tasks`` and of calls these are."""
    failure = _diagnose_from_tasks(error, exception_details, tasks, places)
    return replace(failure, call_id=_find_failed_call_id(failure, calls))


def _find_failed_call_id(failure: Failure, calls: Sequence[Row]) -> str | None:
    """The last call in the task that failed that raised what the run failed with, or what caused it."""
    raised: list[tuple[Any, Any]] = [(failure.error, failure.message)]
    raised += [(each.get("error"), each.get("message")) for each in failure.traceback]
    failed = [
        row
        for row in calls
        if row["status"] == "error"
        and row["error"]
        and (row["error"].get("error"), row["error"].get("message")) in raised
        and failure.task_id in (None, row["task_id"])
    ]
    last = max(failed, key=lambda row: row["start_time"] or 0.0, default=None)
    return None if last is None else last["call_id"]


def _diagnose_from_tasks(
    error: Mapping[str, str],
    exception_details: ExceptionDetails | None,
    tasks: Sequence[Row],
    places: PlaceNames,
) -> Failure:
    traceback = () if exception_details is None else exception_details.traceback
    raised_with: JSONObject = {
        "error": error["error"],
        "message": error["message"],
        "why": " ← ".join(
            dict.fromkeys(
                (format_exception_line(error, MAX_EXCEPTION_CHARACTERS), *_iter_cause_lines(traceback))
            )
        ),
        "traceback": traceback,
    }
    task = find_failed_task(error, tasks)
    if key := _find_refused_state_key(error, exception_details):
        return _diagnose_refused_state_key(key, task, tasks, places, raised_with)
    if task is None:
        saver = None if exception_details is None else exception_details.checkpointer
        return Failure(**raised_with, where=f"checkpointer {saver}" if saver else "")
    tries = format_count(len(task["retries"]) + 1, "try") if task["retries"] else None
    number = ParallelTaskNumbering(tasks).format_number_of_total(task["task_id"])
    where = join_with_dots(places.format_row_place(task), _format_step(task["step"]), number, tries)
    place = {name: task[name] for name in ("task_id", "namespace", "node", "step")}
    return Failure(**raised_with, is_raised_by_node=True, where=where, **place)


def find_failed_task(error: Mapping[str, str], tasks: Sequence[Row]) -> Row | None:
    """The innermost task that failed with what the run failed with; ``None`` if none did."""
    failed = [row for row in tasks if row["status"] == "error" and row["error"]]
    same = [row for row in failed if row["error"] == error]
    of_its_class = [row for row in failed if row["error"]["error"] == error["error"]]
    return max(same or of_its_class, key=lambda row: len(split_namespace(row["namespace"])), default=None)


def _format_step(step: int | None) -> str | None:
    return None if step is None else f"step {step}"


def _iter_cause_lines(traceback: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    causes = traceback[1:]
    yield from (
        format_exception_line(cause, MAX_EXCEPTION_CHARACTERS) for cause in causes[:MAX_LISTED_CAUSES]
    )
    if left_out := len(causes[MAX_LISTED_CAUSES:]):
        yield f"{left_out} more"


# ---------------------------------------------------------------------------------------------
# What no task raised, but the key to which tasks wrote


def _find_refused_state_key(
    error: Mapping[str, str], exception_details: ExceptionDetails | None
) -> str | None:
    """The key whose channel refused a write: its reducer raised, or it takes one value a step."""
    if exception_details is not None:
        return exception_details.reducer
    found = (
        _INVALID_UPDATE_KEY_PATTERN.match(error["message"])
        if error["error"] == "InvalidUpdateError"
        else None
    )
    return found[1] if found else None


def _diagnose_refused_state_key(
    key: str,
    enclosing_task: Row | None,
    tasks: Sequence[Row],
    places: PlaceNames,
    raised_with: Mapping[str, Any],
) -> Failure:
    """The writers are the tasks of the graph's last step that wrote the key, if any are known.

    ``enclosing_task`` is the task whose graph it is, if it is a subgraph's.
    """
    namespace = (
        ""
        if enclosing_task is None
        else make_child_namespace(
            enclosing_task["namespace"], enclosing_task["node"], enclosing_task["task_id"]
        )
    )
    writers = _find_writing_tasks(key, [row for row in tasks if row["namespace"] == namespace])
    step = writers[0]["step"] if writers else None
    nodes = Counter(str(row["node"]) for row in writers)
    names = join_in_sentence([f"{node} ×{times}" if times > 1 else node for node, times in nodes.items()])
    where = join_with_dots(
        " / ".join(filter(None, (places.format_namespace_path(namespace), names))),
        _format_step(step),
        f"key {key!r}" if raised_with["error"] == "InvalidUpdateError" else f"reducer of {key!r}",
    )
    task = writers[0] if len(writers) == 1 else enclosing_task
    place = {} if task is None else {name: task[name] for name in ("task_id", "namespace", "node")}
    return Failure(**raised_with, where=where, step=step, **place)


def _find_writing_tasks(key: str, tasks: Sequence[Row]) -> list[Row]:
    last = max((row["step"] for row in tasks if row["step"] is not None), default=None)
    return [row for row in tasks if row["step"] == last is not None and _has_written_key(row["result"], key)]


def _has_written_key(result: JSON, key: str) -> bool:
    return isinstance(result, dict) and key in result
