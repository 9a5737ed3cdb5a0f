"""The lines of a saved run: parts as JSON and back, exactly.

A list that grows from step to step is written once. Where it stands, a line has an object with the one key
that the header names (``list_key``)::

    {"$list-5f0c": [7, 40, [{…}, {…}]]}

which is: the first 40 items of list number 7, of which these two are new. Lists that are short, and all
else, stand as they are.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

import orjson

from lg_jupyter.encode import SharedList
from lg_jupyter.encode.messages import is_last_chunk
from lg_jupyter.events.events import JSON, Part

MAX_DEPTH = 200
"""Levels of nesting that are read; what is written has less than half of that."""

BASE_VALUES = 10_000
VALUES_PER_BYTE = 50
MAX_VALUES = 10_000_000
"""How many values a line may stand for, with what its references stand for: more the more bytes were read,
up to some millions and those that were read themselves. What a run writes is far below; without a measure,
lists that refer to lists that refer to lists would make a few kilobytes more than any memory holds."""

MAX_REFERENCE_LEVELS = 64
"""Levels of lists in which one refers to the next; what is written has few."""

LOST: JSON = {"$type": "lost", "repr": "<in a damaged part of the file>"}
"""What stands for an item that was in a line that is missing."""

MAX_LOST_LISTS, MAX_LOST_ITEMS = 100_000, 1_000_000

_DIGITS = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
_LONG_NUMBER = b"0" * 19
"""As :data:`_DIGITS` writes it, an integer that may have more than 64 bits: orjson would round it."""


class LineError(ValueError):
    """A line is none of a saved run."""


class ExcessError(LineError):
    """It would be more than a run has."""


def list_key_of(run_id: object) -> str:
    """A key that no dict in a run has, for nothing in there knows the id; the same when it is saved again."""
    named = hashlib.sha256(run_id.encode()).hexdigest() if isinstance(run_id, str) else secrets.token_hex()
    return f"$list-{named[:16]}"


class LineWriter:
    """Makes the lines of one file, in order."""

    def __init__(self, list_key: str) -> None:
        self._key = list_key
        self._lists: dict[int, tuple[int, int, SharedList]] = {}
        """By buffer: the list's number, how much of it is written, and the list, so that its id stays."""

    def line(self, part: Part) -> bytes:
        """One part, with the end of the line."""
        try:
            return orjson.dumps(part, default=self._list, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:  # a name that UTF-8 cannot carry
            named = replace(part, mode=_clean(part.mode), namespace=_clean(part.namespace))
            return orjson.dumps(named, default=self._list, option=orjson.OPT_APPEND_NEWLINE)

    def _list(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, SharedList):
            raise TypeError(f"not an encoded value: {type(value).__name__}")
        number, written, _ = self._lists.get(value.buffer_id, (len(self._lists), 0, value))
        if len(value) <= written:
            return {self._key: [number, len(value), []]}
        self._lists[value.buffer_id] = (number, len(value), value)
        return {self._key: [number, len(value), value[written:]]}


class LineReader:
    """Makes parts of the lines of one file, in order."""

    def __init__(self, list_key: str | None) -> None:
        self._key = list_key
        self._mark = b"" if list_key is None else orjson.dumps(list_key)
        self._lists = _Lists()
        self._newest: tuple[JSON, JSON] | None = None  # an open message's id, and its call's metadata

    def tolerate_gaps(self) -> None:
        """Lines are missing: what later ones refer to may be among them."""
        self._lists.has_gaps = True

    def part(self, line: bytes) -> Part:
        """The part that a line holds.

        Raises
        ------
        LineError
            If it holds none; the text says why.
        """
        fields = loads(line)
        self._lists.read += len(line)
        if not isinstance(fields, dict):
            raise LineError("it is no object")
        data = fields.get("data")
        if self._key is not None and self._mark in line:
            data = self._with_lists(data, _Size())
        timestamp, source_id = fields.get("timestamp"), fields.get("source_id")
        mode, namespace = fields.get("mode"), fields.get("namespace")
        if not isinstance(mode, str) or not isinstance(namespace, str):
            raise LineError("it has no mode or no namespace")
        if not isinstance(timestamp, (int, float)) or isinstance(timestamp, bool):
            raise LineError("it has no timestamp")
        if source_id is not None and not isinstance(source_id, str):
            raise LineError("its source_id is no text")
        return Part(mode, namespace, self._shared(data), timestamp, source_id)

    def _shared(self, data: JSON) -> JSON:
        """Chunks of one message repeat what is known of their model call: keep it once.

        Two calls of one task may have equal metadata; one object stands for one call.
        """
        if type(data) is list and len(data) == 2 and type(data[0]) is dict and type(data[1]) is dict:
            message, metadata = data
            if message.get("id") is not None and self._newest == (message["id"], metadata):
                data[1] = self._newest[1]
            self._newest = None if is_last_chunk(message) else (message.get("id"), data[1])
        return data

    def _with_lists(self, value: JSON, size: _Size) -> JSON:
        """A value with the lists that it refers to; ``size`` grows by what they stand for."""
        if type(value) is list:
            size.values += len(value)
            return [self._with_lists(item, size) for item in value]
        if type(value) is not dict:
            return value
        if len(value) == 1 and self._key in value:
            return self._list(value[self._key], size)
        size.values += len(value)
        return {key: self._with_lists(item, size) for key, item in value.items()}

    def _list(self, reference: JSON, size: _Size) -> SharedList:
        if type(reference) is not list or [type(item) for item in reference] != [int, int, list]:
            raise LineError("it has a list that is none")
        number, length, new_items = reference
        lists = self._lists
        known = length - len(new_items)
        if lists.open_list(number, known) != known and new_items:  # a damaged number: nothing may be put in
            raise LineError("it goes on with a list that is not there")
        for item in new_items:
            item_size = _Size()
            lists.add(number, self._with_lists(item, item_size), item_size)
        return lists.prefix(number, length, size)


@dataclass(slots=True)
class _Size:
    """How much a value is with all that it refers to: how many values, and lists in lists."""

    values: int = 0
    levels: int = 0


class _Lists:
    """The lists of a file, as far as they were read, and how much each of their beginnings is.

    Attributes
    ----------
    read
        The bytes that were read so far.
    has_gaps
        Whether lines are missing, and what was in them may be referred to.
    """

    def __init__(self) -> None:
        self.read = 0
        self.has_gaps = False
        self._lists: list[SharedList] = []
        self._sizes: list[list[_Size]] = []

    def open_list(self, number: int, known: int) -> int:
        """A list is referred to, the next new one or one that goes on, of which ``known`` items had been.

        Returns how many items it has.
        """
        if self.has_gaps and number < MAX_LOST_LISTS:
            while len(self._lists) < number:
                self._lists.append(SharedList())
                self._sizes.append([_Size(0, 1)])
        if number == len(self._lists):
            self._lists.append(SharedList())
            self._sizes.append([_Size(0, 1)])
        if not 0 <= number < len(self._lists):
            raise LineError("it goes on with a list that is not there")
        lost = min(known, MAX_LOST_ITEMS) - len(self._lists[number]) if self.has_gaps else 0
        for _ in range(lost):
            self.add(number, LOST, _Size(1))
        return len(self._lists[number])

    def add(self, number: int, item: JSON, size: _Size) -> None:
        before = self._sizes[number][-1]
        self._lists[number] = self._lists[number].extended_by([item])
        self._sizes[number].append(
            _Size(before.values + size.values + 1, max(before.levels, size.levels + 1))
        )

    def prefix(self, number: int, length: int, size: _Size) -> SharedList:
        """The beginning of a list, which makes what refers to it greater."""
        if not 0 <= length < len(self._sizes[number]):
            raise LineError("it goes on with a list that is not there")
        prefix_size = self._sizes[number][length]
        size.values += prefix_size.values
        size.levels = max(size.levels, prefix_size.levels)
        if size.values > min(BASE_VALUES + VALUES_PER_BYTE * self.read, MAX_VALUES + self.read):
            raise ExcessError("its lists refer to others so often that they would have no measure")
        if size.levels > MAX_REFERENCE_LEVELS:
            raise ExcessError("its lists refer to others without end")
        return self._lists[number].first(length)


def loads(line: bytes) -> JSON:
    """A line as JSON, without what no run has: endless nesting, numbers without measure.

    Raises
    ------
    LineError
        If it is no JSON, or not such.
    """
    try:
        value = _slow_loads(line) if _LONG_NUMBER in line.translate(_DIGITS) else _loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"it is no JSON: {str(error).split(': line')[0]}") from None
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    return value


def _loads(line: bytes) -> JSON:
    try:
        return orjson.loads(line)
    except ValueError:  # or a number that is infinite
        return _slow_loads(line)


def _slow_loads(line: bytes) -> JSON:
    try:
        value = json.loads(line, parse_int=_int, parse_float=_float, parse_constant=_float)
        orjson.dumps(value)  # refuses what UTF-8 cannot carry
    except (UnicodeDecodeError, TypeError):
        raise ValueError("not in UTF-8") from None
    return value


def _clean(name: str) -> str:
    return name.encode(errors="replace").decode()


def _int(text: str) -> Any:
    if len(text) <= 20:
        number = int(text)
        if -(2**63) <= number < 2**64:
            return number
    return {"$type": "int", "repr": text[:500]}


def _float(text: str) -> Any:
    number = float(text)
    finite = number - number == 0
    return number if finite else {"$type": "float", "repr": repr(number)}


def _check_depth(value: JSON) -> None:
    level: list[JSON] = [value]
    for _ in range(MAX_DEPTH):
        inner: list[JSON] = []
        for item in level:
            if type(item) is dict:
                inner.extend(item.values())
            elif type(item) is list:
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise ExcessError("it is nested too deep")
