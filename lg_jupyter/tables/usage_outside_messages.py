"""Tokens of calls that no message counts: a summary that no node returns, an answer that is not streamed."""

from __future__ import annotations

from collections.abc import Callable

from lg_jupyter.tables.base import Row
from lg_jupyter.tables.usage import Usage, UsageSums


class UsageOutsideMessages:
    """``on_usage_change(namespace, before, now)`` is called when the tokens of a call have changed."""

    def __init__(self, on_usage_change: Callable[[str, Usage, Usage], None]) -> None:
        self._on_usage_change = on_usage_change
        self._usage_sums = UsageSums()
        self._usage_by_call_id: dict[str, tuple[str, Usage]] = {}  # call → its namespace and tokens
        self._counted_call_ids: set[str] = set()  # messages with tokens of their own

    @property
    def total_usage(self) -> Usage:
        """The tokens of these calls."""
        return self._usage_sums.total_usage

    def list_call_ids_newest_first(self) -> list[str]:
        """Their ids, the newest first."""
        return [*reversed(self._usage_by_call_id)]

    def add_ended_call(self, row: Row, *, names_own_message: bool) -> None:
        """Note a call of a model that is over; ``names_own_message``: so is the message that it names."""
        if row["cached"] or (names_own_message and row["message_id"] in self._counted_call_ids):
            return
        usage = Usage.sum_over_rows([row])
        if usage != Usage():
            self._usage_by_call_id[row["call_id"]] = row["namespace"], usage
            self._usage_sums.replace(Usage(), usage)
            self._on_usage_change(row["namespace"], Usage(), usage)

    def record_counted_message(self, message_id: str, call_id: str | None) -> None:
        """A message tells its tokens: those of the call that it answers are counted."""
        self._counted_call_ids.add(message_id)
        namespace, usage = self._usage_by_call_id.pop(call_id or "", ("", Usage()))
        if usage != Usage():
            self._usage_sums.replace(usage, Usage())
            self._on_usage_change(namespace, usage, Usage())
