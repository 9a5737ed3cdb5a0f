"""Forms in a real JupyterLab: a person fills one, runs, stops, chats, and comes back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.form_cells import SETUP


@pytest.fixture
def opened(open_notebook: Callable[..., Any]) -> Callable[..., Any]:
    """Call it with a cell that gives a form; gives the notebook, and the form's region."""

    def opened(cell: str, *setup: str) -> tuple[Any, Locator]:
        notebook = open_notebook("\n".join((SETUP, *setup)), cell)
        for number in (0, 1):
            notebook.run(number)
            notebook.finish(number)
        form = notebook.output(1).get_by_role("region", name="LangGraph form")
        expect(form.first).to_be_visible()
        return notebook, form

    return opened


def panels(notebook: Any) -> Locator:
    return notebook.output(1).get_by_role("region", name="LangGraph run")


def button(where: Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def test_fill_run_and_see(opened):
    notebook, form = opened("form = lg_jupyter.app(research); form")
    button(form, "Run").click()
    topic = form.get_by_label("topic", exact=True)
    expect(form.get_by_role("alert")).to_have_text("is needed")
    expect(topic).to_be_focused()
    topic.press_sequentially("dd tea")  # two d's outside of a field would delete the cell
    form.get_by_label("depth", exact=True).fill("9")
    expect(form.get_by_role("alert")).to_have_text("is at most 5, not 9")
    form.get_by_label("depth", exact=True).fill("3")
    form.get_by_role("radio", name="dry").focus()
    topic.page.keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="warm")).to_be_checked()
    sources = form.get_by_role("group", name="sources")
    button(sources, "Give").click()
    button(sources, "Add an item").click()
    sources.get_by_label("url", exact=True).fill("https://example.org")
    button(form, "Python").click()
    code = form.get_by_role("group", name="The same in Python")
    expect(code).to_contain_text('"sources": [{"url": "https://example.org"}]')
    topic.press("Control+Enter")
    expect(panels(notebook)).to_contain_text("Success")
    panels(notebook).get_by_role("tab", name=re.compile("^State")).first.click()
    expect(panels(notebook)).to_contain_text("dd tea: found 9 pages")
    button(form, "Python").press("Control+Enter")
    expect(notebook.output(1).get_by_text("A form for research: 2 runs")).to_have_count(1)  # hidden
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[2]:")  # Ctrl+Enter ran no cell
    notebook.save()
    (record,) = [
        output["data"]["text/html"]
        for output in notebook.lab.read(notebook.name).cells[1].outputs
        if "text/html" in output.get("data", {})
    ]
    assert "A form for research: 2 runs" in record
    assert "dd tea: found 9 pages" in record
    assert not notebook.output(1).locator("details", has_text="dd tea: found").first.is_visible()


@pytest.mark.matrix
def test_earlier_inputs_and_the_whole_as_json(opened):
    notebook, form = opened("lg_jupyter.app(research)")
    for topic in ("tea", "coffee"):
        form.get_by_label("topic", exact=True).fill(topic)
        button(form, "Run").click()
        expect(button(form, "Stop")).to_have_count(0)
        expect(panels(notebook)).to_contain_text("Success")
    button(form, "Earlier").click()
    form.get_by_role("button", name='{"topic": "tea"}').click()
    expect(form.get_by_label("topic", exact=True)).to_have_value("tea")
    button(form, "JSON").click()
    form.get_by_label("Input", exact=True).last.fill("{'topic': 'rain', 'depth': 1}")
    button(form, "Form").click()
    expect(form.get_by_label("topic", exact=True)).to_have_value("rain")
    expect(form.get_by_label("depth", exact=True)).to_have_value("1")


