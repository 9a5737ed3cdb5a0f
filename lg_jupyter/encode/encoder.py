"""The encoder: one walk that makes a value's JSON and a snapshot of it, sharing what did not change."""

from __future__ import annotations

import logging
import math
from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode.cached_encodings import (
    NOT_CACHED,
    CachedEncoding,
    CachedStateEncoding,
    get_cached_item,
    make_list_sharing_prefix,
    reuse_container_if_same_items,
)
from lg_jupyter.encode.encoding_rules import (
    EncodingRule,
    EncodingRules,
    convert_keys_to_text,
    copy_record_fields,
    encode_non_json_number,
    log_encoding_failure,
    make_typed_repr_dict,
    simplify_object,
)
from lg_jupyter.encode.long_list_snapshots import LongListSnapshot
from lg_jupyter.encode.snapshots import (
    EMPTY_CONTAINER_SNAPSHOTS,
    NEVER_EQUAL,
    CustomEqualitySnapshot,
    NeverEqualSnapshot,
    RecordSnapshot,
    SameObjectSnapshot,
    Snapshot,
    get_field_snapshots,
    is_unchanged,
    make_container_snapshot,
)
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.secrets.redact import Redactor, mask_named_fields, mask_secret_fields
from lg_jupyter.secrets.rules import is_secret_field

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_NESTING_DEPTH = 60
"""Levels of nesting that are kept."""

MIN_LONG_LIST_LENGTH = 16
"""From this many items on a list is a :class:`SharedList`."""

MAX_CHARACTERS_PER_VALUE = 20_000_000
"""Characters kept of one value; what is beyond is cut, and its length stated."""

MAX_ITEMS_PER_VALUE = 1_000_000
"""Items kept of one value, all its containers together."""

MAX_REMEMBERED_STATES = 256
"""States remembered at a time; the one longest unused is forgotten."""

MAX_REMEMBERED_KEYS_AND_ITEMS = 16_384
"""List items remembered by what they are, to be found again in another list or place."""

KEYS_OF_CREDENTIAL_DICTS = frozenset({"configurable", "headers"})
"""In dicts under these keys the values of secret-looking names are masked, wherever they are."""

_NEVER_EQUAL_RECORD = RecordSnapshot(object, NEVER_EQUAL, NEVER_EQUAL)


