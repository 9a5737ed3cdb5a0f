"""How much a run holds: where that is more than it may, what came first goes first."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.text.words import format_bytes

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace

TOKEN_BYTES = 250
"""What a token takes in all tables, beside its text."""

EVENT_BYTES = 3_000
"""What any other event takes, beside what is new in its payload: its rows."""

_KNOWN = 50_000
"""Containers that are remembered, for payloads share what did not change."""

_KNOWN_LISTS = 256
"""Lists that grow, of which is remembered how long they were."""

KEPT = 0.6
"""What is held of what may be, after something was dropped."""


class Retention:
    """Measures what a trace takes, by what is new in each payload, and has it drop what is too much.

    Parameters
    ----------
    trace
        The trace.
    max_bytes
        What it may take; ``None``: whatever it does.

    Attributes
    ----------
    bytes
        About what it takes.
    """

    def __init__(self, trace: Trace, max_bytes: int | None) -> None:
        self._trace = trace
        self._events = trace.events  # to ask the trace would have it take the tokens that are being gathered
        self._max_bytes = max_bytes
        self._meter = ByteMeter()
        self.bytes = 0
        self._dropped_bytes = 0
        self._counted_events = 0
        self._marks: deque[tuple[int, float, int]] = deque()  # a seq, its time, all bytes that came before

    def add(self, part: Part) -> None:
        """A part was fed to the trace."""
        events = self._events.count
        tokens = max(0, events - self._counted_events - 1)
        self._counted_events = events
        self.bytes += EVENT_BYTES + self._meter.measure_new_bytes(part.data) + TOKEN_BYTES * tokens
        if self._max_bytes is not None:
            self._limit_size(events, part.timestamp, self._max_bytes)

    def _limit_size(self, events: int, time: float, max_bytes: int) -> None:
        came = self._dropped_bytes + self.bytes
        before = self._marks[-1][2] if self._marks else self._dropped_bytes
        if came - before >= max_bytes // 64:
            self._marks.append((events, time, came))
        if self.bytes > max_bytes:
            self._drop_oldest(came - max_bytes * KEPT)

    def _drop_oldest(self, least: float) -> None:
        """Drop at least what came as the first so many bytes of all."""
        while self._marks[0][2] < least:
            self._marks.popleft()
        seq, time, dropped = self._marks.popleft()
        self.bytes -= dropped - self._dropped_bytes
        self._dropped_bytes = dropped
        self._meter = ByteMeter()
        for table in self._trace.tables.values():
            table.forget(seq, time)
        self._trace.states.forget(seq)

    @property
    def dropped_note(self) -> str | None:
        """What is no longer held, in words."""
        dropped = self._trace.events.dropped
        if not dropped:
            return None
        limit = f" (max_bytes: {format_bytes(self._max_bytes)})" if self._max_bytes else ""
        return f"The first {dropped:,} events are no longer held{limit}; a file written with save= keeps all."


class ByteMeter:
    """About how many bytes values take, of which what was met before takes none."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, JSON] = OrderedDict()
        self._lists: OrderedDict[int, SharedList] = OrderedDict()  # the longest version of each

    def measure_new_bytes(self, value: JSON) -> int:
        """The bytes of what is new in a value."""
        total, waiting = 0, [value]
        while waiting:
            item = waiting.pop()
            if type(item) is str:
                total += 50 + len(item)
            elif type(item) is dict:
                if self._is_new(item):
                    total += 64 + 100 * len(item)
                    waiting.extend(item.values())
            elif isinstance(item, SharedList):
                fresh = self._new_items(item)
                total += 40 + 8 * len(fresh)
                waiting.extend(fresh)
            elif type(item) is list:
                if self._is_new(item):
                    total += 56 + 8 * len(item)
                    waiting.extend(item)
            else:
                total += 28
        return total

    def _is_new(self, container: JSON) -> bool:
        if id(container) in self._known:
            return False
        self._known[id(container)] = container
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return True

    def _new_items(self, items: SharedList) -> list[JSON]:
        known = self._lists.pop(items.buffer_id, items.first(0))
        self._lists[items.buffer_id] = max(known, items, key=len)
        if len(self._lists) > _KNOWN_LISTS:
            self._lists.popitem(last=False)
        return items[len(known) :]
