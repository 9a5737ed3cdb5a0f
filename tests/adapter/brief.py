"""Facts on one line each, without ids and times, to be compared and read by people.

Ids become ``t1``, ``m1``, … in the order in which they appear, so that two runs of a graph look the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from lg_jupyter.events import events as e
from lg_jupyter.events.calls import (
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)


class Names:
    """Short names for ids."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, kind: str, key: str | None) -> str:
        if key is None:
            return "?"
        if (kind, key) not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[kind, key] = f"{kind}{self._counts[kind]}"
        return self._names[kind, key]

    def namespace(self, namespace: str) -> str:
        return "|".join(map(self._segment, namespace.split("|"))) if namespace else ""

    def _segment(self, segment: str) -> str:
        node, colon, task = segment.partition(":")
        return f"{node}:{self('t', task)}" if colon else segment


def brief(events: Iterable[e.Event]) -> list[str]:
    """One line for each fact: where it happened, then what."""
    names = Names()
    lines = []
    for event in events:
        for fact in event.facts:
            where = names.namespace(event.namespace)
            lines.append(f"{where:<12} {_SHOW[type(fact)](event, fact, names)}".strip())
    return lines


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=list)


def _keys(value: Any) -> str:
    return f"{{{', '.join(sorted(value))}}}" if isinstance(value, dict) else _json(value)


def _run_started(event: e.Event, fact: e.RunStarted, names: Names) -> str:
    return f"run started, attempt {fact.attempt}"


def _run_ended(event: e.Event, fact: e.RunEnded, names: Names) -> str:
    return f"run ended: {fact.status}" + (f" {_json(fact.error)}" if fact.error else "")


def _chunk(event: e.Event, fact: e.MessageChunk, names: Names) -> str:
    calls = [f"call[{c.index}] {c.name or ''}({c.args!r})" for c in fact.tool_call_chunks]
    said = [
        repr(fact.text) if fact.text else "",
        f"thinks {fact.reasoning!r}" if fact.reasoning else "",
        *calls,
        *(f"block {_json(block)}" for block in _blocks(fact)),
        f"usage {_usage(fact.usage)}" if fact.usage else "",
        _about(fact),
        "last" if fact.is_last else "",
    ]
    at = f"{event.node}#{names('t', event.task_id)} step {event.step}"
    return f"{names('m', fact.message_id)} ~ {fact.role} {at}: {', '.join(filter(None, said))}"


def _whole(event: e.Event, fact: e.CompleteMessage, names: Names) -> str:
    said = [
        repr(fact.text),
        f"thinks {fact.reasoning!r}" if fact.reasoning else "",
        *(f"call {call['name']}({_json(call['args'])})" for call in fact.tool_calls),
        f"answers {fact.tool_call_id}" if fact.tool_call_id else "",
        f"usage {_usage(fact.usage)}" if fact.usage else "",
        _about(fact),
        fact.status or "",
    ]
    writer = f" by {fact.writer.node}#{names('t', fact.writer.task_id)}" if fact.writer else ""
    from_where = f" ({fact.source}{writer})"
    return f"{names('m', fact.message_id)} = {fact.role}{from_where}: {', '.join(filter(None, said))}"


def _given(event: e.Event, fact: e.InitialMessages, names: Names) -> str:
    omitted = f" and {fact.omitted_count} more" if fact.omitted_count else ""
    return f"given: {'; '.join(_whole(event, message, names) for message in fact.messages)}{omitted}"


def _about(fact: e.MessageChunk | e.CompleteMessage) -> str:
    about = {"name": fact.name, "model": fact.model, "tags": fact.tags, "agent": fact.agent_name}
    return " ".join(f"{key}={value}" for key, value in about.items() if value)


def _usage(usage: dict[str, Any]) -> str:
    return f"{usage['input_tokens']}+{usage['output_tokens']}"


def _task_started(event: e.Event, fact: e.TaskStarted, names: Names) -> str:
    return f"+ {fact.node}#{names('t', fact.task_id)} step {event.step}"


def _task_ended(event: e.Event, fact: e.TaskEnded, names: Names) -> str:
    why = f" {_json(fact.error)}" if fact.error else ""
    asks = f" asks {len(fact.interrupts)}" if fact.interrupts else ""
    result = f" {_keys(fact.result)}" if fact.result not in (None, {}) else ""
    return f"- {fact.node}#{names('t', fact.task_id)} {fact.status}{why}{asks}{result}"


def _interrupt(event: e.Event, fact: e.InterruptRaised, names: Names) -> str:
    return f"? {names('i', fact.interrupt_id)} by {fact.node}#{names('t', fact.task_id)}: {_json(fact.value)}"


def _call(event: e.Event, fact: Any, names: Names) -> str:
    what = fact.model if isinstance(fact, ModelCallStarted) else f"{fact.name}({_json(fact.args)})"
    return f"call {names('c', fact.call_id)} of {what}, known from {fact.known_from}"


def _call_ended(event: e.Event, fact: Any, names: Names) -> str:
    made = f" made {names('m', fact.message_id)}" if fact.message_id else ""
    return f"call {names('c', fact.call_id)} {fact.status}{made}"


_SHOW: dict[type, Any] = {
    ModelCallStarted: _call,
    ModelCallFirstToken: lambda event, fact, names: f"call {names('c', fact.call_id)} streams",
    ModelCallEnded: _call_ended,
    ToolCallStarted: _call,
    ToolCallEnded: _call_ended,
    e.RunStarted: _run_started,
    e.RunEnded: _run_ended,
    e.MessageChunk: _chunk,
    e.CompleteMessage: _whole,
    e.InitialMessages: _given,
    e.MessageRemoved: lambda event, fact, names: f"{names('m', fact.message_id)} removed",
    e.TaskStarted: _task_started,
    e.TaskEnded: _task_ended,
    e.TaskRetried: lambda event, fact, names: f"tried again {names('t', fact.task_id)}",
    e.StateValues: lambda event, fact, names: (
        f"state step {event.step} {_keys(fact.values)}{' interrupted' if fact.is_interrupted else ''}"
    ),
    e.StateUpdate: lambda event, fact, names: (
        f"write by {fact.node}#{names('t', fact.task_id)} {_keys(fact.writes)}" + " cached" * fact.is_cached
    ),
    e.CheckpointSaved: lambda event, fact, names: (
        f"saved {names('c', fact.checkpoint_id)} after {names('c', fact.parent_checkpoint_id)}"
        f" step {fact.step} {fact.source}, next {', '.join(fact.next) or 'none'}"
    ),
    e.CustomDataEmitted: lambda event, fact, names: (
        f"custom by {event.node}#{names('t', event.task_id)} step {event.step}: {_json(fact.data)}"
    ),
    e.InterruptRaised: _interrupt,
    e.RunDequeued: lambda event, fact, names: "taken from the queue",
    e.RunResumed: lambda event, fact, names: f"resumed with {_json(fact.answer_value)}",
    e.SubgraphInfo: lambda event, fact, names: (
        f"graph {fact.graph_name or ''} for call {(fact.tool_call or {}).get('id')}"
        + (f" of agent {fact.agent_name}" if fact.agent_name else "")
    ),
}


def _blocks(fact: e.MessageChunk) -> list[Any]:
    """All blocks so far, where this chunk added to them."""
    return fact.extras.get_extras_so_far().blocks if fact.extras is not None and fact.has_new_blocks else []