class Encoder:
    """Makes live values JSON-able: plain dicts, lists, texts and numbers that nobody changes any more.

    Whatever a value raises is shown in its place; only what the handler of a signal raises goes on, such as
    an interrupt. Values that share their encoding with an earlier one share the objects too, so encoded
    values must not be changed. Lone surrogates become ``?``, as on a server; texts are masked by the
    ``redactor``. One encoder serves one run, from one thread at a time.
    """

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor()
        self._cached_states: dict[str, CachedStateEncoding] = {}
        self._encoded_items: dict[int | str, CachedEncoding] = {}
        self._rules = EncodingRules()
        self._encoded_keys: dict[str, str] = {}  # keys of dicts, as they are written
        self._secret_names: set[str] = set()  # of these
        self._chunk_fields: dict[str, CachedEncoding] = {}
        self._live_channels: dict[Any, Any] = {}  # of the last state

    def encode(self, value: Any, mask_names: bool = False) -> JSON:
        """Any live or JSON value as a JSON-able one.

        ``mask_names``: of every dict in it the values under secret-looking names are masked.
        """
        return self._encode_safely(value, NOT_CACHED, mask_names)[0]

    def encode_state(self, state_name: str, values: Any, *, trust_identity: bool = False) -> JSON:
        """A state: a dict of channels, a model or dataclass instance, or anything.

        What is unchanged since the last state of this name (its namespace) comes back as the *same object*,
        each channel by itself, and a list that grew shares its beginning. ``trust_identity``: nothing can
        have changed since the last state was encoded, if it is the same objects.
        """
        seen, self._live_channels = self._live_channels if trust_identity else {}, {}
        state = self._cached_states.pop(state_name, None) or CachedStateEncoding()
        self._cached_states[state_name] = state  # the newest is last
        if len(self._cached_states) > MAX_REMEMBERED_STATES:
            del self._cached_states[next(iter(self._cached_states))]
        channels = self._copy_state_channels(values)
        if channels is None:
            state.channels[None] = whole = self._encode_safely(values, state.channels.get(None, NOT_CACHED))
            return whole[0]
        encoded: JSONObject = {}
        for name, value in channels.items():
            channel = state.channels.get(name, NOT_CACHED)
            if value is None or seen.get(name) is not value:
                channel = self._encode_safely(value, channel, name in KEYS_OF_CREDENTIAL_DICTS)
                state.channels[name] = channel
            self._live_channels[name] = value
            encoded[self._encode_key(name)] = channel[0]
        state.last_encoded_state = reuse_container_if_same_items(
            state.last_encoded_state, self._mask_secret_fields(encoded)
        )
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

    def has_encoded_item_with_id(self, item_id: str) -> bool:
        """Whether an object with this ``id`` stood in a list that was encoded not long ago."""
        return any(
            type(item) is dict and item.get("id") == item_id for item, _ in self._encoded_items.values()
        )

    # -----------------------------------------------------------------------------------------
    # one value

    def _encode_safely(self, value: Any, old: CachedEncoding, mask_names: bool = False) -> CachedEncoding:
        self._mask_names = mask_names
        self._characters_left = MAX_CHARACTERS_PER_VALUE
        self._items_left = MAX_ITEMS_PER_VALUE
        self._open_container_ids: set[int] = set()  # the containers that we are in
        try:
            return self._encode_value(value, old, 0)
        except BaseException as error:  # of code of ours, for that of values is called with care
            reraise_if_from_signal(error)
            log_encoding_failure(logging.WARNING, "encoding", type(value), error)
            return make_typed_repr_dict(
                type(value), f"<cannot be encoded: {type(error).__name__}>"
            ), NEVER_EQUAL

    def _encode_chunk_field(self, name: str, value: Any) -> JSON:
        """Of a message in pieces: dicts (metadata) tend to be the same in each piece."""
        if type(value) is str:
            return self._mask_secrets_and_surrogates(value) if name == "content" else self._encode_key(value)
        if type(value) is not dict:
            return self._encode_safely(value, NOT_CACHED)[0]
        self._chunk_fields[name] = encoded = self._encode_safely(
            value, self._chunk_fields.get(name, NOT_CACHED)
        )
        return encoded[0]

    def _encode_value(self, value: Any, old: CachedEncoding, depth: int) -> CachedEncoding:
        """The encoding of ``value`` and its snapshot; ``old`` is what stood in its place the last time."""
        cls = type(value)
        if cls is str:
            text = self._encode_text(value)
            return (old[0] if type(old[0]) is str and old[0] == text else text), value
        if value is None or cls is bool:
            return value, value
        if cls is int or cls is float:
            return self._encode_number(value, old[0]), value
        if (cls is dict or cls is list) and not value:
            return (old[0] if type(old[0]) is cls and not old[0] else cls()), EMPTY_CONTAINER_SNAPSHOTS[cls]
        snapshot = old[1]
        if (isinstance(snapshot, CustomEqualitySnapshot) or type(snapshot) is cls) and is_unchanged(
            snapshot, value
        ):
            return old
        if depth >= MAX_NESTING_DEPTH or id(value) in self._open_container_ids:
            return make_typed_repr_dict(
                cls, "<nested too deep>" if depth >= MAX_NESTING_DEPTH else "<contains itself>"
            ), NEVER_EQUAL
        self._open_container_ids.add(id(value))
        if cls is dict:
            encoded = self._encode_dict(value.copy(), old, depth)
        elif cls is list:
            encoded = self._encode_list(value.copy(), old, depth)
        elif cls is tuple:
            encoded = self._encode_short_list(value, old, depth)
        else:
            encoded = self._encode_object(value, old, depth)
        self._open_container_ids.discard(id(value))
        return encoded

    def _mask_secrets_and_surrogates(self, text: str) -> str:
        """``text`` as UTF-8 can carry it, without secrets."""
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                text = text.encode(errors="replace").decode()
        return self.redactor.mask(text)

    def _encode_text(self, text: str) -> str:
        text = self._mask_secrets_and_surrogates(text)
        if len(text) > self._characters_left:
            text = f"{text[: self._characters_left]}… [cut: {len(text):,} characters in all]"
        self._characters_left = max(0, self._characters_left - len(text))
        return text

    def _encode_number(self, number: int | float, old: JSON) -> JSON:
        if type(old) is type(number) and old == number and (number or type(number) is int):
            return old
        fits = -(2**63) <= number < 2**64 if type(number) is int else math.isfinite(number)
        return number if fits else encode_non_json_number(number)

    def _encode_key(self, key: str) -> str:
        name = self._encoded_keys.get(key)
        if name is None:
            if len(self._encoded_keys) >= MAX_REMEMBERED_KEYS_AND_ITEMS:
                self._encoded_keys.clear()
            name = self._encoded_keys[key] = self._mask_secrets_and_surrogates(key)
            if self.redactor.is_active and is_secret_field(name):
                self._secret_names.add(name)
        return name

    def _omit_if_too_many_items(self, container: Sized) -> CachedEncoding | None:
        """What stands for a container that is beyond what is kept of one value."""
        self._items_left -= len(container)
        if self._items_left >= 0:
            return None
        return make_typed_repr_dict(type(container), f"<left out: {len(container):,} items>"), NEVER_EQUAL

    # -----------------------------------------------------------------------------------------
    # dicts and objects; ``live`` is a copy of our own, with the values still theirs

    def _encode_dict(self, live: dict[Any, Any], old: CachedEncoding, depth: int) -> CachedEncoding:
        if not all(type(key) is str for key in live):
            return self._encode_simplified_object(convert_keys_to_text(live), old, depth)
        if omitted := self._omit_if_too_many_items(live):
            return omitted
        encoded, snapshots = self._encode_dict_items(live, old, depth)
        return reuse_container_if_same_items(old[0], encoded), make_container_snapshot(live, snapshots)

    def _encode_dict_items(
        self, live: dict[str, Any], old: CachedEncoding, depth: int
    ) -> tuple[JSONObject, dict[str, Snapshot]]:
        before = old[0] if type(old[0]) is dict else {}
        snapshots_before = get_field_snapshots(old[1])
        encoded: JSONObject = {}
        snapshots: dict[str, Snapshot] = {}
        for key, item in live.items():
            name = self._encode_key(key)
            known = (before.get(name), snapshots_before.get(key, NEVER_EQUAL))
            masks, self._mask_names = self._mask_names, self._mask_names or key in KEYS_OF_CREDENTIAL_DICTS
            encoded[name], snapshots[key] = self._encode_value(item, known, depth + 1)
            self._mask_names = masks
        if self._mask_names and self.redactor.is_active:
            return mask_secret_fields(encoded), snapshots
        return self._mask_secret_fields(encoded), snapshots

    def _mask_secret_fields(self, encoded: JSONObject) -> JSONObject:
        known = self._secret_names
        return encoded if not known or known.isdisjoint(encoded) else mask_named_fields(encoded, known)

    def _encode_object(self, value: Any, old: CachedEncoding, depth: int) -> CachedEncoding:
        rule = self._rules.find_rule(type(value))
        if rule.record_fields is not None and (held := copy_record_fields(value, rule)) is not None:
            return self._encode_record(type(value), rule, *held, old, depth)
        encoded, snapshot = self._encode_simplified_object(
            simplify_object(value, rule, self.redactor.mask_repr), old, depth
        )
        return encoded, SameObjectSnapshot(value) if rule.is_immutable else snapshot

    def _encode_simplified_object(self, simple: Any, old: CachedEncoding, depth: int) -> CachedEncoding:
        inner = old[1].inner_snapshot if type(old[1]) is NeverEqualSnapshot else NEVER_EQUAL
        encoded, snapshot = self._encode_value(simple, (old[0], inner), depth + 1)
        return encoded, NeverEqualSnapshot(snapshot)

    def _encode_record(
        self,
        cls: type,
        rule: EncodingRule,
        live: dict[str, Any],
        extra: dict[str, Any] | None,
        old: CachedEncoding,
        depth: int,
    ) -> CachedEncoding:
        names = rule.record_fields or {}
        if live.keys() != names.keys():  # something is not to be shown, or missing
            shown_only = {name: live[name] for name in names if name in live}
            return self._encode_simplified_object({**shown_only, **(extra or {})}, old, depth)
        record = old[1] if type(old[1]) is RecordSnapshot else _NEVER_EQUAL_RECORD
        encoded, snapshots = self._encode_dict_items(live, (old[0], record.dict_snapshot), depth)
        contents = make_container_snapshot(live, snapshots)
        extra_snapshot = None if rule.has_extra_fields else NEVER_EQUAL
        if extra is not None:
            more, snapshots = self._encode_dict_items(extra, (old[0], record.extra_snapshot), depth)
            encoded.update(more)
            extra_snapshot = make_container_snapshot(extra, snapshots)
        return reuse_container_if_same_items(old[0], encoded), RecordSnapshot(cls, contents, extra_snapshot)

    def _copy_state_channels(self, values: Any) -> dict[str, Any] | None:
        """The parts of a state, ``None`` where it has none."""
        if issubclass(type(values), dict):
            live = dict.copy(values)
            return live if all(type(key) is str for key in live) else convert_keys_to_text(live)
        rule = self._rules.find_rule(type(values))
        if rule.record_fields is None or (held := copy_record_fields(values, rule)) is None:
            return None
        contents, extra = held
        return {**{name: contents[name] for name in rule.record_fields if name in contents}, **(extra or {})}

    # -----------------------------------------------------------------------------------------
    # lists

    def _encode_list(self, live: list[Any], old: CachedEncoding, depth: int) -> CachedEncoding:
        if len(live) < MIN_LONG_LIST_LENGTH:
            return self._encode_short_list(live, old, depth)
        before, snapshot = old
        same = snapshot.count_unchanged_leading_items(live) if type(snapshot) is LongListSnapshot else 0
        tail = live[same:]
        if omitted := self._omit_if_too_many_items(tail):
            return omitted
        items = [
            self._encode_list_item(item, get_cached_item(old, same + index), depth)
            for index, item in enumerate(tail)
        ]
        snapshots = [snapshot for _, snapshot in items]
        snapshot = (
            snapshot.make_next_version(live, same, snapshots)
            if same
            else LongListSnapshot.from_items(live, snapshots)
        )
        return make_list_sharing_prefix(before, same, [item for item, _ in items]), snapshot

    def _encode_short_list(
        self, live: list[Any] | tuple[Any, ...], old: CachedEncoding, depth: int
    ) -> CachedEncoding:
        if omitted := self._omit_if_too_many_items(live):
            return omitted
        items = [
            self._encode_list_item(item, get_cached_item(old, index), depth)
            for index, item in enumerate(live)
        ]
        snapshots = type(live)(snapshot for _, snapshot in items)
        return reuse_container_if_same_items(old[0], [item for item, _ in items]), make_container_snapshot(
            live, snapshots
        )

    def _encode_list_item(self, item: Any, before: CachedEncoding, depth: int) -> CachedEncoding:
        """One item of a list; ``before`` is what stood in its place, it itself may have moved."""
        cls = type(item)
        if cls is str or cls is int or cls is float or cls is bool or item is None:
            return self._encode_value(item, before, depth + 1)
        name = item.get("id") if cls is dict else None
        hint = name if type(name) is str else id(item)
        known = NOT_CACHED if self._mask_names else self._encoded_items.get(hint, before)
        encoded = self._encode_value(item, known, depth + 1)
        if (cls is dict or type(encoded[1]) is RecordSnapshot) and not self._mask_names:
            if len(self._encoded_items) >= MAX_REMEMBERED_KEYS_AND_ITEMS:
                self._encoded_items.clear()
            self._encoded_items[hint] = encoded
        return encoded
