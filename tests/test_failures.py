"""Why a run failed: where, what was raised and what caused it; graphs that fail in each way they can."""

from __future__ import annotations

import asyncio
import io
import json
import operator
import sys
from contextlib import suppress
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import RetryPolicy, Send
from rich.console import Console

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.events.events import Part
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.trace import Trace
from lg_jupyter.terminal import TerminalView


class Sums(TypedDict, total=False):
    rows: list[str]
    total: float
    count: Annotated[int, operator.add]


def graph(*nodes: Any, checkpointer: Any = None, state: Any = Sums, **options: Any) -> Any:
    """A graph that runs the nodes one after the other, each under its own name."""
    builder = StateGraph(state)
    names = [node.__name__ if callable(node) else "inner" for node in nodes]
    for name, node in zip(names, nodes, strict=True):
        builder.add_node(name, node, **options)
    for before, after in zip([START, *names], [*names, END], strict=True):
        builder.add_edge(before, after)
    return builder.compile(checkpointer=checkpointer)


def side_by_side(*nodes: Any) -> Any:
    builder = StateGraph(Sums)
    for node in nodes:
        builder.add_node(node).add_edge(START, node.__name__)
    return builder.compile()


async def failed(target: Any, given: Any = None, **options: Any) -> lg_jupyter.Run:
    run = lg_jupyter.stream(target, {"rows": []} if given is None else given, display=False, **options)
    with suppress(Exception):
        await run
    assert run.status == "error"
    return run


def headline(run: lg_jupyter.Run) -> str:
    assert run.failure is not None
    return run.failure["headline"]


def load(state: Sums) -> Sums:
    return {"rows": ["1.5", "12,50"]}


def parse(text: str) -> float:
    return float(text)


def total(state: Sums) -> Sums:
    try:
        return {"total": sum(parse(text) for text in state["rows"])}
    except ValueError as error:
        raise RuntimeError("could not add up") from error


WHY = "RuntimeError: could not add up ← ValueError: could not convert string to float: '12,50'"


async def test_where_and_why() -> None:
    run = await failed(graph(load, total))
    assert headline(run) == f"total · step 2: {WHY}"
    failure = run.failure
    assert failure is not None
    assert (failure["node"], failure["step"], failure["namespace"]) == ("total", 2, "")
    (task,) = [row for row in run.trace.rows("tasks") if row["status"] == "error"]
    assert failure["task_id"] == task["task_id"]
    assert run.error == {"error": "RuntimeError", "message": "could not add up"}


async def test_the_frames_and_whose_they_are() -> None:
    run = await failed(graph(load, total))
    (task,) = [row for row in run.trace.rows("tasks") if row["status"] == "error"]
    raised, cause = task["traceback"]
    assert (raised["relation"], cause["relation"]) == (None, "cause")
    shown = [frame["function"] for frame in cause["frames"] if frame["shown"]]
    assert shown == ["total", "<genexpr>", "parse"]
    last = cause["frames"][-1]
    assert (last["file"], last["source"], last["owner"]) == (__file__, "return float(text)", "user")
    assert {frame["owner"] for frame in raised["frames"]} == {"user", "library"}
    assert [frame["function"] for frame in raised["frames"] if frame["shown"]] == ["total"]


async def test_a_librarys_frame_is_shown_where_it_raised_what_the_user_called() -> None:
    def read(state: Sums) -> Sums:
        return json.loads("{")

    run = await failed(graph(read))
    assert run.failure is not None
    shown = [frame for frame in run.failure["traceback"][0]["frames"] if frame["shown"]]
    assert [frame["owner"] for frame in shown] == ["user", "library"]
    assert shown[-1]["file"].endswith("decoder.py")


async def test_a_saved_run_knows_all_of_it(tmp_path: Any) -> None:
    run = await failed(graph(load, total))
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert loaded.failure == run.failure
    assert loaded.trace.rows("tasks") == run.trace.rows("tasks")


async def test_every_account_says_the_same_line() -> None:
    run = await failed(graph(load, total))
    state, said = get_run_state(run), headline(run)
    with state.lock:
        summary = summarize_run(state)
        text, html = (
            record.render_record_text(summary, run.trace),
            record.render_record_html(summary, run.trace),
        )
    assert summary["failure"] is not None
    assert f"{summary['failure']['where']}: {summary['failure']['why']}" == said
    assert f"✗ {said}" in text
    assert "return float(text)" in text
    assert "langgraph/pregel" not in text
    assert "total · step 2" in html
    assert "could not convert" in html
    console = Console(file=io.StringIO(), width=400)
    TerminalView(run, console).show()
    assert console.file.getvalue().splitlines()[-1].strip() == said


