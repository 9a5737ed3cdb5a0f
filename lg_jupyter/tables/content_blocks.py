"""What stands in a message beside its text: media, refusals, calls that the provider ran, sources.

Providers and releases of LangChain write the same thing in several forms; whatever shows or hands on messages
reads them here. ``js/src/core/blocks.ts`` does the same for the panel. Nothing is ever loaded: media
have their data with them, or an address to name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.text.words import format_bytes, join_with_dots

BlockFields: TypeAlias = Mapping[str, Any]

_DATA_URL_PATTERN = re.compile(r"data:([\w.+/-]+)(?:;[\w=.-]+)*;base64,([A-Za-z0-9+/=_\s-]*)\Z")
_BASE64_PATTERN = re.compile(r"[A-Za-z0-9+/=_\s-]+\Z")

_DISPLAYABLE_MEDIA_TYPE_PATTERN = re.compile(
    r"(image/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)|audio/(wav|x-wav|mpeg|mp3|ogg|opus|flac|aac|mp4|m4a|webm))\Z"
)
"""Types that a browser shows or plays. An SVG in an ``img`` runs no script and loads nothing."""

_MEDIA_TYPE_BY_MAGIC_NUMBER = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"ID3": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
    b"%PDF": "application/pdf",
}
"""Types of files by their first bytes."""

_DEFAULT_MEDIA_TYPE_BY_KIND = {"image": "image/png", "video": "video/mp4"}
"""What to take media for that say nothing of their type; raw sound has no such."""

_MAJOR_MEDIA_TYPES = ("image", "audio", "video")

_MEDIA_ENVELOPE_FIELDS = (
    "source",
    "image_url",
    "input_audio",
    "audio",
    "file",
    "video_url",
    "image",
    "extras",
)
"""Where providers put what describes a block, one level down."""


@dataclass(frozen=True, slots=True)
class Media:
    """An image, a sound, a video or a file. ``base64_data`` is base64; ``text`` its transcript."""

    kind: str
    name: str | None = None
    mime_type: str | None = None
    base64_data: str | None = None
    url_or_file_id: str | None = None
    text: str | None = None

    @property
    def name_type_and_size(self) -> str:
        """What it is: ``chart, image/png, 3.1 MB``."""
        known = None if self.base64_data is None else format_bytes(len(self.base64_data.rstrip("=")) * 3 // 4)
        return ", ".join(filter(None, (self.name, self.mime_type or self.kind, known)))

    @property
    def displayable_data_url(self) -> str | None:
        """Its data as a URL, if it has them and a browser shows their type."""
        shown = self.base64_data and self.mime_type and _DISPLAYABLE_MEDIA_TYPE_PATTERN.match(self.mime_type)
        return f"data:{self.mime_type};base64,{self.base64_data}" if shown else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """That the model would not, in its words."""

    text: str


@dataclass(slots=True)
class ServerToolCall:
    """A call that the provider ran itself, with what came of it."""

    name: str
    args: JSON = None
    results: list[JSON] = field(default_factory=list)
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class UnknownBlock:
    """A block of a kind that nobody here knows."""

    kind: str
    value: JSON


Block: TypeAlias = Media | Refusal | ServerToolCall | UnknownBlock


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A place that an answer cites. ``url`` is whatever was given as one."""

    title: str
    url: str | None = None
    quote: str | None = None


def parse_content_blocks(blocks: JSON) -> list[Block]:
    """The content blocks of a message, each as what it is; a result stands with its call."""
    read: list[Block] = []
    calls: dict[JSON, ServerToolCall] = {}
    for block in _ensure_list(to_plain_json(blocks)):
        fields: Mapping[str, Any] = block if isinstance(block, Mapping) else {}
        if fields.get("type") == "non_standard" and isinstance(fields.get("value"), Mapping):
            fields = fields["value"]
        answer = _parse_server_tool_result(fields)
        if answer is not None:
            call_id, result, failed = answer
            call = calls.get(call_id) if call_id else None
            if call is None:
                call = ServerToolCall(_read_result_tool_name(fields))
                read.append(call)
            call.results.append(result)
            call.has_failed = call.has_failed or failed
            continue
        made = _parse_content_block(fields) if fields else UnknownBlock("content", block)
        if isinstance(made, ServerToolCall) and isinstance(name := fields.get("id"), str):
            calls[name] = made
        read.append(made)
    return read


def parse_cited_sources(citations: JSON) -> list[CitedSource]:
    """The places that a message cites, each once, in the order in which they are cited."""
    sources: dict[CitedSource, None] = {}
    for citation in _ensure_list(to_plain_json(citations)):
        if not isinstance(citation, Mapping):
            continue
        inner = citation.get("value")
        fields = inner if isinstance(inner, Mapping) else citation
        url = _find_first_text(fields, "url", "uri")
        title = _find_first_text(fields, "title", "document_title", "filename", "file_id")
        quote = None if url else _find_first_text(fields, "cited_text", "quote")
        if title or url or quote:
            sources.setdefault(CitedSource(title or url or "source", url, quote))
    return list(sources)


def format_abnormal_message_status(row: Mapping[str, Any]) -> str | None:
    """How a message ended that did not as it should: ``incomplete · max_tokens``, ``refused``, ``error``."""
    if row.get("finish_reason") == "refusal" or any(map(is_refusal_block, row.get("blocks") or ())):
        return "refused"
    status = row["status"]
    if status in ("success", "running", None):
        return None
    return join_with_dots(status, row.get("finish_reason") if status == "incomplete" else None)


