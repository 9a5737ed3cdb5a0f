"""The static record: complete, escaped, bounded, and readable where styles and scripts are stripped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from lg_jupyter import record
from lg_jupyter.events import (
    CustomEmitted,
    InterruptRaised,
    MessageWhole,
    RunEnded,
    RunStarted,
    ToolCallChunk,
)
from lg_jupyter.summary import Summary
from lg_jupyter.trace import Trace
from tests.tables.stream import Stream

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\x00\ud800 & \"quoted\" 'too'"


def summary(trace: Trace, **fields: object) -> Summary:
    known = {
        "target": "agent",
        "source": "local",
        "run_id": None,
        "thread_id": "t1",
        "modes": ["values"],
        "tokens": 0,
        "counts": {"events": 3},
        "stop": {"available": True, "hint": None},
        "note": None,
        "record": "lgj-record-1",
    }
    return {**known, **trace.run(), **fields}


def ended(stream: Stream, status: Any = "success", error: dict[str, str] | None = None) -> Trace:
    stream(RunEnded(status, error))
    return stream.trace


class Page(HTMLParser):
    """What a page is made of; an element left open is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def conversation() -> Stream:
    stream = Stream()
    stream(RunStarted(None, "t1"))
    stream.state({"messages": [], "topic": "ice"}, step=0)
    stream.task("1", "think", step=1)
    where = {"node": "think", "task_id": "1", "step": 1}
    stream.chunk("m1", "Let me ", reasoning="hmm, a tool", **where)
    stream.chunk(
        "m1", tool_call_chunks=[ToolCallChunk(0, "c1", "look_up", '{"q": "ice"}')], last=True, **where
    )
    stream(MessageWhole("m2", "tool", "found: vanilla", tool_call_id="c1"), node="tools", step=2)
    stream(CustomEmitted({"page": 3}), namespace="sub:9", node="think")
    stream.state({"messages": [], "topic": "sorbet"}, step=2)
    stream.task_end("1", node="think")
    return stream


def test_a_record_tells_what_was_said_and_what_changed() -> None:
    trace = ended(conversation())
    text = Page(record.html(summary(trace), trace)).text
    assert "agent · success" in text
    assert "Let me" in text and "hmm, a tool" in text
    assert '→ look_up({"q": "ice"})' in text
    assert "look_up · tool" in text  # the result is tied to its call
    assert "found: vanilla" in text
    assert "change /topic: ice → sorbet" in text
    assert '{"page": 3}' in text
    assert "thread t1" in text


def test_it_stands_open_with_the_bulk_folded() -> None:
    trace = ended(conversation())
    html = record.html(summary(trace), trace)
    assert html.startswith('<details class="lgj-record lgj-record-1"')
    assert " open>" in html.partition("<summary")[0]
    folded = re.findall(r"<summary[^>]*>(?:<b>)?(\w[\w ]+)", html)
    assert folded == ["reasoning", "final state", "state by step", "subgraphs", "timeline", "custom data"]


def test_how_it_failed_comes_before_what_was_said() -> None:
    stream = conversation()
    stream(InterruptRaised("i1", {"question": "go on?"}, node="ask"), node="ask")
    stream.task("2", "freeze_all")
    stream.task_end("2", "error", node="freeze_all")
    trace = ended(stream, "error", {"error": "ValueError", "message": "no such flavour"})
    text = Page(record.html(summary(trace, note="Two tasks were kept."), trace)).text
    order = ["Two tasks", "ValueError in freeze_all", "no such flavour", "go on?", "Let me"]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


@pytest.fixture
def nasty_trace() -> Trace:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(MessageWhole("m", NASTY, NASTY, reasoning=NASTY, name=NASTY, model=NASTY), node=NASTY)
    stream(MessageWhole("n", "ai", "", tool_calls=[{"id": "c", "name": NASTY, "args": {NASTY: NASTY}}]))
    stream.state({NASTY: NASTY}, step=0)
    stream.state({NASTY: [NASTY]}, step=1)
    stream.task("t", NASTY, namespace=f"{NASTY}:1")
    stream(CustomEmitted(NASTY), namespace=f"{NASTY}:1", node=NASTY)
    stream(InterruptRaised("i", NASTY, node=NASTY))
    return ended(stream, "error", {"error": NASTY, "message": NASTY})


