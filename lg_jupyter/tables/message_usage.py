"""The messages whose tokens are counted, summed, and found again by their counts."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lg_jupyter.tables.message_builder import MessageBuilder
from lg_jupyter.tables.usage import Usage, UsageSums


class MessageUsageIndex:
    """``on_usage_change(namespace, before, now)`` is called when the tokens of a message have changed.

    A node may return an answer once more under another id: such a copy has the counts of its answer, so it is
    looked for among the messages that have these.
    """

    def __init__(self, on_usage_change: Callable[[str, Usage, Usage], None]) -> None:
        self._on_usage_change = on_usage_change
        self._sums = UsageSums()
        self._by_usage: dict[Usage, dict[str, MessageBuilder]] = {}

    @property
    def total_usage(self) -> Usage:
        """The tokens of all of them, also of those that were forgotten."""
        return self._sums.total_usage

    def find_messages_with_usage(self, usage: Usage) -> Collection[MessageBuilder]:
        """Those with just these counts; none for no counts."""
        return self._by_usage.get(usage, {}).values()

    def update_message_usage(self, message: MessageBuilder) -> None:
        """Put what is known of a message's tokens now in the place of what was."""
        before, now = message.summed_usage, message.usage
        if before == now:
            return
        self.remove_from_index(message)
        if now != Usage():
            self._by_usage.setdefault(now, {})[message.message_id] = message
        message.summed_usage = now
        self._sums.replace(before, now)
        self._on_usage_change(message.namespace, before, now)

    def remove_from_index(self, message: MessageBuilder) -> None:
        """Find a message no more; its tokens stay in the sums."""
        alike = self._by_usage.get(message.summed_usage, {})
        if alike.get(message.message_id) is message:
            del alike[message.message_id]
            if not alike:
                del self._by_usage[message.summed_usage]