def is_refusal_block(block: JSON) -> bool:
    """Whether a content block says that the model would not."""
    return isinstance(block, Mapping) and block.get("type") == "refusal"


def _parse_content_block(fields: BlockFields) -> Block:
    kind = str(fields.get("type") or "content")
    if is_refusal_block(fields):
        return Refusal(str(fields.get("refusal") or fields.get("text") or ""))
    call = _parse_server_tool_call(kind, fields)
    return call or _parse_media_block(kind, fields) or UnknownBlock(kind, dict(fields))


# ---------------------------------------------------------------------------------------------
# Calls that a provider runs


_SERVER_TOOL_RESULT_FIELDS = ("output", "outputs", "results", "error")
_NON_ARGUMENT_CALL_FIELDS = ("type", "id", "status", "index", "name", *_SERVER_TOOL_RESULT_FIELDS)


def _parse_server_tool_call(kind: str, fields: BlockFields) -> ServerToolCall | None:
    if kind in ("server_tool_call", "server_tool_call_chunk") or kind.endswith("_tool_use"):
        return ServerToolCall(str(fields.get("name") or "tool"), _find_first_value(fields, "args", "input"))
    if kind == "executable_code":
        return ServerToolCall("code", _find_first_value(fields, "executable_code", "code"))
    if kind.endswith("_call") and "result" not in fields:  # as OpenAI's: the call's type is its name
        name = str(fields.get("name") or kind.removesuffix("_call"))
        given = {name: value for name, value in fields.items() if name not in _NON_ARGUMENT_CALL_FIELDS}
        results = [fields[name] for name in _SERVER_TOOL_RESULT_FIELDS if fields.get(name)]
        return ServerToolCall(name, given, results, bool(fields.get("error")))
    return None


def _parse_server_tool_result(fields: BlockFields) -> tuple[str | None, JSON, bool] | None:
    """Whose result a block is, the result, and whether it is a failure; ``None`` if it is no result."""
    kind = str(fields.get("type") or "")
    if not (kind == "tool_result" or kind.endswith(("_tool_result", "_execution_result"))):
        return None
    call_id = _find_first_text(fields, "tool_call_id", "tool_use_id")
    failed = fields.get("status") == "error" or fields.get("is_error") is True
    return call_id, _find_first_value(fields, "output", "content", "code_execution_result"), failed


def _read_result_tool_name(fields: BlockFields) -> str:
    kind = str(fields.get("type"))
    known = kind.removesuffix("_result").removesuffix("_tool")
    return str(fields.get("name") or ("tool" if known == "server" else known))


# ---------------------------------------------------------------------------------------------
# Media


def _parse_media_block(kind: str, fields: BlockFields) -> Media | None:
    """What has data, an address or a text to show; providers put these in different places."""
    around = [
        fields,
        *(fields[name] for name in _MEDIA_ENVELOPE_FIELDS if isinstance(fields.get(name), Mapping)),
    ]
    mime = _find_text_in_any(around, "mime_type", "media_type")
    if mime is None and (format := _find_text_in_any(around, "format")):
        mime = f"audio/{format}"
    name = _find_text_in_any(around, "name", "filename", "title")
    address = _find_text_in_any(around, "url", "image_url", "file_id", "file_uri")
    data = _find_text_in_any(around, "base64", "data", "file_data", "result", "partial_image_b64")
    text = _find_text_in_any(around, "transcript") or (
        _find_first_text(fields, "text") if kind == "text-plain" else None
    )
    for given in (address, data):
        if given and (match := _DATA_URL_PATTERN.match(given)):
            mime, data, address = match[1], match[2], None
            break
    else:
        data = data if data and _BASE64_PATTERN.match(data) else None
    if data is None and address is None and text is None:
        return None
    data = re.sub(r"\s", "", data).replace("-", "+").replace("_", "/") if data else None
    mime = mime or (data and _sniff_media_type(data))
    what = _find_media_kind(kind, mime)
    return Media(what, name, mime or (data and _DEFAULT_MEDIA_TYPE_BY_KIND.get(what)), data, address, text)


def _find_media_kind(kind: str, mime: str | None) -> str:
    major = (mime or "").partition("/")[0]
    if mime is not None:
        return major if major in _MAJOR_MEDIA_TYPES else "file"
    return next((known for known in _MAJOR_MEDIA_TYPES if known in kind), "file")


def _sniff_media_type(data: str) -> str | None:
    try:
        first = base64.b64decode(data[:16], validate=True)
    except ValueError:
        return None
    if first[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(first[8:12])
    return next(
        (mime for begin, mime in _MEDIA_TYPE_BY_MAGIC_NUMBER.items() if first.startswith(begin)), None
    )


def _ensure_list(value: JSON) -> Sequence[JSON]:
    if value is None:
        return ()
    return value if isinstance(value, list) else [value]


def _find_first_value(fields: BlockFields, *names: str) -> JSON:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _find_first_text(fields: BlockFields, *names: str) -> str | None:
    return next((fields[name] for name in names if isinstance(fields.get(name), str) and fields[name]), None)


def _find_text_in_any(enclosing_fields: Sequence[BlockFields], *names: str) -> str | None:
    return next((found for fields in enclosing_fields if (found := _find_first_text(fields, *names))), None)
