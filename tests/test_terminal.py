"""The account of a run as text: one voice at a time, and nothing that a terminal would obey."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console

import lg_jupyter
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.tables.speaker import format_speaker
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.terminal.view import TerminalView, TranscriptFormatter
from lg_jupyter.widgets.display import _show_in_terminal
from tests.graphs import INPUTS, build


def message(message_id: str, **values) -> dict:
    row = {"message_id": message_id, "namespace": "", "node": "talk", "role": "ai", "name": None}
    row |= {"agent_name": None, "tool_call_id": None, "tool_calls": None, "end_time": None, "source": "model"}
    row |= {"status": "success", "finish_reason": None, "blocks": None, "citations": None, "artifact": None}
    row |= values
    return {"speaker": format_speaker(row["role"], row["name"], row["agent_name"], row["node"])} | row


def task(node: str, status: str, **values) -> dict:
    return {
        "task_id": node,
        "namespace": "",
        "node": node,
        "step": 1,
        "input": None,
        "status": status,
        "latency": 0.5,
        "error": None,
    } | values


def change(path: str, op: str, **values) -> dict:
    row = {"namespace": "", "nodes": ["talk"], "key": path, "path": f"/{path}", "op": op}
    return row | {"before": None, "after": None} | values


def changes(*said: tuple[str, int, str], **rows: list[dict]) -> TraceChanges:
    return TraceChanges(rows, [(who, "text", offset, text) for who, offset, text in said], {}, None)


@pytest.fixture(params=[True, False], ids=["live", "plain"])
def live(request) -> bool:
    return request.param


def written(account: TranscriptFormatter, *batches: TraceChanges) -> list[str]:
    """What each batch adds to the account."""
    return ["".join(text for text, _ in account.take_in_and_format_changes(batch)) for batch in batches]


def test_a_message_is_printed_as_it_comes() -> None:
    said = written(
        TranscriptFormatter(live=True),
        changes(("a", 0, "Hel"), messages=[message("a")]),
        changes(("a", 3, "lo")),
        changes(messages=[message("a", end_time=1.0)]),
    )
    assert said == ["talk · AI\nHel", "lo", "\n"]


def test_a_task_that_was_cached_says_so_and_not_that_it_took_no_time() -> None:
    rows = [task("fetch", "cached", latency=0.0), task("write", "success", latency=0.5)]
    (said,) = written(TranscriptFormatter(live=True), changes(tasks=rows))
    assert "fetch · cached\n" in said and "write · 0.50 s\n" in said


def test_elsewhere_it_is_printed_when_it_is_complete() -> None:
    said = written(
        TranscriptFormatter(live=False),
        changes(("a", 0, "Hel"), messages=[message("a")]),
        changes(("a", 3, "lo")),
        changes(messages=[message("a", end_time=1.0)]),
    )
    assert said == ["", "", "talk · AI\nHello\n"]


def test_one_voice_at_a_time(live) -> None:
    said = written(
        TranscriptFormatter(live),
        changes(("a", 0, "one "), ("b", 0, "uno "), messages=[message("a"), message("b", node="habla")]),
        changes(("b", 4, "dos"), ("a", 4, "two")),
        changes(messages=[message("b", node="habla", end_time=1.0)], tasks=[task("habla", "success")]),
        changes(messages=[message("a", end_time=2.0)]),
    )
    assert "".join(said) == "talk · AI\none two\nhabla · AI\nuno dos\n✓ habla · 0.50 s\n"


def test_what_is_replaced_is_said_again() -> None:
    said = written(
        TranscriptFormatter(live=True),
        changes(("a", 0, "Hello"), messages=[message("a")]),
        changes(("a", 0, "Goodbye"), messages=[message("a", end_time=1.0)]),
    )
    assert said == ["talk · AI\nHello", "\nGoodbye\n"]


def test_tool_calls_and_who_answers_them(live) -> None:
    calls = [{"id": "c1", "name": "weather", "args": {"city": "Paris"}}]
    said = written(
        TranscriptFormatter(live),
        changes(messages=[message("a", tool_calls=calls, end_time=1.0)]),
        changes(
            ("t", 0, "sunny"),
            messages=[
                message("t", role="tool", speaker="weather", tool_call_id="c1", node="tools", end_time=2.0)
            ],
        ),
    )
    assert said == ['talk · AI\n→ weather({"city": "Paris"})\n', "weather · Tool · tools\nsunny\n"]


def test_the_question_is_told_once_and_what_was_before_is_counted(live) -> None:
    before = [message(f"h{n}", role="human", source="history", node=None) for n in range(12)]
    question = message("q", role="human", source="input", node=None)
    said = written(
        TranscriptFormatter(live, MessageFilter(nodes=("talk",))),
        changes(("h0", 0, "long ago"), ("q", 0, "Why? " * 200), messages=[*before, question]),
        changes(messages=[*before, question]),
        changes(("a", 0, "So."), messages=[message("a", end_time=1.0)]),
    )
    assert said[0].startswith("… 12 earlier messages\nHuman\nWhy? Why?")
    assert said[0].endswith("… (500 more characters)\n")
    assert said[1:] == ["", "talk · AI\nSo.\n"]


def test_what_a_message_holds_beside_its_text(live) -> None:
    blocks = [
        {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"},
        {"type": "image", "url": "https://example.org/x.png"},
        {"type": "audio", "transcript": "Good morning"},
        {"type": "server_tool_call", "id": "s", "name": "web_search", "args": {"query": "lisbon"}},
        {"type": "server_tool_result", "tool_call_id": "s", "status": "success", "output": "sun"},
        {"type": "refusal", "refusal": "I can't say more."},
    ]
    cited = [{"url": "https://example.org/a", "title": "On turtles"}]
    row = message("a", blocks=blocks, citations=cited, artifact={"rows": 3}, end_time=1.0)
    (said,) = written(TranscriptFormatter(live), changes(("a", 0, "See."), messages=[row]))
    assert said.split("\n") == [
        "talk · AI",
        "See.",
        "▣ image/png, 8 B",
        "▣ image: https://example.org/x.png",
        "▣ audio",
        "Good morning",
        '→ web_search({"query": "lisbon"})',
        "← sun",
        "refused: I can't say more.",
        "[1] On turtles: https://example.org/a",
        '▣ artifact: {"rows": 3}',
        "… refused",
        "",
    ]


def test_an_answer_that_was_cut_says_so(live) -> None:
    row = message("a", status="incomplete", finish_reason="length", end_time=1.0)
    account = TranscriptFormatter(live)
    spans = list(account.take_in_and_format_changes(changes(("a", 0, "half an ans"), messages=[row])))
    assert "".join(text for text, _ in spans) == "talk · AI\nhalf an ans\n… incomplete · length\n"
    assert spans[-1][1] == "yellow"


def test_tasks_state_custom_and_interrupts(live) -> None:
    failed = task("bad", "error", error={"error": "ValueError", "message": "boom"})
    asked = {"interrupt_id": "i", "namespace": "", "node": "ask", "value": "how many?", "status": "pending"}
    said = written(
        TranscriptFormatter(live),
        changes(tasks=[task("talk", "running")]),
        changes(
            custom=[{"namespace": "", "node": "talk", "data": {"done": 1}}], tasks=[task("talk", "success")]
        ),
        changes(tasks=[task("talk", "success"), failed]),
        changes(
            state_diffs=[
                change("n", "change", before=1, after=2),
                change("log", "append", after="x"),
                change("gone", "remove"),
                change("new", "add", after=None),
                change("messages", "append", after={"type": "ai", "content": "said already"}),
            ]
        ),
        changes(interrupts=[asked]),
        changes(interrupts=[asked | {"status": "resumed"}]),
    )
    assert said == [
        "",
        'talk: {"done": 1}\n✓ talk · 0.50 s\n',
        "✗ bad · 0.50 s · ValueError: boom\n",
        "  n: 1 → 2\n  log + x\n  gone removed\n  new = null\n",
        "‖ ask: how many?\n",
        "▶ ask goes on\n",
    ]


async def account_of(graph: str, *, terminal: bool, **options) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    run = lg_jupyter.stream(build(graph), INPUTS[graph], display=False, **options)
    TerminalView(run, console).show()
    with suppress(Exception):
        await run
    return console.file.getvalue()


async def test_a_real_run() -> None:
    text = await account_of("react", terminal=False)
    assert "\x1b" not in text
    lines = text.splitlines()
    assert any(line.startswith("→ ") for line in lines)
    assert lines[-1].startswith("✓ ")
    assert "success" in lines[-1]


async def test_a_failing_run_says_where() -> None:
    text = await account_of("broken", terminal=False)
    assert "✗ " in text
    *_, ended, why = text.splitlines()
    assert "error" in ended
    assert why == "  inner / fall · step 1: ValueError: no milk today"


async def test_the_terminal_obeys_nothing_that_is_said() -> None:
    from langgraph.graph import START, StateGraph

    graph = StateGraph(dict).add_node("evil", lambda state: {"x": "\x1b]0;title\x07\x9b31m\r[bold]"})
    run = lg_jupyter.stream(graph.add_edge(START, "evil").compile(), {"x": ""}, display=False)
    console = Console(file=io.StringIO(), force_terminal=False)
    TerminalView(run, console).show()
    await run
    text = console.file.getvalue()
    assert "[bold]" in text
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(text)


def test_a_filter_narrows_who_is_heard() -> None:
    said = written(
        TranscriptFormatter(live=True, shown=MessageFilter(tags=("joke",))),
        changes(
            ("a", 0, "ha"),
            ("b", 0, "hm"),
            messages=[message("a", tags=["joke"]), message("b", tags=None), message("c", tags=["pun"])],
        ),
    )
    assert said == ["talk · AI\nha"]


async def test_a_run_that_is_shown_again_is_told_once(monkeypatch) -> None:
    printed = io.StringIO()
    monkeypatch.setattr("lg_jupyter.terminal.view._make_rich_console", lambda: Console(file=printed))
    run = lg_jupyter.stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False)
    _show_in_terminal(run)
    await run
    run.resume("yes")
    _show_in_terminal(run)
    await run
    assert printed.getvalue().count("graph · success") == 1
    _show_in_terminal(run)
    assert printed.getvalue().count("graph · success") == 2


async def test_each_view_of_a_run_tells_all_of_it() -> None:
    run = await lg_jupyter.stream(build("react"), INPUTS["react"], display=False)
    accounts = []
    for _ in range(2):
        console = Console(file=io.StringIO(), width=200)
        TerminalView(run, console).show()
        accounts.append(console.file.getvalue())
    assert accounts[0] == accounts[1] and "It rains in Bergen." in accounts[0]
