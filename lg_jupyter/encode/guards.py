"""Guards: what was there when a value was encoded, to tell whether it still is.

A guard is compared as ``guard == live value``, as far as possible at the speed of C:

* a text, a number or ``None`` guards itself, a dict or short list is guarded by a copy that holds guards;
* ``1``, ``1.0`` and ``True`` are equal and written differently, so what holds numbers, tuples and long
  lists are compared with the types of their items too (:class:`Typed`, :class:`LongList`);
* a message or other record is guarded by a copy of its ``__dict__`` (:class:`Record`), a long list of them
  by all of that side by side (:class:`Columns`), since a thousand messages are looked at in every step;
* an immutable object whose equality says too little (two equal datetimes in different zones) must be the
  same object (:class:`Same`);
* of everything else we know nothing: it is encoded again each time (:class:`Open`).

Two lies are believed: an object that claims to be equal to the text it replaced (an array of just that
text), and ``-0.0`` for ``0.0``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, TypeAlias

from lg_jupyter.kernel.foreign import raise_if_signalled

Guard: TypeAlias = Any

NUMBERS = frozenset({bool, int, float})

EMPTY: dict[type, Guard] = {dict: {}, list: []}
"""Guards of empty containers: the same ones for all, since a thousand messages have four each."""

_contents = attrgetter("__dict__")
_extra = attrgetter("__pydantic_extra__")
_values = dict.values


def unchanged(guard: Guard, live: Any) -> bool:
    """Whether ``live`` is what the guard was made of. Whatever ``live`` raises says that it is not."""
    try:
        return bool(guard == live)
    except BaseException as error:
        raise_if_signalled(error)
        return False


class Check:
    """What is compared by more than plain equality."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, live: object) -> bool:
        return False


class Open(Check):
    """Of a value that is never taken for unchanged; ``inner`` guards the simpler value it was turned into."""

    __slots__ = ("inner",)

    def __init__(self, inner: Guard = None) -> None:
        self.inner = inner


