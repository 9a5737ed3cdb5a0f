from __future__ import annotations

import json
import random

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.tables.json_diff import MAX_CHANGED_ITEMS, diff_json, is_equal_json
from tests.tables.apply import applied


def changes(before, after):
    return [tuple(change) for change in diff_json(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("/a", "change", 1, 2)]),
        ({}, {"a": None}, [("/a", "add", None, None)]),
        ({"a": None}, {}, [("/a", "remove", None, None)]),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, [("/a/b/c", "change", 1, 2)]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, [("/a~1b/~0", "change", 1, 2)]),
        ("text", "text more", [("", "change", "text", "text more")]),
        ({"a": {}}, {"a": []}, [("/a", "change", {}, [])]),
    ],
)
def test_objects(before, after, expected):
    assert changes(before, after) == expected


@pytest.mark.parametrize(("left", "right"), [(1, True), (1, 1.0), (0, False), (None, False), ("1", 1)])
def test_values_of_different_types_differ(left, right):
    assert not is_equal_json(left, right)
    assert not is_equal_json([{"a": left}], [{"a": right}])
    assert changes({"a": left}, {"a": right}) == [("/a", "change", left, right)]
    assert [change.op for change in diff_json([left, "x"], [right, "x"])] == ["change"]


def message(key, content):
    return {"id": key, "content": content}


ONE, TWO, THREE = message("1", "one"), message("2", "two"), message("3", "three")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [1, 2], [("", "append", None, [1, 2])]),
        ([1], [1, 2, 3], [("", "append", None, [2, 3])]),
        ([1, 2, 3], [1, 3], [("/1", "remove", 2, None)]),
        ([1, 3], [1, 2, 3], [("/1", "add", None, 2)]),
        ([1, 2, 3], [1, 9, 3], [("/1", "change", 2, 9)]),
        ([1, 2], [1, 9, 3], [("/1", "change", 2, 9), ("", "append", None, [3])]),
        ([1, 2], [], [("/0", "remove", 1, None), ("/1", "remove", 2, None)]),
        ([1, 2], [3, 4], [("", "change", [1, 2], [3, 4])]),
        ([1, 2, 3], [3, 2, 1], [("", "change", [1, 2, 3], [3, 2, 1])]),
        ([[1], [2]], [[1], [3]], [("/1", "change", [2], [3])]),
        ([{"n": 1}], [{"n": 2}], [("/0/n", "change", 1, 2)]),
        ([ONE, TWO], [ONE, message("2", "edited")], [("/1/content", "change", "two", "edited")]),
        ([ONE, TWO, THREE], [ONE, THREE], [("/1", "remove", TWO, None)]),
        (
            [ONE, TWO, THREE],
            [message("2", "edited"), THREE],
            [("/0", "remove", ONE, None), ("/0/content", "change", "two", "edited")],
        ),
        ([ONE, TWO], [ONE, THREE], [("/1", "remove", TWO, None), ("/1", "add", None, THREE)]),
        ([ONE, TWO], [THREE], [("", "change", [ONE, TWO], [THREE])]),
    ],
)
def test_lists(before, after, expected):
    assert changes(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # between two anchors, place by place, then what is left of the longer list
        ([0, 1, 2, 9], [0, 3, 9], [("/1", "change", 1, 3), ("/2", "remove", 2, None)]),
        ([0, 1, 9], [0, 3, 4, 9], [("/1", "change", 1, 3), ("/2", "add", None, 4)]),
        # removals are where the item was, additions where it is
        (
            [1, {"a": 1}, 2, 3],
            [0, 1, {"id": "n"}, 2, 4, 3],
            [
                ("/0", "add", None, 0),
                ("/1", "remove", {"a": 1}, None),
                ("/2", "add", None, {"id": "n"}),
                ("/4", "add", None, 4),
            ],
        ),
        # an id is a text or a number, of each its own
        (
            [{"id": 1, "n": 1}, {"id": "1", "n": 1}],
            [{"id": 0}, {"id": 1, "n": 2}, {"id": "1", "n": 1}],
            [("/0", "add", None, {"id": 0}), ("/1/n", "change", 1, 2)],
        ),
        # what stands twice names nothing
        (
            [5, 5, "k", 1],
            [6, 5, 5, "k", 2],
            [("/0", "change", 5, 6), ("/2", "add", None, 5), ("/4", "change", 1, 2)],
        ),
        # things of which one has a name are two, and so are an object and a list
        (
            [{"a": 1}, 7],
            [{"a": 1, "id": "x"}, 7],
            [("/0", "remove", {"a": 1}, None), ("/0", "add", None, {"a": 1, "id": "x"})],
        ),
        ([{"a": 1}], [["a"]], [("", "change", [{"a": 1}], [["a"]])]),
        ([[1], 7], [[2], 7], [("/0", "change", [1], [2])]),
    ],
)
def test_what_stands_where(before, after, expected):
    assert changes(before, after) == expected
    assert is_equal_json(applied(before, diff_json(before, after)), after)


