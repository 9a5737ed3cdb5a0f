"""The static record: complete, escaped, bounded, and readable where styles and scripts are stripped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import chain
from typing import Any
from urllib.parse import unquote

import pytest

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.apps.run_records import RunRecordsOutput
from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted, ToolCallStarted
from lg_jupyter.events.events import (
    CheckpointSaved,
    CompleteMessage,
    CustomDataEmitted,
    InterruptRaised,
    RunEnded,
    RunResumed,
    RunStarted,
    TaskEnded,
    TaskRetried,
    ToolCallChunk,
)
from lg_jupyter.panels import PANELS, calls
from lg_jupyter.panels.call_totals import render_call_totals
from lg_jupyter.panels.panel import RecordContext
from lg_jupyter.record import plain
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.trace import Trace
from tests.graphs import INPUTS, build
from tests.summaries import summary
from tests.tables.stream import START, Stream

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\x00\ud800 & \"quoted\" 'too'"


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
        if tag not in ("meta", "img", "link"):
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
        "m1", tool_call_chunks=[ToolCallChunk(0, "c1", "look_up", '{"q": "ice"}')], is_last=True, **where
    )
    stream(CompleteMessage("m2", "tool", "found: vanilla", tool_call_id="c1"), node="tools", step=2)
    stream(CustomDataEmitted({"page": 3}), namespace="sub:9", node="think")
    stream.state({"messages": [], "topic": "sorbet"}, step=2)
    stream.task_end("1", node="think")
    return stream


def test_a_record_tells_what_was_said_and_what_changed() -> None:
    trace = ended(conversation())
    text = Page(record.render_record_html(summary(trace), trace)).text
    assert "agent · success" in text
    assert "Let me" in text and "hmm, a tool" in text
    assert '→ look_up({"q": "ice"})' in text
    assert re.search(r"→ look_up\(.*\)← look_up · toolsfound: vanilla", text)  # the result is under its call
    assert "change /topic: ice → sorbet" in text
    assert '{"page": 3}' in text
    assert "thread t1" in text


def test_it_stands_open_with_the_bulk_folded() -> None:
    trace = ended(conversation())
    html = record.render_record_html(summary(trace), trace)
    assert html.startswith('<details class="lgj-record lgj-record-1 mathjax_ignore tex2jax_ignore"')
    assert " open>" in html.partition("<summary")[0]
    run = RecordContext(trace, 0, record.MAX_RECORD_CHARACTERS)
    parts = [
        titles_of("".join(panel.render_record_html(run, 10_000)))
        for panel in PANELS
        if panel.render_record_html
    ]
    assert titles_of(html) == list(chain.from_iterable(parts))
    usual = ["reasoning", "final state", "state by step", "subgraphs", "timeline", "calls", "custom data"]
    assert [title for title in titles_of(html) if title in usual] == usual


def titles_of(html: str) -> list[str]:
    """Of what is folded."""
    return re.findall(r"<summary[^>]*>(?:<b>)?(\w[\w ]+)", html)


def test_how_it_failed_comes_before_what_was_said() -> None:
    stream = conversation()
    stream(InterruptRaised("i1", {"question": "go on?"}, node="ask"), node="ask")
    error = {"error": "ValueError", "message": "no such flavour"}
    stream.task("2", "freeze_all", step=2)
    stream(TaskEnded("2", "freeze_all", "error", START, error=error), task_id="2")
    trace = ended(stream, "error", error)
    text = Page(record.render_record_html(summary(trace, note="Two tasks were kept."), trace)).text
    order = ["Two tasks", "freeze_all · step 2: ValueError", "no such flavour", "go on?", "Let me"]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


@pytest.fixture
def nasty_trace() -> Trace:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(CompleteMessage("m", NASTY, NASTY, reasoning=NASTY, name=NASTY, model=NASTY), node=NASTY)
    stream(CompleteMessage("n", "ai", "", tool_calls=[{"id": "c", "name": NASTY, "args": {NASTY: NASTY}}]))
    stream.state({NASTY: NASTY}, step=0)
    stream.state({NASTY: [NASTY]}, step=1)
    stream.task("t", NASTY, namespace=f"{NASTY}:1")
    stream(CustomDataEmitted(NASTY), namespace=f"{NASTY}:1", node=NASTY)
    stream(InterruptRaised("i", NASTY, node=NASTY))
    return ended(stream, "error", {"error": NASTY, "message": NASTY})


def test_nothing_that_was_said_becomes_markup(nasty_trace: Trace) -> None:
    nasty_summary = summary(
        nasty_trace, target=NASTY, source=NASTY, thread_id=NASTY, note=NASTY, run_id=NASTY
    )
    for html in (
        record.render_record_html(nasty_summary, nasty_trace),
        record.render_running_html(nasty_summary),
        record.render_outcome_html(nasty_summary),
        record.render_record_page(nasty_summary, nasty_trace).removeprefix("<!doctype html>"),
    ):
        page = Page(html)
        assert {"script", "img"}.isdisjoint(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "alert(1)" in page.text
        html.encode()  # what no UTF-8 can say is gone


def test_text_cannot_steer_a_terminal(nasty_trace: Trace) -> None:
    text = record.render_record_text(summary(nasty_trace, target=NASTY), nasty_trace)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "alert(1)" in text


def test_styles_are_those_that_jupyterlab_lets_pass() -> None:
    """The allow-list of JupyterLab's sanitizer, as far as it is used here: a style not on it is stripped."""
    trace = ended(conversation(), "error", {"error": "E", "message": "m"})
    call = {**dict.fromkeys(SCHEMAS["model_calls"].column_kinds), "node": "write"}
    totals = render_call_totals([call], "node", ["calls"], 10_000, total="all nodes")
    styles = [
        value
        for name, value in Page(record.render_record_html(summary(trace), trace) + str(totals)).attributes
        if name == "style"
    ]
    passing = {
        "color": r"#[0-9a-f]+|gray",
        "cursor": "pointer",
        "direction": "ltr",
        "display": "block",
        "font-family": "monospace",
        "font-size": r"\d+px",
        "font-weight": r"\d00",
        "height": r"\d+px",
        "line-height": r"[\d.]+",
        "margin": r"((\d+(px)?|auto)\s*){1,4}",
        "margin-left": r"\d+(px)?",
        "opacity": r"0?\.\d+",
        "overflow-wrap": "normal|break-word",
        "padding": r"(\d+(px)?\s*){1,4}",
        "border-left": r"\d+px solid rgba\(\d+,\d+,\d+,0\.\d+\)",
        "table-layout": "auto|fixed",
        "text-align": "left|right",
        "vertical-align": "top",
        "white-space": "pre-wrap|nowrap",
    }
    assert styles
    for style in styles:
        for declaration in (style or "").split(";"):
            name, _, value = declaration.partition(":")
            assert re.fullmatch(passing.get(name, "(?!)"), value), f"{declaration}: does JupyterLab pass it?"


