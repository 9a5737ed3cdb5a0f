"""What a user says in a chat: a text, or content blocks, which are a text with images and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.request.attachments import is_attachment, validate_attachments

ContentBlock = Mapping[str, Any]
MessageContent = str | list[ContentBlock]


def format_content_as_text(content: MessageContent) -> str:
    """The text; of what is sent with it a word each."""
    if isinstance(content, str):
        return content
    return " ".join(
        str(block["text"]) if _is_text_block(block) else f"[{block['type']}]" for block in content
    )


def validate_content(content: MessageContent) -> None:
    """Refuse what is nothing to send, or no text and no image or file.

    Raises
    ------
    UsageError
        Saying what is wrong.
    """
    if isinstance(content, str):
        if not content.strip():
            raise UsageError("There is nothing to send: type a message.")
        return
    for number, block in enumerate(content, 1):
        if not _is_text_block(block) and not is_attachment(block):
            raise UsageError(f"Block {number} of the message is no text, and no image or file with its data.")
    if not content:
        raise UsageError("There is nothing to send: type a message.")
    validate_attachments(list(content))


def extract_content_text(content: MessageContent) -> str:
    """The text alone."""
    if isinstance(content, str):
        return content
    return "\n".join(str(block["text"]) for block in content if _is_text_block(block))


def map_content_texts(content: MessageContent, change: Callable[[str], str]) -> MessageContent:
    """The same with each text changed."""
    if isinstance(content, str):
        return change(content)
    return [
        {**block, "text": change(text)} if isinstance(text := block.get("text"), str) else block
        for block in content
    ]


def _is_text_block(block: ContentBlock) -> bool:
    return block.get("type") == "text" and isinstance(block.get("text"), str)
