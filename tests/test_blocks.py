"""Content blocks and citations, as what they are."""

from __future__ import annotations

import base64

import pytest

from lg_jupyter.tables.blocks import (
    Media,
    Other,
    Refusal,
    ServerCall,
    Source,
    ending,
    read_blocks,
    read_sources,
)

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()
WAV = base64.b64encode(b"RIFF\x24\x01\x00\x00WAVEfmt and so on").decode()


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "base64": PNG, "mime_type": "image/png"},
        {"type": "image", "base64": PNG},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
        {"type": "image_url", "image_url": f"data:image/png;base64,{PNG}"},
        {"type": "image_generation_call", "id": "ig", "status": "completed", "result": PNG},
        {"type": "non_standard", "value": {"type": "image", "data": PNG}},
    ],
)
def test_an_image_that_has_its_data(block) -> None:
    (image,) = read_blocks([block])
    assert image.kind == "image"
    assert image.url == f"data:image/png;base64,{PNG}"
    assert image.label == "image/png, 18 B"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "url": "https://example.org/x.png", "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}},
        {
            "type": "image",
            "base64": '"><script>',
            "mime_type": "image/png",
            "url": "https://example.org/x.png",
        },
        {"type": "file", "base64": PNG, "mime_type": "text/html"},
        {"type": "image", "base64": PNG, "mime_type": 'image/png" onerror="alert(1)'},
        {"type": "audio", "base64": "AAAA", "mime_type": "audio/L16;codec=pcm;rate=24000"},
    ],
)
def test_what_no_browser_is_to_show(block) -> None:
    (media,) = read_blocks([block])
    assert isinstance(media, Media)
    assert media.url is None


def test_a_sound_with_its_words() -> None:
    (sound,) = read_blocks([{"type": "audio", "id": "a", "data": WAV, "transcript": "Good morning"}])
    assert (sound.kind, sound.mime, sound.text) == ("audio", "audio/wav", "Good morning")
    (words,) = read_blocks([{"type": "audio", "transcript": "Good"}])
    assert (words.data, words.text, words.label) == (None, "Good", "audio")


def test_calls_that_a_provider_ran_stand_with_their_results() -> None:
    blocks = [
        {"type": "server_tool_call", "id": "1", "name": "web_search", "args": {"query": "lisbon"}},
        {"type": "server_tool_call", "id": "2", "name": "web_search", "args": {"query": "porto"}},
        {"type": "server_tool_result", "tool_call_id": "1", "status": "success", "output": ["sun"]},
        {"type": "server_tool_result", "tool_call_id": "2", "status": "error", "output": "none"},
        {"type": "server_tool_use", "id": "3", "name": "code_execution", "input": {"code": "1"}},
        {"type": "code_execution_tool_result", "tool_use_id": "3", "content": {"stdout": "1"}},
        {"type": "mcp_call", "id": "4", "name": "roll", "arguments": "{}", "output": "4", "status": "x"},
    ]
    assert read_blocks(blocks) == [
        ServerCall("web_search", {"query": "lisbon"}, [["sun"]]),
        ServerCall("web_search", {"query": "porto"}, ["none"], failed=True),
        ServerCall("code_execution", {"code": "1"}, [{"stdout": "1"}]),
        ServerCall("roll", {"arguments": "{}"}, ["4"]),
    ]


def test_refusals_and_what_nobody_knows() -> None:
    assert read_blocks([{"type": "refusal", "refusal": "I can't."}, {"type": "new", "a": 1}, 3, None]) == [
        Refusal("I can't."),
        Other("new", {"type": "new", "a": 1}),
        Other("content", 3),
        Other("content", None),
    ]
    assert read_blocks(None) == []


def test_sources_stand_once_each() -> None:
    page = {"type": "citation", "url": "https://example.org/a", "title": "A", "cited_text": "one"}
    quoted = {"type": "citation", "title": "Report", "cited_text": "of this"}
    other = {"type": "non_standard_annotation", "value": {"type": "file_citation", "filename": "a.pdf"}}
    assert read_sources([page, {**page, "cited_text": "two"}, quoted, other, {}, "odd"]) == [
        Source("A", "https://example.org/a"),
        Source("Report", None, "of this"),
        Source("a.pdf"),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"status": "success", "finish_reason": "stop"}, None),
        ({"status": "running"}, None),
        ({"status": "incomplete", "finish_reason": "max_tokens"}, "incomplete · max_tokens"),
        ({"status": "incomplete", "finish_reason": None}, "incomplete"),
        ({"status": "error", "finish_reason": "stop"}, "error"),
        ({"status": "success", "blocks": [{"type": "refusal", "refusal": "No."}]}, "refused"),
        ({"status": "incomplete", "finish_reason": "refusal"}, "refused"),
    ],
)
def test_how_a_message_ended(row, told) -> None:
    assert ending(row) == told
