"""Applies the rows of ``state_diffs``, to see that they say all that happened."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from lg_jupyter.tables.json_diff import JSONChange, is_equal_json


def applied(before: Any, rows: Iterable[JSONChange]) -> Any:
    """What ``before`` becomes by the changes of one state, applied as the schema of ``state_diffs`` says."""
    value = copy.deepcopy(before)
    order = {"remove": 0, "add": 1, "append": 2, "change": 3}
    by_depth = sorted(rows, key=lambda row: (_depth(row), order[row.op], _index(row)))
    for row in by_depth:
        value = _apply(value, row)
    return value


def _depth(row):
    return row.path.count("/") + (row.op == "append")


def _index(row):
    """Removed items count in the old list, so the last goes first."""
    last = row.path.rpartition("/")[2]
    position = int(last) if last.isdigit() else 0
    return -position if row.op == "remove" else position


def _apply(root, row):
    steps = [step.replace("~1", "/").replace("~0", "~") for step in row.path.split("/")[1:]]
    if row.op == "append":
        steps.append("-")
    if not steps:
        return copy.deepcopy(row.after)
    parent = root
    for step in steps[:-1]:
        parent = parent[int(step) if isinstance(parent, list) else step]
    key = int(steps[-1]) if isinstance(parent, list) and steps[-1] != "-" else steps[-1]
    if row.op == "remove":
        assert is_equal_json(parent.pop(key), row.before)
    elif row.op == "append":
        parent.extend(copy.deepcopy(row.after))
    elif row.op == "add" and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(row.after))
    else:
        parent[key] = copy.deepcopy(row.after)
    return root
