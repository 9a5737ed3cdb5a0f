"""The parts of a run, held so that a file can be written and the run be replayed."""

from __future__ import annotations

from collections.abc import Iterator

from .events import JSON, Part


class PartLog:
    """The newest ``cap`` parts (at least nine tenths of them), in the order of arrival.

    Held by columns: an object for each of some hundred thousand tokens would cost the run more in garbage
    collection, which walks over all of them again and again, than in memory.
    """

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._columns: tuple[list[str], list[str], list[JSON], list[float], list[str | None]] = (
            [], [], [], [], [],
        )  # fmt: skip

    def append(self, part: Part) -> None:
        modes, namespaces, data, timestamps, source_ids = self._columns
        modes.append(part.mode)
        namespaces.append(part.namespace)
        data.append(part.data)
        timestamps.append(part.timestamp)
        source_ids.append(part.source_id)
        if len(modes) > self._cap:
            excess = len(modes) - self._cap * 9 // 10
            for column in self._columns:
                del column[:excess]

    def __len__(self) -> int:
        return len(self._columns[0])

    def __iter__(self) -> Iterator[Part]:
        return map(Part, *self._columns)