# ---------------------------------------------------------------------------------------------
# What caused it


async def test_an_exception_raised_while_another_was_handled() -> None:
    def node(state: Sums) -> Sums:
        try:
            raise KeyError("city")
        except KeyError:
            raise ValueError("no weather")  # noqa: B904 - that is the point

    run = await failed(graph(node))
    assert headline(run) == "node · step 1: ValueError: no weather ← KeyError: 'city'"
    assert run.failure is not None
    assert run.failure["traceback"][1]["relation"] == "context"


async def test_a_context_that_was_suppressed_is_left_out() -> None:
    def node(state: Sums) -> Sums:
        try:
            raise KeyError("city")
        except KeyError:
            raise ValueError("no weather") from None

    assert headline(await failed(graph(node))) == "node · step 1: ValueError: no weather"


async def test_causes_in_a_circle_end() -> None:
    def node(state: Sums) -> Sums:
        one, other = ValueError("one"), ValueError("other")
        one.__cause__, other.__cause__ = other, one
        raise one

    assert headline(await failed(graph(node))) == "node · step 1: ValueError: one ← ValueError: other"


class Group(Exception):
    """As the package ``exceptiongroup`` has it on Python 3.10."""

    def __init__(self, message: str, exceptions: list[Exception]) -> None:
        super().__init__(message)
        self.exceptions = exceptions


GROUPS = [Group] if sys.version_info < (3, 11) else [Group, ExceptionGroup]  # noqa: F821


@pytest.mark.parametrize("group", GROUPS)
async def test_a_group_tells_its_members(group: Any) -> None:
    def node(state: Sums) -> Sums:
        raise group("two failed", [ValueError("a"), KeyError("b")])

    said = headline(await failed(graph(node)))
    assert said.startswith(f"node · step 1: {group.__name__}: two failed")
    assert said.endswith(" ← ValueError: a ← KeyError: 'b'")


async def test_notes_are_kept_but_for_langgraphs() -> None:
    def node(state: Sums) -> Sums:
        error = ValueError("no")
        error.__notes__ = ["in row 3"]  # what `add_note` of Python 3.11 does
        raise error

    run = await failed(graph(node))
    assert run.failure is not None
    assert run.failure["traceback"][0]["notes"] == ["in row 3"]


# ---------------------------------------------------------------------------------------------
# What it says


async def test_a_huge_message_is_bounded_everywhere() -> None:
    def node(state: Sums) -> Sums:
        raise ValueError("x" * 5_000_000)

    run = await failed(graph(node))
    assert len(headline(run)) < 400
    assert run.error is not None
    assert len(run.error["message"]) < 101_000
    assert "5,000,000 characters" in run.error["message"]
    assert len(json.dumps(summarize_run(get_run_state(run)))) < 10_000
    assert len(json.dumps(run.trace.rows("tasks")[0]["traceback"])) < 20_000


async def test_an_exception_whose_text_raises() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise TypeError

    def node(state: Sums) -> Sums:
        raise Mute

    assert "Mute: <str failed: TypeError>" in headline(await failed(graph(node)))


async def test_lines_are_joined() -> None:
    def node(state: Sums) -> Sums:
        raise ValueError("two\n  lines")

    assert headline(await failed(graph(node))) == "node · step 1: ValueError: two lines"


async def test_a_deep_recursion_keeps_its_ends() -> None:
    def node(state: Sums) -> Sums:
        return node(state)

    run = await failed(graph(node))
    assert run.failure is not None
    (raised,) = run.failure["traceback"]
    assert len(raised["frames"]) == 40
    assert raised["frames_left_out"] > 500


async def test_no_secret_is_in_what_is_told_nor_in_the_lines_of_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("VENDOR_API_KEY", "canary-of-a-key")

    def node(state: Sums) -> Sums:
        connect("canary-of-a-key", password="canary-of-a-password")

    def connect(key: str, password: str) -> None:
        raise ValueError(f"refused {key}")

    run = await failed(graph(node))
    run.save(tmp_path / "run.jsonl")
    told = (tmp_path / "run.jsonl").read_text() + json.dumps(run.failure)
    assert "canary" not in told
    assert "[redacted VENDOR_API_KEY]" in headline(run)
    assert 'connect(\\"[redacted VENDOR_API_KEY]\\", password=\\"[redacted password]\\")' in told


