"""Later turns on a server's thread, and branches of it, are told as what they changed."""

import pytest

import lg_jupyter
from lg_jupyter import Server
from tests.graphs import INPUTS
from tests.test_later_turns import end_of


@pytest.mark.parametrize("modes", ["values", ["values", "debug"]])
async def test_three_turns_and_a_branch_that_ends(dev_server, modes):
    server = Server(dev_server.url, "steps")
    run = await lg_jupyter.stream(server, INPUTS["steps"], modes=modes, display=False)
    thread_id, before = run.thread_id, {}
    for turn in range(3):
        if turn:
            run = await lg_jupyter.stream(
                server, INPUTS["steps"], thread_id=thread_id, modes=modes, display=False
            )
        assert run.initial_state == before
        assert end_of(run) == run.output
        before = run.output
    last = (await run.fetch_checkpoints())[-1].checkpoint_id
    branch = await run.fork(last, {"topic": "tea"}, as_node="second", display=False)
    assert (branch.status, branch.output["topic"]) == ("success", "tea")
    assert branch.initial_state == before
    (row,) = branch.trace.rows("state_diffs")
    assert (row["key"], row["op"], row["nodes"]) == ("topic", "change", ["second"])
