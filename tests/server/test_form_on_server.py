"""Forms for assistants of a real server: schemas, assistants and threads to choose from, chats, refusals."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from lg_jupyter import Server, UsageError
from lg_jupyter.errors import ServerError
from tests.graphs import INPUTS
from tests.server.conftest import KEY
from tests.test_attachments import image
from tests.test_form import Page


@pytest.fixture
def page(dev_server):
    def page(assistant: str, **options) -> Page:
        return Page(Server(dev_server.url, assistant), **options)

    return page


async def test_the_schemas_are_the_assistants(page):
    told = await page("steps").result("describe", assistant=None)
    assert set(told["input"]["properties"]) == {"topic", "log"}
    assert "required" not in told["input"], "a server does not tell whether the graph takes a part"
    assert (told["kind"], told["assistant"], told["chat"], told["remembers"]) == (
        "server",
        "steps",
        False,
        True,
    )
    assert set((await page("context").result("describe"))["context"]["properties"]) == {"tenant"}
    assert (await page("react").result("describe"))["chat"]


async def test_assistants_can_be_chosen(page):
    form = page("steps")
    known = {each["label"]: each for each in await form.result("assistants")}
    assert {"steps", "react", "context"} <= known.keys()
    other = known["nested"]["value"]
    told = await form.result("describe", assistant=other)
    assert told["input"] == (await page("nested").result("describe"))["input"]
    run = await form.run(input=INPUTS["nested"], assistant=other)
    assert run["status"] == "success"
    assert form.app.run.source.server.assistant == other
    code = (await form.result("code", input={}, assistant=other))["text"]
    assert f'lg_jupyter.Server("{form.app._controller.target.url}", "{other}")' in code


async def test_threads_can_be_chosen(page):
    form = page("steps")
    await form.run(input=INPUTS["steps"])
    first = form.app.run.thread_id
    listed = {each["value"]: each["detail"] for each in await page("steps").result("threads")}
    assert listed[first].startswith("idle · 20")
    await form.result("thread", thread_id=first)
    await form.run(input=INPUTS["steps"])
    assert form.app.run.thread_id == first
    refused = (await form.ask("thread", thread_id="mine"))["error"]
    assert "threads on a server are named by UUIDs" in refused


async def test_a_chat_goes_on_and_a_thread_brings_its_conversation(page):
    form = page("react")
    assert (await form.result("describe"))["chat"]
    await form.run(message="What is the weather in Bergen?")
    said = await form.said()
    assert said[0] == "human: What is the weather in Bergen?"
    assert said[-1] == "ai: It rains in Bergen."
    await form.run(message="And now?")
    assert form.app.runs[0].thread_id == form.app.runs[1].thread_id
    other = page("react")
    await other.result("describe")
    await other.result("thread", thread_id=form.summary["thread"])
    assert await other.said() == await form.said()


async def test_an_image_reaches_the_server_and_comes_back_with_the_thread(page):
    form = page("react")
    await form.result("describe")
    await form.run(message=[{"type": "text", "text": "What is the weather in Bergen?"}, image()])
    other = page("react")
    await other.result("describe")
    await other.result("thread", thread_id=form.summary["thread"])
    first = (await other.result("conversation"))["messages"][0]
    assert (first["text"], first["blocks"]) == ("What is the weather in Bergen?", [image()])


async def test_a_busy_thread_is_refused_in_the_servers_words(page):
    form, other = page("slow"), page("slow", multitask="reject")
    await form.result("start", input=INPUTS["slow"])
    while not form.app.run.thread_id or form.app.run.status == "pending":
        await asyncio.sleep(0.02)
    await other.result("thread", thread_id=form.app.run.thread_id)
    await other.result("start", input=INPUTS["slow"])
    with suppress(ServerError, UsageError):
        await other.app.run
    assert "Thread is already running a task" in other.summary["run"]["error"]
    await form.result("cancel")
    await form.app.run


async def test_a_remote_graph_has_its_assistants_schemas(dev_server):
    from langgraph.pregel.remote import RemoteGraph

    form = Page(RemoteGraph("steps", url=dev_server.url))
    told = await form.result("describe")
    assert set(told["input"]["properties"]) == {"topic", "log"}
    assert (await form.run(input=INPUTS["steps"]))["status"] == "success"
    gone = await Page(RemoteGraph("steps", url="http://127.0.0.1:9")).result("describe")
    assert gone["input"] == {}
    assert "can be written as JSON: ConnectError" in gone["notes"][0]


async def test_a_server_that_does_not_answer_is_said_so():
    form = Page(Server("http://127.0.0.1:9", "steps"))
    for method in ("describe", "assistants", "threads"):
        assert "http://127.0.0.1:9" in (await form.ask(method))["error"]


async def test_a_key_is_used_and_never_told(door):
    target = Server(door.url, "steps", api_key=KEY)
    form = Page(target)
    told = [await form.result("describe"), await form.result("code", input={"topic": "a"}), form.summary]
    assert 'api_key=os.environ["LANGGRAPH_API_KEY"]' in told[1]["text"]
    assert KEY not in str(told)
