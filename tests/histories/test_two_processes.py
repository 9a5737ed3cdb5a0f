"""Several processes keep runs in one folder; one that is killed leaves a run that is incomplete."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

import lg_jupyter
from tests.graphs import INPUTS, build
from tests.patience import patience

WRITER = """
import lg_jupyter
from tests.graphs import INPUTS, build
history = lg_jupyter.history()
for number in range(12):
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait()
    if number % 4 == 3:
        history.delete(run.id)
history.runs()
"""

KILLED = """
import time
from typing import TypedDict
import lg_jupyter
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph

State = TypedDict("State", {"topic": str})

def tick(state):
    for number in range(3000):
        get_stream_writer()({"number": number})
        time.sleep(0.02)

graph = StateGraph(State).add_node(tick).add_edge(START, "tick").compile()
lg_jupyter.history()
lg_jupyter.stream(graph, {"topic": "killed"}, display=False).wait()
"""


def started(code: str) -> subprocess.Popen[str]:
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    environment = {**os.environ, "PYTHONPATH": root, "LANGSMITH_TRACING": "false"}
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True, cwd=os.getcwd()
    )


def test_several_processes_keep_runs_at_once():
    writers = [started(WRITER) for _ in range(3)]
    history = lg_jupyter.history()
    own = [lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False).wait() for _ in range(5)]
    while any(writer.poll() is None for writer in writers):
        history.runs(text="dogs")
        time.sleep(0.05)
    for writer in writers:
        assert writer.communicate()[1] == "" and writer.returncode == 0
    runs = history.runs()
    assert len(runs) == 3 * 9 + 5 and {run.id for run in own} <= {each.id for each in runs}
    assert {each.status for each in runs} == {"success"}
    (history.folder / "index.sqlite").unlink()
    assert {each.id for each in history.runs()} == {each.id for each in runs}


@pytest.mark.skipif(os.name == "nt", reason="it is killed as on Unix")
def test_a_process_that_is_killed_leaves_an_incomplete_run():
    process = started(KILLED)
    history = lg_jupyter.history(start=False)
    deadline = time.monotonic() + patience(60)
    while not history.runs() or not history.size > 400:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (entry,) = history.runs()
    assert entry.status == "running"
    with pytest.raises(lg_jupyter.UsageError, match="goes on"):
        history.delete(entry.id)
    time.sleep(0.6)  # what was written by then is to be found again
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (entry,) = history.runs()
    assert entry.status == "incomplete"
    run = history[entry.id]
    assert run.status == "incomplete" and len(run.to_pandas()) > 0
    assert not list(history.folder.rglob("*.live"))
    history.delete(entry.id)
    assert history.runs() == []