def test_a_record_of_a_huge_run_is_bounded_and_says_what_it_leaves_out() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    for number in range(3_000):
        stream.task(f"t{number}", node="node", step=number)
        stream(
            CompleteMessage(f"m{number}", "ai", f"message {number} " + "x" * 400), node="node", step=number
        )
        stream.state({"n": number, "text": "y" * 2_000 + str(number)}, step=number)
        stream(CustomDataEmitted({"n": number}), node="node")
    stream(CompleteMessage("last", "ai", "z" * 100_000))
    trace = ended(stream)
    html = record.render_record_html(summary(trace), trace)
    assert len(html) <= record.MAX_RECORD_CHARACTERS
    text = Page(html).text
    assert re.search(r"… [\d,]+ messages left out here; run.to_pandas\('messages'\) has all", text)
    for unit in ("steps", "tasks", "data"):
        assert re.search(rf"… [\d,]+ {unit} left out here", text), unit
    assert "message 0 " in text and "message 2999 " in text
    assert "(88,000 more characters)" in text
    plain = record.render_record_text(summary(trace), trace)
    assert len(plain) < 20_000
    for unit in ("earlier messages", "changes", "tasks"):
        assert re.search(rf"… [\d,]+ {unit} left out here", plain), unit
    assert "step 0 " in plain and "step 2999 " in plain


def test_plain_text_is_the_conversation_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = ended(conversation(), "error", {"error": "ValueError", "message": "no"})
    shown = ("interrupts", "tokens", "state", "subgraphs", "timeline", "calls")
    monkeypatch.setattr(plain, "PANELS", [panel for panel in PANELS if panel.id in shown])
    lines = record.render_record_text(summary(trace), trace).splitlines()
    assert lines[0].startswith("✗ agent · error · 9.00 s · ")
    assert lines[1:] == [
        "think: Let me ",
        '  → look_up({"q": "ice"})',
        "look_up (tools): found: vanilla",
        "✗ ValueError: no",
        "messages = []",
        "topic = sorbet",
        "",
        "state by step · 3 changes",
        "  step 0 · input: add /messages: []",
        "  step 0 · input: add /topic: ice",
        "  step 2: change /topic: ice → sorbet",
        "",
        "subgraphs · 1",
        "  ✗ graph · error · 9.00 s · 1 task · 2 messages",
        "    … sub · incomplete · 0 ms · 0 tasks",
        "",
        "timeline · 1 task · 6.00 s",
        "  ✓ think  step 1  +0 ms  6.00 s",
        "",
        "calls · 1",
        "  ✓ a model · think · success · 1.00 s to first token · 2.00 s · inferred from its message",
    ]