@pytest.mark.matrix
def test_a_failure_leaves_the_form_of_use_and_a_run_can_be_stopped(opened):
    cell = "from IPython.display import display\nfor graph in (failing, slow): display(lg_jupyter.app(graph))"
    notebook, _ = opened(cell)
    forms = notebook.output(1).get_by_role("region", name="LangGraph form")
    expect(forms).to_have_count(2)
    failing, slow = forms.all()
    for form in (failing, slow):
        form.get_by_label("topic", exact=True).fill("Atlantis")
    button(failing, "Run").click()
    expect(panels(notebook).get_by_role("alert")).to_contain_text("ValueError: no such place: Atlantis")
    expect(button(failing, "Run")).to_be_enabled()
    button(failing, "Panels").click()
    expect(panels(notebook)).to_have_count(0)
    expect(failing.get_by_role("alert")).to_contain_text("no such place: Atlantis")
    button(slow, "Run").click()
    expect(button(slow, "Run")).to_be_disabled()
    button(slow, "Stop").click()
    expect(panels(notebook)).to_contain_text("Cancelled")
    expect(button(slow, "Run")).to_be_enabled()


def test_a_chat_of_several_turns(opened):
    notebook, form = opened("lg_jupyter.app(chat)", "DELAY = 0.1")
    log = form.get_by_role("log", name="Conversation")
    message = form.get_by_label("Message")
    message.press_sequentially("Two days")
    message.press("Shift+Enter")
    message.press_sequentially("in Lisbon?")
    expect(message).to_have_value("Two days\nin Lisbon?")
    message.press("Enter")
    expect(log.get_by_role("article", name="ai")).to_contain_text("Two days in")
    expect(button(form, "Stop")).to_be_visible()  # what was said so far is seen while more comes
    expect(log.locator("strong")).to_have_text("Lisbon")
    message.fill("A room please")
    message.press("Enter")
    expect(log.locator("code")).to_have_text("Casa do Rio")
    expect(log.get_by_role("article", name="You")).to_have_count(2)
    message.press("ArrowUp")
    expect(message).to_have_value("A room please")
    message.press("ArrowUp")
    expect(message).to_have_value("Two days\nin Lisbon?")
    message.press("ArrowDown")
    message.press("ArrowDown")
    expect(message).to_have_value("")
    message.fill("now fail")
    message.press("Enter")
    expect(log.get_by_role("alert")).to_contain_text("ValueError: the model is out of words")
    message.fill("and ask")
    message.press("Enter")
    expect(log.get_by_role("status")).to_contain_text("stopped to ask: answer in its panels below")
    expect(log).to_contain_text("ValueError: the model is out of words")
    notebook.save()
    notebook.reload()
    expect(notebook.output(1).get_by_role("log")).to_contain_text("Casa do Rio")


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.matrix
def test_a_message_takes_images_and_files(opened):
    notebook, form = opened("lg_jupyter.app(chat)")
    files = [
        {"name": "cat.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"},
        {"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"x" * 6_000_001},
    ]
    picker = form.locator("input[type=file]")
    picker.set_input_files(files[:2])
    picker.set_input_files(files[2:])
    expect(form.get_by_role("alert")).to_contain_text("at most 6.0 MB: nothing was added")
    attached = form.get_by_role("list", name="Attachments")
    expect(attached.get_by_role("listitem")).to_have_count(2)
    attached.get_by_role("button", name="Remove a.pdf").click()
    form.get_by_label("Message").fill("Two days in Lisbon?")
    notebook.save()
    notebook.reload()  # which loses neither
    expect(attached.get_by_role("listitem")).to_contain_text("cat.png")
    form.get_by_label("Message").press("Enter")
    log = form.get_by_role("log", name="Conversation")
    shown = log.get_by_role("listitem").locator("img")
    expect(shown).to_have_js_property("naturalWidth", 1)
    expect(log.locator("strong")).to_have_text("Lisbon")
    expect(panels(notebook)).to_contain_text("cat.png")


@pytest.mark.matrix
def test_a_thread_is_left_and_taken_up_again(opened):
    _, form = opened("lg_jupyter.app(chat)")
    log = form.get_by_role("log")
    form.get_by_label("Message").fill("Two days in Lisbon?")
    form.get_by_label("Message").press("Enter")
    expect(log.locator("strong")).to_have_text("Lisbon")
    thread = form.get_by_role("group", name="Thread")
    thread.get_by_role("button").click()
    thread.get_by_role("button", name="A new thread").click()
    expect(log).to_contain_text("Nothing was said yet")
    thread.get_by_role("button").click()
    thread.get_by_role("button", name="used here").click()
    expect(log.locator("strong")).to_have_text("Lisbon")
