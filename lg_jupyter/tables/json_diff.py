"""What differs between two JSON values.

States share what did not change, so the same object means the same value: cost follows what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import is_not
from typing import Any, Literal, NamedTuple, TypeGuard

from lg_jupyter.encode import SharedList
from lg_jupyter.encode.json_pointer import extend_pointer
from lg_jupyter.events.events import JSON, JSONObject

JSONChangeOp = Literal["add", "remove", "change", "append"]

MAX_CHANGED_ITEMS = 100
"""An object or list of which more items than this differ is one change."""


class JSONChange(NamedTuple):
    """``path`` is a JSON Pointer; what each ``op`` means is documented in :mod:`lg_jupyter.tables.schema`."""

    path: str
    op: JSONChangeOp
    before: JSON
    after: JSON


def diff_json(before: JSON, after: JSON, path: str = "") -> list[JSONChange]:
    """The changes that make ``after`` of ``before``, ``path`` being where they stand."""
    if before is after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        groups = list(_diff_objects(before, after, path))
    elif is_json_array(before) and is_json_array(after):
        aligned = _diff_lists(before, after, path)
        groups = [[JSONChange(path, "change", before, after)]] if aligned is None else aligned
    elif type(before) is type(after) and before == after:
        return []
    else:
        return [JSONChange(path, "change", before, after)]
    if len(groups) > MAX_CHANGED_ITEMS:
        return [JSONChange(path, "change", before, after)]
    return [change for group in groups for change in group]


def is_equal_json(left: JSON, right: JSON) -> bool:
    """Whether two JSON values are equal, telling ``1`` from ``1.0`` from ``true``."""
    if left is right:
        return True
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and len(left) == len(right)
            and all(key in right and is_equal_json(value, right[key]) for key, value in left.items())
        )
    if is_json_array(left):
        return is_json_array(right) and len(left) == len(right) and all(map(is_equal_json, left, right))
    return type(left) is type(right) and bool(left == right)


def is_json_array(value: JSON) -> TypeGuard[Sequence[Any]]:
    """Whether ``value`` is a JSON array, perhaps a shared view of one."""
    return isinstance(value, (list, SharedList))


def _diff_objects(before: JSONObject, after: JSONObject, path: str) -> Iterator[list[JSONChange]]:
    """The changes of each key that differs."""
    for key, value in before.items():
        if key not in after:
            yield [JSONChange(extend_pointer(path, key), "remove", value, None)]
    for key, value in after.items():
        if key not in before:
            yield [JSONChange(extend_pointer(path, key), "add", None, value)]
        elif (old := before[key]) is not value:
            changes = diff_json(old, value, extend_pointer(path, key))
            if changes:
                yield changes


def _diff_lists(before: Sequence[JSON], after: Sequence[JSON], path: str) -> list[list[JSONChange]] | None:
    """The changes of each item that differs; ``None`` if the list is better shown as one change."""
    start = _count_common_prefix(before, after)
    end = _count_common_suffix(before, after, start)
    old, new = list(before[start : len(before) - end]), list(after[start : len(after) - end])
    anchors = _find_anchor_position_pairs(old, new)
    if anchors is None:
        return None
    if old and new and not (start or end or anchors or any(map(_may_be_same_item, old, new))):
        return None
    groups: list[list[JSONChange]] = []
    i = j = 0
    for old_stop, new_stop in (*anchors, (len(old), len(new))):
        last = old_stop == len(old)
        grows = last and end == 0
        groups += _diff_between_anchors(
            old[i:old_stop], new[j:new_stop], path, (start + i, start + j), grows=grows
        )
        if not last:
            groups.append(diff_json(old[old_stop], new[new_stop], f"{path}/{start + new_stop}"))
        i, j = old_stop + 1, new_stop + 1
    return [group for group in groups if group]


def _count_common_prefix(before: Sequence[JSON], after: Sequence[JSON]) -> int:
    shortest = min(len(before), len(after))
    if isinstance(before, SharedList):
        start = before.count_common_prefix(after)
    else:
        start = next(compress(count(), map(is_not, before, after)), shortest)
    while start < shortest and is_equal_json(before[start], after[start]):
        start += 1
    return start


def _count_common_suffix(before: Sequence[JSON], after: Sequence[JSON], start: int) -> int:
    longest = min(len(before), len(after)) - start
    end = 0
    while end < longest and is_equal_json(before[-1 - end], after[-1 - end]):
        end += 1
    return end


def _find_anchor_position_pairs(old: list[JSON], new: list[JSON]) -> list[tuple[int, int]] | None:
    """Where the same thing stands in both lists, by what names it alone; ``None`` if the order is another."""
    old_at, new_at = _find_positions_of_unique_items(old), _find_positions_of_unique_items(new)
    anchors = [(i, new_at[name]) for name, i in old_at.items() if name in new_at]
    places = [j for _, j in anchors]
    return anchors if places == sorted(places) else None


def _find_positions_of_unique_items(items: list[JSON]) -> dict[object, int]:
    names = [_get_item_identity(item) for item in items]
    times = Counter(names)
    return {name: index for index, name in enumerate(names) if name is not None and times[name] == 1}


def _diff_between_anchors(
    old: list[JSON], new: list[JSON], path: str, starts: tuple[int, int], *, grows: bool
) -> Iterator[list[JSONChange]]:
    """The changes between two anchors: place by place, then what is left of the longer list."""
    old_start, new_start = starts
    for index, (left, right) in enumerate(zip(old, new, strict=False)):
        here = f"{path}/{new_start + index}"
        if isinstance(left, dict) and isinstance(right, dict) and not _may_be_same_item(left, right):
            yield [JSONChange(f"{path}/{old_start + index}", "remove", left, None)]
            yield [JSONChange(here, "add", None, right)]
        else:
            yield diff_json(left, right, here)
    for index in range(len(new), len(old)):
        yield [JSONChange(f"{path}/{old_start + index}", "remove", old[index], None)]
    if grows and len(new) > len(old):
        yield [JSONChange(path, "append", None, new[len(old) :])]
        return
    for index in range(len(old), len(new)):
        yield [JSONChange(f"{path}/{new_start + index}", "add", None, new[index])]


def _get_item_identity(item: JSON) -> object | None:
    """What an item is known by wherever it stands: its id, or itself if it is no object or list."""
    if isinstance(item, dict):
        name = item.get("id")
        return ("id", name) if isinstance(name, (str, int)) else None
    return None if is_json_array(item) else (type(item), item)


def _may_be_same_item(old: JSON, new: JSON) -> bool:
    """Whether two items without names may be two states of one thing."""
    return (
        _get_item_identity(old) is None
        and _get_item_identity(new) is None
        and isinstance(old, dict) == isinstance(new, dict)
    )
