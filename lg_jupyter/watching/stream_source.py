"""A stream that somebody else reads, of a graph or a server that is not known, as a source."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from lg_jupyter.events.events import Part, Status
from lg_jupyter.events.namespace import join_namespace_segments
from lg_jupyter.sources.base import (
    INTERRUPT_KEY,
    EncodePayload,
    Request,
    SourceKind,
    strip_and_detect_interrupts,
)
from lg_jupyter.sources.local.item_converter import ConvertItem
from lg_jupyter.sources.token_batcher import TokenBatcher
from lg_jupyter.watching.watched_source import STOP_REFUSAL, PartQueue


class StreamSource:
    """The parts of a stream whose items alone are known.

    Parameters
    ----------
    name
        What the run is called.
    kind
        ``server`` where the items are a server's.
    """

    stop_blocker = STOP_REFUSAL
    limitation_hint: str | None = None
    has_unknown_modes = True
    may_have_previous_state = False

    def __init__(self, name: str, kind: SourceKind) -> None:
        self.kind: SourceKind = kind
        self.name = name
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.is_over = False
        self._is_interrupted = self._has_root_states = False
        self._error: Mapping[str, Any] | None = None
        self._part_queue = PartQueue()

    def add_part(self, part: Part | None) -> None:
        self._part_queue.add_part(part)

    def get_start_fields(self) -> dict[str, Any]:
        return {"calls": "inferred"}

    def validate_request(self, request: Request) -> None:
        """Nothing is to be checked: it streams already."""

    def collect_secrets(self) -> Mapping[str, str]:
        return {}

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        async for part in self._part_queue:
            yield part

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return STOP_REFUSAL

    def make_converter_of_items(self, request: Request, encode: EncodePayload) -> ConvertItem:
        batcher = TokenBatcher(encode)

        def from_item(item: Any) -> Part | None:
            namespace, mode, payload = item
            place = (namespace, mode)
            if batcher.try_extend_last_part(place, payload):
                return None
            self._update_run_facts(namespace, mode, payload)
            return batcher.start_new_part(place, mode, join_namespace_segments(namespace), payload)

        return from_item

    def _update_run_facts(self, namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        if mode == "metadata" and isinstance(payload, dict):
            self.run_id = payload.get("run_id", self.run_id)
        elif mode == "error":
            self._error = payload
        elif not namespace and mode in ("values", "updates"):
            self._has_root_states = True
            self._is_interrupted = self._is_interrupted or (
                isinstance(payload, dict) and INTERRUPT_KEY in payload
            )
            if mode == "values":
                values, _ = strip_and_detect_interrupts(payload)
                self.output = self.output if values is None else values

    def infer_end_status(self) -> Status:
        """How it ended: a server's stream does not tell a run that was cancelled from one that succeeded."""
        if self._error is not None:
            return "error"
        if self._is_interrupted:
            return "interrupted"
        return "success" if self._has_root_states and self.kind == "local" else "incomplete"
