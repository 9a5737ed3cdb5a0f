"""Guards of long lists: a thousand messages are looked at in every step, and hardly one of them has changed.

So they are compared in one go, a block of them at a time, and with as few looks at memory as will do: what a
step costs is not so much to compare as to fetch what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from gc import get_referents
from itertools import chain
from operator import is_, itemgetter
from typing import Any

import orjson

from lg_jupyter.encode.guards import (
    CHANGED,
    EMPTY,
    NUMBERS,
    CustomGuard,
    Guard,
    RecordGuard,
    TypedItemsGuard,
    contents_of,
    extra_of,
    field_guards,
    is_unchanged,
)

BLOCK = 128
"""How many items are looked at together."""

_NOTHING_ELSE = (
    orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
)
"""Has what is not JSON refused."""


class LongListGuard(CustomGuard):
    """Of a long list: its items in blocks, of which all but the last guard the list that grew as well."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: list[LongListBlock]) -> None:
        self._blocks = blocks
        self._length = sum(len(block.guards) for block in blocks)

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongListGuard:
        """The guard of a list, from those of its items."""
        return cls(_split_into_blocks(live, guards))

    def version(self, live: list[Any], same: int, guards: list[Guard]) -> LongListGuard:
        """The guard of a list whose first ``same`` items are unchanged, from those of its others."""
        whole, begun = divmod(same, BLOCK)
        blocks, start = self._blocks[:whole], same
        if begun and same == self._length:
            stop = (whole + 1) * BLOCK
            more = LongListBlock.of(live[same:stop], guards[: stop - same])
            blocks.append(self._blocks[whole].extended_by(more))
            guards, start = guards[stop - same :], stop
        elif begun:
            guards, start = self._blocks[whole].guards[:begun] + guards, whole * BLOCK
        return LongListGuard([*blocks, *_split_into_blocks(live[start:], guards)])

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


class LongListBlock:
    """Up to :data:`BLOCK` items of a long list: their guards and types, and of models what they hold."""

    __slots__ = ("_models", "guards", "types")

    def __init__(self, guards: list[Guard], types: list[type], models: ModelsGuard | None) -> None:
        self.guards = guards
        self.types = types
        self._models = models

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> LongListBlock:
        is_model = [type(guard) is RecordGuard and guard.extra is not CHANGED for guard in guards]
        return cls(guards, [*map(type, live)], ModelsGuard.of(live, guards) if all(is_model) else None)

    def extended_by(self, more: LongListBlock) -> LongListBlock:
        models = self._models and more._models and self._models.extended_by(more._models)
        return LongListBlock(self.guards + more.guards, self.types + more.types, models)

    def unchanged(self, live: list[Any]) -> int:
        """How many of the items that these begin with are unchanged."""
        if len(live) == len(self.guards) and self._are_unchanged(live):
            return len(live)
        pairs = zip(self.types, self.guards, live, strict=False)
        same = (type(item) is kind and is_unchanged(guard, item) for kind, guard, item in pairs)
        return next((number for number, is_same in enumerate(same) if not is_same), len(live))

    def _are_unchanged(self, live: list[Any]) -> bool:
        if self._models is not None:
            return is_unchanged(self._models, live)
        return self.types == [*map(type, live)] and is_unchanged(self.guards, live)


def _split_into_blocks(live: list[Any], guards: list[Guard]) -> list[LongListBlock]:
    starts = range(0, len(live), BLOCK)
    return [LongListBlock.of(live[start : start + BLOCK], guards[start : start + BLOCK]) for start in starts]


