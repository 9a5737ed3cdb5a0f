"""Whole messages: each is told once, and again when it changes.

A message comes in ``messages``, in what its node writes, in the result of its task, and in the state of
every graph around it, in each of its steps. The ledger knows what has been told of it, by id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..encode import SharedList
from ..events import JSON, Fact, MessageRemoved, MessageWhole, namespace_parent
from .content import is_message, is_removal, model_of, read_content, read_tool_calls, role_of

REMOVE_ALL = "__remove_all__"


class Origin(NamedTuple):
    """Where a message comes from, as the metadata of its model call (or of its task) say."""

    model: str | None = None
    tags: list[str] | None = None
    agent_name: str | None = None


_UNKNOWN = Origin()
_STREAMED: JSON = {}  # told chunk by chunk, its final form is still to come


class Ledger:
    """What has been told of each message.

    Messages that were there before the run (its input, the thread's history) get no row: they are *given*.
    """

    def __init__(self) -> None:
        self.on_final: Callable[[str], None] = lambda message_id: None
        """Called with the id of a streamed message when its final form has come."""
        self._told: dict[str, JSON] = {}
        self._given: set[str] = set()
        self._gone: set[str] = set()  # told, then removed
        self._rows: dict[str, str] = {}  # id → the id that its row has, where that is another
        self._nameless: dict[str, list[tuple[JSON, str]]] = {}  # content → messages without ids, their rows
        self._unnamed = 0
        self._states: dict[str, dict[str, JSON]] = {}
        self._inputs: dict[str, dict[str, JSON]] = {}

    # -- what the stream tells

    def streamed(self, message_id: str, row: str) -> None:
        """A message begins to come in chunks, and has the row ``row``."""
        self._told[message_id] = _STREAMED
        self._given.discard(message_id)
        if row != message_id:
            self._rows[message_id] = row

    def is_whole(self, message_id: str | None) -> bool:
        """Whether a message has been told as a whole."""
        return bool(self._told.get(message_id or ""))

    def whole(self, message: JSON, origin: Origin, fallback_id: str) -> MessageWhole | None:
        """A message that came whole; ``None`` if nothing about it is new."""
        message_id = message.get("id") or fallback_id
        self._given.discard(message_id)
        return self._tell(message_id, message, origin)

    def written(
        self, namespace: str, writes: JSON, modes: Collection[str], *, again: bool = False
    ) -> list[Fact]:
        """Messages among what a task wrote. ``again``: the same writes have been told before.

        Where ``messages`` is streamed, that tells what is new, and here come only final forms and edits.
        """
        new = "messages" not in modes
        nameless = new and not again and "values" not in modes
        facts: list[Fact | None] = []
        for message in _messages_in(writes):
            message_id = message.get("id")
            if is_removal(message):
                if "values" not in modes and (message_id != REMOVE_ALL or nameless):
                    facts.extend(self._removed(message_id))
            elif message_id in self._told or (new and message_id):
                facts.append(self._tell(message_id, message))
            elif message_id is None and nameless:
                facts.append(self._tell_nameless(namespace, message))
        return [fact for fact in facts if fact is not None]

    def given(self, namespace: str, values: JSON) -> None:
        """Messages that a task got as its input: those not told yet were there before."""
        _, new = _changes(self._inputs.setdefault(namespace, {}), values)
        self._give(new)

    def state(self, namespace: str, values: JSON, *, given: bool = False) -> list[Fact]:
        """The state of a graph: edits, removals, and messages that nothing else has told.

        The first state of a graph, and each one that is ``given``, holds what was there before.
        """
        given = given or namespace not in self._states
        gone, new = _changes(self._states.setdefault(namespace, {}), values)
        if given:
            self._give(message for message in new if message.get("id") not in self._told)
            new = [message for message in new if message.get("id") in self._told]
        told = [
            self._tell(message["id"], message)
            if message.get("id")
            else self._tell_nameless(namespace, message)
            for message in new
        ]
        return [*(fact for fact in told if fact is not None), *self._left(namespace, gone)]

    # -- what is new in it

    def _give(self, messages: Iterable[JSON]) -> None:
        for message in messages:
            message_id = message.get("id")
            if not message_id or message_id in self._told:
                continue
            if self._was_nameless(message_id, message):
                self._told[message_id] = message
            else:
                self._given.add(message_id)

    def _tell(self, message_id: str, message: JSON, origin: Origin = _UNKNOWN) -> MessageWhole | None:
        if message_id in self._given:
            return None
        told = self._told.get(message_id)
        self._told[message_id] = message
        if told is _STREAMED:
            self.on_final(message_id)
        if message_id in self._gone:
            self._gone.discard(message_id)
        elif told is message or (told and _same(told, message)):
            return None
        if told is None and self._was_nameless(message_id, message):
            return None
        return _whole(self._rows.get(message_id, message_id), message, origin)

    def _tell_nameless(self, namespace: str, message: JSON) -> MessageWhole | None:
        alike = self._nameless.setdefault(str(message["content"]), [])
        if any(_same(known, message) for known, _ in alike):
            return None
        self._unnamed += 1
        row = f"{namespace or 'message'}#{self._unnamed}"
        alike.append((message, row))
        return _whole(row, message, _UNKNOWN)

    def _was_nameless(self, message_id: str, message: JSON) -> bool:
        """Whether this is a message that was told before LangGraph gave it an id."""
        alike = self._nameless.get(str(message["content"]), ()) if self._nameless else ()
        for known, row in alike:
            if row not in self._rows.values() and _same(known, message):
                self._rows[message_id] = row
                return True
        return False

    def removed(self, message_id: str, modes: Collection[str]) -> list[Fact]:
        """A ``RemoveMessage``; where the state is streamed, that tells what is left."""
        return [] if "values" in modes else self._removed(message_id)

    def _removed(self, message_id: str) -> list[Fact]:
        if message_id == REMOVE_ALL:
            self._gone.update(self._told)
            return [MessageRemoved(REMOVE_ALL)]
        if message_id not in self._told or message_id in self._gone:
            return []
        self._gone.add(message_id)
        return [MessageRemoved(self._rows.get(message_id, message_id))]

    def _left(self, namespace: str, gone: list[JSON]) -> list[Fact]:
        """Messages that are no longer in the state of a graph nor in that of one around it."""
        ids = [message["id"] for message in gone if message.get("id") in self._told]
        if not ids:
            return []
        kept = {message.get("id") for outer in _outwards(namespace) for message in self._held(outer)}
        return [fact for message_id in ids if message_id not in kept for fact in self._removed(message_id)]

    def _held(self, namespace: str) -> Iterator[JSON]:
        for value in self._states.get(namespace, {}).values():
            yield from filter(is_message, _items(value))


def _whole(row: str, message: JSON, origin: Origin) -> MessageWhole:
    text, reasoning, blocks = read_content(message)
    return MessageWhole(
        row,
        role_of(message),
        text,
        reasoning,
        read_tool_calls(message),
        message.get("tool_call_id"),
        blocks=blocks,
        usage=message.get("usage_metadata"),
        name=message.get("name"),
        model=origin.model or model_of(message),
        tags=origin.tags,
        agent_name=origin.agent_name,
        status=message.get("status"),
    )


def _same(told: JSON, message: JSON) -> bool:
    """Whether two forms of a message say the same to a reader; what is empty may be left out."""
    if any((told.get(key) or None) != (message.get(key) or None) for key in _SAID):
        return False
    return message.get("usage_metadata") in (None, told.get("usage_metadata"))


_SAID = ("content", "tool_calls", "invalid_tool_calls", "name", "status")


# ---------------------------------------------------------------------------------------------
# Where messages are looked for: in the channels of a state, alone or in a list. LangGraph looks no deeper.


def _messages_in(writes: JSON) -> Iterator[JSON]:
    """The messages among the writes of a task: by channel, several such, or messages alone."""
    if is_message(writes):
        yield writes
    elif isinstance(writes, dict):
        for value in writes.values():
            yield from _messages_of(value)
    elif _is_list(writes):
        for write in writes:
            yield from _messages_in(write)


def _messages_of(value: JSON) -> Iterator[JSON]:
    """The messages that were written to one channel."""
    if type(value) is dict and "$writes" in value:  # several writes of one task
        for write in value["$writes"]:
            yield from _messages_of(write)
    elif type(value) is dict and value.get("type") == "__overwrite__":
        yield from _messages_of(value.get("value"))
    else:
        yield from filter(is_message, _items(value))


def _changes(before: dict[str, JSON], values: JSON) -> tuple[list[JSON], list[JSON]]:
    """The messages that left a state and those that are new in it; ``before`` becomes the state."""
    channels = values if isinstance(values, dict) else {"__root__": values}
    gone: list[JSON] = []
    new: list[JSON] = []
    for channel, value in channels.items():
        old = before.get(channel)
        if value is old:
            continue
        before[channel] = value
        start = _shared(_items(old), _items(value))
        gone.extend(filter(is_message, _items(old)[start:]))
        new.extend(filter(is_message, _items(value)[start:]))
    return gone, new


def _shared(old: Sequence[JSON], new: Sequence[JSON]) -> int:
    """How many items two lists have in common at their start."""
    start = old.common_prefix(new) if isinstance(old, SharedList) else 0
    shortest = min(len(old), len(new))
    while start < shortest and (old[start] is new[start] or old[start] == new[start]):
        start += 1
    return start


def _items(value: JSON) -> Sequence[JSON]:
    if _is_list(value):
        items: Sequence[JSON] = value
        return items
    return (value,) if type(value) is dict else ()


def _is_list(value: JSON) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _outwards(namespace: str) -> Iterator[str]:
    """A namespace and those around it."""
    inner: str | None = namespace
    while inner is not None:
        yield inner
        inner = namespace_parent(inner)
