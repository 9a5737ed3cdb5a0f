"""OpenAI's Responses API: items of an output, each told by events of its own."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator

from tests.providers import scenarios as s
from tests.providers.wire import JSON, ConnectionCut, WireFormat, server_sent


class OpenAIResponses(WireFormat):
    """``POST /v1/responses``."""

    def frames(self, scenario: str, body: JSON) -> Iterator[str]:
        return _Response(scenario, body).frames()


class _Response:
    """One answer while it is told: its events are numbered, and its items end up in its last event."""

    def __init__(self, scenario: str, body: JSON) -> None:
        if scenario == s.IMAGE_INPUT:
            assert s.PNG in json.dumps(body), "the image was not sent"
        self._scenario = scenario
        self._numbered = 0
        self._output: list[JSON] = []
        self._response = {
            "id": "resp_1",
            "object": "response",
            "created_at": 1_790_000_000,
            "status": "in_progress",
            "error": None,
            "incomplete_details": None,
            "model": f"{body['model']}-2025-08-07",
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": None,
        }

    def frames(self) -> Iterator[str]:
        yield self._event("response.created", response=self._response)
        yield self._event("response.in_progress", response=self._response)
        if self._scenario == s.REASONING:
            yield from self._reasoning()
        if self._scenario == s.IMAGE:
            yield from self._item(_image())
        if self._scenario == s.SERVER_TOOLS:
            yield from self._item(_web_search())
        if calls := s.tool_calls(self._scenario):
            for call_id, pieces in calls:
                yield from self._function_call(call_id, pieces)
        else:
            yield from self._message()
        if self._scenario == s.ERROR_EVENT:
            yield self._event("error", code="server_error", message=s.FAILED[s.ERROR_EVENT], param=None)
            return
        if self._scenario == s.CUT:
            raise ConnectionCut
        yield self._ending()

    def _event(self, kind: str, **said: JSON) -> str:
        frame = server_sent({"type": kind, "sequence_number": self._numbered, **said}, kind)
        self._numbered += 1
        return frame

    @property
    def _place(self) -> int:
        return len(self._output)

    def _item(self, item: JSON) -> Iterator[str]:
        """An item that is told when it begins and when it is done."""
        begun = {key: value for key, value in item.items() if key != "result"} | {"status": "in_progress"}
        yield self._event("response.output_item.added", output_index=self._place, item=begun)
        yield self._event("response.output_item.done", output_index=self._place, item=item)
        self._output.append(item)

    def _reasoning(self) -> Iterator[str]:
        item: JSON = {"id": "rs_1", "type": "reasoning", "summary": []}
        where = {"item_id": "rs_1", "output_index": self._place, "summary_index": 0}
        yield self._event("response.output_item.added", output_index=self._place, item=item)
        part = {"type": "summary_text", "text": ""}
        yield self._event("response.reasoning_summary_part.added", **where, part=part)
        for thought in s.THOUGHTS:
            yield self._event("response.reasoning_summary_text.delta", **where, delta=thought)
        yield self._event("response.reasoning_summary_text.done", **where, text=s.THOUGHT)
        part = {"type": "summary_text", "text": s.THOUGHT}
        yield self._event("response.reasoning_summary_part.done", **where, part=part)
        item = {**item, "summary": [part]}
        yield self._event("response.output_item.done", output_index=self._place, item=item)
        self._output.append(item)

    def _function_call(self, call_id: str, pieces: list[str]) -> Iterator[str]:
        item_id = call_id.replace("call", "fc")
        item = {
            "id": item_id,
            "type": "function_call",
            "call_id": call_id,
            "name": s.TOOL,
            "arguments": "",
            "status": "in_progress",
        }
        where = {"item_id": item_id, "output_index": self._place}
        yield self._event("response.output_item.added", output_index=self._place, item=item)
        for piece in pieces:
            yield self._event("response.function_call_arguments.delta", **where, delta=piece)
        item = {**item, "arguments": "".join(pieces), "status": "completed"}
        yield self._event("response.function_call_arguments.done", **where, arguments=item["arguments"])
        yield self._event("response.output_item.done", output_index=self._place, item=item)
        self._output.append(item)

    def _message(self) -> Iterator[str]:
        item: JSON = {
            "id": "msg_1",
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        yield self._event("response.output_item.added", output_index=self._place, item=item)
        content = yield from self._refusal() if self._scenario == s.REFUSAL else self._text()
        if self._scenario in s.BROKEN:
            return
        where = {"item_id": "msg_1", "output_index": self._place, "content_index": 0}
        yield self._event("response.content_part.done", **where, part=content)
        item = {**item, "status": "completed", "content": [content]}
        yield self._event("response.output_item.done", output_index=self._place, item=item)
        self._output.append(item)

    def _text(self) -> Generator[str, None, JSON]:
        where = {"item_id": "msg_1", "output_index": self._place, "content_index": 0}
        part: JSON = {"type": "output_text", "text": "", "annotations": []}
        yield self._event("response.content_part.added", **where, part=part)
        for word in s.words(self._scenario):
            yield self._event("response.output_text.delta", **where, delta=word, logprobs=[])
        if self._scenario in s.BROKEN:
            return part
        annotations = [_annotation()] if self._scenario == s.CITATIONS else []
        for i, annotation in enumerate(annotations):
            kind = "response.output_text.annotation.added"
            yield self._event(kind, **where, annotation_index=i, annotation=annotation)
        yield self._event("response.output_text.done", **where, text=s.SAID, logprobs=[])
        return {**part, "text": s.SAID, "annotations": annotations}

    def _refusal(self) -> Generator[str, None, JSON]:
        where = {"item_id": "msg_1", "output_index": self._place, "content_index": 0}
        yield self._event("response.content_part.added", **where, part={"type": "refusal", "refusal": ""})
        for word in s.REFUSED_WORDS:
            yield self._event("response.refusal.delta", **where, delta=word)
        yield self._event("response.refusal.done", **where, refusal=s.REFUSED)
        return {"type": "refusal", "refusal": s.REFUSED}

    def _ending(self) -> str:
        reason = {s.LENGTH: "max_output_tokens", s.FILTERED: "content_filter"}.get(self._scenario)
        status = "incomplete" if reason else "completed"
        response = {
            **self._response,
            "status": status,
            "incomplete_details": {"reason": reason} if reason else None,
            "output": self._output,
            "usage": self._usage(),
        }
        return self._event(f"response.{status}", response=response)

    def _usage(self) -> JSON:
        detailed = self._scenario == s.USAGE
        return {
            "input_tokens": s.INPUT_TOKENS,
            "input_tokens_details": {"cached_tokens": s.CACHED_TOKENS if detailed else 0},
            "output_tokens": s.OUTPUT_TOKENS,
            "output_tokens_details": {"reasoning_tokens": s.REASONING_TOKENS if detailed else 0},
            "total_tokens": s.TOTAL_TOKENS,
        }


def _image() -> JSON:
    return {
        "id": "ig_1",
        "type": "image_generation_call",
        "status": "completed",
        "result": s.PNG,
        "output_format": "png",
        "size": "10x10",
    }


def _web_search() -> JSON:
    return {
        "id": "ws_1",
        "type": "web_search_call",
        "status": "completed",
        "action": {
            "type": "search",
            "query": s.QUERY,
            "sources": [{"type": "url", "url": s.SOURCE_URL}],
        },
    }


def _annotation() -> JSON:
    return {
        "type": "url_citation",
        "start_index": 19,
        "end_index": 30,
        "url": s.SOURCE_URL,
        "title": s.SOURCE_TITLE,
    }
