"""What a trace needs of whatever turns the parts of a stream into events."""

from __future__ import annotations

from typing import Protocol

from lg_jupyter.adapter.faults import ParseFaults
from lg_jupyter.events.events import Event, Part


class PartAdapter(Protocol):
    """What turns parts into events: :class:`lg_jupyter.adapter.Adapter`.

    ``faults`` are the kinds of parts that it did not understand.
    """

    faults: ParseFaults

    def adapt(self, part: Part) -> Event: ...

    def advance_seq(self, count: int) -> None: ...


def make_default_adapter() -> PartAdapter:
    from lg_jupyter.adapter import Adapter

    return Adapter()