# ---------------------------------------------------------------------------------------------
# Where


async def test_a_node_of_a_subgraph_is_named_with_its_path() -> None:
    run = await failed(graph(graph(load, total)))
    assert headline(run) == f"inner / total · step 2: {WHY}"


async def test_the_one_that_raised_and_not_those_that_ended_with_it() -> None:
    async def good(state: Sums) -> Sums:
        await asyncio.sleep(60)
        return {}

    async def bad(state: Sums) -> Sums:
        await asyncio.sleep(0)
        raise ValueError("no")

    run = await failed(side_by_side(good, bad))
    assert headline(run) == "bad · step 1: ValueError: no"


async def test_one_of_many_has_its_number() -> None:
    def each(state: Any) -> Sums:
        if state == 2:
            raise ValueError("no")
        return {}

    builder = StateGraph(Sums).add_node(each)
    builder.add_conditional_edges(START, lambda state: [Send("each", number) for number in range(4)])
    run = await failed(builder.compile())
    assert headline(run) == "each · step 1 · 3 of 4: ValueError: no"


async def test_a_retry_that_failed_for_good_names_its_tries() -> None:
    policy = RetryPolicy(max_attempts=3, initial_interval=0.001, jitter=False, retry_on=ValueError)

    def node(state: Sums) -> Sums:
        raise ValueError("no")

    run = await failed(graph(node, retry_policy=policy))
    assert headline(run) == "node · step 1 · 3 tries: ValueError: no"
    assert run.note is not None
    assert "failed 3 times" in run.note


def one(state: Sums) -> Sums:
    return {"total": 1}


def other(state: Sums) -> Sums:
    return {"total": 2}


REFUSED = "InvalidUpdateError: At key 'total': Can receive only one value per step."


async def test_a_key_that_two_nodes_wrote_names_both() -> None:
    run = await failed(side_by_side(one, other))
    assert headline(run).startswith(f"one and other · step 1 · key 'total': {REFUSED}")
    assert "https://" not in headline(run)
    run = await failed(graph(side_by_side(one, other)))
    assert headline(run).startswith(f"inner / one and other · step 1 · key 'total': {REFUSED}")


async def test_a_node_that_wrote_it_several_times_is_counted() -> None:
    builder = StateGraph(Sums).add_node(one)
    builder.add_conditional_edges(START, lambda state: [Send("one", {}) for _ in range(3)])
    run = await failed(builder.compile())
    assert headline(run).startswith(f"one ×3 · step 1 · key 'total': {REFUSED}")


async def test_a_reducer_that_raises() -> None:
    def node(state: Sums) -> Any:
        return {"count": "many"}

    run = await failed(graph(node))
    assert headline(run).startswith("node · step 1 · reducer of 'count': TypeError: unsupported operand")
    assert run.failure is not None
    assert run.failure["node"] == "node"


async def test_a_reducer_that_refuses_the_input() -> None:
    run = await failed(graph(load), {"count": "many"})
    assert headline(run).startswith("reducer of 'count': TypeError: unsupported operand")


async def test_a_checkpointer_that_raises() -> None:
    class Full(InMemorySaver):
        async def aput(self, *args: Any, **kwargs: Any) -> Any:
            raise OSError("disk full")

        def put(self, *args: Any, **kwargs: Any) -> Any:
            raise OSError("disk full")

    run = await failed(graph(load, checkpointer=Full()))
    assert headline(run) == "checkpointer Full: OSError: disk full"
    assert run.failure is not None
    assert run.failure["task_id"] is None


async def test_a_limit_has_no_place_but_a_note() -> None:
    def again(state: Sums) -> Sums:
        return {}

    builder = StateGraph(Sums).add_node(again).add_edge(START, "again").add_edge("again", "again")
    run = await failed(builder.compile(), config={"recursion_limit": 3})
    assert headline(run).startswith("GraphRecursionError: Recursion limit of 3 reached")


async def test_what_a_server_tells_is_all_that_is_told() -> None:
    of_server = Trace()
    start = {"event": "start", "modes": ["debug"], "source": "server", "target": "agent"}
    error = {"error": "ValueError", "message": "no milk"}
    for number, (mode, data) in enumerate(
        [("control", start), ("error", error), ("control", {"event": "end", "status": "error"})]
    ):
        of_server.feed(Part(mode, "", data, float(number)))
    assert of_server.failure is not None
    assert of_server.failure.headline == "ValueError: no milk"
    assert of_server.failure.traceback == ()


