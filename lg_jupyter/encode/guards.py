"""Guards: what was there when a value was encoded, to tell whether it still is.

A guard is compared as ``guard == live value``, as far as possible at the speed of C:

* a text, a number or ``None`` guards itself, a dict or short list is guarded by a copy that holds guards;
* ``1``, ``1.0`` and ``True`` are equal and written differently, so what holds numbers, tuples and long
  lists are compared with the types of their items too (:class:`Typed`, :class:`Items`);
* a message or other record is guarded by a copy of its ``__dict__``, and a whole list of them is compared
  in one go (:class:`Record`, :class:`Records`);
* an immutable object whose equality says too little (two equal datetimes in different zones) must be the
  same object (:class:`Same`);
* of everything else we know nothing: it is encoded again each time (:class:`Open`).

Two lies are believed: an object that claims to be equal to the text it replaced (an array of just that
text), and ``-0.0`` for ``0.0``.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeAlias

Guard: TypeAlias = Any

NUMBERS = frozenset({bool, int, float})

_contents = attrgetter("__dict__")
_extra = attrgetter("__pydantic_extra__")


def unchanged(guard: Guard, live: Any) -> bool:
    """Whether ``live`` is what the guard was made of. Never raises, whatever ``live`` does."""
    try:
        return bool(guard == live)
    except KeyboardInterrupt:
        raise
    except BaseException:
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


class Items(Check):
    """Of a long list: its items and their types."""

    __slots__ = ("items", "types")

    def __init__(self, types: list[type], items: list[Guard]) -> None:
        self.types = types
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == len(self.items) and self.holds(live, 0)

    def holds(self, live: list[Any], start: int) -> bool:
        """Whether the items from ``start`` on are those in ``live``."""
        end = start + len(live)
        return self.types[start:end] == [*map(type, live)] and self.items[start:end] == live

    def __getitem__(self, index: int) -> Guard:
        return self.items[index]

    def followed_by(self, live: list[Any], guards: list[Guard]) -> Items:
        """The guard of the list made longer by these."""
        return Items([*self.types, *map(type, live)], [*self.items, *guards])


class Records(Check):
    """Of a long list of models (messages above all), compared in one go."""

    __slots__ = ("contents", "extras", "types")

    def __init__(self, types: list[type], contents: list[Guard], extras: list[Guard]) -> None:
        self.types = types
        self.contents = contents
        self.extras = extras

    def __len__(self) -> int:
        return len(self.types)

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == len(self.types) and self.holds(live, 0)

    def holds(self, live: list[Any], start: int) -> bool:
        """Whether the items from ``start`` on are those in ``live``."""
        end = start + len(live)
        return (
            self.types[start:end] == [*map(type, live)]
            and self.contents[start:end] == [*map(_contents, live)]
            and self.extras[start:end] == [*map(_extra, live)]
        )

    def __getitem__(self, index: int) -> Guard:
        return Record(self.types[index], self.contents[index], self.extras[index])

    def followed_by(self, live: list[Any], guards: list[Guard]) -> Items | Records:
        """The guard of the list made longer by these."""
        longer = long_list_guard(live, guards)
        if isinstance(longer, Records):
            return Records(
                self.types + longer.types, self.contents + longer.contents, self.extras + longer.extras
            )
        mine = [self[index] for index in range(len(self))]
        return Items(self.types + longer.types, mine + longer.items)


def long_list_guard(live: list[Any], guards: list[Guard]) -> Items | Records:
    """The guard of a long list, from those of its items."""
    types = [*map(type, live)]
    if all(type(guard) is Record and guard.extra is not CHANGED for guard in guards):
        return Records(types, [guard.contents for guard in guards], [guard.extra for guard in guards])
    return Items(types, guards)


def short_guard(live: Any, guards: Guard) -> Guard:
    """The guard of a dict, a short list or a tuple, from a like container of guards."""
    types = [*map(type, live.values() if type(live) is dict else live)]
    if type(live) is not tuple and NUMBERS.isdisjoint(types):
        return guards
    return Typed(guards, types)


def same_items(guard: Items | Records, live: list[Any]) -> int:
    """How many leading items of ``live`` are unchanged."""
    longest = min(len(guard), len(live))
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


def unchanged_items(guard: Items | Records, live: list[Any], start: int) -> bool:
    """``guard.holds``, and never raises."""
    try:
        return guard.holds(live, start)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return False


def inner_items(guard: Guard) -> list[Guard] | tuple[Guard, ...] | Items | Records:
    """The guards of the items of a list, none where it was none."""
    plain: Any = guard.plain if type(guard) is Typed else guard
    return plain if isinstance(plain, (list, tuple, Items, Records)) else []


def inner_fields(guard: Guard) -> dict[str, Guard]:
    """The guards of the values of a dict, none where it was none."""
    plain: Any = guard.plain if type(guard) is Typed else guard
    return plain if type(plain) is dict else {}