def test_calls_stand_under_what_they_belong_to() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    where = {"node": "agent", "step": 1}
    stream(ModelCallStarted("m1", START + 1, "callback", model="gpt", input=[]), **where)
    failure = {"error": "TimeoutError", "message": "no <answer>"}
    stream(ModelCallEnded("m1", START + 2, "error", error=failure), **where)
    stream(
        ModelCallStarted("m2", START + 2, "callback", model="gpt", input=[], attempt=2, retry_of="m1"),
        **where,
    )
    asks = {"type": "ai", "content": "", "tool_calls": [{"id": "a", "name": "weather", "args": {}}]}
    usage = {"input_tokens": 20, "output_tokens": 3}
    stream(ModelCallEnded("m2", START + 3, "success", output=asks, usage=usage), **where)
    stream(ToolCallStarted("t", START + 3, "callback", "weather", tool_call_id="a"), node="tools", step=2)
    stream(ModelCallStarted("m3", START + 4, "callback", model="small", parent_call_id="t"), **where)
    parts = record.render_record_text(summary(ended(stream)), stream.trace).split("\n\n")
    lines = next(part for part in parts if part.startswith("calls")).splitlines()
    assert [line.partition(" · ")[0] for line in lines] == [
        "calls",
        "  ✗ gpt",
        "    ✓ gpt",
        "      … weather",
        "        … small",
    ]
    assert lines[1].endswith("agent · error · 1.00 s · TimeoutError: no <answer>")
    assert lines[2].endswith("agent · try 2 · success · 1.00 s · 20 in · 3 out")
    html = record.render_record_html(summary(stream.trace), stream.trace)
    assert "margin-left:54px" in html and "no &lt;answer&gt;" in html


def test_a_prompt_stands_once_and_what_changed_is_marked() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    system, human = {"type": "system", "content": "be <brief>"}, {"type": "human", "content": "rain?"}
    answer = {"type": "ai", "content": "", "tool_calls": [{"name": "look", "args": {"at": "sky"}}]}
    tools = [{"type": "function", "function": {"name": "look"}}, {"name": "search"}]
    for nth, given in enumerate([[system, human], [system, human, answer]]):
        told = ModelCallStarted(f"m{nth}", START + nth, "callback", model="gpt", input=given, tools=tools)
        told.parameters = {"temperature": nth}
        stream(told, node="agent")
    error = {"error": "RateLimitError", "message": "slow down", "status_code": 429, "request_id": "req_7"}
    stream(ModelCallEnded("m1", START + 3, "error", error=error))
    trace = ended(stream)
    text = Page(record.render_record_html(summary(trace), trace)).text
    assert (text.count("be <brief>"), text.count("rain?")) == (1, 1)
    order = ["be <brief>", "rain?", "tools: look, search", "system prompt as before", "1 message as before"]
    order += ["1 new", '→ look({"at": "sky"})', "parameters · changed"]
    positions = [text.index(part, text.index("what 2 calls got")) for part in order]
    assert positions == sorted(positions)
    assert "RateLimitError: slow down · status 429 · request req_7" in text


def test_many_calls_are_cut_to_their_share() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    for nth in range(3_000):
        stream(ModelCallStarted(f"m{nth}", START + nth, "callback", model="gpt", input=[]), node="agent")
    trace = ended(stream)
    text = Page(record.render_record_html(summary(trace), trace)).text
    assert re.search(r"… [\d,]+ calls left out here", text)
    assert len("".join(calls.PANEL.render_record_html(RecordContext(trace, 0, 20_000), 2_000))) < 4_000