class ModelsGuard(CustomGuard):
    """What models hold, side by side.

    The values of their fields are compared with those that were there: the same object is equal without a
    look at it. So what is in the containers among them is compared too, as JSON; and with it the numbers, of
    which JSON tells the types. Models with something else in them are ``apart``, to be compared one by one.

    What objects refer to, the garbage collector tells of all in one call: of a model its ``__dict__``,
    its class and what else it has, of a dict its values. A model of which it tells less is ``apart``, too.

    One more lie is believed: that a field is there, if another with the same value was put in its place.
    """

    __slots__ = (
        "_apart",
        "_empty",
        "_json",
        "_layout",
        "_length",
        "_pick",
        "_places",
        "_referents",
        "_sizes",
        "_types",
        "_values",
        "_written",
    )

    def __init__(self) -> None:
        self._length = 0
        self._apart: dict[int, Guard] = {}  # by their place among the models
        self._types: list[type] = []  # of each of the others
        self._sizes: list[int] = []  # how many fields it has
        self._referents: list[Any] = []  # what it refers to
        self._layout: tuple[int, int] | None = None  # how many these are of each, and where its fields are
        self._values: list[Any] = []
        self._empty: list[Any] = []  # the containers among the values that hold nothing
        self._places: list[int] = []  # where there are numbers and the other containers
        self._json: list[str] = []  # what is there

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> ModelsGuard:
        """Those of models with these guards."""
        models = cls()
        for model, guard in zip(live, guards, strict=True):
            if not models._add(model, guard):
                models._apart[models._length] = guard
            models._length += 1
        return models._prepare_comparison()

    def extended_by(self, more: ModelsGuard) -> ModelsGuard | None:
        """These and more of them; ``None`` if they refer to other things and must be compared one by one."""
        if self._layout and more._layout not in (None, self._layout):
            return None
        length, start = self._length, len(self._values)
        both = ModelsGuard()
        both._length = length + more._length
        both._apart = {**self._apart, **{length + place: guard for place, guard in more._apart.items()}}
        both._types = self._types + more._types
        both._sizes = self._sizes + more._sizes
        both._referents = self._referents + more._referents
        both._layout = self._layout or more._layout
        both._values = self._values + more._values
        both._empty = self._empty + more._empty
        both._places = self._places + [start + place for place in more._places]
        both._json = self._json + more._json
        return both._prepare_comparison()

    def _add(self, model: Any, guard: RecordGuard) -> bool:
        """Take one more; ``False`` if it has to be apart."""
        fields, start = field_guards(guard.contents), len(self._values)
        values = [*fields.values()]
        empty: list[Any] = []
        written: dict[int, str] = {}
        try:
            now, extra = contents_of(model), extra_of(model)
            for place, (name, inner) in enumerate(fields.items()):
                if inner is None or type(inner) is str:
                    continue
                if type(inner) not in NUMBERS:
                    values[place] = now[name]
                if type(inner) in EMPTY and not inner and type(now[name]) is type(inner):
                    empty.append(now[name])
                else:
                    # As text: its bytes would keep a buffer of kilobytes.
                    written[start + place] = orjson.dumps(_guard_as_json(inner)).decode()
        except (TypeError, KeyError):  # something in it is not JSON; it is changing meanwhile
            return False
        referents = get_referents(model)
        ids = [*map(id, referents)]
        if guard.extra or not {id(now), id(type(model)), id(extra)}.issubset(ids):
            return False
        layout = len(ids), ids.index(id(now))
        if layout != (self._layout or layout) or not _are_same(get_referents(now), values):
            return False
        self._layout = layout
        self._referents += referents
        self._types.append(type(model))
        self._sizes.append(len(fields))
        self._values += values
        self._empty += empty if extra is None else [*empty, extra]
        self._places += written
        self._json += written.values()
        return True

    def _prepare_comparison(self) -> ModelsGuard:
        self._written = f"[{','.join(self._json)}]".encode()
        places = self._places
        self._pick: Callable[[list[Any]], Any] = (
            itemgetter(*places) if len(places) > 1 else lambda values: [values[place] for place in places]
        )
        return self

    def __eq__(self, live: Any) -> bool:
        if self._apart:
            if not all(is_unchanged(guard, live[place]) for place, guard in self._apart.items()):
                return False
            live = [model for place, model in enumerate(live) if place not in self._apart]
        contents = self._contents(live)
        if contents is None or any(self._empty) or self._sizes != [*map(len, contents)]:
            return False
        values = get_referents(*contents)
        return self._values == values and self._written == orjson.dumps(
            self._pick(values), option=_NOTHING_ELSE
        )

    def _contents(self, live: list[Any]) -> list[dict[str, Any]] | None:
        """The fields of models; ``None`` if they have more, or are of other classes."""
        referents = get_referents(*live)
        if self._referents == referents:
            count, place = self._layout or (1, 0)
            return referents[place::count]
        if self._types != [*map(type, live)] or any(map(extra_of, live)):
            return None
        return [*map(contents_of, live)]


def _are_same(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(map(is_, left, right))


def _guard_as_json(guard: Guard) -> Any:
    """What a guard guards, as JSON; other guards in it stay, which are none."""
    inner = guard.plain if type(guard) is TypedItemsGuard else guard
    if type(inner) is dict:
        return {key: _guard_as_json(item) for key, item in inner.items()}
    if type(inner) is list or type(inner) is tuple or type(inner) is LongListGuard:
        return [*map(_guard_as_json, inner)]
    return inner


def item_guards(guard: Guard) -> list[Guard] | tuple[Guard, ...] | LongListGuard:
    """The guards of the items of a list, none where it was none."""
    inner: Any = guard.plain if type(guard) is TypedItemsGuard else guard
    return inner if isinstance(inner, (list, tuple, LongListGuard)) else ()
