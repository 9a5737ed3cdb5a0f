"""The snapshot of many models at once, such as the messages of a block of a long list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from gc import get_referents
from operator import is_, itemgetter
from typing import Any, NamedTuple

import orjson

from lg_jupyter.encode.snapshots import (
    EMPTY_CONTAINER_SNAPSHOTS,
    NUMBER_TYPES,
    CustomEqualitySnapshot,
    RecordSnapshot,
    Snapshot,
    TypedItemsSnapshot,
    get_field_snapshots,
    is_unchanged,
    read_instance_dict,
    read_pydantic_extra,
)

_STRICT_ORJSON_OPTIONS = (
    orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
)
"""Has what is not JSON refused."""


class PydanticModelListSnapshot(CustomEqualitySnapshot):
    """What models hold, side by side.

    The values of their fields are compared with those that were there: the same object is equal without a
    look at it. So what is in the containers among them is compared too, as JSON; and with it the numbers, of
    which JSON tells the types. Models with something else in them are compared one by one.

    What objects refer to, the garbage collector tells of all in one call: of a model its ``__dict__``,
    its class and what else it has, of a dict its values. A model of which it tells less is compared by
    itself, too.

    One more lie is believed: that a field is there, if another with the same value was put in its place.
    """

    __slots__ = ("_contents", "_expected_json", "_get_json_values", "_length", "_single_snapshots")

    def __init__(
        self, length: int, single_snapshots: dict[int, Snapshot], contents: _PydanticModelListContents
    ) -> None:
        self._length = length
        self._single_snapshots = single_snapshots  # by their models' positions
        self._contents = contents  # of the others
        self._expected_json = f"[{','.join(contents.json_texts)}]".encode()
        self._get_json_values = _make_items_getter(contents.json_positions)

    @classmethod
    def from_models(cls, live: list[Any], snapshots: list[Snapshot]) -> PydanticModelListSnapshot:
        """That of models with these snapshots."""
        single_snapshots, contents = {}, _PydanticModelListContents()
        for position, (model, snapshot) in enumerate(zip(live, snapshots, strict=True)):
            one = _read_pydantic_model_contents(model, snapshot)
            if one is None or not contents.add_model(one):
                single_snapshots[position] = snapshot
        return cls(len(live), single_snapshots, contents)

    def extended_by(self, more: PydanticModelListSnapshot) -> PydanticModelListSnapshot | None:
        """These and more of them; ``None`` if they refer to other things and must be compared one by one."""
        contents = self._contents.extended_by(more._contents)
        if contents is None:
            return None
        moved = {self._length + position: snapshot for position, snapshot in more._single_snapshots.items()}
        return PydanticModelListSnapshot(
            self._length + more._length, {**self._single_snapshots, **moved}, contents
        )

    def __eq__(self, live: Any) -> bool:
        single = self._single_snapshots
        if single:
            if not all(is_unchanged(snapshot, live[position]) for position, snapshot in single.items()):
                return False
            live = [model for position, model in enumerate(live) if position not in single]
        expected = self._contents
        fields = expected.get_current_field_dicts(live)
        if fields is None or any(expected.empty_containers) or expected.field_counts != [*map(len, fields)]:
            return False
        values = get_referents(*fields)
        return expected.field_values == values and self._expected_json == orjson.dumps(
            self._get_json_values(values), option=_STRICT_ORJSON_OPTIONS
        )


class _PydanticModelContents(NamedTuple):
    """What one model holds.

    ``referents`` is what it refers to, ``referent_layout`` how many these are and which of them has its
    fields. Of the ``field_values``, ``json_by_position`` has the numbers and containers as JSON.
    """

    cls: type
    referents: list[Any]
    referent_layout: tuple[int, int]
    field_values: list[Any]
    json_by_position: dict[int, str]
    empty_containers: list[Any]


@dataclass(slots=True)
class _PydanticModelListContents:
    """The same of many, one after the other: of a list that grows, each step compares them all."""

    classes: list[type] = field(default_factory=list)
    field_counts: list[int] = field(default_factory=list)
    referents: list[Any] = field(default_factory=list)
    referent_layout: tuple[int, int] | None = None  # that all have
    field_values: list[Any] = field(default_factory=list)
    json_positions: list[int] = field(default_factory=list)  # among the values
    json_texts: list[str] = field(default_factory=list)  # of what is there
    empty_containers: list[Any] = field(default_factory=list)

    def add_model(self, one: _PydanticModelContents) -> bool:
        """Take one more; ``False`` if what it refers to is laid out in another way."""
        if self.referent_layout not in (None, one.referent_layout):
            return False
        start = len(self.field_values)
        self.referent_layout = one.referent_layout
        self.classes.append(one.cls)
        self.field_counts.append(len(one.field_values))
        self.referents += one.referents
        self.field_values += one.field_values
        self.json_positions += [start + position for position in one.json_by_position]
        self.json_texts += one.json_by_position.values()
        self.empty_containers += one.empty_containers
        return True

    def extended_by(self, more: _PydanticModelListContents) -> _PydanticModelListContents | None:
        """These and those of more; ``None`` if what they refer to is laid out in another way."""
        if self.referent_layout and more.referent_layout and self.referent_layout != more.referent_layout:
            return None
        start = len(self.field_values)
        return _PydanticModelListContents(
            self.classes + more.classes,
            self.field_counts + more.field_counts,
            self.referents + more.referents,
            self.referent_layout or more.referent_layout,
            self.field_values + more.field_values,
            self.json_positions + [start + position for position in more.json_positions],
            self.json_texts + more.json_texts,
            self.empty_containers + more.empty_containers,
        )

    def get_current_field_dicts(self, live: list[Any]) -> list[dict[str, Any]] | None:
        """The fields of models now; ``None`` if they have more, or are of other classes."""
        referents = get_referents(*live)
        if self.referents == referents:
            count, dict_index = self.referent_layout or (1, 0)
            return referents[dict_index::count]
        if self.classes != [*map(type, live)] or any(map(read_pydantic_extra, live)):
            return None
        return [*map(read_instance_dict, live)]


def _read_pydantic_model_contents(model: Any, snapshot: RecordSnapshot) -> _PydanticModelContents | None:
    """What a model holds; ``None`` if that cannot be compared with all in one go, or changes meanwhile."""
    fields = get_field_snapshots(snapshot.dict_snapshot)
    values = [*fields.values()]  # a text and a number are their own snapshots
    json: dict[int, str] = {}
    empty: list[Any] = []
    try:
        now, extra = read_instance_dict(model), read_pydantic_extra(model)
        for position, (name, inner) in enumerate(fields.items()):
            if inner is None or type(inner) is str:
                continue
            if type(inner) not in NUMBER_TYPES:
                values[position] = now[name]
            if type(inner) in EMPTY_CONTAINER_SNAPSHOTS and not inner and type(now[name]) is type(inner):
                empty.append(now[name])
            else:
                # As text: its bytes would keep a buffer of kilobytes.
                json[position] = orjson.dumps(inner, default=_serialize_inner_snapshots).decode()
    except (TypeError, KeyError):  # something in it is not JSON; it is changing meanwhile
        return None
    if extra is not None:
        empty.append(extra)
    referents = get_referents(model)
    ids = [*map(id, referents)]
    if snapshot.extra_snapshot or not {id(now), id(type(model)), id(extra)}.issubset(ids):
        return None
    if not _are_same_objects(get_referents(now), values):
        return None
    return _PydanticModelContents(type(model), referents, (len(ids), ids.index(id(now))), values, json, empty)


def _serialize_inner_snapshots(snapshot: Snapshot) -> Any:
    """The snapshots in one that holds others, for orjson to write; ``TypeError`` for any other."""
    return snapshot.plain_container if type(snapshot) is TypedItemsSnapshot else [*snapshot]


def _are_same_objects(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(map(is_, left, right))


def _make_items_getter(positions: list[int]) -> Callable[[list[Any]], Any]:
    """What gives the values at these positions."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda values: [values[position] for position in positions]