@pytest.mark.parametrize("told", [5, [5], "text", {"error": "x"}])
def test_what_calls_itself_a_traceback_and_is_none_is_left_out(told: Any) -> None:
    trace = Trace()
    error = {"error": "ValueError", "message": "no", "traceback": told, "reducer": 5}
    trace.feed(Part("control", "", {"event": "end", "status": "error", "error": error}, 1.0))
    assert trace.failure is not None
    assert (trace.failure.headline, trace.failure.traceback) == ("ValueError: no", ())


async def test_a_run_that_is_resumed_takes_its_failure_back() -> None:
    tries: list[int] = []

    def node(state: Sums) -> Sums:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("no")
        return {}

    run = await failed(graph(node, checkpointer=InMemorySaver()))
    assert run.trace.make_run_fields()["failure"] is not None
    run.resume()
    await run
    assert (run.status, run.failure, run.trace.make_run_fields()["failure"]) == ("success", None, None)


# ---------------------------------------------------------------------------------------------
# Calls of tools


@tool
async def look_up(city: str) -> str:
    """Look up a city."""
    if city == "Atlantis":
        await asyncio.sleep(0)
        raise LookupError(f"no city {city}")
    if city == "Rome":
        return "Lazio"
    await asyncio.sleep(60)
    return city


CALLS = [
    {"name": "look_up", "args": {"city": city}, "id": city.lower(), "type": "tool_call"}
    for city in ("Rome", "Atlantis", "Oslo")
]


def ask(state: MessagesState) -> Any:
    return {"messages": [AIMessage("", id="ai", tool_calls=CALLS)]}


def one_node() -> Any:
    """All calls in one task of the node."""
    tools = ToolNode([look_up], handle_tool_errors=False)
    builder = StateGraph(MessagesState).add_node(ask).add_node("tools", tools)
    return builder.add_edge(START, "ask").add_edge("ask", "tools").compile()


def a_task_each() -> Any:
    """A task for each call, as agents make them."""
    builder = StateGraph(MessagesState).add_node(ask)
    builder.add_node("tools", ToolNode([look_up], handle_tool_errors=False))
    builder.add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: [Send("tools", [call]) for call in CALLS])
    return builder.compile()


async def calls_after(target: Any, **options: Any) -> list[Any]:
    run = await failed(target, {"messages": []}, **options)
    (row,) = [row for row in run.trace.rows("messages") if row["tool_calls"]]
    return [(call["id"], call.get("status"), call.get("error")) for call in row["tool_calls"]]


RAISED = ("atlantis", "error", "LookupError: no city Atlantis")
DROPPED = ("oslo", "cancelled", "no result: look_up failed")


async def test_the_call_that_raised_and_those_that_ended_with_it() -> None:
    assert await calls_after(one_node()) == [
        ("rome", "cancelled", "no result: look_up failed"),  # what it gave went with its task
        RAISED,
        DROPPED,
    ]


async def test_the_record_says_it_under_each_call() -> None:
    run = await failed(one_node(), {"messages": []})
    summary = summarize_run(get_run_state(run))
    for account in (
        record.render_record_text(summary, run.trace),
        record.render_record_html(summary, run.trace),
    ):
        assert "LookupError: no city Atlantis" in account
        assert "no result: look_up failed" in account


async def test_of_calls_in_tasks_of_their_own_one_that_was_done_has_its_result() -> None:
    rome, *others = await calls_after(a_task_each())
    assert others == [RAISED, DROPPED]
    assert rome[1] is None or rome[1] == "cancelled"  # whichever came first


async def test_no_mode_of_tasks_is_needed_for_it() -> None:
    assert RAISED in await calls_after(one_node(), modes=["values", "messages"])


# ---------------------------------------------------------------------------------------------
# Many runs


async def test_a_row_of_a_batch_says_where_and_why() -> None:
    def node(state: Sums) -> Sums:
        return {"total": parse(state["rows"][0])}

    batch = lg_jupyter.map(graph(node), [{"rows": ["1"]}, {"rows": ["x"]}], display=False)
    await batch
    said = "node · step 1: ValueError: could not convert string to float: 'x'"
    assert batch.summary["error"].tolist()[1] == said


async def test_a_comparison_says_where_and_why() -> None:
    bad = await failed(graph(load, total))
    good = lg_jupyter.stream(graph(load), {"rows": []}, display=False)
    await good
    compared = lg_jupyter.compare(good, bad)
    assert compared.summary["error"].tolist()[1] == f"total · step 2: {WHY}"
