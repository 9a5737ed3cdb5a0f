"""Images and files with a message: made of files, checked in the kernel, given, and shown."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.messages.content import create_file_block, create_image_block, create_plaintext_block
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import MessagesState
from langgraph.types import interrupt

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.apps.conversation import MAX_TOTAL_BLOCK_CHARACTERS, make_state_messages_json
from lg_jupyter.request.attachments import MAX_ATTACHMENTS, MAX_TOTAL_BYTES, validate_attachments
from lg_jupyter.widgets.run import RunWidget
from tests.test_form import Page, graph_of
from tests.test_steering import ask
from tests.test_widget import lines  # noqa: F401

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def image(**changed: Any) -> dict[str, Any]:
    data = base64.b64encode(PNG).decode()
    return {
        "type": "image",
        "base64": data,
        "mime_type": "image/png",
        "extras": {"filename": "cat.png"},
    } | changed


async def describe(state: MessagesState) -> dict[str, Any]:
    content = state["messages"][-1].content
    kinds = [content] if isinstance(content, str) else [block["type"] for block in content]
    return {"messages": [AIMessage(f"got {', '.join(kinds)}")]}


async def chat() -> Page:
    page = Page(graph_of(MessagesState, describe, checkpointer=InMemorySaver()))
    await page.result("describe")
    return page


@pytest.mark.parametrize(
    ("name", "data", "standard"),
    [
        ("cat.png", PNG, create_image_block(base64=base64.b64encode(PNG).decode(), mime_type="image/png")),
        ("a.pdf", b"%PDF", create_file_block(base64="JVBERg==", mime_type="application/pdf")),
        ("odd", b"\xff\xfe", create_file_block(base64="//4=", mime_type="application/octet-stream")),
        ("no.txt", b"\xff", create_file_block(base64="/w==", mime_type="text/plain")),
        ("a.md", b"tea", create_plaintext_block(text="tea")),
        ("a.json", b"{}", create_plaintext_block(text="{}")),
    ],
)
def test_a_file_is_a_block_as_langchain_makes_it(
    name: str, data: bytes, standard: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    block = lg_jupyter.attachment(tmp_path / name)
    named = block.pop("title", None) or block.pop("extras")["filename"]
    assert (block, named) == ({key: standard[key] for key in standard if key != "id"}, name)


def test_a_file_that_cannot_be_given_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        lg_jupyter.attachment(tmp_path / "none")
    (tmp_path / "big").write_bytes(b"x" * (MAX_TOTAL_BYTES + 1))
    with pytest.raises(UsageError, match=r"6\.0 MB, and a message takes 6\.0 MB at most"):
        lg_jupyter.attachment(tmp_path / "big")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ([image()] * (MAX_ATTACHMENTS + 1), "more than 10 images and files: send fewer"),
        ([image(base64="A" * 4_000_004)] * 2, "6.0 MB together, at most 6.0 MB: send smaller ones"),
        ([image(mime_type='image/png" onerror="alert(1)')], "like image/png or application/pdf, not"),
        ([image(mime_type="image/png\n")], "like image/png"),
        ([image(mime_type=None)], "not None"),
        ([image(mime_type="text/html")], "it says that it is of type image, and its mime_type is text/html"),
        ([image(), image(base64="not base64!")], "Attachment 2: its data are not base64"),
        ([image(base64=7)], "its data are not base64"),
        ([image(extras={"filename": "a\nb"})], "its name is one line"),
        ([{"type": "text-plain", "text": 7}], "its text is no text"),
        ({"deep": [{"messages": [{"content": [image(mime_type="x")]}]}]}, "Attachment 1: mime_type"),
    ],
)
def test_what_is_no_attachment_is_refused(given: Any, refusal: str) -> None:
    with pytest.raises(UsageError, match=refusal):
        validate_attachments(given)


def test_what_only_looks_like_one_is_left_to_the_graph() -> None:
    validate_attachments(
        [{"type": "image", "url": "https://example.org/a.png"}, {"type": "file"}, "image", 7, None]
    )


async def test_a_message_with_an_image_is_given_as_blocks_and_shown() -> None:
    page = await chat()
    said = [{"type": "text", "text": "What is it?"}, image()]
    assert (await page.run(message=said))["status"] == "success"
    assert page.app.run.output["messages"][0].content == said
    assert await page.said() == ["human: What is it?", "ai: got text, image"]
    shown = (await page.result("conversation"))["messages"][0]["blocks"]
    assert shown == [image()]
    assert page.summary["earlier"] == [{"title": "What is it? [image]", "message": "What is it?"}]
    assert (await page.result("earlier", index=0))["message"] == said
    line = (await page.result("code", message=said))["text"]
    assert 'lg_jupyter.attachment("cat.png")' in line
    assert image()["base64"] not in line


async def test_a_message_may_be_an_image_alone() -> None:
    page = await chat()
    assert (await page.run(message=[image()]))["status"] == "success"
    assert (await page.said())[-1] == "ai: got image"


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ([], "There is nothing to send"),
        ([{"type": "image"}], "Block 1 of the message is no text, and no image or file"),
        ([image(mime_type="text/html")], "its mime_type is text/html"),
        (7, "message has to be a text or a list"),
    ],
)
async def test_a_message_is_checked_here_too(message: Any, refusal: str) -> None:
    page = await chat()
    assert refusal in (await page.ask("start", message=message))["error"]
    bad = {"messages": [{"role": "user", "content": [image(mime_type="x")]}]}
    assert "mime_type is like" in (await page.ask("start", input=bad))["error"]
    assert page.app.runs == []


async def test_what_is_too_large_to_be_brought_back_comes_back_as_its_text() -> None:
    page = await chat()
    await page.run(message=[{"type": "text", "text": "big"}, image(base64="AAAA" * 60_000)])
    assert (await page.result("earlier", index=0))["message"] == "big"


def test_of_a_long_conversation_the_newest_images_are_shown() -> None:
    big = image(base64="A" * (MAX_TOTAL_BLOCK_CHARACTERS // 2))
    shown = make_state_messages_json({"messages": [{"role": "user", "content": [big]} for _ in range(3)]})
    assert [(each["text"], len(each["blocks"])) for each in shown] == [
        ("[image]", 0),
        ("[image]", 0),
        ("", 1),
    ]


@pytest.mark.usefixtures("lines")
async def test_an_answer_is_checked_and_given() -> None:
    def look(state: MessagesState) -> dict[str, Any]:
        return {"messages": [("user", interrupt("Show me"))]}

    graph = graph_of(MessagesState, look, checkpointer=InMemorySaver())
    run = await lg_jupyter.stream(graph, {"messages": []}, display=False)
    (row,) = run.interrupts
    bad = {row["interrupt_id"]: [image(mime_type="x")]}
    assert "mime_type is like" in json.dumps(await ask(RunWidget(run), "resume_run", answers=bad))
    await ask(RunWidget(run), "resume_run", answers={row["interrupt_id"]: [image()]})
    assert (await run).output["messages"][0].content == [image()]
