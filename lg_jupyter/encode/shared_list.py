"""A list whose versions share their beginning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast, overload

import orjson

from lg_jupyter.events.events import JSON

_JSONValue = TypeVar("_JSONValue", bound=JSON)


class SharedList(Sequence[JSON]):
    """An immutable list: the first ``length`` items of a buffer that is only ever appended to.

    The list that a step made longer by one is a view of the same buffer, so a thousand versions of a
    growing list cost one buffer. Equal to plain lists of the same items.
    """

    __slots__ = ("_buffer", "_length")

    def __init__(self, items: Iterable[JSON] = ()) -> None:
        self._buffer: list[JSON] = list(items)
        self._length = len(self._buffer)

    @classmethod
    def __subclasshook__(cls, other: type) -> bool:
        """Of modules that are loaded anew the class is another one; values that were there before stay."""
        return other.__name__ == cls.__name__ or NotImplemented

    def extended_by(self, items: Sequence[JSON]) -> SharedList:
        """This list with ``items`` after it, in the same buffer if nothing else was put there yet."""
        if not items:
            return self
        if len(self._buffer) != self._length:
            return SharedList([*self.to_list(), *items])
        self._buffer.extend(items)
        return self._make_view(self._length + len(items))

    def get_prefix(self, length: int) -> SharedList:
        """The first ``length`` items, in the same buffer."""
        return self if length == self._length else self._make_view(length)

    def _make_view(self, length: int) -> SharedList:
        view: SharedList = SharedList.__new__(SharedList)
        view._buffer = self._buffer
        view._length = length
        return view

    @property
    def buffer_id(self) -> int:
        """The same for all versions of one list, for as long as one of them is there."""
        return id(self._buffer)

    def count_common_prefix(self, other: Sequence[JSON]) -> int:
        """How many leading items are the same *objects* in both; at once for versions of one list."""
        shortest = min(self._length, len(other))
        if isinstance(other, SharedList) and other.buffer_id == self.buffer_id:
            return shortest
        for index, (mine, theirs) in enumerate(zip(self, other, strict=False)):
            if mine is not theirs:
                return index
        return shortest

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> JSON: ...
    @overload
    def __getitem__(self, index: slice) -> list[JSON]: ...
    def __getitem__(self, index: int | slice) -> JSON:
        if isinstance(index, slice):
            return [self._buffer[i] for i in range(*index.indices(self._length))]
        position = index + self._length if index < 0 else index
        if not 0 <= position < self._length:
            raise IndexError("list index out of range")
        return self._buffer[position]

    def __iter__(self) -> Iterator[JSON]:
        return iter(self.to_list())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SharedList):
            same = self._buffer is other._buffer and self._length == other._length
            return same or self.to_list() == other.to_list()
        return isinstance(other, list) and len(other) == self._length and self.to_list() == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.to_list())

    def to_list(self) -> list[JSON]:
        """The items in a list of their own."""
        return self._buffer[: self._length]


def dump_json(value: JSON) -> bytes:
    """An encoded value as JSON in UTF-8."""
    return orjson.dumps(value, default=_convert_encoded_sequence_to_list)


def to_plain_json(value: _JSONValue) -> _JSONValue:
    """An encoded value made of dicts and lists only, for code that asks for those."""
    return cast(_JSONValue, _copy_plain(value))


def _copy_plain(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _copy_plain(item) for key, item in value.items()}
    if isinstance(value, (list, SharedList)):
        return [_copy_plain(item) for item in value]
    return value


def _convert_encoded_sequence_to_list(value: Any) -> list[JSON]:
    if isinstance(value, SharedList):
        return value.to_list()
    if isinstance(value, tuple):  # one with names, which orjson leaves to us
        return list(value)
    raise TypeError(f"not an encoded value: {type(value).__name__}")
