"""Checkpoints of a thread on a real server, and runs from one of them."""

import pytest

import lg_jupyter
from lg_jupyter import Server, UsageError
from tests.graphs import INPUTS


async def test_a_run_from_a_checkpoint(dev_server):
    run = await lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], display=False)
    told = await run.fetch_checkpoints()
    assert [(one.step, one.source, one.changed) for one in told] == [
        (-1, "input", ("log",)),
        (0, "loop", ("topic",)),
        (1, "loop", ("log",)),
        (2, "loop", ("topic", "log")),
    ]
    assert run.checkpoints == told
    again = await run.fork(told[2].checkpoint_id, {"topic": "tea"}, display=False)
    assert again.parent is run
    assert again.output == {"topic": "tea!", "log": ["first", "second"]}
    whole = await run.fork(told[2].checkpoint_id, display=False)
    assert whole.output == run.output
    with pytest.raises(UsageError, match=r"no checkpoint .*run\.checkpoints has them"):
        await run.fork("1ef00000-0000-6000-8000-000000000000", display=False)
    with pytest.raises(UsageError, match="nothing is left to run"):
        await run.fork(told[-1].checkpoint_id, display=False)
    with pytest.raises(UsageError):
        await run.fork(told[2].checkpoint_id, {"topic": "tea"}, as_node="nobody", display=False)


async def test_a_run_and_its_branch_are_each_answered_where_they_asked(dev_server):
    run = await lg_jupyter.stream(Server(dev_server.url, "ask"), INPUTS["ask"], display=False)
    branch = await run.fork(run.checkpoints[1].checkpoint_id, {"topic": "tea"}, display=False)
    await run.resume("to the run")
    await branch.resume("to the branch")
    assert run.output == {"topic": "go on", "log": ["answer: to the run"]}
    assert branch.output == {"topic": "tea", "log": ["answer: to the branch"]}
