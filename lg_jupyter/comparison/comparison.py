"""Two runs side by side: what they did alike, and where they parted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import plain
from lg_jupyter.encode.messages import is_written
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.frames import frame
from lg_jupyter.tables.schema import Kind, TableSchema
from lg_jupyter.tables.states import changes, names

if TYPE_CHECKING:
    import pandas as pd

    from lg_jupyter.run import Run

Row = dict[str, Any]
Columns = Mapping[str, Kind]

_PLACE: Columns = {"namespace": "category", "node": "category", "occurrence": "int"}


def _both(**columns: Kind) -> Columns:
    return {f"{name}_{side}": kind for name, kind in columns.items() for side in "ab"}


SUMMARY: Columns = {
    "run": "category",
    "run_id": "string",
    "name": "category",
    "status": "category",
    "error": "string",
    "latency": "float",
    "steps": "int",
    "tasks": "int",
    "messages": "int",
    "tool_calls": "int",
    "input_tokens": "int",
    "output_tokens": "int",
}
NODES: Columns = {
    **_PLACE,
    **_both(
        step="int",
        status="category",
        latency="float",
        messages="int",
        input_tokens="int",
        output_tokens="int",
    ),
    "latency_change": "float",
}
MESSAGES: Columns = {
    "namespace": "category",
    "node": "category",
    "role": "category",
    "occurrence": "int",
    **_both(text="string"),
    "same": "json",
    "words_kept": "int",
    "words_added": "int",
    "words_removed": "int",
    **_both(message_id="string"),
}
TOOL_CALLS: Columns = {
    "namespace": "category",
    "node": "category",
    "name": "category",
    "occurrence": "int",
    **_both(args="json", result="string"),
    "same": "json",
}
STATE: Columns = {
    "namespace": "category",
    "key": "category",
    "path": "string",
    "op": "category",
    "before": "json",
    "after": "json",
}
PATH: Columns = {
    "in": "category",
    "namespace": "category",
    "node": "category",
    **_both(position="int", step="int"),
}


COLUMNS: Mapping[str, Columns] = {
    "summary": SUMMARY,
    "nodes": NODES,
    "messages": MESSAGES,
    "tool_calls": TOOL_CALLS,
    "state": STATE,
    "path": PATH,
}
"""The columns of each frame."""


class Comparison:
    """What two runs did, aligned by namespace (without the ids of tasks), node and occurrence.

    Each attribute is a DataFrame; what only one run has, is missing on the side of the other.

    Attributes
    ----------
    summary
        A row for each run: status, error, duration, how much of what.
    nodes
        A row for each execution of a node: status, ``latency`` in seconds, its messages and tokens.
    messages
        A row for each message: both texts, and how many words were kept, added and removed.
    tool_calls
        A row for each call of a tool: arguments and result. ``same`` says whether both are.
    state
        What makes the end state of ``b`` of that of ``a``, of each namespace, as in ``state_diffs``. Ids of
        messages and of tool calls differ between any two runs and are left out.
    path
        The executions of nodes in their order; ``in`` is ``both``, ``a`` or ``b``.
    """

    def __init__(self, a: Run, b: Run) -> None:
        self.a = a
        self.b = b
        self._tables: list[dict[str, list[Row]]] = []
        self._states: list[dict[str, JSON]] = []
        for run in (a, b):
            with run.lock:
                self._tables.append({"tasks": run.trace.rows("tasks"), "messages": run.trace.messages.made()})
                told = run.trace.states
                ends = {name: plain(told.at(name).values) for name in told.namespaces()}
            self._states.append({name: _without_ids(values) for name, values in ends.items()})

    @cached_property
    def summary(self) -> pd.DataFrame:
        return self._frame("summary")

    @cached_property
    def nodes(self) -> pd.DataFrame:
        return self._frame("nodes")

    @cached_property
    def messages(self) -> pd.DataFrame:
        return self._frame("messages")

    @cached_property
    def tool_calls(self) -> pd.DataFrame:
        return self._frame("tool_calls")

    @cached_property
    def state(self) -> pd.DataFrame:
        return self._frame("state")

    @cached_property
    def path(self) -> pd.DataFrame:
        return self._frame("path")

    def _frame(self, name: str) -> pd.DataFrame:
        return _frame(COLUMNS[name], self.rows[name])

    @cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        """The rows of each frame, by its name."""
        a, b = self._tables
        runs = _by_place(a["tasks"], _nothing), _by_place(b["tasks"], _nothing)
        said = _by_place(a["messages"], _role), _by_place(b["messages"], _role)
        called = _by_place(_calls(a["messages"]), _name), _by_place(_calls(b["messages"]), _name)
        spoken = [_tokens_by_task(table["messages"]) for table in self._tables]
        return {
            "summary": [_summary(run, side) for run, side in ((self.a, "a"), (self.b, "b"))],
            "nodes": [_node(key, pair, spoken) for key, pair in _aligned(*runs)],
            "messages": [_message(key, *pair) for key, pair in _aligned(*said)],
            "tool_calls": [_call(key, *pair) for key, pair in _aligned(*called)],
            "state": list(self._changes()),
            "path": list(_path(a["tasks"], b["tasks"])),
        }

    def _changes(self) -> Iterator[Row]:
        a, b = self._states
        for name in self._told_of_both():
            yield from ({"namespace": name, **row} for row in changes(a[name], b[name]))

    def unchanged(self) -> Iterator[Row]:
        """The keys that are the same in both end states, each with its ``namespace`` and ``value``."""
        a, b = self._states
        for name in self._told_of_both():
            one, other = a[name], b[name]
            if isinstance(one, dict) and isinstance(other, dict):
                for key in one:
                    if key in other and one[key] == other[key]:
                        yield {"namespace": name, "key": key, "value": one[key]}

    def _told_of_both(self) -> list[str]:
        a, b = self._states
        return [name for name in a if name in b]

    @property
    def same_path(self) -> bool:
        """Whether both executed the same nodes in the same order."""
        return all(row["in"] == "both" for row in self.rows["path"])

    def __repr__(self) -> str:
        from lg_jupyter.comparison.record import text

        return text(self)

    def _repr_html_(self) -> str:
        from lg_jupyter.comparison.record import html

        return html(self)

    def _ipython_display_(self) -> None:
        from lg_jupyter.comparison.display import show

        show(self)


def compare(a: Run, b: Run) -> Comparison:
    """Two runs side by side: states at the end, messages, tool calls, the path taken, times and tokens.

    They are compared as far as they have come. The result shows itself in a notebook, and has everything as
    DataFrames.

    Raises
    ------
    UsageError
        If one of the two is no run.
    """
    for one in (a, b):
        if not hasattr(one, "trace"):
            raise UsageError(f"compare takes two runs, as in compare(run, other), not {type(one).__name__}")
    return Comparison(a, b)


# Aligning.


def _nothing(row: Row) -> tuple[Hashable, ...]:
    return ()


def _role(row: Row) -> tuple[Hashable, ...]:
    return (row["role"],)


def _name(row: Row) -> tuple[Hashable, ...]:
    return (row["name"],)


def _by_place(rows: Iterable[Row], more: Callable[[Row], tuple[Hashable, ...]]) -> dict[Any, Row]:
    """Rows by where they are, and the how-manieth of those there they are, from 0 on."""
    seen: Counter[Any] = Counter()
    placed: dict[Any, Row] = {}
    for row in rows:
        place = (names(row["namespace"] or ""), row["node"], *more(row))
        placed[(*place, seen[place])] = row
        seen[place] += 1
    return placed


def _aligned(a: dict[Any, Row], b: dict[Any, Row]) -> Iterator[tuple[Any, tuple[Row | None, Row | None]]]:
    """Each place of either, in the order of ``a``; what ``b`` alone has follows what precedes it there."""
    first, second = list(a), list(b)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    told = set()
    for _, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        for key in (*first[from_a:to_a], *second[from_b:to_b]):
            if key not in told:
                told.add(key)
                yield key, (a.get(key), b.get(key))


def _path(a: list[Row], b: list[Row]) -> Iterator[Row]:
    sides = [[(names(row["namespace"] or ""), row["node"]) for row in rows] for rows in (a, b)]
    matcher = SequenceMatcher(None, sides[0], sides[1], autojunk=False)
    for kind, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if kind == "equal":
            for i, j in zip(range(from_a, to_a), range(from_b, to_b), strict=True):
                yield _stop("both", sides[0][i], (i, a[i]), (j, b[j]))
            continue
        for i in range(from_a, to_a):
            yield _stop("a", sides[0][i], (i, a[i]), None)
        for j in range(from_b, to_b):
            yield _stop("b", sides[1][j], None, (j, b[j]))


def _stop(of: str, place: tuple[str, Any], a: tuple[int, Row] | None, b: tuple[int, Row] | None) -> Row:
    row: Row = {"in": of, "namespace": place[0], "node": place[1]}
    for side, told in (("a", a), ("b", b)):
        row[f"position_{side}"] = told and told[0]
        row[f"step_{side}"] = told and told[1]["step"]
    return row


# Rows.


def _summary(run: Run, side: str) -> Row:
    with run.lock:
        trace = run.trace
        error = trace.error
        return {
            "run": side,
            "run_id": run.id,
            "name": run.name,
            "status": trace.status,
            "error": f"{error['error']}: {error['message']}" if error else None,
            "latency": trace.elapsed(),
            "steps": trace.steps,
            "tasks": len(trace.tables["tasks"]),
            "messages": trace.messages.count,
            "tool_calls": sum(len(row["tool_calls"] or ()) for row in trace.messages.made()),
            "input_tokens": trace.usage["input_tokens"] or None,
            "output_tokens": trace.usage["output_tokens"] or None,
        }


def _tokens_by_task(messages: list[Row]) -> dict[str, Counter[str]]:
    spoken: dict[str, Counter[str]] = {}
    for row in messages:
        if row["task_id"] is not None:
            counter = spoken.setdefault(row["task_id"], Counter())
            counter["messages"] += 1
            for name in ("input_tokens", "output_tokens"):
                if row[name]:  # what nobody counted is not 0
                    counter[name] += row[name]
    return spoken


def _node(key: Any, pair: tuple[Row | None, Row | None], spoken: list[dict[str, Counter[str]]]) -> Row:
    namespace, node, occurrence = key
    row: Row = {"namespace": namespace, "node": node, "occurrence": occurrence}
    for side, task, tokens in zip("ab", pair, spoken, strict=True):
        for name in ("step", "status", "latency"):
            row[f"{name}_{side}"] = task and task[name]
        said = tokens.get(task["task_id"], Counter()) if task else None
        for name in ("messages", "input_tokens", "output_tokens"):
            row[f"{name}_{side}"] = None if said is None else said.get(name)
    times = row["latency_a"], row["latency_b"]
    row["latency_change"] = None if None in times else times[1] - times[0]
    return row


def _message(key: Any, a: Row | None, b: Row | None) -> Row:
    namespace, node, role, occurrence = key
    texts = [None if one is None else one["text"] or "" for one in (a, b)]
    kept, added, removed = _words(*((text or "").split() for text in texts))
    return {
        "namespace": namespace,
        "node": node,
        "role": role,
        "occurrence": occurrence,
        "text_a": texts[0],
        "text_b": texts[1],
        "same": texts[0] == texts[1],
        "words_kept": kept,
        "words_added": added,
        "words_removed": removed,
        "message_id_a": a and a["message_id"],
        "message_id_b": b and b["message_id"],
    }


def _words(a: list[str], b: list[str]) -> tuple[int, int, int]:
    """How many words were kept, in their order, how many added, and how many removed."""
    kept = (
        len(a) if a == b else sum(block.size for block in SequenceMatcher(None, a, b).get_matching_blocks())
    )
    return kept, len(b) - kept, len(a) - kept


def _calls(messages: list[Row]) -> Iterator[Row]:
    results = {row["tool_call_id"]: row["text"] for row in messages if row["tool_call_id"]}
    for row in messages:
        for call in row["tool_calls"] or ():
            yield {
                "namespace": row["namespace"],
                "node": row["node"],
                "name": call.get("name"),
                "args": plain(call.get("args")),
                "result": results.get(call.get("id")),
            }


def _call(key: Any, a: Row | None, b: Row | None) -> Row:
    namespace, node, name, occurrence = key
    row: Row = {"namespace": namespace, "node": node, "name": name, "occurrence": occurrence}
    for side, call in (("a", a), ("b", b)):
        for field in ("args", "result"):
            row[f"{field}_{side}"] = call and call[field]
    row["same"] = a is not None and b is not None and (a["args"], a["result"]) == (b["args"], b["result"])
    return row


def _without_ids(value: JSON) -> JSON:
    """A state without the ids that every run gives anew to its messages and their calls of tools."""
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    left_out: frozenset[str] = frozenset()
    if is_written(value):
        left_out = frozenset({"id", "tool_call_id"})
    elif "name" in value and "args" in value:
        left_out = frozenset({"id"})
    return {name: _without_ids(item) for name, item in value.items() if name not in left_out}


def _frame(columns: Columns, held: list[Row]) -> pd.DataFrame:
    made = frame(
        TableSchema("comparison", "", dict(columns)), {name: [row[name] for row in held] for name in columns}
    )
    for name in made.columns.intersection(["same"]):
        made[name] = made[name].astype("bool")
    return made
