"""The encoder: one walk that makes a value's JSON form and its guard, sharing what did not change."""

from __future__ import annotations

import logging
import math
from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode.forms import (
    EncodingForm,
    convert_keys_to_text,
    encode_big_number,
    encode_by_repr,
    find_form,
    log_encoding_failure,
    make_tagged_text,
)
from lg_jupyter.encode.guards import (
    CHANGED,
    EMPTY_GUARDS,
    CustomGuard,
    Guard,
    NeverEqualGuard,
    RecordGuard,
    SameObjectGuard,
    field_guards,
    is_unchanged,
    make_guard,
)
from lg_jupyter.encode.long_lists import LongListGuard
from lg_jupyter.encode.sharing import NOTHING, Encoded, StateSlot, item_at, next_version, reuse_if_equal
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.secrets.redact import Redactor, mask_fields, mask_secret_fields
from lg_jupyter.secrets.rules import is_secret_field

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_DEPTH = 60
"""Levels of nesting that are kept."""

MIN_LONG_LIST_LENGTH = 16
"""From this many items on a list is a :class:`SharedList`."""

MAX_TEXT_LENGTH = 20_000_000
"""Characters kept of one value; what is beyond is cut, and its length stated."""

MAX_ITEMS = 1_000_000
"""Items kept of one value, all its containers together."""

MAX_SLOTS = 256
"""States remembered at a time; the one longest unused is forgotten."""

MAX_KNOWN_ITEMS = 16_384
"""List items remembered by what they are, to be found again in another list or place."""

SECRET_SECTIONS = frozenset({"configurable", "headers"})
"""In dicts under these keys the values of secret-looking names are masked, wherever they are."""

_NO_RECORD = RecordGuard(object, CHANGED, CHANGED)


