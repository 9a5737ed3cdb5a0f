"""Snapshots: what was there when a value was encoded, to tell whether it still is.

It is compared as ``snapshot == live value``, as far as possible at the speed of C:

* a text, a number or ``None`` is its own, that of a dict or short list is a copy that holds snapshots;
* ``1``, ``1.0`` and ``True`` are equal and written differently, so what holds numbers, tuples and long
  lists are compared with the types of their items too (:class:`TypedItemsSnapshot`,
  :class:`LongListSnapshot`);
* that of a message or other record is a copy of its ``__dict__`` (:class:`RecordSnapshot`), that of a long
  list of them what they hold side by side (:mod:`lg_jupyter.encode.pydantic_model_list_snapshots`);
* an immutable object whose equality says too little (two equal datetimes in different zones) must be the
  same object (:class:`SameObjectSnapshot`);
* of everything else we know nothing: it is encoded again each time (:class:`NeverEqualSnapshot`).

Two lies are believed: an object that claims to be equal to the text it replaced (an array of just that
text), and ``-0.0`` for ``0.0``.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeAlias

from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.kernel.user_code import reraise_if_from_signal

Snapshot: TypeAlias = Any

NUMBER_TYPES = frozenset({bool, int, float})

EMPTY_CONTAINER_SNAPSHOTS: dict[type, Snapshot] = {dict: {}, list: []}
"""Snapshots of empty containers: the same ones for all, since a thousand messages have four each."""

read_instance_dict = attrgetter("__dict__")
read_pydantic_extra = attrgetter("__pydantic_extra__")


def is_unchanged(snapshot: Snapshot, live: Any) -> bool:
    """Whether ``live`` is what the snapshot was made of. Whatever ``live`` raises says that it is not."""
    try:
        return bool(snapshot == live)
    except BaseException as error:
        reraise_if_from_signal(error)
        return False


class CustomEqualitySnapshot:
    """What is compared by more than plain equality."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, live: object) -> bool:
        return False


class NeverEqualSnapshot(CustomEqualitySnapshot):
    """Of a value that is never taken for unchanged; ``inner_snapshot`` is of the simpler one made of it."""

    __slots__ = ("inner_snapshot",)

    def __init__(self, inner: Snapshot = None) -> None:
        self.inner_snapshot = inner


class SameObjectSnapshot(CustomEqualitySnapshot):
    """Of an immutable object."""

    __slots__ = ("original_object",)

    def __init__(self, value: Any) -> None:
        self.original_object = value

    def __eq__(self, live: object) -> bool:
        return live is self.original_object


class TypedItemsSnapshot(CustomEqualitySnapshot):
    """Of a dict or short list that holds numbers, or a tuple: its items and their types."""

    __slots__ = ("container_type", "item_types", "plain_container")

    def __init__(self, plain: Any, types: list[type]) -> None:
        self.container_type: type = type(plain)
        self.plain_container = plain
        self.item_types = types

    def __eq__(self, live: Any) -> bool:
        if type(live) is not self.container_type:
            return False
        items: Any = live.values() if type(live) is dict else live
        return self.item_types == [*map(type, items)] and bool(self.plain_container == live)


class RecordSnapshot(CustomEqualitySnapshot):
    """Of one message, model or dataclass instance: its class and what its ``__dict__`` holds.

    ``extra_snapshot`` is of a model's ``__pydantic_extra__``; it is :data:`NEVER_EQUAL` where the
    class has none.
    """

    __slots__ = ("cls", "dict_snapshot", "extra_snapshot")

    def __init__(self, cls: type, contents: Snapshot, extra: Snapshot) -> None:
        self.cls = cls
        self.dict_snapshot = contents
        self.extra_snapshot = extra

    def __eq__(self, live: Any) -> bool:
        return (
            type(live) is self.cls
            and bool(self.dict_snapshot == read_instance_dict(live))
            and (self.extra_snapshot is NEVER_EQUAL or bool(self.extra_snapshot == read_pydantic_extra(live)))
        )


NEVER_EQUAL = keep_across_reloads("changed", NeverEqualSnapshot())
"""The snapshot that no value equals."""


def make_container_snapshot(live: Any, snapshots: Snapshot) -> Snapshot:
    """The snapshot of a dict, a short list or a tuple, from a like container of snapshots."""
    if not live and type(live) in EMPTY_CONTAINER_SNAPSHOTS:
        return EMPTY_CONTAINER_SNAPSHOTS[type(live)]
    types = [*map(type, live.values() if type(live) is dict else live)]
    if type(live) is not tuple and NUMBER_TYPES.isdisjoint(types):
        return snapshots
    return TypedItemsSnapshot(snapshots, types)


def get_field_snapshots(snapshot: Snapshot) -> dict[str, Snapshot]:
    """The snapshots of the values of a dict, none where it was none."""
    inner: Any = snapshot.plain_container if type(snapshot) is TypedItemsSnapshot else snapshot
    return inner if type(inner) is dict else {}
