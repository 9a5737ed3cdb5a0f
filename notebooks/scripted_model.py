"""A chat model that needs no network: it says what its script says, token by token.

It stands in for a real one in the notebooks here; everything else in them is as it would be with, say,
``init_chat_model("openai:gpt-5")``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel


class Reply(BaseModel):
    """One thing the model says: perhaps some reasoning, then text, or a call of a tool."""

    text: str = ""
    reasoning: str = ""
    tool: str | None = None
    arguments: str = "{}"  # JSON, as a model would write it


class ScriptedModel(BaseChatModel):
    """Answers with the reply whose turn it is: the n-th, when n of the messages it is given are its own."""

    replies: list[Reply]
    model_name: str = "scripted"
    delay: float = 0.03
    """Seconds between two tokens."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        """The script knows which tool it calls: they are bound so that they are seen."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        turn = sum(isinstance(message, AIMessage) for message in messages)
        said = 0
        for content, calls in _pieces(self.replies[turn % len(self.replies)]):
            time.sleep(self.delay)
            said += 1
            yield ChatGenerationChunk(message=AIMessageChunk(content=content, tool_call_chunks=calls))
        read = sum(len(_tokens(str(message.content))) for message in messages)
        usage = UsageMetadata(input_tokens=read, output_tokens=said, total_tokens=read + said)
        end = AIMessageChunk(
            content="", usage_metadata=usage, response_metadata={"model_name": self.model_name}
        )
        yield ChatGenerationChunk(message=end)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages))


def _pieces(reply: Reply) -> Iterator[tuple[Any, list[Any]]]:
    """What each token of a reply carries: content, and pieces of tool calls."""
    for token in _tokens(reply.reasoning):
        yield [{"type": "reasoning", "reasoning": token, "index": 0}], []
    for token in _tokens(reply.text):
        yield ([{"type": "text", "text": token, "index": 1}] if reply.reasoning else token), []
    if reply.tool:
        identity = f"call_{uuid4().hex[:8]}"
        yield "", [tool_call_chunk(name=reply.tool, args="", id=identity, index=0)]
        for token in _tokens(reply.arguments):
            yield "", [tool_call_chunk(args=token, index=0)]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S{1,6}", text)
