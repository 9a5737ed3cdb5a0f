"""The guard of many models at once, such as the messages of a block of a long list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from gc import get_referents
from operator import is_, itemgetter
from typing import Any, NamedTuple

import orjson

from lg_jupyter.encode.guards import (
    EMPTY_GUARDS,
    NUMBER_TYPES,
    CustomGuard,
    Guard,
    RecordGuard,
    TypedItemsGuard,
    field_guards,
    is_unchanged,
    read_instance_dict,
    read_pydantic_extra,
)

_NOTHING_ELSE = (
    orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
)
"""Has what is not JSON refused."""


class ModelsGuard(CustomGuard):
    """What models hold, side by side.

    The values of their fields are compared with those that were there: the same object is equal without a
    look at it. So what is in the containers among them is compared too, as JSON; and with it the numbers, of
    which JSON tells the types. Models with something else in them are ``apart``, to be compared one by one.

    What objects refer to, the garbage collector tells of all in one call: of a model its ``__dict__``,
    its class and what else it has, of a dict its values. A model of which it tells less is ``apart``, too.

    One more lie is believed: that a field is there, if another with the same value was put in its place.
    """

    __slots__ = ("_apart", "_held", "_length", "_pick", "_written")

    def __init__(self, length: int, apart: dict[int, Guard], held: _HeldByModels) -> None:
        self._length = length
        self._apart = apart  # by their place among the models
        self._held = held  # by the others
        self._written = f"[{','.join(held.json)}]".encode()
        self._pick = _make_picker(held.places)

    @classmethod
    def of(cls, live: list[Any], guards: list[Guard]) -> ModelsGuard:
        """That of models with these guards."""
        apart, held = {}, _HeldByModels()
        for place, (model, guard) in enumerate(zip(live, guards, strict=True)):
            one = _read_model(model, guard)
            if one is None or not held.add(one):
                apart[place] = guard
        return cls(len(live), apart, held)

    def extended_by(self, more: ModelsGuard) -> ModelsGuard | None:
        """These and more of them; ``None`` if they refer to other things and must be compared one by one."""
        held = self._held.extended_by(more._held)
        if held is None:
            return None
        moved = {self._length + place: guard for place, guard in more._apart.items()}
        return ModelsGuard(self._length + more._length, {**self._apart, **moved}, held)

    def __eq__(self, live: Any) -> bool:
        if self._apart:
            if not all(is_unchanged(guard, live[place]) for place, guard in self._apart.items()):
                return False
            live = [model for place, model in enumerate(live) if place not in self._apart]
        held = self._held
        contents = held.find_contents(live)
        if contents is None or any(held.empty) or held.sizes != [*map(len, contents)]:
            return False
        values = get_referents(*contents)
        return held.values == values and self._written == orjson.dumps(
            self._pick(values), option=_NOTHING_ELSE
        )


class _HeldByModel(NamedTuple):
    """What one model holds.

    ``referents`` is what it refers to, ``layout`` how many these are and which of them has its fields. Of the
    ``values`` of its fields, ``json`` has the numbers and containers as JSON, by their places; ``empty`` are
    the containers that hold nothing.
    """

    cls: type
    referents: list[Any]
    layout: tuple[int, int]
    values: list[Any]
    json: dict[int, str]
    empty: list[Any]


@dataclass(slots=True)
class _HeldByModels:
    """The same of many, one after the other: of a list that grows, each step compares them all."""

    classes: list[type] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # how many fields each has
    referents: list[Any] = field(default_factory=list)
    layout: tuple[int, int] | None = None  # that all have
    values: list[Any] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of what is compared as JSON, among the values
    json: list[str] = field(default_factory=list)  # what is there
    empty: list[Any] = field(default_factory=list)

    def add(self, one: _HeldByModel) -> bool:
        """Take one more; ``False`` if what it refers to is laid out in another way."""
        if self.layout not in (None, one.layout):
            return False
        start = len(self.values)
        self.layout = one.layout
        self.classes.append(one.cls)
        self.sizes.append(len(one.values))
        self.referents += one.referents
        self.values += one.values
        self.places += [start + place for place in one.json]
        self.json += one.json.values()
        self.empty += one.empty
        return True

    def extended_by(self, more: _HeldByModels) -> _HeldByModels | None:
        """These and those of more; ``None`` if what they refer to is laid out in another way."""
        if self.layout and more.layout and self.layout != more.layout:
            return None
        start = len(self.values)
        return _HeldByModels(
            self.classes + more.classes,
            self.sizes + more.sizes,
            self.referents + more.referents,
            self.layout or more.layout,
            self.values + more.values,
            self.places + [start + place for place in more.places],
            self.json + more.json,
            self.empty + more.empty,
        )

    def find_contents(self, live: list[Any]) -> list[dict[str, Any]] | None:
        """The fields of models now; ``None`` if they have more, or are of other classes."""
        referents = get_referents(*live)
        if self.referents == referents:
            count, place = self.layout or (1, 0)
            return referents[place::count]
        if self.classes != [*map(type, live)] or any(map(read_pydantic_extra, live)):
            return None
        return [*map(read_instance_dict, live)]


def _read_model(model: Any, guard: RecordGuard) -> _HeldByModel | None:
    """What a model holds; ``None`` if that cannot be compared with all in one go, or changes meanwhile."""
    fields = field_guards(guard.dict_guard)
    values = [*fields.values()]  # a text and a number guard themselves
    json: dict[int, str] = {}
    empty: list[Any] = []
    try:
        now, extra = read_instance_dict(model), read_pydantic_extra(model)
        for place, (name, inner) in enumerate(fields.items()):
            if inner is None or type(inner) is str:
                continue
            if type(inner) not in NUMBER_TYPES:
                values[place] = now[name]
            if type(inner) in EMPTY_GUARDS and not inner and type(now[name]) is type(inner):
                empty.append(now[name])
            else:
                # As text: its bytes would keep a buffer of kilobytes.
                json[place] = orjson.dumps(inner, default=_unwrap).decode()
    except (TypeError, KeyError):  # something in it is not JSON; it is changing meanwhile
        return None
    if extra is not None:
        empty.append(extra)
    referents = get_referents(model)
    ids = [*map(id, referents)]
    if guard.extra_guard or not {id(now), id(type(model)), id(extra)}.issubset(ids):
        return None
    if not _are_same(get_referents(now), values):
        return None
    return _HeldByModel(type(model), referents, (len(ids), ids.index(id(now))), values, json, empty)


def _unwrap(guard: Guard) -> Any:
    """The guards in one that holds others, for orjson to write; ``TypeError`` for any other."""
    return guard.plain_container if type(guard) is TypedItemsGuard else [*guard]


def _are_same(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(map(is_, left, right))


def _make_picker(places: list[int]) -> Callable[[list[Any]], Any]:
    """What gives the values at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]
