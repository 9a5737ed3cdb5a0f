"""The messages in the states of a run's graphs: what is new, what has left, and which channels hold any."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from lg_jupyter.adapter.message_coercion import channel_value_as_list, message_or_none
from lg_jupyter.encode import SharedList
from lg_jupyter.encode.messages import is_encoded_message
from lg_jupyter.events.events import JSON, JSONObject

ChannelMessagePairs: TypeAlias = list[tuple[str, JSONObject]]

_ROOT_CHANNEL = "__root__"


class LastStates:
    """Remembers each graph's last state, and the last input of its tasks.

    Attributes
    ----------
    message_channels
        The keys that hold messages.
    other_channels
        Those that hold something else.
    """

    def __init__(self) -> None:
        self.message_channels: set[str] = set()
        self.other_channels: set[str] = set()
        self._last_states: dict[str, JSONObject] = {}
        self._last_task_inputs: dict[str, JSONObject] = {}

    def __contains__(self, namespace: str) -> bool:
        return namespace in self._last_states

    def __iter__(self) -> Iterator[str]:
        return iter(self._last_states)

    def diff_and_remember_state(
        self, namespace: str, values: JSON
    ) -> tuple[ChannelMessagePairs, ChannelMessagePairs]:
        """The messages that left a graph's state, and those that are new in it."""
        return self._diff_and_remember(self._last_states.setdefault(namespace, {}), values)

    def diff_and_remember_task_input(self, namespace: str, task_input: JSON) -> ChannelMessagePairs:
        """The messages that are new in the input of a graph's task."""
        return self._diff_and_remember(self._last_task_inputs.setdefault(namespace, {}), task_input)[1]

    def list_state_messages(self, values: JSON) -> list[JSONObject]:
        """All messages in a state, which is not remembered."""
        return [message for _, message in self._diff_and_remember({}, values)[1]]

    def get_seen_channels(self, namespace: str) -> Collection[str]:
        """The channels that a graph's state has shown."""
        return self._last_states.get(namespace, {})

    def iter_last_state_messages(self, namespace: str) -> Iterator[JSONObject]:
        """The messages in a graph's last state."""
        for value in self._last_states.get(namespace, {}).values():
            yield from filter(is_encoded_message, channel_value_as_list(value))

    def _diff_and_remember(
        self, before: JSONObject, values: JSON
    ) -> tuple[ChannelMessagePairs, ChannelMessagePairs]:
        """What left and what is new; ``before`` becomes the state."""
        channels: JSONObject = (
            values if isinstance(values, dict) and not is_encoded_message(values) else {_ROOT_CHANNEL: values}
        )
        gone: ChannelMessagePairs = []
        new: ChannelMessagePairs = []
        for channel, value in channels.items():
            old = before.get(channel)
            if value is old:
                continue
            before[channel] = value
            start = _count_common_prefix(channel_value_as_list(old), channel_value_as_list(value))
            gone += _iter_channel_messages(channel, channel_value_as_list(old)[start:])
            fresh = [*_iter_channel_messages(channel, channel_value_as_list(value)[start:])]
            new += fresh
            if fresh:
                self.message_channels.add(channel)
                self.other_channels.discard(channel)
            elif value and channel not in self.message_channels:
                self.other_channels.add(channel)
        return gone, new


def _iter_channel_messages(channel: str, values: Sequence[JSON]) -> Iterator[tuple[str, JSONObject]]:
    for value in values:
        message = message_or_none(value)
        if message is not None:
            yield channel, message


def _count_common_prefix(old: Sequence[JSON], new: Sequence[JSON]) -> int:
    """How many items two lists have in common at their start."""
    start = old.count_common_prefix(new) if isinstance(old, SharedList) else 0
    shortest = min(len(old), len(new))
    while start < shortest and (old[start] is new[start] or old[start] == new[start]):
        start += 1
    return start