def test_plain_text_tells_when_each_task_ran_and_how_it_ended() -> None:
    stream = timed()
    stream.task("4", "c", step=3, namespace="team:3", at=21)
    again = {"error": "ConnectionError", "message": "refused"}
    stream(TaskRetried("4", 22, again), step=3, namespace="team:3", at=22)
    stream.task_end("4", node="c", step=3, namespace="team:3", at=25)
    parts = record.render_record_text(summary(ended(stream)), stream.trace).split("\n\n")
    lines = next(part for part in parts if part.startswith("timeline")).splitlines()
    assert lines == [
        "timeline · 4 tasks · 15.00 s",
        '  ✓ a         step 1  +0 ms     2.00 s  1 of 2 · {"in": 1}',
        '  ✓ a         step 1  +0 ms     4.00 s  2 of 2 · {"in": 1}',
        "  ✗ b         step 2  +5.00 s   5.00 s  error",
        "  ✓ team / c  step 3  +11.00 s  4.00 s  2 tries (ConnectionError)",
    ]


def test_a_task_that_was_tried_again_says_so_in_the_table() -> None:
    stream = timed()
    stream(TaskRetried("3", 16))
    text = Page(record.render_record_html(summary(ended(stream)), stream.trace)).text
    assert "tries" in text and "2 tries" in text


def test_plain_text_says_why_something_is_not_there() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    why = [{"panel": "tokens", "text": "No model was called."}]
    text = record.render_record_text(summary(ended(stream), explanations=why), stream.trace)
    assert text.endswith("\n\nwhat is not here, and why\n  tokens: No model was called.")


def test_before_the_end_there_is_a_line() -> None:
    said = "running when this was written; run.show() shows the rest"
    stream = Stream()
    stream(RunStarted(None, None))
    trace = stream.trace
    html = record.render_running_html(summary(trace))
    assert f"agent · {said} · since 2023-11-14 22:13:20 UTC" in Page(html).text
    assert "\n" not in record.render_running_text(summary(trace))
    assert said in record.render_running_text(summary(trace))


@pytest.mark.parametrize("mode", ["updates", "values", "messages", "custom", "tasks"])
def test_steps_that_a_mode_does_not_tell_are_neither_counted_nor_put_together(mode: str) -> None:
    """What two nodes wrote one after the other, each under a head of its own."""
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], modes=mode, display=False).wait()
    page = Page(record.render_record_html(summarize_run(get_run_state(run)), run.trace))
    assert not re.search(r"\b[01] steps?\b", page.text)
    assert "first, second" not in page.text
    if mode == "values":
        assert "2 steps" in page.text


def test_what_was_written_is_not_told_as_the_input_where_only_the_end_is_known() -> None:
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], modes="events", display=False).wait()
    assert {tuple(row["nodes"]) for row in run.trace.rows("state_diffs")} == {()}


def test_a_page_stands_alone() -> None:
    trace = ended(conversation())
    html = record.render_record_page(summary(trace), trace)
    assert html.startswith("<!doctype html>\n<html")
    assert "<title>agent: success</title>" in html
    assert not re.search(r'(src|href)=(?!"data:text/css,)|url\(|@import', html)


def test_a_run_of_nothing_has_a_record() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    trace = ended(stream)
    assert "agent · success · 1.00 s" in Page(record.render_record_html(summary(trace), trace)).text
    assert record.render_record_text(summary(trace), trace) == "✓ agent · success · 1.00 s"


def test_of_one_panel_it_has_what_that_shows() -> None:
    trace = ended(conversation(), "error", {"error": "ValueError", "message": "no"})
    told = summary(trace, explanations=[{"panel": "state", "text": "Only updates."}])
    state = Page(record.render_record_html(told, trace, panel="state")).text
    assert "change /topic: ice → sorbet" in state and "Only updates." in state and "ValueError" in state
    assert "Let me" not in state and "timeline" not in state
    assert "Let me" in Page(record.render_record_html(told, trace, panel="tokens")).text
    plain = record.render_record_text(told, trace, panel="timeline")
    assert "✓ think" in plain and "✗ ValueError" in plain and "sorbet" not in plain
    assert Page(record.render_record_html(told, trace, panel="events")).text.startswith("✗ agent · error")


def test_it_stands_in_place_of_a_view_that_cannot_be_shown() -> None:
    trace = ended(conversation())
    for html in (
        record.render_record_html(summary(trace), trace),
        record.render_running_html(summary(trace)),
        record.render_outcome_html(summary(trace)),
    ):
        page = Page(html)
        assert page.tags.count("link") == 1 and "style" not in page.tags
        (style,) = (
            value for name, value in page.attributes if name == "href" and str(value).startswith("data:")
        )
        assert ".lgj-record-1)" in unquote(str(style))
    assert "link" not in Page(record.render_record_html(summary(trace, record=None), trace)).tags


def test_so_does_that_of_a_form() -> None:
    records = RunRecordsOutput("graph")
    assert f".{records.class_})" in records.render_html([])


# -- its sections -------------------------------------------------------------------------------------


