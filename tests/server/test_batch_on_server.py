"""Many inputs on a real server, whose queue says how many run at a time."""

from __future__ import annotations

import lg_jupyter
from lg_jupyter import Server
from tests.graphs import INPUTS


async def test_all_inputs_are_sent_and_each_has_its_run(dev_server):
    inputs = [{"topic": str(number), "log": []} for number in range(10)]
    batch = await lg_jupyter.map(Server(dev_server.url, "steps"), iter(inputs), display=False)
    assert batch.counts == {"success": 10}
    assert [output["topic"] for output in batch.outputs] == [f"{number}!" for number in range(10)]
    tasks = batch.to_pandas("tasks")
    assert tasks.groupby("input_index")["node"].apply(list).tolist() == [["first", "second"]] * 10
    assert tasks["run_id"].nunique() == 10
    assert {run.run_id for run in batch.runs} == set(tasks["run_id"])


async def test_a_failing_input_and_a_stateless_batch(dev_server):
    topics = [{**INPUTS["broken"], "topic": topic} for topic in ("milk", "odd")]
    batch = await lg_jupyter.map(Server(dev_server.url, "broken"), topics, thread_id=None, display=False)
    assert batch.counts == {"error": 2}
    assert batch.summary["error"][0].endswith("ValueError: no milk today")
    assert all(run.thread_id is None for run in batch.runs)
