"""Guards: what was there when a value was encoded, to tell whether it still is.

A guard is compared as ``guard == live value``, as far as possible at the speed of C:

* a text, a number or ``None`` guards itself, a dict or short list is guarded by a copy that holds guards;
* ``1``, ``1.0`` and ``True`` are equal and written differently, so what holds numbers, tuples and long
  lists are compared with the types of their items too (:class:`TypedItemsGuard`, :class:`LongListGuard`);
* a message or other record is guarded by a copy of its ``__dict__`` (:class:`RecordGuard`), a long list of
  them by what they hold side by side (:mod:`lg_jupyter.encode.models_guard`);
* an immutable object whose equality says too little (two equal datetimes in different zones) must be the
  same object (:class:`SameObjectGuard`);
* of everything else we know nothing: it is encoded again each time (:class:`NeverEqualGuard`).

Two lies are believed: an object that claims to be equal to the text it replaced (an array of just that
text), and ``-0.0`` for ``0.0``.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeAlias

from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.kernel.user_code import reraise_if_from_signal

Guard: TypeAlias = Any

NUMBER_TYPES = frozenset({bool, int, float})

EMPTY_GUARDS: dict[type, Guard] = {dict: {}, list: []}
"""Guards of empty containers: the same ones for all, since a thousand messages have four each."""

read_instance_dict = attrgetter("__dict__")
read_pydantic_extra = attrgetter("__pydantic_extra__")


def is_unchanged(guard: Guard, live: Any) -> bool:
    """Whether ``live`` is what the guard was made of. Whatever ``live`` raises says that it is not."""
    try:
        return bool(guard == live)
    except BaseException as error:
        reraise_if_from_signal(error)
        return False


class CustomGuard:
    """What is compared by more than plain equality."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, live: object) -> bool:
        return False


class NeverEqualGuard(CustomGuard):
    """Of a value that is never taken for unchanged; ``inner_guard`` is of the simpler one that it became."""

    __slots__ = ("inner_guard",)

    def __init__(self, inner: Guard = None) -> None:
        self.inner_guard = inner


class SameObjectGuard(CustomGuard):
    """Of an immutable object."""

    __slots__ = ("guarded_object",)

    def __init__(self, value: Any) -> None:
        self.guarded_object = value

    def __eq__(self, live: object) -> bool:
        return live is self.guarded_object


class TypedItemsGuard(CustomGuard):
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


class RecordGuard(CustomGuard):
    """Of one message, model or dataclass instance: its class and what its ``__dict__`` holds.

    ``extra_guard`` guards a model's ``__pydantic_extra__``; it is :data:`CHANGED` where the class has
    none.
    """

    __slots__ = ("cls", "dict_guard", "extra_guard")

    def __init__(self, cls: type, contents: Guard, extra: Guard) -> None:
        self.cls = cls
        self.dict_guard = contents
        self.extra_guard = extra

    def __eq__(self, live: Any) -> bool:
        return (
            type(live) is self.cls
            and bool(self.dict_guard == read_instance_dict(live))
            and (self.extra_guard is CHANGED or bool(self.extra_guard == read_pydantic_extra(live)))
        )


CHANGED = keep_across_reloads("changed", NeverEqualGuard())
"""The guard that nothing passes."""


def make_guard(live: Any, guards: Guard) -> Guard:
    """The guard of a dict, a short list or a tuple, from a like container of guards."""
    if not live and type(live) in EMPTY_GUARDS:
        return EMPTY_GUARDS[type(live)]
    types = [*map(type, live.values() if type(live) is dict else live)]
    if type(live) is not tuple and NUMBER_TYPES.isdisjoint(types):
        return guards
    return TypedItemsGuard(guards, types)


def field_guards(guard: Guard) -> dict[str, Guard]:
    """The guards of the values of a dict, none where it was none."""
    inner: Any = guard.plain_container if type(guard) is TypedItemsGuard else guard
    return inner if type(inner) is dict else {}
