"""Guards: what was there when a value was encoded, to tell whether it still is.

A guard is compared as ``guard == live value``, as far as possible at the speed of C:

* a text, a number or ``None`` guards itself, a dict or short list is guarded by a copy that holds guards;
* ``1``, ``1.0`` and ``True`` are equal and written differently, so what holds numbers, tuples and long
  lists are compared with the types of their items too (:class:`Typed`, :class:`LongList`);
* a message or other record is guarded by a copy of its ``__dict__`` (:class:`Record`), a long list of them
  also by what all of them hold (:class:`~lg_jupyter.encode.held.Held`), since a thousand messages are looked
  at in every step;
* an immutable object whose equality says too little (two equal datetimes in different zones) must be the
  same object (:class:`Same`);
* of everything else we know nothing: it is encoded again each time (:class:`Open`).

Two lies are believed: an object that claims to be equal to the text it replaced (an array of just that
text), and ``-0.0`` for ``0.0``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

from lg_jupyter.encode.held import Held, contents_of, extra_of
from lg_jupyter.kernel.foreign import raise_if_signalled

Guard: TypeAlias = Any

NUMBERS = frozenset({bool, int, float})

EMPTY: dict[type, Guard] = {dict: {}, list: []}
"""Guards of empty containers: the same ones for all, since a thousand messages have four each."""

BLOCK = 128
"""The items of a long list that are looked at together."""


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
            and bool(self.contents == contents_of(live))
            and (self.extra is CHANGED or bool(self.extra == extra_of(live)))
        )


CHANGED = Open()
"""The guard that nothing passes."""


class LongList(Check):
    """Of a long list: its items in blocks, of which all but the last guard the list that grew as well."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._length = sum(len(block.guards) for block in blocks)

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongList:
        """The guard of a list, from those of its items."""
        return cls(_blocks(live, guards))

    def version(self, live: list[Any], same: int, guards: list[Guard]) -> LongList:
        """The guard of a list whose first ``same`` items are unchanged, from those of its others."""
        whole, begun = divmod(same, BLOCK)
        blocks, start = self._blocks[:whole], same
        if begun and same == self._length:
            stop = (whole + 1) * BLOCK
            more = Block.of(live[same:stop], guards[: stop - same])
            blocks.append(self._blocks[whole].followed_by(more))
            guards, start = guards[stop - same :], stop
        elif begun:
            guards, start = self._blocks[whole].guards[:begun] + guards, whole * BLOCK
        return LongList([*blocks, *_blocks(live[start:], guards)])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Guard]:
        return chain.from_iterable(block.guards for block in self._blocks)

    def __getitem__(self, index: int) -> Guard:
        return self._blocks[index // BLOCK].guards[index % BLOCK]

    def __eq__(self, live: Any) -> bool:
        return type(live) is list and len(live) == self._length == self.unchanged(live)

    def unchanged(self, live: list[Any]) -> int:
        """How many leading items are."""
        start = 0
        for block in self._blocks:
            size = len(block.guards)
            same = block.unchanged(live[start : start + size])
            start += same
            if same < size:
                break
        return start


def _blocks(live: list[Any], guards: list[Guard]) -> list[Block]:
    starts = range(0, len(live), BLOCK)
    return [Block.of(live[start : start + BLOCK], guards[start : start + BLOCK]) for start in starts]


class Block:
    """Up to :data:`BLOCK` items of a long list, with their guards and types.

    Of records also what they hold, which says at once that nothing has changed. It does not say so of others
    that are equal, as those that a checkpointer has read: then what those hold is kept in its place, but not
    where they are other objects each time.
    """

    __slots__ = ("_held", "_was_same", "guards", "types")

    def __init__(self, guards: list[Guard], types: list[type], held: Held | None) -> None:
        self.guards = guards
        self.types = types
        self._held = held
        self._was_same = False

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> Block:
        return cls(guards, [*map(type, live)], _held(live, guards))

    def followed_by(self, more: Block) -> Block:
        held = None if self._held is None or more._held is None else self._held + more._held
        return Block(self.guards + more.guards, self.types + more.types, held)

    def unchanged(self, live: list[Any]) -> int:
        """How many of the items that these begin with are unchanged."""
        if len(live) == len(self.guards) and (self._holds(live) or self._equals(live)):
            return len(live)
        pairs = zip(self.types, self.guards, live, strict=False)
        same = (type(item) is kind and unchanged(guard, item) for kind, guard, item in pairs)
        return next((number for number, is_same in enumerate(same) if not is_same), len(live))

    def _holds(self, live: list[Any]) -> bool:
        held = self._held
        if held is None:
            return False
        try:
            same = held.is_same(live)
        except BaseException as error:
            raise_if_signalled(error)
            same = False
        self._was_same = self._was_same or same
        return same

    def _equals(self, live: list[Any]) -> bool:
        if self.types != [*map(type, live)] or not unchanged(self.guards, live):
            return False
        if self._held is not None:
            self._held = _held(live, self.guards) if self._was_same else None
            self._was_same = False
        return True


def _held(live: list[Any], guards: list[Guard]) -> Held | None:
    """What records hold; ``None`` where that does not tell whether they have changed."""
    if not all(type(guard) is Record for guard in guards):
        return None
    held = Held(live)
    try:
        known = all(_put(held, guard, item) for guard, item in zip(guards, live, strict=True))
        return held if known and guards == live else None  # or they are changing meanwhile
    except BaseException as error:
        raise_if_signalled(error)
        return None


def _put(held: Held, guard: Guard, live: Any) -> bool:
    """Note what a value holds; whether it can only change with that."""
    if type(guard) is Record:
        held.types.add(live)
        contents = held.records.add(live)
        return _put(held, guard.contents, contents) and (
            guard.extra is CHANGED or _put(held, guard.extra, held.models.add(live))
        )
    if type(live) in EMPTY and not live:
        held.empty.append(live)
    elif type(live) is dict:
        fields = inner_fields(guard)
        held.keys.add(live)
        held.values.add(live)
        return all(_put(held, fields.get(key, CHANGED), item) for key, item in live.items())
    elif type(live) is list or type(live) is tuple:
        if type(live) is list:
            held.items.add(live)
        items = inner_items(guard)
        return len(items) == len(live) and all(map(partial(_put, held), items, live))
    return not isinstance(guard, Open)


def short_guard(live: Any, guards: Guard) -> Guard:
    """The guard of a dict, a short list or a tuple, from a like container of guards."""
    if not live and type(live) in EMPTY:
        return EMPTY[type(live)]
    types = [*map(type, live.values() if type(live) is dict else live)]
    if type(live) is not tuple and NUMBERS.isdisjoint(types):
        return guards
    return Typed(guards, types)


def inner_items(guard: Guard) -> list[Guard] | tuple[Guard, ...] | LongList:
    """The guards of the items of a list, none where it was none."""
    inner: Any = guard.plain if type(guard) is Typed else guard
    return inner if isinstance(inner, (list, tuple, LongList)) else ()


def inner_fields(guard: Guard) -> dict[str, Guard]:
    """The guards of the values of a dict, none where it was none."""
    inner: Any = guard.plain if type(guard) is Typed else guard
    return inner if type(inner) is dict else {}
