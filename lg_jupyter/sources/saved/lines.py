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

MAX_NESTING_DEPTH = 200
"""Levels of nesting that are read; what is written has less than half of that."""

MIN_VALUE_COUNT_LIMIT = 10_000
VALUE_COUNT_LIMIT_PER_BYTE = 50
MAX_VALUE_COUNT_LIMIT = 10_000_000
"""How many values a line may stand for, with what its references stand for: more the more bytes were read,
up to some millions and those that were read themselves. What a run writes is far below; without a measure,
lists that refer to lists that refer to lists would make a few kilobytes more than any memory holds."""

MAX_REFERENCE_LEVELS = 64
"""Levels of lists in which one refers to the next; what is written has few."""

LOST_VALUE_PLACEHOLDER: JSON = {"$type": "lost", "repr": "<in a damaged part of the file>"}
"""What stands for an item that was in a line that is missing."""

MAX_LOST_LISTS, MAX_LOST_ITEMS = 100_000, 1_000_000

_DIGIT_TRANSLATION = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
_TRANSLATED_LONG_NUMBER = b"0" * 19
"""As :data:`_DIGIT_TRANSLATION` writes it, an integer of perhaps more than 64 bits: orjson would round it."""


class InvalidLineError(ValueError):
    """A line is none of a saved run."""


class TooLargeLineError(InvalidLineError):
    """It would be more than a run has."""


def make_list_reference_key(run_id: object) -> str:
    """A key that no dict in a run has, for nothing in there knows the id; the same when it is saved again."""
    named = hashlib.sha256(run_id.encode()).hexdigest() if isinstance(run_id, str) else secrets.token_hex()
    return f"$list-{named[:16]}"