def test_results_stand_under_their_calls_and_only_there() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    calls = [{"id": "c1", "name": "rain", "args": {}}, {"id": "c2", "name": "snow", "args": {}}]
    stream(CompleteMessage("m1", "ai", "Let me look.", tool_calls=calls), node="agent")
    stream(CompleteMessage("m2", "tool", "no snow", tool_call_id="c2", name="snow", status="error"))
    stream(CompleteMessage("m3", "tool", "much rain", tool_call_id="c1", name="rain"))
    stream(CompleteMessage("m4", "tool", "an answer to nothing", tool_call_id="c9", name="odd"))
    trace = ended(stream)
    text = Page(record.render_record_html(summary(trace), trace)).text
    order = ["Let me look.", "→ rain", "← rain", "much rain", "→ snow", "← ✗ snow", "no snow", "odd"]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)
    assert text.count("much rain") == 1 and "an answer to nothing" in text


def test_what_is_no_text_in_a_message_is_named() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    block = {"type": "image", "mime_type": "image/png", "data": "iVBOR" * 100_000}
    stream(CompleteMessage("m", "ai", "", blocks=[block]))
    trace = ended(stream)
    html = record.render_record_html(summary(trace), trace)
    assert "▣ image/png, 375 kB: not kept" in Page(html).text
    assert len(html) < 5_000


def test_of_messages_in_the_state_each_is_a_line() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    said = [{"type": "human", "content": "hi", "id": "1"}]
    more = {
        "type": "ai",
        "content": [{"type": "text", "text": "hello"}],
        "id": "2",
        "tool_calls": [{"name": "look", "args": {"q": 1}}],
    }
    stream.state({"messages": said, "empty": ""}, step=0)
    stream.state({"messages": [*said, more], "empty": ""}, step=1)
    trace = ended(stream)
    text = Page(record.render_record_html(summary(trace), trace)).text
    assert 'append /messages: \n  AI: hello → look({"q": 1})' in text
    assert 'add /empty: ""' in text


def timed() -> Stream:
    """Two nodes at once, then one that fails, of a run whose tasks have a clock of their own."""
    stream = Stream()
    stream(RunStarted(None, "t"), at=50_000)
    stream.task("1", "a", step=1, at=10)
    stream.task("2", "a", step=1, at=10)
    stream.task_end("1", node="a", step=1, at=12)
    stream.task_end("2", node="a", step=1, at=14)
    stream.task("3", "b", step=2, at=15)
    stream.task_end("3", "error", node="b", step=2, at=20)
    return stream


def test_a_timeline_in_words_and_beside_them_in_shapes() -> None:
    trace = ended(timed())
    html = record.render_record_html(summary(trace), trace)
    text = Page(html).text
    assert "timeline · 3 tasks · 10.00 s" in text
    assert "✓\u00a0a2 × 3.00 s" in text and "✗\u00a0b5.00 s" in text
    assert "+5.00 s" in text  # by the tasks' own clock
    lanes = re.findall(r"<svg.*?</svg>", html)
    assert len(lanes) == 2
    boxes = [re.findall(r'x="([\d.]+)" y="(\d+)" width="([\d.]+)"', lane) for lane in lanes]
    assert [box for box in boxes[0] if box[1] != "0"] == [("0", "1", "200"), ("0", "11", "400")]
    assert ("500", "1", "500") in boxes[1]
    assert lanes[1].count("stroke=") == 1 and "stroke=" not in lanes[0]  # failing is not by colour alone


def test_waiting_is_a_cut_in_the_pictures_with_words_beside_them() -> None:
    stream = Stream()
    stream(RunStarted(None, "t"), at=0)
    stream.task("1", "ask", at=0)
    stream(RunEnded("interrupted"), at=2)
    stream(RunResumed("yes"), at=520)
    stream.task("2", "act", at=520)
    stream.task_end("2", node="act", at=522)
    trace = ended(stream)
    html = record.render_record_html({**summary(trace), "waits": trace.waits}, trace)
    assert "0 – 4.00 s · waited 8 min 38 s at a breakpoint" in Page(html).text
    pictures = re.findall(r"<svg.*?</svg>", html)
    assert [len(re.findall(r'x="497"[^>]*stroke-dasharray', picture)) for picture in pictures] == [1, 1]


