"""Anthropic's messages: numbered blocks, each with a start, its deltas and a stop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count

from tests.providers import scenarios as s
from tests.providers.wire import JSON, ConnectionCut, WireFormat, server_sent

_STOPPED = {
    s.TOOL_CALL: "tool_use",
    s.PARALLEL_TOOL_CALLS: "tool_use",
    s.INVALID_TOOL_CALL: "tool_use",
    s.LENGTH: "max_tokens",
    s.REFUSAL: "refusal",
}
_KINDS = {
    s.UNAUTHORIZED: "authentication_error",
    s.RATE_LIMITED: "rate_limit_error",
    s.SERVER_ERROR: "api_error",
}


class Anthropic(WireFormat):
    """``POST /v1/messages``."""

    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        if scenario == s.IMAGE_INPUT:
            assert s.PNG in json.dumps(body), "the image was not sent"
        usage = _usage(scenario)
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**usage, "output_tokens": 1},
        }
        yield _event("message_start", message=message)
        yield _event("ping")
        places = count()
        for start, deltas in _blocks(scenario):
            index = next(places)
            yield _event("content_block_start", index=index, content_block=start)
            for delta in deltas:
                yield _event("content_block_delta", index=index, delta=delta)
            if scenario == s.ERROR_EVENT:
                yield _event("error", error={"type": "overloaded_error", "message": s.FAILED[scenario]})
                return
            if scenario == s.CUT:
                raise ConnectionCut
            yield _event("content_block_stop", index=index)
        delta = {"stop_reason": _STOPPED.get(scenario, "end_turn"), "stop_sequence": None}
        yield _event("message_delta", delta=delta, usage=usage)
        yield _event("message_stop")

    def failure(self, scenario: str) -> JSON:
        return {"type": "error", "error": {"type": _KINDS[scenario], "message": s.FAILED[scenario]}}


def _event(kind: str, **said: JSON) -> str:
    return server_sent({"type": kind, **said}, kind)


def _blocks(scenario: str) -> Iterator[tuple[JSON, Iterable[JSON]]]:
    """Each block's start and its deltas."""
    if scenario == s.REASONING:
        thoughts = [{"type": "thinking_delta", "thinking": thought} for thought in s.THOUGHTS]
        signature = {"type": "signature_delta", "signature": "c2lnbmVk"}
        yield {"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signature]
    if scenario == s.SERVER_TOOLS:
        yield from _web_search()
    for call_id, pieces in s.tool_calls(scenario):
        start = {"type": "tool_use", "id": call_id.replace("call", "toolu"), "name": s.TOOL, "input": {}}
        yield start, [_json_delta(piece) for piece in ["", *pieces]]
    if not s.tool_calls(scenario):
        start = {"type": "text", "text": ""}
        deltas: list[JSON] = [{"type": "text_delta", "text": word} for word in s.words(scenario)]
        if scenario == s.CITATIONS:
            start["citations"] = []
            deltas.append({"type": "citations_delta", "citation": _citation()})
        yield start, deltas


def _web_search() -> Iterator[tuple[JSON, Iterable[JSON]]]:
    call = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    yield call, [_json_delta('{"query": "hills'), _json_delta(' of lisbon"}')]
    found = {
        "type": "web_search_result",
        "title": s.SOURCE_TITLE,
        "url": s.SOURCE_URL,
        "encrypted_content": "ZW5jcnlwdGVk",
        "page_age": None,
    }
    yield {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [found]}, []


def _json_delta(piece: str) -> JSON:
    return {"type": "input_json_delta", "partial_json": piece}


def _citation() -> JSON:
    return {
        "type": "web_search_result_location",
        "url": s.SOURCE_URL,
        "title": s.SOURCE_TITLE,
        "cited_text": s.CITED,
        "encrypted_index": "aW5kZXg=",
    }


def _usage(scenario: str) -> JSON:
    """The provider counts cached tokens beside the input's others."""
    if scenario != s.USAGE:
        return {"input_tokens": s.INPUT_TOKENS, "output_tokens": s.OUTPUT_TOKENS}
    return {
        "input_tokens": s.INPUT_TOKENS - s.CACHED_TOKENS - s.CACHE_WRITTEN_TOKENS,
        "cache_creation_input_tokens": s.CACHE_WRITTEN_TOKENS,
        "cache_read_input_tokens": s.CACHED_TOKENS,
        "output_tokens": s.OUTPUT_TOKENS,
    }
