"""Gemini's ``streamGenerateContent``: candidates of parts, with counts that grow from chunk to chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.providers import scenarios as s
from tests.providers.wire import JSON, ConnectionCut, WireFormat, server_sent

_KINDS = {s.UNAUTHORIZED: "UNAUTHENTICATED", s.RATE_LIMITED: "RESOURCE_EXHAUSTED", s.SERVER_ERROR: "INTERNAL"}
_FINISHED = {s.LENGTH: "MAX_TOKENS", s.FILTERED: "SAFETY"}


class Gemini(WireFormat):
    """``POST /v1beta/models/<model>:streamGenerateContent?alt=sse``."""

    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        if scenario == s.IMAGE_INPUT:
            assert s.PNG in json.dumps(body).replace("-", "+").replace("_", "/"), "the image was not sent"
        for parts in _parts(scenario):
            yield server_sent(_chunk(scenario, parts))
        if scenario == s.ERROR_EVENT:
            yield server_sent(
                {"error": {"code": 503, "message": s.FAILED[scenario], "status": "UNAVAILABLE"}}
            )
            return
        if scenario == s.CUT:
            raise ConnectionCut
        yield server_sent(_ending(scenario))

    def failure(self, scenario: str) -> JSON:
        code = s.STATUSES[scenario]
        return {"error": {"code": code, "message": s.FAILED[scenario], "status": _KINDS[scenario]}}


def _parts(scenario: str) -> Iterator[list[JSON]]:
    if scenario == s.REASONING:
        for thought in s.THOUGHTS:
            yield [{"text": thought, "thought": True}]
    if scenario == s.IMAGE:
        yield [{"inlineData": {"mimeType": "image/png", "data": s.PNG}}]
    if scenario == s.AUDIO:
        yield [{"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": s.SOUND}}]
        return
    if scenario == s.SERVER_TOOLS:
        yield [{"executableCode": {"language": "PYTHON", "code": "print(3 + 4)"}}]
        yield [{"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "7\n"}}]
    if calls := s.tool_calls(scenario):
        yield [
            {"functionCall": {"id": call_id, "name": s.TOOL, "args": json.loads("".join(pieces))}}
            for call_id, pieces in calls
        ]
        return
    for word in s.words(scenario):
        yield [{"text": word}]


def _chunk(scenario: str, parts: list[JSON], **more: JSON) -> JSON:
    return {
        "candidates": [{"content": {"parts": parts, "role": "model"}, "index": 0, **more}],
        "usageMetadata": {
            "promptTokenCount": s.INPUT_TOKENS,
            "totalTokenCount": s.INPUT_TOKENS,
        },
        "modelVersion": "gemini-2.5-flash",
        "responseId": "resp-1",
    }


def _ending(scenario: str) -> JSON:
    more: JSON = {"finishReason": _FINISHED.get(scenario, "STOP")}
    if scenario == s.CITATIONS:
        more["groundingMetadata"] = _grounding()
    last = _chunk(scenario, [{"text": ""}], **more)
    last["usageMetadata"] = _usage(scenario)
    return last


def _grounding() -> JSON:
    segment = {"startIndex": 19, "endIndex": 30, "text": s.CITED}
    return {
        "webSearchQueries": [s.QUERY],
        "groundingChunks": [{"web": {"uri": s.SOURCE_URL, "title": s.SOURCE_TITLE}}],
        "groundingSupports": [{"segment": segment, "groundingChunkIndices": [0]}],
    }


def _usage(scenario: str) -> JSON:
    """The provider counts thoughts beside the candidates' tokens."""
    thoughts = s.REASONING_TOKENS if scenario == s.USAGE else 0
    usage = {
        "promptTokenCount": s.INPUT_TOKENS,
        "candidatesTokenCount": s.OUTPUT_TOKENS - thoughts,
        "totalTokenCount": s.TOTAL_TOKENS,
    }
    if scenario == s.USAGE:
        usage |= {"thoughtsTokenCount": thoughts, "cachedContentTokenCount": s.CACHED_TOKENS}
    return usage
