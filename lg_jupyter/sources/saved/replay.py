"""A run that has been, once more: its parts at the pace at which they came, or faster."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.sources.base import EncodePayload, Request, SourceKind
from lg_jupyter.sources.structure import Structure

YIELD_INTERVAL_SECONDS = 0.02
"""Seconds after which the loop gets to do something else, however fast the replay is to be."""


class ReplaySource:
    """Carries the parts of a run again. They are as they were, their times too.

    Parameters
    ----------
    parts
        The parts, in order.
    speed
        How many times faster than they came; ``None`` or infinity: as fast as can be.

    Raises
    ------
    UsageError
        If ``speed`` is no positive number.
    """

    kind: SourceKind = "saved"
    limitation_hint: str | None = None
    has_local_structure = True

    def __init__(
        self,
        name: str,
        parts: Sequence[Part],
        speed: float | None,
        output: JSON = None,
        structure: Structure | None = None,
    ) -> None:
        self.name = name
        self.speed = _validate_speed(speed)
        self.output: Any = None
        self.code_request: JSON = None  # what the run requested, see lg_jupyter/exports/code/serialize.py
        self.origin = "local"  # where it ran, see lg_jupyter/sources/origin.py
        self.watched_model_output: Any = None  # of a watched run, see lg_jupyter/watching/watched_source.py
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self._parts = parts
        self._last_output = output
        self._structure = structure
        self._first_part_time = parts[0].timestamp if parts else 0.0
        self._replay_started_at = 0.0

    def validate_request(self, request: Request) -> None:
        """A replay is what it is."""

    def collect_secrets(self) -> Mapping[str, str]:
        return {}

    def read_structure(self) -> Structure:
        """The graph of the run that is replayed."""
        if self._structure is None:
            raise UsageError("The run that is replayed has no graph to draw.")
        return self._structure

    def compute_replayed_time(self) -> float:
        """The time in the run that is replayed, in seconds since the epoch."""
        if self.speed is None or not self._replay_started_at:
            return self._first_part_time
        return self._first_part_time + (time.monotonic() - self._replay_started_at) * self.speed

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        self._replay_started_at = yielded = time.monotonic()
        for part in self._parts:
            wait = self._compute_due_time(part) - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
                yielded = time.monotonic()
            elif time.monotonic() - yielded > YIELD_INTERVAL_SECONDS:
                await asyncio.sleep(0)
                yielded = time.monotonic()
            yield part
        self.output = self._last_output

    def _compute_due_time(self, part: Part) -> float:
        return (
            0.0
            if self.speed is None
            else self._replay_started_at + (part.timestamp - self._first_part_time) / self.speed
        )

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return ""


def _validate_speed(speed: object) -> float | None:
    if speed is None or speed == math.inf:
        return None
    if isinstance(speed, (int, float)) and not isinstance(speed, bool) and speed > 0:
        return float(speed)
    raise UsageError(
        f"speed says how many times faster than it was, like 10, or None for at once; not {speed!r}"
    )
