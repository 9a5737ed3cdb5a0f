"""OpenAI's chat completions, and the dialects of DeepSeek and Groq."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.providers import scenarios as s
from tests.providers.wire import JSON, ConnectionCut, WireFormat, server_sent

_FINISHED = {
    s.TOOL_CALL: "tool_calls",
    s.PARALLEL_TOOL_CALLS: "tool_calls",
    s.INVALID_TOOL_CALL: "tool_calls",
    s.LENGTH: "length",
    s.FILTERED: "content_filter",
}


class OpenAIChat(WireFormat):
    """``POST /v1/chat/completions``."""

    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        head = self._head(body) | {"object": "chat.completion.chunk"}
        yield self._chunk(head, {"role": "assistant", "content": "", "refusal": None})
        for delta in self._deltas(scenario, body):
            yield self._chunk(head, delta)
        if scenario == s.ERROR_EVENT:
            yield server_sent(
                {"error": {"message": s.FAILED[scenario], "type": "server_error", "code": None}}
            )
            return
        if scenario == s.CUT:
            raise ConnectionCut
        yield from self._ending(head, scenario)
        yield server_sent("[DONE]")

    def whole(self, scenario: str, body: JSON) -> JSON:
        message = {"role": "assistant", "content": s.SAID, "refusal": None}
        if scenario == s.REFUSAL:
            message |= {"content": None, "refusal": s.REFUSED}
        if scenario == s.AUDIO:
            audio = {"id": "audio_1", "data": s.SOUND, "expires_at": 1_800_000_000, "transcript": s.SAID}
            message |= {"content": None, "audio": audio}
        if scenario == s.CITATIONS:
            message |= {"annotations": [_annotation()]}
        if calls := s.tool_calls(scenario):
            whole = [(call_id, "".join(pieces)) for call_id, pieces in calls]
            message |= {"content": None, "tool_calls": [_call(call_id, args) for call_id, args in whole]}
        choice = {"index": 0, "message": message, "finish_reason": _FINISHED.get(scenario, "stop")}
        return self._head(body) | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": self.usage(scenario),
        }

    def _head(self, body: JSON) -> JSON:
        return {
            "id": "chatcmpl-1",
            "created": 1_790_000_000,
            "model": f"{body['model']}-2025-08-07",
            "service_tier": "default",
            "system_fingerprint": "fp_1",
        }

    def _chunk(self, head: JSON, delta: JSON, finish_reason: str | None = None, **more: JSON) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return server_sent({**head, "choices": [choice], **more})

    def _deltas(self, scenario: str, body: JSON) -> Iterator[JSON]:
        if calls := s.tool_calls(scenario):
            yield from self.call_deltas(calls)
            return
        if scenario == s.REASONING:
            for thought in s.THOUGHTS:
                yield self.reasoning(thought)
        if scenario == s.REFUSAL:
            for word in s.REFUSED_WORDS:
                yield {"refusal": word}
            return
        if scenario == s.IMAGE_INPUT:
            assert s.PNG in json.dumps(body), "the image was not sent"
        if scenario == s.AUDIO:
            yield {"audio": {"id": "audio_1", "transcript": s.SAID}}
            yield {"audio": {"id": "audio_1", "data": s.SOUND}}
            return
        yield from self._server_tools(scenario)
        for word in s.words(scenario):
            yield {"content": word}
        if scenario == s.CITATIONS:
            yield {"annotations": [_annotation()]}

    def call_deltas(self, calls: list[tuple[str, list[str]]]) -> Iterator[JSON]:
        for index, (call_id, pieces) in enumerate(calls):
            yield {"tool_calls": [{"index": index, **_call(call_id, "")}]}
            for piece in pieces:
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}

    def reasoning(self, thought: str) -> JSON:
        """As servers with this format send it; OpenAI's own keeps its reasoning to itself."""
        return {"reasoning_content": thought}

    def _server_tools(self, scenario: str) -> Iterator[JSON]:
        return iter(())

    def _ending(self, head: JSON, scenario: str) -> Iterator[str]:
        yield self._chunk(head, {}, _FINISHED.get(scenario, "stop"))
        yield server_sent({**head, "choices": [], "usage": self.usage(scenario)})

    def usage(self, scenario: str) -> JSON:
        usage: JSON = {
            "prompt_tokens": s.INPUT_TOKENS,
            "completion_tokens": s.OUTPUT_TOKENS,
            "total_tokens": s.TOTAL_TOKENS,
        }
        if scenario == s.USAGE:
            usage["prompt_tokens_details"] = {"cached_tokens": s.CACHED_TOKENS, "audio_tokens": 0}
            usage["completion_tokens_details"] = {"reasoning_tokens": s.REASONING_TOKENS, "audio_tokens": 0}
        return usage


class DeepSeek(OpenAIChat):
    """The dialect of DeepSeek: reasoning beside the content, its own names for cached tokens."""

    def _ending(self, head: JSON, scenario: str) -> Iterator[str]:
        finish_reason = _FINISHED.get(scenario, "stop")
        yield self._chunk(head, {"content": ""}, finish_reason, usage=self.usage(scenario))

    def usage(self, scenario: str) -> JSON:
        usage = super().usage(scenario)
        if scenario == s.USAGE:
            usage["prompt_cache_hit_tokens"] = s.CACHED_TOKENS
            usage["prompt_cache_miss_tokens"] = s.INPUT_TOKENS - s.CACHED_TOKENS
        return usage


class Groq(OpenAIChat):
    """The dialect of Groq: whole tool calls, tools that ran on the server, usage under ``x_groq``."""

    def call_deltas(self, calls: list[tuple[str, list[str]]]) -> Iterator[JSON]:
        whole = [(call_id, "".join(pieces)) for call_id, pieces in calls]
        yield {"tool_calls": [{"index": i, **_call(*call)} for i, call in enumerate(whole)]}

    def reasoning(self, thought: str) -> JSON:
        return {"reasoning": thought}

    def _server_tools(self, scenario: str) -> Iterator[JSON]:
        if scenario == s.SERVER_TOOLS:
            tool = {"type": "search", "index": 0, "arguments": json.dumps({"query": s.QUERY})}
            yield {"executed_tools": [tool]}
            yield {"executed_tools": [{**tool, "output": f"{s.SOURCE_TITLE} {s.SOURCE_URL}"}]}

    def _ending(self, head: JSON, scenario: str) -> Iterator[str]:
        told = {"id": "req_1", "usage": {**self.usage(scenario), "queue_time": 0.1, "total_time": 0.2}}
        yield self._chunk(head, {}, _FINISHED.get(scenario, "stop"), x_groq=told)


def _call(call_id: str, arguments: str) -> JSON:
    return {"id": call_id, "type": "function", "function": {"name": s.TOOL, "arguments": arguments}}


def _annotation() -> JSON:
    citation = {"url": s.SOURCE_URL, "title": s.SOURCE_TITLE, "start_index": 19, "end_index": 30}
    return {"type": "url_citation", "url_citation": citation}
