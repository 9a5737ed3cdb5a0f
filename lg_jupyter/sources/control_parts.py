"""The parts that a source adds to what a graph streams: how a run begins, goes on and ends."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.events.events import JSON, Part, Status
from lg_jupyter.sources.base import UNSET, EncodePayload, Request, Source


def make_start_part(
    source: Source,
    request: Request,
    encode: EncodePayload,
    timestamp: float | None = None,
    **more: Any,
) -> Part:
    """The control part that opens a run, with its input, and what else the source knows."""
    data: dict[str, Any] = {
        "event": "start",
        "run_id": source.run_id,
        "thread_id": source.thread_id,
        "source": source.kind,
        "target": source.name,
        "modes": list(request.modes),
    }
    if not request.subgraphs:
        data["subgraphs"] = False
    if request.input is not UNSET:
        data["input"] = request.input
    data |= more
    if not request.parses_think_tags:
        data["think_tags"] = False
    return make_control_part(data, encode, timestamp)


def make_end_part(
    status: Status,
    encode: EncodePayload,
    error: BaseException | JSON = None,
    interrupts: Sequence[Mapping[str, Any]] = (),
    thread_state: Mapping[str, Any] | None = None,
    output: Any = None,
) -> Part:
    """The control part that ends a run; an exception as ``error`` is encoded like any other value.

    ``interrupts`` are those pending in the thread: not every mode has them. ``thread_state`` is
    that of a run that can be resumed: ``checkpoint_id``, ``step`` and ``next``. ``output`` is the root's last
    state, where no part of the run holds it.
    """
    data: dict[str, Any] = {"event": "end", "status": status, "error": error}
    if interrupts:
        data["interrupts"] = list(interrupts)
    if thread_state is not None and status == "interrupted":
        data["standing"] = dict(thread_state)
    if output is not None:
        data["output"] = output
    return make_control_part(data, encode)


def make_initial_state_part(values: Any, encode: EncodePayload, writer: str | None = None) -> Part:
    """The control part on the state before anything of the run; ``UNSET``: it is not known.

    ``writer`` is the node as which the state was changed first, if it was.
    """
    known = {"known": False} if values is UNSET else {"values": values}
    return make_control_part({"event": "state", **known, "writer": writer}, encode)


def make_note_part(note: str | None, encode: EncodePayload) -> Part:
    """The control part that sets the run's note while it runs; ``None`` removes it."""
    return make_control_part({"event": "note", "note": note}, encode)


def make_control_part(data: dict[str, Any], encode: EncodePayload, timestamp: float | None = None) -> Part:
    return Part("control", "", encode("control", "", data), time.time() if timestamp is None else timestamp)
