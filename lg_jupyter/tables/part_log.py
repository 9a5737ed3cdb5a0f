"""The parts of a run: a view of its events, of which a file can be written and a replay be made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_jupyter.events.events import Part
    from lg_jupyter.tables.trace import Trace


class PartLog:
    """The parts of a trace that it holds, in the order of arrival, as they came."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __len__(self) -> int:
        return len(self._trace.events)

    def __iter__(self) -> Iterator[Part]:
        return self._trace.events.iter_parts()
