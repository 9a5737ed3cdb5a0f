"""Ollama's chat: one JSON object a line, whose last one holds the counts."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.providers import scenarios as s
from tests.providers.wire import JSON, ConnectionCut, WireFormat


class Ollama(WireFormat):
    """``POST /api/chat``."""

    content_type = "application/x-ndjson"

    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        if scenario == s.IMAGE_INPUT:
            assert s.PNG in json.dumps(body), "the image was not sent"
        head = {"model": body["model"], "created_at": "2026-01-01T00:00:00.000000Z"}
        for said in _said(scenario):
            message = {"role": "assistant", "content": "", **said}
            yield _line({**head, "message": message, "done": False})
        if scenario == s.ERROR_EVENT:
            yield _line({"error": s.FAILED[scenario]})
            return
        if scenario == s.CUT:
            raise ConnectionCut
        yield _line({**head, "message": {"role": "assistant", "content": ""}, **_ending(scenario)})

    def failure(self, scenario: str) -> JSON:
        return {"error": s.FAILED[scenario]}


def _line(item: JSON) -> str:
    return json.dumps(item) + "\n"


def _said(scenario: str) -> Iterator[JSON]:
    if scenario == s.REASONING:
        for thought in s.THOUGHTS:
            yield {"thinking": thought}
    if calls := s.tool_calls(scenario):
        for _, pieces in calls:
            function = {"name": s.TOOL, "arguments": json.loads("".join(pieces))}
            yield {"tool_calls": [{"function": function}]}
        return
    for word in s.words(scenario):
        yield {"content": word}


def _ending(scenario: str) -> JSON:
    return {
        "done": True,
        "done_reason": "length" if scenario == s.LENGTH else "stop",
        "total_duration": 1_000_000_000,
        "load_duration": 10_000_000,
        "prompt_eval_count": s.INPUT_TOKENS,
        "prompt_eval_duration": 10_000_000,
        "eval_count": s.OUTPUT_TOKENS,
        "eval_duration": 100_000_000,
    }
