"""How much a run holds: where that is more than it may, what came first goes first."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.text.words import format_bytes

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace

BYTES_PER_TOKEN = 250
"""What a token takes in all tables, beside its text."""

BYTES_PER_EVENT = 3_000
"""What any other event takes, beside what is new in its payload: its rows."""

_MAX_MEASURED_CONTAINERS = 50_000
"""Containers that are remembered, for payloads share what did not change."""

_MAX_MEASURED_LISTS = 256
"""Lists that grow, of which is remembered how long they were."""

KEPT_SHARE_AFTER_DROP = 0.6
"""What is held of what may be, after something was dropped."""


class TraceSizeLimiter:
    """Measures what a trace takes, by what is new in each payload, and has it drop what is too much.

    Parameters
    ----------
    trace
        The trace.
    max_bytes
        What it may take; ``None``: whatever it does.

    Attributes
    ----------
    held_bytes
        About what it takes.
    """

    def __init__(self, trace: Trace, max_bytes: int | None) -> None:
        self._trace = trace
        self._events = trace.events  # to ask the trace would have it take the tokens that are being gathered
        self._max_bytes = max_bytes
        self._byte_meter = ByteMeter()
        self.held_bytes = 0
        self._dropped_bytes = 0
        self._counted_events = 0
        # a seq, its time, all bytes that came before
        self._size_marks: deque[tuple[int, float, int]] = deque()

    def add_part_and_drop_excess(self, part: Part) -> None:
        """A part was fed to the trace."""
        events = self._events.total_count
        tokens = max(0, events - self._counted_events - 1)
        self._counted_events = events
        self.held_bytes += (
            BYTES_PER_EVENT + self._byte_meter.measure_new_bytes(part.data) + BYTES_PER_TOKEN * tokens
        )
        if self._max_bytes is not None:
            self._limit_size(events, part.timestamp, self._max_bytes)

    def _limit_size(self, events: int, time: float, max_bytes: int) -> None:
        came = self._dropped_bytes + self.held_bytes
        before = self._size_marks[-1][2] if self._size_marks else self._dropped_bytes
        if came - before >= max_bytes // 64:
            self._size_marks.append((events, time, came))
        if self.held_bytes > max_bytes:
            self._drop_oldest(came - max_bytes * KEPT_SHARE_AFTER_DROP)

    def _drop_oldest(self, min_bytes: float) -> None:
        """Drop at least what came as the first so many bytes of all."""
        while self._size_marks[0][2] < min_bytes:
            self._size_marks.popleft()
        seq, time, dropped = self._size_marks.popleft()
        self.held_bytes -= dropped - self._dropped_bytes
        self._dropped_bytes = dropped
        self._byte_meter = ByteMeter()
        for table in self._trace.tables.values():
            table.trim_before(seq, time)
        self._trace.states.forget_before(seq)

    @property
    def dropped_note(self) -> str | None:
        """What is no longer held, in words."""
        dropped = self._trace.events.dropped_count
        if not dropped:
            return None
        limit = f" (max_bytes: {format_bytes(self._max_bytes)})" if self._max_bytes else ""
        return f"The first {dropped:,} events are no longer held{limit}; a file written with save= keeps all."


class ByteMeter:
    """About how many bytes values take, of which what was met before takes none."""

    def __init__(self) -> None:
        self._measured_containers: OrderedDict[int, JSON] = OrderedDict()
        self._measured_lists: OrderedDict[int, SharedList] = OrderedDict()  # the longest version of each

    def measure_new_bytes(self, value: JSON) -> int:
        """The bytes of what is new in a value."""
        total, waiting = 0, [value]
        while waiting:
            item = waiting.pop()
            if type(item) is str:
                total += 50 + len(item)
            elif type(item) is dict:
                if self._remember_if_new(item):
                    total += 64 + 100 * len(item)
                    waiting.extend(item.values())
            elif isinstance(item, SharedList):
                fresh = self._take_new_items(item)
                total += 40 + 8 * len(fresh)
                waiting.extend(fresh)
            elif type(item) is list:
                if self._remember_if_new(item):
                    total += 56 + 8 * len(item)
                    waiting.extend(item)
            else:
                total += 28
        return total

    def _remember_if_new(self, container: JSON) -> bool:
        if id(container) in self._measured_containers:
            return False
        self._measured_containers[id(container)] = container
        if len(self._measured_containers) > _MAX_MEASURED_CONTAINERS:
            self._measured_containers.popitem(last=False)
        return True

    def _take_new_items(self, items: SharedList) -> list[JSON]:
        known = self._measured_lists.pop(items.buffer_id, items.get_prefix(0))
        self._measured_lists[items.buffer_id] = max(known, items, key=len)
        if len(self._measured_lists) > _MAX_MEASURED_LISTS:
            self._measured_lists.popitem(last=False)
        return items[len(known) :]