def test_nothing_that_was_said_becomes_markup(nasty_trace: Trace) -> None:
    nasty_summary = summary(
        nasty_trace, target=NASTY, source=NASTY, thread_id=NASTY, note=NASTY, run_id=NASTY
    )
    for html in (
        record.html(nasty_summary, nasty_trace),
        record.waiting_html(nasty_summary, background=True),
        record.brief_html(nasty_summary),
        record.page(nasty_summary, nasty_trace).removeprefix("<!doctype html>"),
    ):
        page = Page(html)
        assert {"script", "img"}.isdisjoint(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "alert(1)" in page.text
        html.encode()  # what no UTF-8 can say is gone


def test_text_cannot_steer_a_terminal(nasty_trace: Trace) -> None:
    text = record.text(summary(nasty_trace, target=NASTY), nasty_trace)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "alert(1)" in text


def test_styles_are_those_that_jupyterlab_lets_pass() -> None:
    """The allow-list of JupyterLab's sanitizer, as far as it is used here: a style not on it is stripped."""
    trace = ended(conversation(), "error", {"error": "E", "message": "m"})
    styles = [value for name, value in Page(record.html(summary(trace), trace)).attributes if name == "style"]
    passing = {
        "color": r"#[0-9a-f]+|gray",
        "cursor": "pointer",
        "font-family": "monospace",
        "font-size": r"\d+px",
        "line-height": r"[\d.]+",
        "margin": r"((\d+(px)?|auto)\s*){1,4}",
        "margin-left": r"\d+(px)?",
        "opacity": r"0?\.\d+",
        "overflow-wrap": "normal|break-word",
        "padding": r"(\d+(px)?\s*){1,4}",
        "border-left": r"\d+px solid rgba\(\d+,\d+,\d+,0\.\d+\)",
        "table-layout": "auto|fixed",
        "text-align": "left",
        "vertical-align": "top",
        "white-space": "pre-wrap",
    }
    assert styles
    for style in styles:
        for declaration in (style or "").split(";"):
            name, _, value = declaration.partition(":")
            assert re.fullmatch(passing[name], value), declaration


def test_a_record_of_a_huge_run_is_bounded_and_says_what_it_leaves_out() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    for number in range(3_000):
        stream.task(f"t{number}", node="node", step=number)
        stream(MessageWhole(f"m{number}", "ai", f"message {number} " + "x" * 400), node="node", step=number)
        stream.state({"n": number, "text": "y" * 2_000 + str(number)}, step=number)
        stream(CustomEmitted({"n": number}), node="node")
    stream(MessageWhole("last", "ai", "z" * 100_000))
    trace = ended(stream)
    html = record.html(summary(trace), trace)
    assert len(html) <= record.LIMIT
    text = Page(html).text
    assert re.search(r"… [\d,]+ messages left out here; run.to_pandas\('messages'\) has all", text)
    for unit in ("steps", "tasks", "data"):
        assert re.search(rf"… [\d,]+ {unit} left out here", text), unit
    assert "message 0 " in text and "message 2999 " in text
    assert "(88,000 more characters)" in text
    plain = record.text(summary(trace), trace)
    assert len(plain) < 10_000
    assert re.search(r"… [\d,]+ earlier messages left out here", plain)


def test_plain_text_is_the_conversation_and_its_end() -> None:
    trace = ended(conversation(), "error", {"error": "ValueError", "message": "no"})
    lines = record.text(summary(trace), trace).splitlines()
    assert lines[0].startswith("✗ agent · error · 9.00 s · ")
    assert lines[1:] == [
        "ai (think): Let me ",
        '  → look_up({"q": "ice"})',
        "tool (tools): found: vanilla",
        "✗ ValueError: no",
    ]


@pytest.mark.parametrize(("background", "said"), [(True, "still running when saved"), (False, "running…")])
def test_before_the_end_there_is_a_line(background: bool, said: str) -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    trace = stream.trace
    html = record.waiting_html(summary(trace), background)
    assert f"agent · {said} · since 2023-11-14 22:13:20 UTC" in Page(html).text
    assert "\n" not in record.waiting_text(summary(trace), background)
    assert said in record.waiting_text(summary(trace), background)


def test_a_page_stands_alone() -> None:
    trace = ended(conversation())
    html = record.page(summary(trace), trace)
    assert html.startswith("<!doctype html>\n<html")
    assert "<title>agent: success</title>" in html
    assert not re.search(r"(src|href)=|url\(|@import", html)


def test_a_run_of_nothing_has_a_record() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    trace = ended(stream)
    assert "agent · success · 1.00 s · 0 steps" in Page(record.html(summary(trace), trace)).text
    assert record.text(summary(trace), trace) == "✓ agent · success · 1.00 s · 0 steps"
