"""What a view does with its run: by the messages of its widget, as a front end would send them."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets import write_rules
from lg_jupyter.widgets.cell_outputs import CellOutputs
from lg_jupyter.widgets.run import RunWidget
from lg_jupyter.widgets.steering import parse_literal
from tests.graphs import INPUTS, Log, build
from tests.test_widget import Line, line_of, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


TOLD = [] if version("langgraph").startswith("1.0.") else ["second"]
"""What comes next after a breakpoint after a node: langgraph 1.0 does not stream the checkpoint there."""


class AsyncOnly(InMemorySaver):
    """A checkpointer that belongs to one loop, as those of databases do."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()

    def list(self, *args: Any, **kwargs: Any) -> Any:
        raise asyncio.InvalidStateError("Synchronous calls to this checkpointer are not allowed")

    async def alist(self, *args: Any, **kwargs: Any) -> Any:
        assert asyncio.get_running_loop() is self.loop
        for one in super().list(*args, **kwargs):
            yield one


def stream(graph: str = "steps", checkpointer: Any = None, **options: Any) -> Run:
    saver = InMemorySaver() if checkpointer is None else checkpointer
    return lg_jupyter.stream(build(graph, saver), INPUTS[graph], display=False, **options)


async def ask(widget: RunWidget, method: str, **params: Any) -> Any:
    """What the kernel answers, the sentence of an error in place of a result."""
    sent: list[Any] = []
    send = widget.comm.send

    def listen(data: dict[str, Any], *rest: Any, **more: Any) -> None:
        sent.append(data.get("content"))
        send(data, *rest, **more)

    widget.set_page_visibility("page", True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(widget.comm, "send", listen)
        return await _answer(widget, sent, {"type": "call", "id": "1", "method": method, "params": params})


async def _answer(widget: RunWidget, sent: list[Any], call: dict[str, Any]) -> Any:
    widget.receive(call)
    while True:
        for reply in filter(None, sent):
            if reply.get("id") == call["id"] and reply["type"] == "reply":
                return reply.get("error") or reply["result"]
        await asyncio.sleep(0.01)


async def test_an_interrupt_is_answered_and_the_same_run_goes_on() -> None:
    run = await stream("ask")
    widget = RunWidget(run)
    known = await ask(widget, "steering")
    (interrupt,) = run.interrupts
    assert known["waiting"] == [interrupt["interrupt_id"]]
    assert known["resume_blocker"] is None
    told = await ask(widget, "resume_run", answers={interrupt["interrupt_id"]: "yes"})
    assert "runs again from its start" in told["note"]
    await run
    assert run.output["log"] == ["answer: yes"]
    assert line_of(widget).state["_summary"]["status"] == "success"
    assert (await ask(widget, "steering"))["waiting"] == []


async def test_questions_of_a_subgraph_are_answered_by_their_ids() -> None:
    inner = build("asks")
    outer = StateGraph(Log).add_node("team", inner).add_edge(START, "team")
    run = await lg_jupyter.stream(outer.compile(checkpointer=InMemorySaver()), INPUTS["asks"], display=False)
    widget = RunWidget(run)
    rows = run.trace.rows("interrupts")
    assert {row["namespace"].partition(":")[0] for row in rows} == {"team"}
    waiting = {row["value"]: row["interrupt_id"] for row in rows}
    assert set((await ask(widget, "steering"))["waiting"]) == set(waiting.values())
    await ask(widget, "resume_run", answers={waiting["colour"]: "red"})
    await run
    assert (await ask(widget, "steering"))["waiting"] == [waiting["size"]]
    assert run.trace.row("interrupts", waiting["colour"])["resumed_with"] == "red"


async def test_what_cannot_be_answered_is_said_in_its_sentence() -> None:
    run = await stream("ask")
    widget = RunWidget(run)
    (interrupt,) = run.interrupts
    assert "has no interrupt" in await ask(widget, "resume_run", answers={"f" * 32: "yes"})
    assert "waits for an answer" in await ask(widget, "resume_run")
    await ask(widget, "resume_run", answers={interrupt["interrupt_id"]: "yes"})
    assert "going on" in await ask(widget, "resume_run", answers={interrupt["interrupt_id"]: "yes"})
    await run
    assert "answered already, with 'yes'" in await ask(
        widget, "resume_run", answers={interrupt["interrupt_id"]: "no"}
    )


async def test_a_run_without_a_checkpointer_says_why_it_cannot_go_on() -> None:
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    widget = RunWidget(run)
    assert (await ask(widget, "checkpoints"))["rows"] == []
    assert "no checkpointer" in await ask(widget, "fork", checkpoint_id="x")
    assert "no checkpointer" in (await ask(widget, "steering"))["fork_blocker"]


async def test_the_checkpoints_of_all_runs_on_the_thread() -> None:
    graph = build("steps", InMemorySaver())
    first = await lg_jupyter.stream(graph, INPUTS["steps"], thread_id="one", display=False)
    second = await lg_jupyter.stream(graph, INPUTS["steps"], thread_id="one", display=False)
    told = await ask(RunWidget(second), "checkpoints")
    assert told["total"] == 8
    assert [row["run"] for row in told["rows"]] == [None] * 4 + [get_run_state(second).key] * 4
    assert [row["step"] for row in told["rows"]] == [-1, 0, 1, 2, 3, 4, 5, 6]
    assert told["rows"][2]["changed"] == ["log"]
    assert "values" not in told["rows"][2]
    assert told["nodes"] == ["first", "second"]
    assert (told["keys"], told["reduced"]) == (["topic", "log"], ["log"])
    assert get_run_state(first).key != get_run_state(second).key


async def test_a_checkpointer_is_asked_on_its_own_loop() -> None:
    run = await stream(checkpointer=AsyncOnly(), modes="values")
    with pytest.raises(UsageError, match="has to be awaited"):
        _ = run.checkpoints
    told = await ask(RunWidget(run), "checkpoints")
    assert [row["step"] for row in told["rows"]] == [-1, 0, 1, 2]


async def test_the_state_at_a_checkpoint_is_given_by_the_page() -> None:
    run = await lg_jupyter.stream(
        build("steps", InMemorySaver()), {"topic": "ice", "log": ["x" * 19_000] * 5}, display=False
    )
    widget = RunWidget(run)
    last = run.checkpoints[-1]
    before_listed = await ask(widget, "checkpoint", checkpoint_id=last.checkpoint_id, path="/topic")
    assert before_listed == {"path": "/topic", "value": "ice!", "total": None}
    await ask(widget, "checkpoints")
    whole = await ask(widget, "checkpoint", checkpoint_id=last.checkpoint_id)
    assert whole["total"] == 2
    assert "$big" in whole["value"]["log"]
    page = await ask(widget, "checkpoint", checkpoint_id=last.checkpoint_id, path="/log", offset=5, limit=1)
    assert page["value"] == ["first"]
    assert page["total"] == 7
    assert "not known here" in await ask(widget, "checkpoint", checkpoint_id="nope")


async def test_a_changed_checkpoint_begins_a_branch_that_is_shown_in_the_same_place() -> None:
    run = await stream()
    widget = RunWidget(run)
    at = next(one for one in run.checkpoints if one.next == ("second",)).checkpoint_id
    told = await ask(widget, "fork", checkpoint_id=at, values={"topic": "tea"}, as_node="first")
    (branch,) = run.branches
    assert branch.parent is run
    assert lg_jupyter.last_run is branch
    assert told == {"run": get_run_state(branch).key, "name": "lg_jupyter.last_run", "shown": True}
    (shown,) = line_of(widget).state["_branches"]
    assert shown["run"] == get_run_state(branch).key
    await branch
    assert branch.output == {"topic": "tea!", "log": ["first", "second"]}
    inner = next(each for each in widget._branch_views if each.model_id == shown["model"])
    assert inner._summary["status"] == "success"

    await ask(inner, "fork", checkpoint_id=at)
    (grandchild,) = branch.branches
    await grandchild
    assert [each["run"] for each in line_of(widget).state["_branches"]] == [
        get_run_state(branch).key,
        get_run_state(grandchild).key,
    ]
    known = await ask(widget, "steering")
    assert [(each["run"], each["parent"]) for each in known["runs"]] == [
        (get_run_state(run).key, None),
        (get_run_state(branch).key, get_run_state(run).key),
        (get_run_state(grandchild).key, get_run_state(branch).key),
    ]
    listed = await ask(widget, "checkpoints")
    makers = {row["checkpoint_id"]: row["run"] for row in listed["rows"]}
    assert set(makers.values()) == {
        get_run_state(run).key,
        get_run_state(branch).key,
        get_run_state(grandchild).key,
    }
    written = next(row for row in listed["rows"] if row["source"] == "update")
    assert written["run"] == get_run_state(branch).key


async def test_a_run_is_named_as_the_notebook_does(monkeypatch: pytest.MonkeyPatch) -> None:
    run = await stream()
    held: dict[str, Any] = {"_": run, "run": run}
    monkeypatch.setattr(notebook, "get_user_variables", lambda: held)
    branch = await run.fork(run.checkpoints[1].checkpoint_id, display=False)
    last = await run.fork(run.checkpoints[1].checkpoint_id, display=False)
    names = [one["name"] for one in (await ask(RunWidget(run), "steering"))["runs"]]
    assert names == ["run", "run.branches[0]", "lg_jupyter.last_run"]
    assert (await ask(RunWidget(run), "steering"))["named"] is True
    assert (await ask(RunWidget(branch), "steering"))["imports"] == ""
    other = await stream()
    assert (await ask(RunWidget(other), "steering"))["named"] is True
    last = await run.fork(run.checkpoints[1].checkpoint_id, display=False)
    assert (await ask(RunWidget(other), "steering"))["named"] is False
    assert (await ask(RunWidget(last), "steering"))["imports"] == "import lg_jupyter; "
    held["lg_jupyter"] = lg_jupyter
    assert (await ask(RunWidget(last), "steering"))["imports"] == ""


async def test_a_breakpoint_is_passed_and_others_are_set() -> None:
    run = await stream(before=["first"])
    widget = RunWidget(run)
    known = await ask(widget, "steering")
    assert (known["before"], known["after"], known["next"]) == (["first"], [], ["first"])
    await ask(widget, "resume_run", before=[], after=["first"])
    await run
    known = await ask(widget, "steering")
    assert (known["before"], known["after"], known["next"]) == ([], ["first"], TOLD)
    assert "no node 'thrid'" in await ask(widget, "resume_run", before=["thrid"])
    assert run.status == "interrupted"
    await ask(widget, "resume_run")
    await run
    assert run.status == "success"


async def test_the_page_steps_and_keeps_the_conditions_of_breakpoints_that_it_leaves() -> None:
    run = await stream(before={"second": lambda state: False, "first": None})
    widget = RunWidget(run)
    known = await ask(widget, "steering")
    assert (known["next_step"], known["breakpoint_holders"]) == (["*"], [])
    await ask(widget, "resume_run", before=["second"], until=known["next_step"])
    await run
    assert (run.status, (await ask(widget, "steering"))["next"]) == ("interrupted", ["second"])
    await ask(widget, "resume_run", until=["*"])
    await run
    assert run.status == "success"


async def test_a_branch_has_the_breakpoints_that_it_is_given() -> None:
    run = await stream()
    at = run.checkpoints[1].checkpoint_id
    branch = await run.fork(at, before="second", display=False)
    assert branch.status == "interrupted"
    assert [row["node"] for row in branch.trace.rows("tasks")] == ["first"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("{'a': (1, None), 'b': {2}}", {"a": [1, None], "b": [2]}), (" 'yes' ", "yes"), ("-1_000", -1000)],
)
def test_a_python_literal_is_read(text: str, value: Any) -> None:
    assert parse_literal(text) == value


