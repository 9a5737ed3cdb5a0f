"""How long the parts of a prompt are, in characters: tokens are counted for a whole prompt only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import get_message_role, is_encoded_message
from lg_jupyter.events.events import JSON

PROMPT_PARTS = ("system", "tools", "history", "tool_results")


class PromptMeter:
    """Measures prompts. A message that many prompts share is measured once."""

    def __init__(self) -> None:
        # a message, kept so that its id stays its own
        self._message_lengths: dict[int, tuple[JSON, int, int]] = {}
        self._last_tools: tuple[JSON, int] = (None, 0)

    def measure_prompt_characters(
        self, messages: Sequence[JSON] | None, tools: JSON
    ) -> dict[str, int | None] | None:
        """The characters of each part, and how many images and files there are beside; ``None`` if unknown.

        ``tools`` is ``None`` where nobody reports them.
        """
        if messages is None:
            return None
        sums: Counter[str] = Counter()
        for message in messages:
            characters, media = self._measure_message_once(message)
            sums[_get_prompt_part_name(message)] += characters
            sums["media"] += media
        length = None if tools is None else self._measure_tools_once(tools)
        return {**{part: sums[part] for part in PROMPT_PARTS}, "tools": length, "media": sums["media"]}

    def _measure_message_once(self, message: JSON) -> tuple[int, int]:
        known = self._message_lengths.get(id(message))
        if known is None:
            known = self._message_lengths[id(message)] = (message, *_count_characters_and_media(message))
        return known[1:]

    def _measure_tools_once(self, tools: JSON) -> int:
        if self._last_tools[0] is not tools:
            self._last_tools = tools, len(json.dumps(to_plain_json(tools))) if tools else 0
        return self._last_tools[1]


def _get_prompt_part_name(message: JSON) -> str:
    role = get_message_role(message) if is_encoded_message(message) else "human"
    if role in ("system", "developer"):
        return "system"
    return "tool_results" if role in ("tool", "function") else "history"


def _count_characters_and_media(message: JSON) -> tuple[int, int]:
    """The characters of a message's texts and of its calls of tools, and how much else there is in it."""
    if not is_encoded_message(message):
        return len(message) if isinstance(message, str) else 0, 0
    content, calls = message["content"], message.get("tool_calls")
    blocks = [content] if isinstance(content, str) else content if isinstance(content, Sequence) else []
    texts = [block if isinstance(block, str) else _read_block_text(block) for block in blocks]
    called = len(json.dumps(to_plain_json(calls))) if calls else 0
    return called + sum(len(text) for text in texts if text is not None), texts.count(None)


def _read_block_text(block: JSON) -> str | None:
    """What a content block says; ``None`` of an image or a file, ``""`` of a call, which is counted apart."""
    if not isinstance(block, Mapping):
        return ""
    for name in ("text", "reasoning", "thinking"):
        if isinstance(block.get(name), str):
            return str(block[name])
    return "" if block.get("type") in ("tool_use", "tool_call", "function_call", "reasoning") else None
