"""Checkpoints of a thread, and runs from one of them."""

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import UsageError
from tests.graphs import INPUTS, build


def stream(graph="steps", **options):
    return lg_jupyter.stream(build(graph, InMemorySaver()), INPUTS[graph], display=False, **options)


def before(run, node):
    """The id of the checkpoint before a node."""
    return next(one for one in run.checkpoints if one.next == (node,)).checkpoint_id


async def test_the_checkpoints_of_a_thread():
    run = await stream()
    told = [(one.step, one.source, one.next, one.changed) for one in run.checkpoints]
    assert told == [
        (-1, "input", ("__start__",), ("log",)),
        (0, "loop", ("first",), ("topic",)),
        (1, "loop", ("second",), ("log",)),
        (2, "loop", (), ("topic", "log")),
    ]
    assert run.checkpoints[-1].values == run.output
    assert {one.checkpoint_id for one in run.checkpoints} == {
        row["checkpoint_id"] for row in run.trace.rows("checkpoints")
    }
    frame = run.checkpoints.to_pandas()
    assert list(frame["step"]) == [-1, 0, 1, 2]
    assert await run.fetch_checkpoints() == run.checkpoints


async def test_those_of_earlier_runs_are_there_too():
    graph = build("steps", InMemorySaver())
    for _ in range(2):
        run = await lg_jupyter.stream(graph, INPUTS["steps"], thread_id="one", display=False)
    assert len(run.checkpoints) == 8


async def test_a_run_from_a_checkpoint_knows_its_parent():
    run = await stream()
    again = await run.fork(before(run, "second"), display=False)
    assert again.parent is run
    assert again.thread_id == run.thread_id
    assert [row["node"] for row in again.trace.rows("tasks")] == ["second"]
    assert again.output == run.output
    assert run.parent is None


async def test_with_other_values():
    run = await stream()
    again = await run.fork(before(run, "second"), {"topic": "tea"}, display=False)
    assert again.output == {"topic": "tea!", "log": ["first", "second"]}
    as_first = await run.fork(before(run, "first"), {"log": ["as first"]}, as_node="first", display=False)
    assert as_first.output["log"] == ["as first", "second"]
    assert "update" in {one.source for one in run.checkpoints}


async def test_with_an_input():
    run = await stream()
    again = await run.fork(before(run, "second"), input={"topic": "tea", "log": []}, display=False)
    assert again.output == {"topic": "tea!", "log": ["first", "first", "second"]}


def test_where_no_loop_runs():
    run = stream().wait()
    assert run.fork(before(run, "second"), display=False).wait().output == run.output


async def test_a_fork_that_asks_goes_on_with_an_answer():
    run = await stream("ask")
    await run.resume("yes")
    again = await run.fork(before(run, "asker"), display=False)
    assert again.status == "interrupted"
    assert (await again.resume("no")).output["log"] == ["answer: no"]
    assert run.output["log"] == ["answer: yes"]


@pytest.mark.parametrize("branch_first", [False, True])
@pytest.mark.parametrize("at", ["at the question", "before it"])
async def test_a_run_and_its_branch_are_each_answered_where_they_asked(branch_first, at):
    run = await stream("ask")
    if at == "before it":
        branch = await run.fork(run.checkpoints[1].checkpoint_id, {"topic": "tea"}, display=False)
    else:
        branch = await run.fork(run.checkpoints[-1].checkpoint_id, display=False)
    for one in (branch, run) if branch_first else (run, branch):
        await one.resume("to the branch" if one is branch else "to the run")
    assert run.output == {"topic": "go on", "log": ["answer: to the run"]}
    topic = "tea" if at == "before it" else "go on"
    assert branch.output == {"topic": topic, "log": ["answer: to the branch"]}


async def test_a_run_whose_modes_tell_no_checkpoints_is_not_answered_elsewhere():
    run = await stream("ask", modes="values")
    await run.fork(run.checkpoints[0].checkpoint_id, display=False)
    with pytest.raises(UsageError, match=r"a branch has gone on .* run\.fork\(checkpoint_id"):
        run.resume("yes")
    assert run.status == "interrupted"


async def test_what_cannot_be_is_said():
    run = await stream()
    last = run.checkpoints[-1].checkpoint_id
    for match, options in (
        (r"no node 'frist': did you mean 'first'", {"as_node": "frist"}),
        (r"no key 'topc': did you mean 'topic'", {"values": {"topc": "tea"}}),
    ):
        with pytest.raises(UsageError, match=match):
            run.fork(last, **options, display=False)
    with pytest.raises(UsageError, match="takes a checkpoint's id"):
        run.fork(3, display=False)
    with pytest.raises(UsageError, match="nothing is left to run"):
        await run.fork(last, display=False)


async def test_a_checkpoint_that_is_not_there_is_refused_at_once_with_those_that_are():
    run = await stream()
    with pytest.raises(UsageError) as refused:
        run.fork("abc", display=False)
    assert str(refused.value).startswith("the thread has no checkpoint 'abc'; it has: ")
    for one in run.checkpoints:
        assert repr(one.checkpoint_id) in str(refused.value)
    assert "(step 1, before second)" in str(refused.value) and "(step 2, the end)" in str(refused.value)
    assert run.branches == []
    await run.fork(before(run, "first"), display=False)
    with pytest.raises(UsageError, match="the newest 5 of its"):
        run.fork("abc", display=False)


async def test_one_of_an_earlier_run_is_known():
    graph = build("steps", InMemorySaver())
    first, second = [
        await lg_jupyter.stream(graph, INPUTS["steps"], thread_id="one", display=False) for _ in range(2)
    ]
    branch = await second.fork(before(first, "second"), display=False)
    assert [row["node"] for row in branch.trace.rows("tasks")] == ["second"]


async def test_at_a_checkpoint_of_a_subgraph_the_one_before_it_is_named():
    run = await stream("nested")
    inside = [row for row in run.trace.rows("checkpoints") if row["namespace"]]
    assert inside
    for row in inside:
        with pytest.raises(UsageError, match="one of the subgraph team") as refused:
            run.fork(row["checkpoint_id"], display=False)
        assert repr(before(run, "team")) in str(refused.value)
    again = await run.fork(before(run, "team"), display=False)
    assert again.output["topic"] == run.output["topic"]


async def test_without_a_checkpointer_there_are_none():
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    assert run.checkpoints == []
    with pytest.raises(UsageError, match="no checkpointer"):
        run.fork("x", display=False)


async def test_a_saved_run_has_those_of_its_file(tmp_path):
    run = await stream()
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert [(one.step, one.changed) for one in loaded.checkpoints] == [
        (one.step, one.changed) for one in run.checkpoints
    ]
    with pytest.raises(UsageError, match="runs nothing"):
        loaded.fork("x", display=False)
