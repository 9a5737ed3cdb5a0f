"""The record as GitHub shows it: what its sanitizer leaves has every message, status and step of the text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, build

REMOVED = frozenset({"script", "svg", "math", "template", "noscript", "iframe", "textarea", "title"})
"""Elements that it takes away with what is in them. The text of a ``style`` it leaves."""


class Sanitized(HTMLParser):
    """What is left of a page: its text, and the elements that stay."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self._removed: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in REMOVED:
            self._removed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._removed and self._removed[-1] == tag:
            self._removed.pop()

    def handle_data(self, data: str) -> None:
        if not self._removed:
            self.text += data


def words(text: str) -> list[str]:
    return re.findall(r"[\w.]+", text.lower())


@pytest.mark.parametrize("graph", ["react", "nested", "fan", "ask", "broken", "steps"])
async def test_what_the_sanitizer_leaves_has_all_of_the_text(graph: str) -> None:
    run = lg_jupyter.stream(build(graph), INPUTS[graph], display=False)
    try:
        await run
    except Exception:
        assert run.status == "error"
    state = get_run_state(run)
    summary = summarize_run(state, record="lgj-record-1")
    left = Sanitized(record.render_record_html(summary, state.trace))
    assert "style" not in left.tags, "Markdown's readers show the text of a style"
    shown = " ".join(words(left.text))
    for message in run.frames.messages.itertuples():
        assert " ".join(words(message.text or "")) in shown
    for task in run.frames.tasks.itertuples():
        assert task.node.lower() in shown and task.status in shown
    missing = {word for word in words(record.render_record_text(summary, state.trace)) if word not in shown}
    missing -= {"tokens"}  # of a table the head says what it counts
    assert not missing, "what the text says, the page says"
    assert run.status in shown