def test_runs_of_one_graph_have_lanes_of_their_own_unless_there_are_many() -> None:
    def text(workers: int) -> str:
        stream = Stream()
        stream(RunStarted(None, "t"))
        for number in range(workers):
            stream.task(f"w{number}", "worker", step=1)
            stream.task(f"t{number}", "think", namespace=f"worker:w{number}", step=1)
            stream.task_end(f"t{number}", node="think", namespace=f"worker:w{number}", step=1)
            stream.task_end(f"w{number}", node="worker", step=1)
        trace = ended(stream)
        return Page(record.render_record_html(summary(trace), trace)).text

    assert "worker #1 / think" in text(3) and "worker #3 / think1.00 s" in text(3)
    assert "worker / think12 × 1.00 s" in text(12)


def test_shapes_leave_no_text_where_they_are_stripped() -> None:
    trace = ended(timed())
    html = record.render_record_html(summary(trace), trace)
    for picture in re.findall(r"<svg.*?</svg>", html):
        assert re.sub(r"<[^>]*>", "", picture) == ""
    assert Page(re.sub(r"</?(svg|rect)[^>]*>", "", html)).text == Page(html).text


def test_a_lane_of_very_many_tasks_is_a_small_picture() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    for number in range(5_000):
        stream.task(f"t{number}", "loop", step=number)
        stream.task_end(f"t{number}", node="loop", step=number)
    trace = ended(stream)
    html = record.render_record_html(summary(trace), trace)
    assert "✓\u00a0loop5,000 × 1.00 s" in Page(html).text
    assert len(re.findall(r"<svg.*?</svg>", html)[0]) < 2_000


def test_checkpoints_and_what_was_next() -> None:
    stream = Stream()
    stream(RunStarted(None, "t"))
    for step, nodes in ((-1, ["__start__"]), (0, ["a", "a", "b"])):
        stream(CheckpointSaved(f"id{step}", None, "t", step, "loop", 1_700_000_000.0 + step, nodes, {}))
    trace = ended(stream)
    text = Page(record.render_record_html(summary(trace), trace)).text
    assert "checkpoints · 2" in text
    assert "0loop+1.00 sa ×2, bid0" in text


def test_what_is_not_there_is_explained() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    trace = ended(stream)
    told = [{"panel": "tokens", "text": "No model."}, {"panel": "custom", "text": "No writer."}]
    text = Page(record.render_record_html(summary(trace, explanations=told), trace)).text
    assert "No model." in text
    assert "what is not here, and whycustom: No writer." in text


def test_an_explanation_of_several_panels_stands_once() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    trace = ended(stream)
    told = [{"panel": name, "text": "No model."} for name in ("calls", "context")]
    told.insert(1, {"panel": "custom", "text": "No writer."})
    run = summary(trace, explanations=told)
    text = record.render_record_text(run, trace)
    assert text.endswith("why\n  calls, context: No model.\n  custom: No writer.")
    html = Page(record.render_record_html(run, trace)).text
    assert "whycalls, context: No model.custom: No writer." in html
    assert "whycontext: No model." in Page(record.render_record_html(run, trace, panel="context")).text


# -- in a page of Markdown, under MathJax -----------------------------------------------------------

BROKEN_UP = "one\n\n\ntwo\n\n    indented\n\n<div>\n\n- three\r\n\r\nfour $5 and $10"


def speaking(text: str) -> Trace:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(CompleteMessage("m", "ai", text, reasoning=text), node="think", step=1)
    stream(CompleteMessage("t", "tool", text, tool_call_id="c1"), node="tools", step=2)
    stream.state({"text": text}, step=1)
    stream.state({"text": text * 2}, step=2)
    return ended(stream, "error", {"error": "ValueError", "message": text})


def test_a_blank_line_does_not_end_the_record_in_markdown() -> None:
    from markdown_it import MarkdownIt

    trace = speaking(BROKEN_UP)
    html = record.render_record_html(summary(trace, note=BROKEN_UP), trace)
    page = MarkdownIt("commonmark").render(f"before\n\n{html}\n\nafter")
    assert page == f"<p>before</p>\n{html}\n<p>after</p>\n"
    assert "one\n\n\ntwo" in Page(html).text  # a reader sees the lines


def test_nbconvert_makes_a_page_of_markdown_with_the_whole_record() -> None:
    import nbformat.v4 as v4
    from nbconvert import MarkdownExporter

    trace = speaking(BROKEN_UP)
    html = record.render_record_html(summary(trace), trace)
    output = v4.new_output("display_data", {"text/html": html, "text/plain": "as text"})
    notebook = v4.new_notebook(cells=[v4.new_code_cell("run", outputs=[output])])
    page, _ = MarkdownExporter().from_notebook_node(notebook)
    assert html in page


