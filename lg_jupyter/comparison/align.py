"""Which rows of two runs belong together: by where they are, and the how-manieth there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any

from lg_jupyter.comparison.columns import Row
from lg_jupyter.tables.state_history import remove_task_ids


def index_rows_by_occurrence(rows: Iterable[Row], *key_columns: str) -> dict[Any, Row]:
    """Rows by namespace, node and ``key_columns``, and the how-manieth of those they are, from 0 on."""
    counts: Counter[Any] = Counter()
    found: dict[Any, Row] = {}
    for row in rows:
        keys = (row[column] for column in key_columns)
        position = (remove_task_ids(row["namespace"] or ""), row["node"], *keys)
        found[(*position, counts[position])] = row
        counts[position] += 1
    return found


def align_rows(a: dict[Any, Row], b: dict[Any, Row]) -> Iterator[tuple[Any, tuple[Row | None, Row | None]]]:
    """Each key of either, in the order of ``a``; what ``b`` alone has follows what precedes it there."""
    first, second = list(a), list(b)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    seen = set()
    for _, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        for key in (*first[from_a:to_a], *second[from_b:to_b]):
            if key not in seen:
                seen.add(key)
                yield key, (a.get(key), b.get(key))


def align_paths(a: list[Row], b: list[Row]) -> Iterator[Row]:
    sides = [[(remove_task_ids(row["namespace"] or ""), row["node"]) for row in rows] for rows in (a, b)]
    matcher = SequenceMatcher(None, sides[0], sides[1], autojunk=False)
    for kind, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if kind == "equal":
            for i, j in zip(range(from_a, to_a), range(from_b, to_b), strict=True):
                yield _make_path_row("both", sides[0][i], (i, a[i]), (j, b[j]))
            continue
        for i in range(from_a, to_a):
            yield _make_path_row("a", sides[0][i], (i, a[i]), None)
        for j in range(from_b, to_b):
            yield _make_path_row("b", sides[1][j], None, (j, b[j]))


def _make_path_row(
    of: str, position: tuple[str, Any], a: tuple[int, Row] | None, b: tuple[int, Row] | None
) -> Row:
    row: Row = {"in": of, "namespace": position[0], "node": position[1]}
    for side, task in (("a", a), ("b", b)):
        row[f"position_{side}"] = task and task[0]
        row[f"step_{side}"] = task and task[1]["step"]
    return row
