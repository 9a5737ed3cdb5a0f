"""Mistral's chat completions: OpenAI's form, with content in typed pieces and tool calls that come whole."""

from __future__ import annotations

from collections.abc import Iterator

from tests.providers import scenarios as s
from tests.providers.openai_chat import OpenAIChat
from tests.providers.wire import JSON


class Mistral(OpenAIChat):
    """``POST /v1/chat/completions``."""

    def _deltas(self, scenario: str, body: JSON) -> Iterator[JSON]:
        if scenario == s.CITATIONS:
            yield {"content": [{"type": "text", "text": "Lisbon is built on "}]}
            yield {"content": [{"type": "reference", "reference_ids": [1], "text": f"{s.CITED}."}]}
            return
        yield from super()._deltas(scenario, body)

    def call_deltas(self, calls: list[tuple[str, list[str]]]) -> Iterator[JSON]:
        whole = [
            {
                "index": i,
                "id": f"{call_id}xyz",  # nine characters
                "function": {"name": s.TOOL, "arguments": "".join(pieces)},
            }
            for i, (call_id, pieces) in enumerate(calls)
        ]
        yield {"content": "", "tool_calls": whole}

    def reasoning(self, thought: str) -> JSON:
        return {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": thought}]}]}

    def _ending(self, head: JSON, scenario: str) -> Iterator[str]:
        finish_reason = _FINISHED.get(scenario, "stop")
        yield self._chunk(head, {"content": ""}, finish_reason, usage=self.usage(scenario))


_FINISHED = {s.TOOL_CALL: "tool_calls", s.PARALLEL_TOOL_CALLS: "tool_calls", s.LENGTH: "length"}
