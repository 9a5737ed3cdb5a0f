"""Images and files with a message: LangChain's standard content blocks, bounded, and checked."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.request.paths import validate_path
from lg_jupyter.text.words import clip_text, format_bytes

MAX_ATTACHMENTS = 10
"""Images and files that one request has."""

MAX_TOTAL_BYTES = 6_000_000
"""Bytes of all of them together: in base64 they still fit into one message of a page."""

MAX_NAME_CHARACTERS = 200

_MEDIA_BLOCK_TYPES = ("image", "audio", "video")
_MIME_TYPE_PATTERN = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}", re.ASCII | re.IGNORECASE)
_TEXT_MIME_TYPE_PATTERN = re.compile(
    r"text/|application/(json|xml|yaml|toml|javascript)$|.*\+(json|xml)$", re.IGNORECASE
)
_UNKNOWN_MIME_TYPE = "application/octet-stream"


def attachment(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A file as a content block of a message, in LangChain's standard form.

    Parameters
    ----------
    path
        The file: an image, a sound, a video, a text, or any other.

    Returns
    -------
    dict
        The `content block <https://docs.langchain.com/oss/python/langchain/messages#standard-content-blocks>`_.

    Raises
    ------
    UsageError
        If there is no such file, or it is too large.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("note.txt").write_text("tea at five")
    >>> lg_jupyter.attachment("note.txt")
    {'type': 'text-plain', 'text': 'tea at five', 'mime_type': 'text/plain', 'title': 'note.txt'}
    """
    file = validate_path(path, 'lg_jupyter.attachment("cat.png")')
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_TOTAL_BYTES:
        raise UsageError(
            f"{file} has {format_bytes(len(data))}, and a message takes "
            f"{format_bytes(MAX_TOTAL_BYTES)} at most"
        )
    return _make_attachment_block(file, data)


def _make_attachment_block(file: Path, data: bytes) -> dict[str, Any]:
    mime = mimetypes.guess_type(file.name)[0] or _UNKNOWN_MIME_TYPE
    if _TEXT_MIME_TYPE_PATTERN.match(mime) and (text := _decode_utf8_or_none(data)) is not None:
        return {"type": "text-plain", "text": text, "mime_type": "text/plain", "title": file.name}
    kind = mime.partition("/")[0]
    return {
        "type": kind if kind in _MEDIA_BLOCK_TYPES else "file",
        "base64": base64.b64encode(data).decode(),
        "mime_type": mime,
        "extras": {"filename": file.name},
    }


def _decode_utf8_or_none(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def get_attachment_file_name(block: JSON) -> str | None:
    """The name of the file that a content block holds the data of; ``None`` of anything else."""
    if not isinstance(block, dict) or not is_attachment(block):
        return None
    extras = block.get("extras")
    name = block.get("title") or (extras.get("filename") if isinstance(extras, dict) else None)
    return name if isinstance(name, str) else None


def validate_attachments(value: JSON) -> None:
    """Refuse images and files, wherever in ``value``, that are too many, too large, or not what they say.

    Raises
    ------
    UsageError
        Saying which, what came, and what is expected.
    """
    total = number = 0
    for number, block in enumerate(_iter_attachments(value), 1):
        if number > MAX_ATTACHMENTS:
            raise UsageError(f"There are more than {MAX_ATTACHMENTS} images and files: send fewer.")
        total += _validate_and_measure_attachment(block, f"Attachment {number}")
    if total > MAX_TOTAL_BYTES:
        raise UsageError(
            f"The images and files have {format_bytes(total)} together, "
            f"at most {format_bytes(MAX_TOTAL_BYTES)}: "
            "send smaller ones."
        )


def _iter_attachments(value: JSON) -> Iterator[JSONObject]:
    if isinstance(value, list):
        for item in value:
            yield from _iter_attachments(item)
    elif isinstance(value, dict):
        if is_attachment(value):
            yield value
        else:
            yield from _iter_attachments(list(value.values()))


def is_attachment(block: JSON) -> bool:
    """Whether it is a content block that holds the data of an image or a file."""
    if not isinstance(block, Mapping):
        return False
    kind = block.get("type")
    return (kind in (*_MEDIA_BLOCK_TYPES, "file") and "base64" in block) or (
        kind == "text-plain" and "text" in block
    )


def _validate_and_measure_attachment(block: JSONObject, which: str) -> int:
    mime, name = block.get("mime_type"), get_attachment_file_name(block)
    if name is not None and (len(name) > MAX_NAME_CHARACTERS or not name.isprintable()):
        raise UsageError(f"{which}: its name is one line of at most {MAX_NAME_CHARACTERS} characters.")
    if block["type"] == "text-plain":
        if not isinstance(block["text"], str):
            raise UsageError(f"{which}: its text is no text.")
        return len(block["text"].encode(errors="replace"))
    if not isinstance(mime, str) or not _MIME_TYPE_PATTERN.fullmatch(mime):
        raise UsageError(
            f"{which}: mime_type is like image/png or application/pdf, not {clip_text(repr(mime), 80)}."
        )
    if block["type"] in _MEDIA_BLOCK_TYPES and mime.partition("/")[0].lower() != block["type"]:
        raise UsageError(f"{which}: it says that it is of type {block['type']}, and its mime_type is {mime}.")
    try:
        return len(base64.b64decode(block["base64"], validate=True))
    except (TypeError, ValueError, binascii.Error):
        raise UsageError(f"{which}: its data are not base64.") from None