@pytest.mark.parametrize("text", ["open('x')", "name", "{'a': ", "[1, 2", "f'{x}'", ""])
def test_what_is_no_literal_is_not_run_but_said(text: str) -> None:
    with pytest.raises(UsageError, match="no Python literal"):
        parse_literal(text)


async def test_the_cells_record_tells_of_its_branches_too(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(
        notebook, "publish_mime_bundle", lambda data, *_, **__: published.append(data["text/plain"])
    )
    run = await stream()
    view = RunWidget(run)
    outputs = CellOutputs(get_run_state(run), view=lambda record: view)
    outputs.show()
    assert published[-1].count("success") == 1
    at = next(one for one in run.checkpoints if one.next == ("second",)).checkpoint_id
    await ask(view, "fork", checkpoint_id=at, values={"topic": "tea"})
    await run.branches[0]
    assert published[-1].count("success") > 1
    assert "tea!" in published[-1]


@pytest.mark.skipif(
    not write_rules.has_overwrite_support(), reason="this langgraph has no write that passes by a reducer"
)
async def test_a_key_with_a_reducer_is_replaced_and_not_added_to() -> None:
    run = await stream()
    widget = RunWidget(run)
    assert (await ask(widget, "checkpoints"))["supports_overwrite"] is True
    at = next(one for one in run.checkpoints if one.next == ("second",)).checkpoint_id
    await ask(widget, "fork", checkpoint_id=at, values={"log": {"__overwrite__": ["anew"]}}, as_node="first")
    (branch,) = run.branches
    await branch
    assert branch.output["log"] == ["anew", "second"]


async def test_a_message_is_changed_by_its_id_as_it_was_shown() -> None:
    run = await lg_jupyter.stream(build("nested", InMemorySaver()), INPUTS["nested"], display=False)
    widget = RunWidget(run)
    last = run.checkpoints[-1].checkpoint_id
    shown = await ask(widget, "checkpoint", checkpoint_id=last, path="/messages")
    edited = {**shown["value"][-1], "content": "another draft"}
    await ask(widget, "fork", checkpoint_id=last, values={"messages": [edited]}, as_node="__start__")
    (branch,) = run.branches
    await branch
    by_id = {message.id: message.content for message in branch.output["messages"]}
    assert by_id[edited["id"]] == "another draft"
    assert len([one for one in branch.output["messages"] if one.id == edited["id"]]) == 1


async def test_a_mask_is_not_written_where_a_secret_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_API_KEY", "sk-canary-of-the-vendor")
    given = {**INPUTS["steps"], "topic": "by sk-canary-of-the-vendor"}
    run = await lg_jupyter.stream(build("steps", InMemorySaver()), given, display=False)
    widget = RunWidget(run)
    at = next(one for one in run.checkpoints if one.next == ("second",)).checkpoint_id
    shown = (await ask(widget, "checkpoint", checkpoint_id=at, path="/topic"))["value"]
    assert shown == "by [redacted VENDOR_API_KEY]"
    told = await ask(widget, "fork", checkpoint_id=at, values={"topic": f"{shown}!"}, as_node="first")
    assert "[redacted VENDOR_API_KEY] stands for a secret" in told
    assert run.branches == []
    await ask(widget, "fork", checkpoint_id=at, values={"topic": "tea"}, as_node="first")
    (branch,) = run.branches
    await branch

    asking = await stream("ask")
    (interrupt,) = asking.interrupts
    told = await ask(RunWidget(asking), "resume_run", answers={interrupt["interrupt_id"]: [shown]})
    assert "stands for a secret" in told
    assert asking.status == "interrupted"


async def test_a_saved_run_is_looked_at_but_not_steered(tmp_path: Path) -> None:
    run = await stream("ask")
    run.save(tmp_path / "run.jsonl")
    widget = RunWidget(lg_jupyter.load(tmp_path / "run.jsonl"))
    known = await ask(widget, "steering")
    assert known["waiting"] == []
    assert "saved one" in known["resume_blocker"]
    assert "saved one" in known["fork_blocker"]
    listed = await ask(widget, "checkpoints")
    assert [row["step"] for row in listed["rows"]] == [one.step for one in run.checkpoints]
    state = await ask(widget, "checkpoint", checkpoint_id=listed["rows"][-1]["checkpoint_id"], path="/topic")
    assert state["value"] == INPUTS["ask"]["topic"]
    assert "saved one" in await ask(widget, "fork", checkpoint_id=listed["rows"][-1]["checkpoint_id"])


async def test_it_stops_after_the_step_that_runs() -> None:
    go = asyncio.Event()

    async def first(state: Log) -> dict[str, Any]:
        await go.wait()
        return {"log": ["first"]}

    graph = StateGraph(Log).add_node("first", first).add_node("second", lambda state: {"log": ["second"]})
    graph.add_edge(START, "first").add_edge("first", "second")
    run = lg_jupyter.stream(
        graph.compile(checkpointer=InMemorySaver()), {"topic": "ice", "log": []}, display=False
    )
    widget = RunWidget(run)
    while "first" not in (row["node"] for row in run.trace.rows("tasks")):
        await asyncio.sleep(0.01)
    drains = (await ask(widget, "steering"))["drainable"]
    told = await ask(widget, "drain")
    go.set()
    await run
    if drains:
        assert (run.status, run.output["log"]) == ("cancelled", ["first"])
        assert (await ask(widget, "steering"))["next"] == ["second"]
        await ask(widget, "resume_run")
        await run
    else:
        assert "cannot be stopped between two steps" in told
    assert (run.status, run.output["log"]) == ("success", ["first", "second"])


async def test_tools_tell_what_arguments_they_take() -> None:
    told = await ask(RunWidget(await stream("react")), "tool_arguments")
    assert told["weather"]["properties"].keys() == {"city"}
    assert told.keys() == {"weather", "fragile"}
    assert await ask(RunWidget(await stream("steps")), "tool_arguments") == {}
