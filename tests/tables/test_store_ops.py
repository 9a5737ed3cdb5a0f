"""The table ``store_ops``: what each write replaced, as far as the run knows."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.events.store import StoreCalled
from lg_jupyter.tables.store_ops import parse_found_store_items
from tests.tables.stream import Stream

PLACE = ("users", "u1")
FAILED = {"error": "ValueError", "message": "no"}


def put(value: Any, key: str = "k", **rest: Any) -> StoreCalled:
    return StoreCalled("put", 1.0, PLACE, key, value, **rest)


def delete(key: str = "k", **rest: Any) -> StoreCalled:
    return StoreCalled("delete", 1.0, PLACE, key, **rest)


def get(value: Any, key: str = "k", **rest: Any) -> StoreCalled:
    return StoreCalled("get", 1.0, PLACE, key, value, **rest)


def search(*found: Any, **rest: Any) -> StoreCalled:
    return StoreCalled("search", 1.0, ("users",), None, [*found], **rest)


def item(value: Any, key: str = "k", namespace: Any = PLACE) -> dict[str, Any]:
    return {"namespace": [*namespace], "key": key, "value": value}


def told(*calls: StoreCalled) -> tuple[Any, Any]:
    """What the last of these calls replaced, and what came of it."""
    stream = Stream()
    for each in calls:
        stream(each)
    return stream.rows("store_ops", "before", "effect")[-1]


@pytest.mark.parametrize(
    ("calls", "before", "effect"),
    [
        ([put(1)], None, "unknown"),
        ([delete()], None, "unknown"),
        ([put(1), put(2)], 1, "changed"),
        ([put({"a": [1]}), put({"a": [1]})], {"a": [1]}, "same"),
        ([put(1), delete()], 1, "deleted"),
        ([put(1), delete(), delete()], None, "same"),
        ([put(1), delete(), put(2)], None, "created"),
        ([get(None), put(1)], None, "created"),
        ([get(5), put(1)], 5, "changed"),
        ([put(1), get(1)], None, None),
        ([put(1, "other"), put(2)], None, "unknown"),
        ([search(item(5)), put(1)], 5, "changed"),
        ([search(item(4), item(5)), put(1)], 5, "changed"),
        ([search(item(5, "other")), put(1)], None, "unknown"),
        ([search(item(5, namespace=("users",))), put(1)], None, "unknown"),
        ([search(5, {"key": "k"}, item(5)), put(1)], 5, "changed"),
        ([put(1), search()], None, None),
        ([StoreCalled("list_namespaces", 1.0, PLACE, "k", [[1]]), put(1)], None, "unknown"),
        ([put(1), put(2, error=FAILED)], None, None),
        ([put(1), put(2, error=FAILED), put(3)], None, "unknown"),
        ([put(1), delete(error=FAILED), put(3)], None, "unknown"),
        ([put(1), get(None, error=FAILED), put(3)], 1, "changed"),
        ([put(1), search(item(2), error=FAILED), put(3)], 1, "changed"),
        ([put(1, error=FAILED)], None, None),
    ],
)
def test_what_a_write_replaced(calls: list[StoreCalled], before: Any, effect: Any) -> None:
    assert told(*calls) == (before, effect)


def test_all_that_is_known_of_a_call() -> None:
    stream = Stream()
    args = {"limit": 3}
    stream(
        StoreCalled("search", 7.5, PLACE, None, [item(1)], args, 1),
        namespace="sub:t0",
        node="read",
        step=2,
        task_id="t1",
    )
    stream(StoreCalled("get", 8.0, None, "k", error=FAILED))
    first, second = stream.rows("store_ops")
    assert first == {
        "seq": 0,
        "timestamp": 7.5,
        "namespace": "sub:t0",
        "node": "read",
        "step": 2,
        "task_id": "t1",
        "op": "search",
        "store_namespace": "users.u1",
        "key": None,
        "value": [item(1)],
        "before": None,
        "effect": None,
        "count": 1,
        "args": args,
        "error": None,
    }
    assert (second["store_namespace"], second["key"], second["error"]) == (None, "k", FAILED)


def test_an_item_without_a_namespace_is_one_too() -> None:
    here = StoreCalled("put", 1.0, None, "k", 1), StoreCalled("put", 1.0, (), "k", 2)
    assert told(*here) == (1, "changed")


@pytest.mark.parametrize("value", [None, "text", {"namespace": [], "key": "k", "value": 1}, 5])
def test_what_is_no_list_of_items_has_none(value: Any) -> None:
    assert parse_found_store_items(value) == []


def test_items_may_know_more_than_what_they_are_known_by() -> None:
    scored = {**item(1), "score": 0.5}
    assert parse_found_store_items(SharedList([scored, {"namespace": [], "key": "k"}, [item(1)]])) == [scored]