class Encoder:
    """Makes live values JSON-able: plain dicts, lists, texts and numbers that nobody changes any more.

    Whatever a value raises is shown in its place; only what the handler of a signal raises goes on, such as
    an interrupt. Values that share their encoding with an earlier one share the objects too, so encoded
    values must not be changed. Lone surrogates become ``?``, as on a server; texts are masked by the
    ``redactor``. One encoder serves one run, from one thread at a time.
    """

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor()
        self._slots: dict[str, StateSlot] = {}
        self._known: dict[int | str, Encoded] = {}
        self._forms: dict[type, EncodingForm] = {}
        self._names: dict[str, str] = {}  # keys of dicts, as they are written
        self._secret_names: set[str] = set()  # of these
        self._chunk_fields: dict[str, Encoded] = {}
        self._seen: dict[Any, Any] = {}  # the live channels of the last state

    def encode(self, value: Any, mask_names: bool = False) -> JSON:
        """Any live or JSON value as a JSON-able one.

        ``mask_names``: of every dict in it the values under secret-looking names are masked.
        """
        return self._encode_safely(value, NOTHING, mask_names)[0]

    def encode_state(self, slot: str, values: Any, *, at_once: bool = False) -> JSON:
        """A state: a dict of channels, a model or dataclass instance, or anything.

        ``slot`` names the state (its namespace): what is unchanged since the last value of that slot
        comes back as the *same object*, each channel by itself, and a list that grew shares its beginning.
        ``at_once``: nothing can have changed since the last state was encoded, if it is the same objects.
        """
        seen, self._seen = self._seen if at_once else {}, {}
        state = self._slots.pop(slot, None) or StateSlot()
        self._slots[slot] = state  # the newest is last
        if len(self._slots) > MAX_SLOTS:
            del self._slots[next(iter(self._slots))]
        channels = self._split_channels(values)
        if channels is None:
            state.channels[None] = whole = self._encode_safely(values, state.channels.get(None, NOTHING))
            return whole[0]
        encoded: JSONObject = {}
        for name, value in channels.items():
            channel = state.channels.get(name, NOTHING)
            if value is None or seen.get(name) is not value:
                channel = self._encode_safely(value, channel, name in SECRET_SECTIONS)
                state.channels[name] = channel
            self._seen[name] = value
            encoded[self._encode_key(name)] = channel[0]
        state.last_encoded_state = reuse_if_equal(state.last_encoded_state, self._mask_fields(encoded))
        return state.last_encoded_state

    def encode_message(self, message: BaseMessage | dict[str, Any]) -> JSONObject:
        """A message or chunk, as an object or as a server's dict, without what is empty in it.

        ``content``, ``type`` and ``id`` are always there. The ``tool_calls`` and ``invalid_tool_calls``
        of a chunk that has ``tool_call_chunks`` are left out: they parse that piece alone.
        """
        fields: dict[str, Any]
        if type(message) is dict:
            fields = message
        else:
            fields = message.__dict__
            extra = getattr(message, "__pydantic_extra__", None)
            if extra:
                fields = {**fields, **extra}
        plain = not self.redactor.is_active
        try:
            encoded = {
                name: value
                if plain and type(value) is str and value.isascii()
                else self._encode_chunk_field(name, value)
                for name, value in fields.items()
                if value
            }
        except BaseException as error:  # of a value that is neither true nor false
            reraise_if_from_signal(error)
            encoded = {name: self._encode_chunk_field(name, value) for name, value in fields.items()}
        if "content" not in encoded:
            encoded["content"] = self._encode_chunk_field("content", fields.get("content", ""))
        if "id" not in encoded:
            encoded["id"] = None
        if "tool_call_chunks" in encoded:
            encoded.pop("tool_calls", None)
            encoded.pop("invalid_tool_calls", None)
        return encoded

    def has_seen(self, item_id: str) -> bool:
        """Whether an object with this ``id`` stood in a list that was encoded not long ago."""
        return any(type(item) is dict and item.get("id") == item_id for item, _ in self._known.values())

    # -----------------------------------------------------------------------------------------
    # one value

    def _encode_safely(self, value: Any, old: Encoded, mask_names: bool = False) -> Encoded:
        self._mask_names = mask_names
        self._characters = MAX_TEXT_LENGTH
        self._items = MAX_ITEMS
        self._path: set[int] = set()  # the containers that we are in
        try:
            return self._encode_value(value, old, 0)
        except BaseException as error:  # of code of ours, for that of values is called with care
            reraise_if_from_signal(error)
            log_encoding_failure(logging.WARNING, "encoding", type(value), error)
            return make_tagged_text(type(value), f"<cannot be encoded: {type(error).__name__}>"), CHANGED

    def _encode_chunk_field(self, name: str, value: Any) -> JSON:
        """Of a message in pieces: dicts (metadata) tend to be the same in each piece."""
        if type(value) is str:
            return self._clean_text(value) if name == "content" else self._encode_key(value)
        if type(value) is not dict:
            return self._encode_safely(value, NOTHING)[0]
        self._chunk_fields[name] = encoded = self._encode_safely(value, self._chunk_fields.get(name, NOTHING))
        return encoded[0]

    def _encode_value(self, value: Any, old: Encoded, depth: int) -> Encoded:
        """The encoding of ``value`` and its guard; ``old`` is what stood in its place the last time."""
        cls = type(value)
        if cls is str:
            text = self._encode_text(value)
            return (old[0] if type(old[0]) is str and old[0] == text else text), value
        if value is None or cls is bool:
            return value, value
        if cls is int or cls is float:
            return self._encode_number(value, old[0]), value
        if (cls is dict or cls is list) and not value:
            return (old[0] if type(old[0]) is cls and not old[0] else cls()), EMPTY_GUARDS[cls]
        guard = old[1]
        if (isinstance(guard, CustomGuard) or type(guard) is cls) and is_unchanged(guard, value):
            return old
        if depth >= MAX_DEPTH or id(value) in self._path:
            return make_tagged_text(
                cls, "<nested too deep>" if depth >= MAX_DEPTH else "<contains itself>"
            ), CHANGED
        self._path.add(id(value))
        if cls is dict:
            encoded = self._encode_dict(value.copy(), old, depth)
        elif cls is list:
            encoded = self._encode_list(value.copy(), old, depth)
        elif cls is tuple:
            encoded = self._encode_short_list(value, old, depth)
        else:
            encoded = self._encode_object(value, old, depth)
        self._path.discard(id(value))
        return encoded

    def _clean_text(self, text: str) -> str:
        """``text`` as UTF-8 can carry it, without secrets."""
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                text = text.encode(errors="replace").decode()
        return self.redactor.mask(text)

    def _encode_text(self, text: str) -> str:
        text = self._clean_text(text)
        if len(text) > self._characters:
            text = f"{text[: self._characters]}… [cut: {len(text):,} characters in all]"
        self._characters = max(0, self._characters - len(text))
        return text

    def _encode_number(self, number: int | float, old: JSON) -> JSON:
        if type(old) is type(number) and old == number and (number or type(number) is int):
            return old
        fits = -(2**63) <= number < 2**64 if type(number) is int else math.isfinite(number)
        return number if fits else encode_big_number(number)

    def _encode_key(self, key: str) -> str:
        name = self._names.get(key)
        if name is None:
            if len(self._names) >= MAX_KNOWN_ITEMS:
                self._names.clear()
            name = self._names[key] = self._clean_text(key)
            if self.redactor.is_active and is_secret_field(name):
                self._secret_names.add(name)
        return name

    def _encode_omitted(self, container: Sized) -> Encoded | None:
        """What stands for a container that is beyond what is kept of one value."""
        self._items -= len(container)
        if self._items >= 0:
            return None
        return make_tagged_text(type(container), f"<left out: {len(container):,} items>"), CHANGED

    # -----------------------------------------------------------------------------------------
    # dicts and objects; ``live`` is a copy of our own, with the values still theirs

    def _encode_dict(self, live: dict[Any, Any], old: Encoded, depth: int) -> Encoded:
        if not all(type(key) is str for key in live):
            return self._encode_simplified(convert_keys_to_text(live), old, depth)
        if omitted := self._encode_omitted(live):
            return omitted
        encoded, guards = self._encode_fields(live, old, depth)
        return reuse_if_equal(old[0], encoded), make_guard(live, guards)

    def _encode_fields(
        self, live: dict[str, Any], old: Encoded, depth: int
    ) -> tuple[JSONObject, dict[str, Guard]]:
        before = old[0] if type(old[0]) is dict else {}
        before_guards = field_guards(old[1])
        encoded: JSONObject = {}
        guards: dict[str, Guard] = {}
        for key, item in live.items():
            name = self._encode_key(key)
            known = (before.get(name), before_guards.get(key, CHANGED))
            masks, self._mask_names = self._mask_names, self._mask_names or key in SECRET_SECTIONS
            encoded[name], guards[key] = self._encode_value(item, known, depth + 1)
            self._mask_names = masks
        if self._mask_names and self.redactor.is_active:
            return mask_secret_fields(encoded), guards
        return self._mask_fields(encoded), guards

    def _mask_fields(self, encoded: JSONObject) -> JSONObject:
        known = self._secret_names
        return encoded if not known or known.isdisjoint(encoded) else mask_fields(encoded, known)

    def _encode_object(self, value: Any, old: Encoded, depth: int) -> Encoded:
        form = self._find_form(type(value))
        if form.record_fields is not None and (held := self._copy_fields(value, form)) is not None:
            return self._encode_record(type(value), form, *held, old, depth)
        encoded, guard = self._encode_simplified(self._simplify(value, form), old, depth)
        return encoded, SameObjectGuard(value) if form.is_immutable else guard

    def _simplify(self, value: Any, form: EncodingForm) -> Any:
        """The simpler value that is encoded in place of ``value``."""
        if form.simplify is not encode_by_repr and form.record_fields is None:
            try:
                return form.simplify(value)
            except BaseException as error:
                reraise_if_from_signal(error)
                log_encoding_failure(logging.DEBUG, "simplifying", type(value), error)
        return encode_by_repr(value, self.redactor.mask_repr)

    def _copy_fields(
        self, value: Any, form: EncodingForm
    ) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
        """Copies of a record's ``__dict__`` and ``__pydantic_extra__``; ``None`` if it refuses."""
        try:
            extra = value.__pydantic_extra__ if form.has_extra_fields else None
            return value.__dict__.copy(), extra.copy() if extra is not None else None
        except BaseException as error:
            reraise_if_from_signal(error)
            log_encoding_failure(logging.DEBUG, "reading", type(value), error)
            return None

    def _encode_simplified(self, simple: Any, old: Encoded, depth: int) -> Encoded:
        before = (old[0], old[1].inner_guard if type(old[1]) is NeverEqualGuard else CHANGED)
        encoded, guard = self._encode_value(simple, before, depth + 1)
        return encoded, NeverEqualGuard(guard)

    def _encode_record(
        self,
        cls: type,
        form: EncodingForm,
        live: dict[str, Any],
        extra: dict[str, Any] | None,
        old: Encoded,
        depth: int,
    ) -> Encoded:
        names = form.record_fields or {}
        if live.keys() != names.keys():  # something is not to be shown, or missing
            shown_only = {name: live[name] for name in names if name in live}
            return self._encode_simplified({**shown_only, **(extra or {})}, old, depth)
        record = old[1] if type(old[1]) is RecordGuard else _NO_RECORD
        encoded, guards = self._encode_fields(live, (old[0], record.dict_guard), depth)
        contents, extra_guard = make_guard(live, guards), None if form.has_extra_fields else CHANGED
        if extra is not None:
            more, guards = self._encode_fields(extra, (old[0], record.extra_guard), depth)
            encoded.update(more)
            extra_guard = make_guard(extra, guards)
        return reuse_if_equal(old[0], encoded), RecordGuard(cls, contents, extra_guard)

    def _find_form(self, cls: type) -> EncodingForm:
        try:
            form = self._forms.get(cls)
            if form is None:
                form = self._forms[cls] = find_form(cls)
            return form
        except BaseException as error:  # a metaclass in the way
            reraise_if_from_signal(error)
            log_encoding_failure(logging.DEBUG, "finding the form of", cls, error)
            return EncodingForm(encode_by_repr)

    def _split_channels(self, values: Any) -> dict[str, Any] | None:
        """The parts of a state, ``None`` where it has none."""
        if issubclass(type(values), dict):
            live = dict.copy(values)
            return live if all(type(key) is str for key in live) else convert_keys_to_text(live)
        form = self._find_form(type(values))
        if form.record_fields is None or (held := self._copy_fields(values, form)) is None:
            return None
        contents, extra = held
        return {**{name: contents[name] for name in form.record_fields if name in contents}, **(extra or {})}

    # -----------------------------------------------------------------------------------------
    # lists

    def _encode_list(self, live: list[Any], old: Encoded, depth: int) -> Encoded:
        if len(live) < MIN_LONG_LIST_LENGTH:
            return self._encode_short_list(live, old, depth)
        before, guard = old
        same = guard.count_unchanged_items(live) if type(guard) is LongListGuard else 0
        tail = live[same:]
        if omitted := self._encode_omitted(tail):
            return omitted
        items = [
            self._encode_item(item, item_at(old, same + index), depth) for index, item in enumerate(tail)
        ]
        guards = [guard for _, guard in items]
        guard = guard.make_next_version(live, same, guards) if same else LongListGuard.of(live, guards)
        return next_version(before, same, [item for item, _ in items]), guard

    def _encode_short_list(self, live: list[Any] | tuple[Any, ...], old: Encoded, depth: int) -> Encoded:
        if omitted := self._encode_omitted(live):
            return omitted
        items = [self._encode_item(item, item_at(old, index), depth) for index, item in enumerate(live)]
        guards = type(live)(guard for _, guard in items)
        return reuse_if_equal(old[0], [item for item, _ in items]), make_guard(live, guards)

    def _encode_item(self, item: Any, before: Encoded, depth: int) -> Encoded:
        """One item of a list; ``before`` is what stood in its place, it itself may have moved."""
        cls = type(item)
        if cls is str or cls is int or cls is float or cls is bool or item is None:
            return self._encode_value(item, before, depth + 1)
        name = item.get("id") if cls is dict else None
        hint = name if type(name) is str else id(item)
        known = NOTHING if self._mask_names else self._known.get(hint, before)
        encoded = self._encode_value(item, known, depth + 1)
        if (cls is dict or type(encoded[1]) is RecordGuard) and not self._mask_names:
            if len(self._known) >= MAX_KNOWN_ITEMS:
                self._known.clear()
            self._known[hint] = encoded
        return encoded