def test_markdown_is_read_and_kept_as_it_was_written() -> None:
    source = "# Title\n\nSome **bold** and `code`, ~~gone~~\n\n- a\n- b\n\n```python\nx = 1\n\ny = 2\n```\n\n"
    source += "| a | b |\n|---|---|\n| 1 | 2 |\n"
    trace = speaking(source)
    html = record.render_record_html(summary(trace), trace)
    page = Page(html)
    assert {"strong", "code", "s", "li", "pre", "table"} <= set(page.tags)
    assert not {"h1", "h2"} & set(page.tags)
    assert source.strip() in page.text and "as it was written" in page.text
    assert source.strip() in record.render_record_text(summary(trace), trace)
    assert "\n" not in html


def test_a_column_of_markdown_keeps_its_side() -> None:
    trace = speaking("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    html = record.render_record_html(summary(trace), trace)
    assert '<td style="text-align:left">1</td>' in html
    assert '<td style="text-align:right">2</td>' in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script> **x**",
        "**x** <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x) [y](/relative) [z](//other.example/x)",
        "<javascript:alert(1)> **x**",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "[x](&#106;avascript:alert(1))",
        "![tracked](https://example.org/pixel.png)",
        "[![tracked](https://example.org/pixel.png)](javascript:alert(1))",
        '```" onclick=alert(1)\nx\n```',
        '[x](https://example.org/"onmouseover="alert(1))',
        '[x](https://example.org/ "\\"onmouseover=alert(1)")',
    ],
)
def test_markdown_brings_nothing_that_runs_or_is_fetched(source: str) -> None:
    trace = speaking(source)
    page = Page(record.render_record_html(summary(trace), trace))
    assert not {"script", "img", "iframe"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset")]
    hrefs = [value or "" for name, value in page.attributes if name == "href"]
    links = [each for each in hrefs if not each.startswith("data:text/css,")]  # that is ours
    assert all(link.startswith("https://example.org/") for link in links)


def test_a_link_leads_to_its_page_and_an_image_is_its_text() -> None:
    trace = speaking("[page](https://example.org/a?b=1&c=2) and ![a cat](https://example.org/cat.png)")
    page = Page(record.render_record_html(summary(trace), trace))
    assert ("href", "https://example.org/a?b=1&c=2") in page.attributes
    assert "page and [image: a cat]" in page.text


@pytest.mark.parametrize("source", ["costs $5 here and $10 there", "one\ntwo\n\nthree  ", " a  b "])
def test_a_text_without_markdown_stands_as_it_is(source: str) -> None:
    trace = speaking(source)
    page = Page(record.render_record_html(summary(trace), trace))
    assert source.strip() in page.text and "as it was written" not in page.text


def test_a_text_made_to_be_hard_to_read_is_shown_all_the_same() -> None:
    for source in ("[" * 50_000, "*a " * 20_000, "> " * 20_000, "- " * 20_000, "`" * 30_001, "|" * 20_000):
        trace = speaking(source)
        assert Page(record.render_record_html(summary(trace), trace)).text


# ---------------------------------------------------------------------------------------------
# What messages hold beside their text

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WAV = "UklGRiQBAABXQVZFZm10IA=="


def said(**fields: Any) -> Trace:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(CompleteMessage("m", **{"role": "ai", "text": "", **fields}))
    return ended(stream)


def test_pictures_and_sounds_are_shown_as_such() -> None:
    picture = {"type": "image", "base64": PNG, "mime_type": "image/png"}
    sound = {"type": "audio", "data": WAV, "transcript": "Good morning"}
    trace = said(blocks=[picture, sound])
    page = Page(record.render_record_html(summary(trace), trace))
    assert ("src", f"data:image/png;base64,{PNG}") in page.attributes
    assert ("src", f"data:audio/wav;base64,{WAV}") in page.attributes
    assert "Good morning" in page.text
    assert "Good morning" in record.render_record_text(summary(trace), trace)
    assert "▣ image/png, 70 B" in record.render_record_text(summary(trace), trace)


def test_a_tools_picture_stands_under_its_call() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(CompleteMessage("a", "ai", "", tool_calls=[{"id": "c", "name": "plot", "args": {}}]))
    picture = {"type": "image", "base64": PNG, "mime_type": "image/png"}
    stream(CompleteMessage("t", "tool", "", tool_call_id="c", blocks=[picture], artifact={"rows": 3}))
    trace = ended(stream)
    page = Page(record.render_record_html(summary(trace), trace))
    assert ("src", f"data:image/png;base64,{PNG}") in page.attributes
    assert 'artifact{"rows": 3}' in page.text


def test_the_room_for_pictures_is_bounded_and_does_not_take_that_of_words() -> None:
    picture = {"type": "image", "base64": PNG[:-2] + "A" * 100_000, "mime_type": "image/png"}
    stream = Stream()
    stream(RunStarted(None, None))
    for number in range(12):
        stream(CompleteMessage(f"m{number}", "ai", f"picture {number}", blocks=[picture]))
    trace = ended(stream)
    html = record.render_record_html(summary(trace), trace)
    page = Page(html)
    assert page.tags.count("img") == 3
    assert page.text.count("▣ image/png, 75 kB: not kept") == 9
    assert all(f"picture {number}" in page.text for number in range(12))
    assert len(html) < 3 * record.MAX_RECORD_CHARACTERS
    assert Page(record.render_record_page(summary(trace), trace)).tags.count("img") == 12


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "url": "https://example.org/x.png"},
        {"type": "image", "url": "javascript:alert(1)"},
        {"type": "image", "base64": PNG, "mime_type": 'image/png" onerror="alert(1)'},
        {"type": "image", "base64": '"><script>alert(1)</script>', "mime_type": "image/png"},
        {"type": "file", "base64": PNG, "mime_type": "text/html", "name": NASTY},
    ],
)
def test_nothing_is_loaded_and_nothing_runs(block: dict[str, str]) -> None:
    trace = said(blocks=[block], citations=[{"url": "javascript:alert(1)", "title": NASTY}])
    page = Page(record.render_record_html(summary(trace), trace))
    names = [name for name, _ in page.attributes]
    assert "img" not in page.tags and "script" not in page.tags
    assert not {"src", "onerror"}.intersection(names)
    hrefs = [value for name, value in page.attributes if name == "href"]
    links = [value for value in hrefs if not str(value).startswith("data:text/css,")]  # that is ours
    assert links in ([], [block.get("url")])
    assert "javascript:alert(1)" not in links


