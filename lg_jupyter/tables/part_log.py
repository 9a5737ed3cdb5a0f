"""The parts of a run, held so that a file can be written and the run be replayed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from threading import Lock

from lg_jupyter.encode.payloads import Payloads
from lg_jupyter.events.bursts import Burst
from lg_jupyter.events.events import Part


class PartLog:
    """The newest ``cap`` parts (at least nine tenths of them), in the order of arrival, held by columns."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._modes: list[str] = []
        self._namespaces: list[str] = []
        self._payloads = Payloads()
        self._timestamps: list[float] = []
        self._source_ids: list[str | None] = []
        self._burst: Burst | None = None  # the last part, if it may grow
        self._catching_up = Lock()

    def append(self, part: Part) -> None:
        self._catch_up()
        self._modes.append(part.mode)
        self._namespaces.append(part.namespace)
        self._payloads.append(part.data)
        self._timestamps.append(part.timestamp)
        self._source_ids.append(part.source_id)
        self._drop_beyond_cap()
        if isinstance(part, Burst):
            self._burst = part

    def _catch_up(self) -> None:
        """Take the tokens that were put to the last part since it came."""
        if self._burst is None:
            return
        with self._catching_up:
            burst, self._burst = self._burst, None
            if burst is None:  # somebody else did
                return
            burst.close()
            count = len(burst.texts)
            self._payloads.extend(burst.texts)
            self._timestamps.extend(burst.timestamps)
            self._namespaces.extend(repeat(burst.namespace, count))
            self._source_ids.extend(repeat(None, count))
            self._modes.extend(repeat(burst.mode, count))
            self._drop_beyond_cap()

    def _drop_beyond_cap(self) -> None:
        if len(self._modes) <= self._cap:
            return
        count = len(self._modes) - self._cap * 9 // 10
        self._payloads = self._payloads.without(count)
        for column in (self._modes, self._namespaces, self._timestamps, self._source_ids):
            del column[:count]

    def __len__(self) -> int:
        self._catch_up()
        return len(self._modes)

    def __iter__(self) -> Iterator[Part]:
        self._catch_up()
        columns = self._modes, self._namespaces, self._payloads, self._timestamps, self._source_ids
        return map(Part, *columns)