class Same(Check):
    """Of an immutable object."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, live: object) -> bool:
        return live is self.value


class Typed(Check):
    """Of a dict or short list that holds numbers, or a tuple: its items and their types."""

    __slots__ = ("kind", "plain", "types")

    def __init__(self, plain: Any, types: list[type]) -> None:
        self.kind: type = type(plain)
        self.plain = plain
        self.types = types

    def __eq__(self, live: Any) -> bool:
        if type(live) is not self.kind:
            return False
        items: Any = live.values() if type(live) is dict else live
        return self.types == [*map(type, items)] and bool(self.plain == live)


class Record(Check):
    """Of one message, model or dataclass instance: its class and what its ``__dict__`` holds.

    ``extra`` guards a model's ``__pydantic_extra__``; it is :data:`CHANGED` where the class has none.
    """

    __slots__ = ("cls", "contents", "extra")

    def __init__(self, cls: type, contents: Guard, extra: Guard) -> None:
        self.cls = cls
        self.contents = contents
        self.extra = extra

    def __eq__(self, live: Any) -> bool:
        return (
            type(live) is self.cls
            and bool(self.contents == _contents(live))
            and (self.extra is CHANGED or bool(self.extra == _extra(live)))
        )


CHANGED = Open()
"""The guard that nothing passes."""


class LongList(Check):
    """Of a long list: its items and their types; of a list of models also what they hold, side by side."""

    __slots__ = ("columns", "items", "types")

    def __init__(self, types: list[type], items: list[Guard], columns: Columns | None) -> None:
        self.types = types
        self.items = items
        self.columns = columns

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongList:
        """The guard of a list, from those of its items."""
        models = all(type(guard) is Record and guard.extra is not CHANGED for guard in guards)
        return cls([*map(type, live)], guards, Columns.of(live, guards) if models else None)

    def followed_by(self, live: list[Any], guards: list[Guard]) -> LongList:
        """The guard of the list made longer by these."""
        more = LongList.of(live, guards)
        both = self.columns and more.columns and self.columns.followed_by(more.columns)
        return LongList([*self.types, *more.types], [*self.items, *guards], both)

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == len(self.items) and self.holds(live, 0)

    def holds(self, live: list[Any], start: int) -> bool:
        """Whether the items from ``start`` on are those in ``live``."""
        end = start + len(live)
        if self.types[start:end] != [*map(type, live)]:
            return False
        return self.items[start:end] == live if self.columns is None else self.columns.hold(live, start)


class Columns:
    """What the models in a list hold, to be compared in one go.

    A dict with numbers is the live object itself in ``contents``, which costs no look into it: what it
    holds is compared beside, in ``numbers``, by its key.
    """

    __slots__ = ("contents", "extras", "numbers")

    def __init__(self, contents: list[Guard], extras: list[Guard], numbers: dict[str, Numbers]) -> None:
        self.contents = contents
        self.extras = extras
        self.numbers = numbers

    @classmethod
    def of(cls, live: list[Any], records: list[Record]) -> Columns:
        dicts = [_dicts_with_numbers(record) for record in records]
        contents = [
            {**record.contents, **{key: _contents(model)[key] for key in found}} if found else record.contents
            for model, record, found in zip(live, records, dicts, strict=True)
        ]
        keys = {key for found in dicts for key in found}
        numbers = {key: Numbers.of([found.get(key) for found in dicts]) for key in keys}
        return cls(contents, [record.extra for record in records], numbers)

    def followed_by(self, more: Columns) -> Columns:
        mine, theirs = Numbers.of([None] * len(self.contents)), Numbers.of([None] * len(more.contents))
        numbers = {
            key: self.numbers.get(key, mine).followed_by(more.numbers.get(key, theirs))
            for key in {**self.numbers, **more.numbers}
        }
        return Columns([*self.contents, *more.contents], [*self.extras, *more.extras], numbers)

    def hold(self, live: list[Any], start: int) -> bool:
        end = start + len(live)
        contents = [*map(_contents, live)]
        return (
            self.contents[start:end] == contents
            and self.extras[start:end] == [*map(_extra, live)]
            and all(numbers.hold(key, contents, start) for key, numbers in self.numbers.items())
        )


class Numbers:
    """Of the dicts with numbers under one key of many models: keys, guards and types of what is in them.

    ``sizes`` has an entry for each model, 0 for one without such a dict; ``ends`` says where in the other
    lists the entries of each model begin, and at last end.
    """

    __slots__ = ("ends", "guards", "names", "sizes", "types")

    def __init__(
        self, sizes: list[int], ends: list[int], names: list[str], guards: list[Guard], types: list[type]
    ) -> None:
        self.sizes = sizes
        self.ends = ends
        self.names = names
        self.guards = guards
        self.types = types

    @classmethod
    def of(cls, dicts: list[Typed | None]) -> Numbers:
        there = [typed for typed in dicts if typed is not None]
        sizes = [0 if typed is None else len(typed.types) for typed in dicts]
        return cls(
            sizes,
            [*accumulate(sizes, initial=0)],
            [*chain.from_iterable(typed.plain for typed in there)],
            [*chain.from_iterable(typed.plain.values() for typed in there)],
            [*chain.from_iterable(typed.types for typed in there)],
        )

    def followed_by(self, more: Numbers) -> Numbers:
        end = self.ends[-1]
        return Numbers(
            [*self.sizes, *more.sizes],
            [*self.ends, *(end + later for later in more.ends[1:])],
            [*self.names, *more.names],
            [*self.guards, *more.guards],
            [*self.types, *more.types],
        )

    def hold(self, key: str, contents: list[dict[str, Any]], start: int) -> bool:
        sizes = self.sizes[start : start + len(contents)]
        inside = slice(self.ends[start], self.ends[start + len(contents)])
        live = [here[key] if size else _NOTHING for size, here in zip(sizes, contents, strict=True)]
        values = [*chain.from_iterable(map(_values, live))]
        return (
            sizes == [*map(len, live)]
            and self.names[inside] == [*chain.from_iterable(live)]
            and self.types[inside] == [*map(type, values)]
            and self.guards[inside] == values
        )


_NOTHING: dict[str, Any] = {}


def _dicts_with_numbers(record: Record) -> dict[str, Typed]:
    if type(record.contents) is not dict:
        return {}
    return {
        key: guard for key, guard in record.contents.items() if type(guard) is Typed and guard.kind is dict
    }


def short_guard(live: Any, guards: Guard) -> Guard:
    """The guard of a dict, a short list or a tuple, from a like container of guards."""
    if not live and type(live) in EMPTY:
        return EMPTY[type(live)]
    types = [*map(type, live.values() if type(live) is dict else live)]
    if type(live) is not tuple and NUMBERS.isdisjoint(types):
        return guards
    return Typed(guards, types)


def same_items(guard: LongList, live: list[Any]) -> int:
    """How many leading items of ``live`` are unchanged."""
    longest = min(len(guard.items), len(live))
    if unchanged_items(guard, live[:longest], 0):
        return longest
    known = 0
    while known < longest:  # halve what is unknown, comparing each half at once
        middle = (known + longest + 1) // 2
        if unchanged_items(guard, live[known:middle], known):
            known = middle
        else:
            longest = middle - 1
    return known


def unchanged_items(guard: LongList, live: list[Any], start: int) -> bool:
    """``guard.holds``, and whatever an item raises says that it does not."""
    try:
        return guard.holds(live, start)
    except BaseException as error:
        raise_if_signalled(error)
        return False


def inner_items(guard: Guard) -> Sequence[Guard]:
    """The guards of the items of a list, none where it was none."""
    inner: Any = guard.plain if type(guard) is Typed else guard.items if type(guard) is LongList else guard
    return inner if isinstance(inner, (list, tuple)) else ()


def inner_fields(guard: Guard) -> dict[str, Guard]:
    """The guards of the values of a dict, none where it was none."""
    inner: Any = guard.plain if type(guard) is Typed else guard
    return inner if type(inner) is dict else {}
