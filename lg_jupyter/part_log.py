"""The parts of a run, held so that a file can be written and the run be replayed."""

from __future__ import annotations

from collections.abc import Iterator

from .events import Part
from .payloads import Payloads


class PartLog:
    """The newest ``cap`` parts (at least nine tenths of them), in the order of arrival, held by columns."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._modes: list[str] = []
        self._namespaces: list[str] = []
        self._payloads = Payloads()
        self._timestamps: list[float] = []
        self._source_ids: list[str | None] = []

    def append(self, part: Part) -> None:
        self._modes.append(part.mode)
        self._namespaces.append(part.namespace)
        self._payloads.append(part.data)
        self._timestamps.append(part.timestamp)
        self._source_ids.append(part.source_id)
        if len(self) > self._cap:
            self._drop(len(self) - self._cap * 9 // 10)

    def _drop(self, count: int) -> None:
        self._payloads = self._payloads.without(count)
        for column in (self._modes, self._namespaces, self._timestamps, self._source_ids):
            del column[:count]

    def __len__(self) -> int:
        return len(self._modes)

    def __iter__(self) -> Iterator[Part]:
        columns = self._modes, self._namespaces, self._payloads, self._timestamps, self._source_ids
        return map(Part, *columns)
