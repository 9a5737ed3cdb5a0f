"""Content blocks and citations, as what they are."""

from __future__ import annotations

import base64

import pytest

from lg_jupyter.tables.content_blocks import (
    CitedSource,
    Media,
    Refusal,
    ServerToolCall,
    UnknownBlock,
    format_abnormal_message_status,
    parse_cited_sources,
    parse_content_blocks,
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
    (image,) = parse_content_blocks([block])
    assert image.kind == "image"
    assert image.displayable_data_url == f"data:image/png;base64,{PNG}"
    assert image.name_type_and_size == "image/png, 18 B"


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
    (media,) = parse_content_blocks([block])
    assert isinstance(media, Media)
    assert media.displayable_data_url is None


def test_a_sound_with_its_words() -> None:
    (sound,) = parse_content_blocks([{"type": "audio", "id": "a", "data": WAV, "transcript": "Good morning"}])
    assert (sound.kind, sound.mime_type, sound.text) == ("audio", "audio/wav", "Good morning")
    (words,) = parse_content_blocks([{"type": "audio", "transcript": "Good"}])
    assert (words.base64_data, words.text, words.name_type_and_size) == (None, "Good", "audio")


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
    assert parse_content_blocks(blocks) == [
        ServerToolCall("web_search", {"query": "lisbon"}, [["sun"]]),
        ServerToolCall("web_search", {"query": "porto"}, ["none"], has_failed=True),
        ServerToolCall("code_execution", {"code": "1"}, [{"stdout": "1"}]),
        ServerToolCall("roll", {"arguments": "{}"}, ["4"]),
    ]


def test_refusals_and_what_nobody_knows() -> None:
    assert parse_content_blocks(
        [{"type": "refusal", "refusal": "I can't."}, {"type": "new", "a": 1}, 3, None]
    ) == [
        Refusal("I can't."),
        UnknownBlock("new", {"type": "new", "a": 1}),
        UnknownBlock("content", 3),
        UnknownBlock("content", None),
    ]
    assert parse_content_blocks(None) == []


def test_sources_stand_once_each() -> None:
    page = {"type": "citation", "url": "https://example.org/a", "title": "A", "cited_text": "one"}
    quoted = {"type": "citation", "title": "Report", "cited_text": "of this"}
    other = {"type": "non_standard_annotation", "value": {"type": "file_citation", "filename": "a.pdf"}}
    assert parse_cited_sources([page, {**page, "cited_text": "two"}, quoted, other, {}, "odd"]) == [
        CitedSource("A", "https://example.org/a"),
        CitedSource("Report", None, "of this"),
        CitedSource("a.pdf"),
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
    assert format_abnormal_message_status(row) == told


@pytest.mark.parametrize(
    ("first", "mime", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", "image"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "image"),
        (b"GIF89a", "image/gif", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "image/webp", "image"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt", "audio/wav", "audio"),
        (b"ID3\x04", "audio/mpeg", "audio"),
        (b"OggS\x00", "audio/ogg", "audio"),
        (b"fLaC\x00", "audio/flac", "audio"),
        (b"%PDF-1.7", "application/pdf", "file"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", None, "file"),
        (b"nothing that is known", None, "file"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(first: bytes, mime: str | None, kind: str) -> None:
    data = base64.b64encode(first + b" and so on").decode()
    (media,) = parse_content_blocks([{"type": "media", "data": data}])
    assert (media.mime_type, media.kind) == (mime, kind)


@pytest.mark.parametrize(
    ("block", "media"),
    [
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}, ("audio", "audio/mp3")),
        ({"type": "video", "base64": "AAAA"}, ("video", "video/mp4")),
        ({"type": "image", "base64": "AAAA"}, ("image", "image/png")),
        ({"type": "audio", "base64": "AAAA"}, ("audio", None)),
        ({"type": "image", "partial_image_b64": "AAAA"}, ("image", "image/png")),
        ({"type": "media", "mime_type": "video/webm", "data": "AAAA"}, ("video", "video/webm")),
        ({"type": "image", "mime_type": "text/plain", "data": "AAAA"}, ("file", "text/plain")),
        (
            {"type": "file", "file": {"file_data": "data:text/csv;charset=utf-8;base64,AAAA"}},
            ("file", "text/csv"),
        ),
    ],
)
def test_what_sort_of_media_it_is(block, media) -> None:
    (read,) = parse_content_blocks([block])
    assert (read.kind, read.mime_type, read.base64_data) == (*media, "AAAA")


@pytest.mark.parametrize(
    ("block", "read"),
    [
        ({"type": "file", "file_id": "f1", "filename": "a.csv"}, Media("file", "a.csv", url_or_file_id="f1")),
        ({"type": "media", "file_uri": "gs://a", "title": "A"}, Media("file", "A", url_or_file_id="gs://a")),
        (
            {"type": "image", "name": "N", "image_url": "https://a"},
            Media("image", "N", url_or_file_id="https://a"),
        ),
        (
            {"type": "audio", "url": "https://a", "media_type": "audio/x"},
            Media("audio", None, "audio/x", url_or_file_id="https://a"),
        ),
        ({"type": "image", "image_url": {"url": "data:image/png,no-base64"}}, None),
        ({"type": "text-plain", "text": "words"}, Media("file", text="words")),
        ({"type": "other", "text": "words"}, None),
        ({"type": "image", "base64": "A-_ \nA"}, Media("image", None, "image/png", "A+/A")),
        ({"type": "image", "base64": "not base64!"}, None),
    ],
)
def test_where_its_content_is(block, read) -> None:
    (media,) = parse_content_blocks([block])
    if read is None and "image_url" in block:
        assert media == Media("image", url_or_file_id="data:image/png,no-base64")
    else:
        assert media == (read or UnknownBlock(block["type"], block))


@pytest.mark.parametrize(
    ("block", "call"),
    [
        ({"type": "server_tool_call"}, ServerToolCall("tool")),
        ({"type": "server_tool_call_chunk", "name": "f", "args": "{"}, ServerToolCall("f", "{")),
        ({"type": "mcp_tool_use", "name": "f", "input": {"a": 1}}, ServerToolCall("f", {"a": 1})),
        ({"type": "executable_code", "executable_code": "1 + 1"}, ServerToolCall("code", "1 + 1")),
        ({"type": "executable_code", "code": "1"}, ServerToolCall("code", "1")),
        (
            {"type": "web_search_call", "id": "1", "status": "done", "action": {"q": "a"}},
            ServerToolCall("web_search", {"action": {"q": "a"}}),
        ),
        (
            {"type": "mcp_call", "name": "f", "index": 0, "output": "x", "error": "no"},
            ServerToolCall("f", {}, ["x", "no"], has_failed=True),
        ),
        (
            {"type": "tool_result", "content": "x", "is_error": True},
            ServerToolCall("tool", None, ["x"], True),
        ),
        ({"type": "server_tool_result", "output": "x"}, ServerToolCall("tool", None, ["x"])),
        ({"type": "web_search_tool_result", "content": "x"}, ServerToolCall("web_search", None, ["x"])),
        ({"type": "bash_tool_result", "name": "bash!", "output": 0}, ServerToolCall("bash!", None, [0])),
        (
            {"type": "code_execution_result", "code_execution_result": "2"},
            ServerToolCall("code_execution", None, ["2"]),
        ),
    ],
)
def test_a_call_or_a_result_alone(block, call) -> None:
    assert parse_content_blocks([block]) == [call]


def test_a_failure_stays_one_whatever_follows() -> None:
    results = [{"type": "tool_result", "tool_use_id": "1", "content": n, "is_error": n == 1} for n in (1, 2)]
    assert parse_content_blocks([{"type": "server_tool_use", "id": "1", "name": "f"}, *results]) == [
        ServerToolCall("f", None, [1, 2], has_failed=True)
    ]


def test_what_says_nothing_is_a_refusal_or_a_block_all_the_same() -> None:
    assert parse_content_blocks({"type": "refusal"}) == [Refusal("")]
    assert parse_content_blocks([{"type": "refusal", "text": "No."}, {"a": 1}]) == [
        Refusal("No."),
        UnknownBlock("content", {"a": 1}),
    ]


@pytest.mark.parametrize(
    ("citation", "source"),
    [
        ({"uri": "https://a", "document_title": "A"}, CitedSource("A", "https://a")),
        ({"url": "https://a"}, CitedSource("https://a", "https://a")),
        ({"filename": "a.pdf", "quote": "q"}, CitedSource("a.pdf", None, "q")),
        ({"file_id": "f1"}, CitedSource("f1")),
        ({"cited_text": "q"}, CitedSource("source", None, "q")),
        (
            {"type": "non_standard", "value": {"url": "https://a", "title": "A"}},
            CitedSource("A", "https://a"),
        ),
    ],
)
def test_a_source_by_what_is_known_of_it(citation, source) -> None:
    assert parse_cited_sources([citation]) == [source]