class PartLineEncoder:
    """Makes the lines of one file, in order."""

    def __init__(self, list_reference_key: str) -> None:
        self._list_reference_key = list_reference_key
        self._written_lists: dict[int, tuple[int, int, SharedList]] = {}
        """By buffer: the list's number, how much of it is written, and the list, so that its id stays."""

    def encode_part(self, part: Part) -> bytes:
        """One part, with the end of the line."""
        try:
            return orjson.dumps(part, default=self._encode_shared_list, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:  # a name that UTF-8 cannot carry
            named = replace(
                part,
                mode=_replace_lone_surrogates(part.mode),
                namespace=_replace_lone_surrogates(part.namespace),
            )
            return orjson.dumps(named, default=self._encode_shared_list, option=orjson.OPT_APPEND_NEWLINE)

    def _encode_shared_list(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, SharedList):
            raise TypeError(f"not an encoded value: {type(value).__name__}")
        number, written, _ = self._written_lists.get(value.buffer_id, (len(self._written_lists), 0, value))
        if len(value) <= written:
            return {self._list_reference_key: [number, len(value), []]}
        self._written_lists[value.buffer_id] = (number, len(value), value)
        return {self._list_reference_key: [number, len(value), value[written:]]}


class PartLineDecoder:
    """Makes parts of the lines of one file, in order."""

    def __init__(self, list_reference_key: str | None) -> None:
        self._list_reference_key = list_reference_key
        self._list_reference_key_json = (
            b"" if list_reference_key is None else orjson.dumps(list_reference_key)
        )
        self._shared_lists = _SharedListTable()
        self._open_message_metadata: tuple[JSON, JSON] | None = (
            None  # an open message's id, and its call's metadata
        )

    def tolerate_missing_lines(self) -> None:
        """Lines are missing: what later ones refer to may be among them."""
        self._shared_lists.has_missing_lines = True

    def decode_line(self, line: bytes) -> Part:
        """The part that a line holds.

        Raises
        ------
        InvalidLineError
            If it holds none; the text says why.
        """
        fields = parse_json_line(line)
        self._shared_lists.bytes_read += len(line)
        if not isinstance(fields, dict):
            raise InvalidLineError("it is no object")
        data = fields.get("data")
        if self._list_reference_key is not None and self._list_reference_key_json in line:
            data = self._resolve_list_references(data, _ValueSize())
        timestamp, source_id = fields.get("timestamp"), fields.get("source_id")
        mode, namespace = fields.get("mode"), fields.get("namespace")
        if not isinstance(mode, str) or not isinstance(namespace, str):
            raise InvalidLineError("it has no mode or no namespace")
        if not isinstance(timestamp, (int, float)) or isinstance(timestamp, bool):
            raise InvalidLineError("it has no timestamp")
        if source_id is not None and not isinstance(source_id, str):
            raise InvalidLineError("its source_id is no text")
        return Part(mode, namespace, self._share_repeated_metadata(data), timestamp, source_id)

    def _share_repeated_metadata(self, data: JSON) -> JSON:
        """Chunks of one message repeat what is known of their model call: keep it once.

        Two calls of one task may have equal metadata; one object stands for one call.
        """
        if type(data) is list and len(data) == 2 and type(data[0]) is dict and type(data[1]) is dict:
            message, metadata = data
            if message.get("id") is not None and self._open_message_metadata == (message["id"], metadata):
                data[1] = self._open_message_metadata[1]
            self._open_message_metadata = None if is_last_chunk(message) else (message.get("id"), data[1])
        return data

    def _resolve_list_references(self, value: JSON, size: _ValueSize) -> JSON:
        """A value with the lists that it refers to; ``size`` grows by what they stand for."""
        if type(value) is list:
            size.value_count += len(value)
            return [self._resolve_list_references(item, size) for item in value]
        if type(value) is not dict:
            return value
        if len(value) == 1 and self._list_reference_key in value:
            return self._resolve_list_reference(value[self._list_reference_key], size)
        size.value_count += len(value)
        return {key: self._resolve_list_references(item, size) for key, item in value.items()}

    def _resolve_list_reference(self, reference: JSON, size: _ValueSize) -> SharedList:
        if type(reference) is not list or [type(item) for item in reference] != [int, int, list]:
            raise InvalidLineError("it has a list that is none")
        number, length, new_items = reference
        lists = self._shared_lists
        known = length - len(new_items)
        # Where a number is damaged, nothing may be put in.
        if lists.ensure_list_and_count_items(number, known) != known and new_items:
            raise InvalidLineError("it goes on with a list that is not there")
        for item in new_items:
            item_size = _ValueSize()
            lists.append_item(number, self._resolve_list_references(item, item_size), item_size)
        return lists.get_list_prefix_and_add_size(number, length, size)


@dataclass(slots=True)
class _ValueSize:
    """How much a value is with all that it refers to: how many values, and lists in lists."""

    value_count: int = 0
    list_nesting_depth: int = 0


class _SharedListTable:
    """The lists of a file, as far as they were read, and how much each of their beginnings is.

    Attributes
    ----------
    bytes_read
        The bytes that were read so far.
    has_missing_lines
        Whether lines are missing, and what was in them may be referred to.
    """

    def __init__(self) -> None:
        self.bytes_read = 0
        self.has_missing_lines = False
        self._lists: list[SharedList] = []
        self._prefix_sizes: list[list[_ValueSize]] = []

    def ensure_list_and_count_items(self, list_number: int, known_item_count: int) -> int:
        """A list is referred to, a new one or one that goes on, of which ``known_item_count`` items had been.

        Returns how many items it has.
        """
        if self.has_missing_lines and list_number < MAX_LOST_LISTS:
            while len(self._lists) < list_number:
                self._lists.append(SharedList())
                self._prefix_sizes.append([_ValueSize(0, 1)])
        if list_number == len(self._lists):
            self._lists.append(SharedList())
            self._prefix_sizes.append([_ValueSize(0, 1)])
        if not 0 <= list_number < len(self._lists):
            raise InvalidLineError("it goes on with a list that is not there")
        lost = (
            min(known_item_count, MAX_LOST_ITEMS) - len(self._lists[list_number])
            if self.has_missing_lines
            else 0
        )
        for _ in range(lost):
            self.append_item(list_number, LOST_VALUE_PLACEHOLDER, _ValueSize(1))
        return len(self._lists[list_number])

    def append_item(self, list_number: int, item: JSON, size: _ValueSize) -> None:
        before = self._prefix_sizes[list_number][-1]
        self._lists[list_number] = self._lists[list_number].extended_by([item])
        self._prefix_sizes[list_number].append(
            _ValueSize(
                before.value_count + size.value_count + 1,
                max(before.list_nesting_depth, size.list_nesting_depth + 1),
            )
        )

    def get_list_prefix_and_add_size(self, list_number: int, length: int, size: _ValueSize) -> SharedList:
        """The beginning of a list, which makes what refers to it greater."""
        if not 0 <= length < len(self._prefix_sizes[list_number]):
            raise InvalidLineError("it goes on with a list that is not there")
        prefix_size = self._prefix_sizes[list_number][length]
        size.value_count += prefix_size.value_count
        size.list_nesting_depth = max(size.list_nesting_depth, prefix_size.list_nesting_depth)
        if size.value_count > min(
            MIN_VALUE_COUNT_LIMIT + VALUE_COUNT_LIMIT_PER_BYTE * self.bytes_read,
            MAX_VALUE_COUNT_LIMIT + self.bytes_read,
        ):
            raise TooLargeLineError("its lists refer to others so often that they would have no measure")
        if size.list_nesting_depth > MAX_REFERENCE_LEVELS:
            raise TooLargeLineError("its lists refer to others without end")
        return self._lists[list_number].get_prefix(length)


def parse_json_line(line: bytes) -> JSON:
    """A line as JSON, without what no run has: endless nesting, numbers without measure.

    Raises
    ------
    InvalidLineError
        If it is no JSON, or not such.
    """
    try:
        value: JSON = (
            _parse_with_json_module(line)
            if _TRANSLATED_LONG_NUMBER in line.translate(_DIGIT_TRANSLATION)
            else _parse_with_orjson(line)
        )
    except (ValueError, RecursionError) as error:
        raise InvalidLineError(f"it is no JSON: {str(error).split(': line')[0]}") from None
    if line.count(b"[") + line.count(b"{") > MAX_NESTING_DEPTH:
        _validate_nesting_depth(value)
    return value


def _parse_with_orjson(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:  # or a number that is infinite
        return _parse_with_json_module(line)


def _parse_with_json_module(line: bytes) -> Any:
    try:
        value = json.loads(
            line,
            parse_int=_parse_int_or_repr,
            parse_float=_parse_float_or_repr,
            parse_constant=_parse_float_or_repr,
        )
        orjson.dumps(value)  # refuses what UTF-8 cannot carry
    except (UnicodeDecodeError, TypeError):
        raise ValueError("not in UTF-8") from None
    return value


def _replace_lone_surrogates(name: str) -> str:
    return name.encode(errors="replace").decode()


def _parse_int_or_repr(text: str) -> Any:
    if len(text) <= 20:
        number = int(text)
        if -(2**63) <= number < 2**64:
            return number
    return {"$type": "int", "repr": text[:500]}


def _parse_float_or_repr(text: str) -> Any:
    number = float(text)
    finite = number - number == 0
    return number if finite else {"$type": "float", "repr": repr(number)}


def _validate_nesting_depth(value: JSON) -> None:
    level: list[JSON] = [value]
    for _ in range(MAX_NESTING_DEPTH):
        inner: list[JSON] = []
        for item in level:
            if type(item) is dict:
                inner.extend(item.values())
            elif type(item) is list:
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise TooLargeLineError("it is nested too deep")
