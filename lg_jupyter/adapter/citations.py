"""The places that an answer names, from all the forms in which providers give them.

One is ``{"url", "title", "cited_text", "start_index", "end_index"}``, as LangChain's standard citations are:
what is not known is left out, and what else the provider says of it is in ``extras``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lg_jupyter.adapter.fields import is_list_like, require_dict
from lg_jupyter.events.events import JSON, JSONObject

_PROVIDER_KEYS_BY_FIELD: dict[str, tuple[str, ...]] = {
    "url": ("url", "uri", "link"),
    "title": ("title", "document_title", "filename", "name"),
    "cited_text": ("cited_text", "text", "quote", "snippet"),
    "start_index": ("start_index", "start", "startIndex"),
    "end_index": ("end_index", "end", "endIndex"),
}
"""Fields of a citation, by the names that providers have for them."""

_OMITTED_FIELDS = frozenset({"type", "index", "id", "extras", "url_citation", "file_citation"})


def collect_citations(message: JSONObject) -> list[JSONObject]:
    """All citations of a message, in its content's order; each once."""
    found: list[JSONObject] = []
    for raw in _collect_raw_citations(message):
        citation = _normalize_citation(raw)
        if citation and citation not in found:
            found.append(citation)
    return found


def _collect_raw_citations(message: JSONObject) -> Iterator[JSON]:
    content = message.get("content")
    for block in content if not isinstance(content, str) and content else ():
        if isinstance(block, dict):
            for name in ("annotations", "citations"):
                yield from _list_or_empty(block.get(name))
            if block.get("reference"):  # Mistral's
                yield block["reference"]
    for beside in (message.get("additional_kwargs"), message.get("response_metadata")):
        if isinstance(beside, dict):
            for name in ("annotations", "citations"):
                yield from _list_or_empty(beside.get(name))
            for name in ("grounding_metadata", "groundingMetadata"):
                yield from _read_gemini_citations(beside.get(name))


def _list_or_empty(value: JSON) -> Iterable[JSON]:
    return value if is_list_like(value) else ()


def _normalize_citation(raw: JSON) -> JSONObject | None:
    if isinstance(raw, str):
        return {"url": raw} if raw.startswith(("http://", "https://")) else {"title": raw}
    if not isinstance(raw, dict) or raw.get("type") == "non_standard_annotation":
        return {"extras": raw} if raw else None
    inner = raw.get("url_citation") or raw.get("file_citation")  # as chat completions nest them
    raw = {**raw, **inner} if isinstance(inner, dict) else raw
    citation: JSONObject = {}
    used = set(_OMITTED_FIELDS)
    for name, names in _PROVIDER_KEYS_BY_FIELD.items():
        key = next((key for key in names if raw.get(key) is not None), None)
        if key is not None:
            citation[name] = raw[key]
            used.add(key)
    extras: JSONObject = {key: value for key, value in raw.items() if key not in used and value is not None}
    known = raw.get("extras")
    extras = {**extras, **(known if isinstance(known, dict) else {})}
    return {**citation, **({"extras": extras} if extras else {})}


def _read_gemini_citations(metadata: JSON) -> Iterator[JSON]:
    """Gemini's: sources, and which part of the answer rests on which of them."""
    if not isinstance(metadata, dict):
        return
    chunks = [*_list_or_empty(metadata.get("grounding_chunks") or metadata.get("groundingChunks"))]
    sources = [_read_gemini_source(chunk) for chunk in chunks]
    used: set[int] = set()
    for support in _list_or_empty(metadata.get("grounding_supports") or metadata.get("groundingSupports")):
        if not isinstance(support, dict):
            continue
        segment = require_dict(support.get("segment") or {})
        numbers = support.get("grounding_chunk_indices") or support.get("groundingChunkIndices")
        for number in _list_or_empty(numbers):
            if isinstance(number, int) and 0 <= number < len(sources):
                used.add(number)
                yield {
                    **sources[number],
                    "cited_text": segment.get("text"),
                    "start_index": segment.get("start_index", segment.get("startIndex")),
                    "end_index": segment.get("end_index", segment.get("endIndex")),
                }
    yield from (source for number, source in enumerate(sources) if number not in used)


def _read_gemini_source(chunk: JSON) -> JSONObject:
    if not isinstance(chunk, dict):
        return {}
    place = chunk.get("web") or chunk.get("retrieved_context") or chunk.get("maps") or chunk
    return {"url": place.get("uri"), "title": place.get("title")} if isinstance(place, dict) else {}
