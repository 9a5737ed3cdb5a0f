"""Files in a notebook: saved by the magic, loaded, shown, replayed."""

from __future__ import annotations

import os
import signal
import time

import lg_jupyter
from tests.kernel.cells import SETUP
from tests.patience import patience
from tests.sources.test_saving_live import written

VIEW = "application/vnd.jupyter.widget-view+json"


def test_saved_by_the_magic_and_shown_again(kernel) -> None:
    kernel.run("import tempfile, pathlib, lg_jupyter\nfolder = pathlib.Path(tempfile.mkdtemp())")
    kernel.run("%%lgstream graph -o run --save (folder / 'run.jsonl.gz')\n{'x': 1}")
    loaded = kernel.run("again = lg_jupyter.load(folder / 'run.jsonl.gz')\nagain.show()")
    assert any(VIEW in data for data in loaded.shown)
    assert "success" in kernel.record(loaded)["text/html"]
    assert kernel.value_of("again.to_pandas('tasks').equals(run.to_pandas('tasks'))") == "True"
    panel = kernel.run("again.panel('state')")
    assert any(VIEW in content["data"] for content in panel.of("execute_result") + panel.of("display_data"))


def test_replayed_live(kernel) -> None:
    kernel.run("import tempfile, pathlib, lg_jupyter\nfolder = pathlib.Path(tempfile.mkdtemp())")
    kernel.run("%%lgstream graph -o run --quiet\n{'x': 1}")
    replay = kernel.run(
        "run.save(folder / 'run.jsonl')\nawait lg_jupyter.load(folder / 'run.jsonl').replay(10)"
    )
    assert any(VIEW in data for data in replay.shown)
    assert "success" in str(replay.value)


def test_a_path_that_cannot_be(kernel) -> None:
    failed = kernel.fail("%%lgstream graph --save /nowhere/at/all.jsonl\n{'x': 1}")
    assert failed.error["ename"] == "SavedRunError"
    assert failed.error["traceback"] == [
        "SavedRunError: /nowhere/at/all.jsonl cannot be written: there is no folder /nowhere/at. "
        "To make it: pathlib.Path('/nowhere/at').mkdir(parents=True)"
    ]
    assert kernel.value_of("seen") == "[]"


def test_a_kernel_that_is_killed(fresh_kernel, tmp_path) -> None:
    fresh_kernel.run("%load_ext lg_jupyter")
    fresh_kernel.run(SETUP)
    fresh_kernel.run(
        "from langgraph.config import get_stream_writer\nimport os\n"
        "def tick(state):\n"
        "    write = get_stream_writer()\n"
        "    while True:\n"
        "        write(time.time())\n"
        "        time.sleep(0.01)\n"
        "ticking = compiled(tick=tick)"
    )
    pid = int(fresh_kernel.value_of("os.getpid()") or 0)
    fresh_kernel.begin("%%lgstream ticking --save run.jsonl\n{'x': 1}")
    deadline = time.monotonic() + patience(60)
    while len(written(tmp_path / "run.jsonl")) < 2:
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    killed = time.time()
    run = lg_jupyter.load(tmp_path / "run.jsonl")
    assert run.status == "incomplete"
    assert killed - run.trace.rows("custom")[-1]["data"] < patience(1.0)
    assert run.note.startswith("run.jsonl ")