def test_a_list_of_which_nearly_everything_differs_is_one_change():
    before = [*range(MAX_CHANGED_ITEMS * 2), "end"]
    after = [*(-number for number in range(MAX_CHANGED_ITEMS * 2)), "end"]
    assert changes({"a": before}, {"a": after}) == [("/a", "change", before, after)]


def test_a_view_of_a_longer_list_differs_by_what_is_new():
    short = SharedList(range(1000))
    longer = short.extended_by([{"new": 1}])
    assert changes(short, longer) == [("", "append", None, [{"new": 1}])]
    assert changes(short, list(short)) == []
    assert changes(list(longer), short) == [("/1000", "remove", {"new": 1}, None)]


class Untouchable(dict):
    """Fails whoever compares it: a shared value is known by identity."""

    def __eq__(self, other):
        raise AssertionError("compared by value")

    __hash__ = None

    def items(self):
        raise AssertionError("looked into")


def test_what_is_the_same_object_is_not_looked_into():
    shared = [Untouchable(a=1) for _ in range(50)]
    before = {"list": [*shared, 1], "same": shared[0]}
    after = {"list": [*shared, 2, *shared], "same": shared[0]}
    assert changes(before, after) == [
        ("/list/50", "change", 1, 2),
        ("/list", "append", None, shared),
    ]


# -- the rows of one state, applied as the schema says, make the next state -----------------------


def arbitrary(dice, depth=0):
    kind = dice.randrange(9 if depth < 3 else 5)
    if kind >= 7:
        return [arbitrary(dice, depth + 1) for _ in range(dice.randrange(5))]
    if kind >= 5:
        keys = dice.sample(["id", "a", "b/c", "~", "0"], dice.randrange(5))
        return {key: arbitrary(dice, depth + 1) for key in keys}
    return dice.choice([1, 1.0, True, None, "x", "y", 2, ""])


def mutated(dice, value):
    """A copy in which a few things, or nothing, are other than in ``value``."""
    if dice.random() < 0.15:
        return arbitrary(dice)
    if isinstance(value, dict):
        return {key: mutated(dice, item) for key, item in value.items() if dice.random() < 0.9}
    if isinstance(value, list):
        items = [mutated(dice, item) for item in value if dice.random() < 0.85]
        if dice.random() < 0.4:
            items.insert(dice.randrange(len(items) + 1), arbitrary(dice))
        if dice.random() < 0.1:
            dice.shuffle(items)
        return items
    return value


@pytest.mark.parametrize("seed", range(20))
def test_changes_lead_from_one_state_to_the_next(seed):
    dice = random.Random(seed)
    for _ in range(200):
        before = {key: arbitrary(dice) for key in "abc"}
        after = mutated(dice, before)
        if not isinstance(after, dict):
            continue
        result = applied(before, diff_json(before, after))
        assert is_equal_json(result, after), json.dumps({"before": before, "after": after})
        assert bool(diff_json(before, after)) == (not is_equal_json(before, after))
