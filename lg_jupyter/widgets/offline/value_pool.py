"""Whole values, each written once: states and events share what did not change.

A value is ``[0, value]``, or of an object whose members are kept one by one ``[1, {key: number}]``. A long
list that grows from step to step is held once, in ``lists``; where one of its versions stands, a value has an
object with the one key ``list_key``, of the list's number and the version's length.
"""

from __future__ import annotations

from typing import Any

import orjson

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.sources.saved.lines import make_list_reference_key
from lg_jupyter.widgets.offline.budget import SizeBudget

MAX_REJECTED_VALUES = 20
"""How many values may find no room before no more are tried."""


class ValuePool:
    """Takes values for as long as there is room for them.

    Parameters
    ----------
    budget
        What there is room for.
    """

    def __init__(self, budget: SizeBudget) -> None:
        self._budget = budget
        self._key = make_list_reference_key(None)
        self._values: list[bytes] = []
        self._numbers: dict[int, tuple[int, JSON]] = {}  # with the value, so that its id stays
        self._lists: dict[int, tuple[int, list[bytes], SharedList]] = {}
        self._rejected_count = 0

    @property
    def is_full(self) -> bool:
        """Whether no more is taken."""
        return self._rejected_count >= MAX_REJECTED_VALUES

    def add(self, value: JSON) -> int | None:
        """The number by which a value is found; ``None`` if there is no room for it."""
        return self._add_by_member(value) if type(value) is dict else self._add_undivided(value)

    def _add_by_member(self, value: JSONObject) -> int | None:
        if (known := self._numbers.get(id(value))) is not None:
            return known[0]
        numbers = {key: self._add_undivided(member) for key, member in value.items()}
        if None in numbers.values():
            return None
        return self._store_if_room(value, b"[1,%b]" % orjson.dumps(numbers), [])

    def _add_undivided(self, value: JSON) -> int | None:
        if (known := self._numbers.get(id(value))) is not None:
            return known[0]
        if self.is_full:
            return None
        grown: list[tuple[list[bytes], int]] = []
        text = self._dump_with_shared_lists(value, grown)
        return self._store_if_room(value, b"[0,%b]" % text, grown)

    def _store_if_room(self, value: JSON, text: bytes, grown: list[tuple[list[bytes], int]]) -> int | None:
        """Take a value, if there is room for it and for the items by which lists have ``grown``."""
        items = [item for held, before in grown for item in held[before:]]
        if not self._budget.reserve(b",".join([text, *items])):
            for held, before in reversed(grown):
                del held[before:]
            self._rejected_count += 1
            return None
        number = len(self._values)
        self._values.append(text)
        self._numbers[id(value)] = number, value
        return number

    def _dump_with_shared_lists(self, value: JSON, grown: list[tuple[list[bytes], int]]) -> bytes:
        def reference(each: Any) -> dict[str, list[int]]:
            if not isinstance(each, SharedList):
                raise TypeError(f"not an encoded value: {type(each).__name__}")
            number, held, _ = self._lists.setdefault(each.buffer_id, (len(self._lists), [], each))
            if len(each) > len(held):
                grown.append((held, len(held)))
                held += [self._dump_with_shared_lists(item, grown) for item in each[len(held) :]]
            return {self._key: [number, len(each)]}

        return orjson.dumps(value, default=reference)

    def dump_json_fields(self) -> dict[str, bytes]:
        """Its fields, each as JSON."""
        lists = (b"[%b]" % b",".join(held) for _, held, _ in self._lists.values())
        return {
            "values": b"[%b]" % b",".join(self._values),
            "lists": b"[%b]" % b",".join(lists),
            "list_key": orjson.dumps(self._key),
        }