def test_sources_are_numbered_links() -> None:
    cited = [
        {
            "type": "citation",
            "url": "https://example.org/a",
            "title": "On turtles",
            "cited_text": "they swim",
        },
        {"type": "citation", "title": "The report", "cited_text": "page nine"},
    ]
    trace = said(text="They swim.", citations=cited)
    page = Page(record.render_record_html(summary(trace), trace))
    assert ("href", "https://example.org/a") in page.attributes
    assert "[1] On turtles[2] The report: “page nine”" in page.text
    assert "[1] On turtles: https://example.org/a" in record.render_record_text(summary(trace), trace)


def test_what_a_provider_did_and_what_a_model_would_not() -> None:
    blocks = [
        {"type": "server_tool_call", "id": "s", "name": "web_search", "args": {"query": "lisbon"}},
        {"type": "server_tool_result", "tool_call_id": "s", "status": "success", "output": ["sun"]},
        {"type": "refusal", "refusal": "I can't say more."},
    ]
    trace = said(blocks=blocks)
    for told in (
        Page(record.render_record_html(summary(trace), trace)).text,
        record.render_record_text(summary(trace), trace),
    ):
        assert '→ web_search({"query": "lisbon"})' in told
        assert '← ["sun"]' in told
        assert "refused: I can't say more." in told


def test_an_answer_that_was_cut_says_so() -> None:
    trace = said(text="half an ans", status="incomplete", finish_reason="max_tokens")
    html = record.render_record_html(summary(trace), trace)
    assert "incomplete · max_tokens" in Page(html).text
    assert "incomplete · max_tokens" in record.render_record_text(summary(trace), trace)
    assert "finish_reason" not in html


def test_a_record_begins_with_the_question_and_folds_what_was_before() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    for number in range(3):
        stream(CompleteMessage(f"h{number}", "human", f"long ago {number}", source="history"))
    stream(CompleteMessage("q", "human", "And now?", source="input"))
    stream(CompleteMessage("a", "ai", "Now this.", source="model"))
    trace = ended(stream)
    html = record.render_record_html(summary(trace), trace)
    assert re.search(r"<details[^>]*><summary[^>]*><b>3 earlier messages</b>", html)
    text = Page(html).text
    assert text.index("3 earlier messages") < text.index("long ago 2") < text.index("And now?")
    plain = record.render_record_text(summary(trace), trace)
    assert "… 3 earlier messages on the thread\nHuman: And now?\nAI: Now this." in plain
    assert "long ago" not in plain
    html = record.render_record_html(summary(trace, history_omitted=40), trace)
    assert "43 earlier messages · the newest 3" in Page(html).text
