"""A run that other code carries out, as a source: its parts are handed in as they are heard."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, Protocol

from lg_jupyter.events.events import Part, Status
from lg_jupyter.sources.base import EncodePayload, Request, Source
from lg_jupyter.sources.local import python310
from lg_jupyter.sources.local.item_converter import ConvertItem, make_item_converter
from lg_jupyter.sources.local.source import LocalSource

GATHER_INTERVAL_SECONDS = 0.02
"""Seconds in which parts are gathered: who takes them in at once would often keep the run from going on."""

STOP_REFUSAL = (
    "Your own code carries this run, and only that can stop it: interrupt the cell (■), or its task."
)


class PartQueue:
    """Parts on their way from the threads of a run to the loop that takes them in."""

    def __init__(self) -> None:
        self._parts: deque[Part | None] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._has_parts_event = asyncio.Event()
        self._is_woken = False

    def add_part(self, part: Part | None) -> None:
        """Hand in a part, or with ``None`` that there are no more; called from any thread."""
        self._parts.append(part)
        if not self._is_woken and self._loop is not None:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._has_parts_event.set)

    async def __aiter__(self) -> AsyncIterator[Part]:
        self._loop = asyncio.get_running_loop()
        while True:
            self._is_woken = False
            while self._parts:
                if (part := self._parts.popleft()) is None:
                    return
                yield part
            if not self._is_woken:
                await self._has_parts_event.wait()
                await asyncio.sleep(GATHER_INTERVAL_SECONDS)
            self._has_parts_event.clear()


class PushedSource(Source, Protocol):
    """A source whose parts are handed in.

    Attributes
    ----------
    is_over
        Whether its end was handed in.
    has_unknown_modes
        Whether nobody knows beforehand in which modes its items come.
    may_have_previous_state
        Whether a thread of it may have had a state before.
    """

    is_over: bool
    has_unknown_modes: bool

    def add_part(self, part: Part | None) -> None:
        """Hand in a part, or with ``None`` that there are no more."""

    def get_start_fields(self) -> dict[str, Any]:
        """What its start tells of it."""

    def make_converter_of_items(self, request: Request, encode: EncodePayload) -> ConvertItem:
        """What makes parts of the items that are heard, and keeps the state of the root."""

    def infer_end_status(self) -> Status:
        """How it ended, when nothing was raised."""

    @property
    def may_have_previous_state(self) -> bool: ...


class WatchedSource(LocalSource):
    """The parts of one run of a graph in this process, which is none of ours.

    What goes on from it (an answer, a fork) is a run of ours.

    Parameters
    ----------
    graph
        The graph.
    name
        What its runs are called.
    sync
        Whether the caller blocks its thread.
    watched_model_output
        What is heard of models: ``whole`` messages and what is streamed anyway, or all ``tokens``;
        ``None``: what the caller's items tell.
    """

    stop_blocker = STOP_REFUSAL
    has_unknown_modes = False

    def __init__(
        self,
        graph: Any,
        name: str,
        *,
        sync: bool,
        watched_model_output: Literal["whole", "tokens"] | None = "whole",
    ) -> None:
        super().__init__(graph)
        self.name = name
        self.watched_model_output = watched_model_output
        self.is_over = False
        self._sync = sync
        self._part_queue = PartQueue()
        self._modes: tuple[str, ...] = ()

    def add_part(self, part: Part | None) -> None:
        self._part_queue.add_part(part)

    def validate_request(self, request: Request) -> None:
        """Nothing is to be checked: LangGraph itself has it already."""

    def start_recording_calls(self, notify: Callable[[], None]) -> None:
        """What else is heard of the run is among its parts."""

    def streams_in_thread(self, modes: Collection[str]) -> bool:
        return self._sync

    def get_start_fields(self) -> dict[str, Any]:
        channels = self._capabilities.message_channels
        if self.watched_model_output is None:
            return {"message_channels": channels, "calls": "inferred"}
        all_calls = {"all_calls": False} if python310.loses_node_callbacks(self._sync) else {}
        return {"message_channels": channels, "calls": "callback", **all_calls}

    def describe_drain_blocker(self) -> str | None:
        return STOP_REFUSAL

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return STOP_REFUSAL

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        async for part in self._part_queue:
            yield part

    def make_converter_of_items(self, request: Request, encode: EncodePayload) -> ConvertItem:
        self._modes = request.modes
        return make_item_converter(self._capabilities, self._root, request, encode)

    @property
    def may_have_previous_state(self) -> bool:
        return self.has_checkpointer

    def infer_end_status(self) -> Status:
        if self._root.is_interrupted:
            return "interrupted"
        tells = not {"values", "updates"}.isdisjoint(self._modes) or not self.has_checkpointer
        return "success" if tells else "incomplete"  # at a breakpoint a stream ends as it does at its end


def extract_checkpoint_position(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Where a thread stands at a checkpoint, as the end of a run tells it."""
    settings = (checkpoint.get("config") or {}).get("configurable") or {}
    return {
        "checkpoint_id": settings.get("checkpoint_id"),
        "step": (checkpoint.get("metadata") or {}).get("step"),
        "next": list(checkpoint.get("next") or ()),
    }
