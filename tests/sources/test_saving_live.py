"""A run that is written while it goes on, and what is left of it when the process dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.errors import SavedRunError
from lg_jupyter.events.events import Part
from lg_jupyter.sources.saved import recorder as saving
from lg_jupyter.sources.saved.source import SavedSource
from tests.graphs import INPUTS, build
from tests.patience import patience
from tests.sources.test_round_trip import ENDINGS, tables

ROOT = Path(__file__).parents[2]


def stream(name: str, **options):
    return lg_jupyter.stream(build(name), INPUTS[name], display=False, **options)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_it_is_the_same_as_what_is_saved_afterwards(ending, tmp_path):
    run = await stream("nested", save=tmp_path / f"live{ending}")
    again = lg_jupyter.load(tmp_path / f"live{ending}")
    assert tables(again.trace) == tables(run.trace)
    assert (again.status, again.name, again.request.modes, again.note) == (
        "success",
        run.name,
        run.request.modes,
        None,
    )
    assert again.structure() == run.structure()


def test_on_a_thread(tmp_path):
    run = stream("react", save=str(tmp_path / "live.jsonl")).wait()
    assert tables(lg_jupyter.load(tmp_path / "live.jsonl").trace) == tables(run.trace)


async def test_a_run_that_fails_and_one_that_is_cancelled(tmp_path):
    failing = stream("broken", save=tmp_path / "failed.jsonl")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the graph raises
        await failing
    again = lg_jupyter.load(tmp_path / "failed.jsonl")
    assert (again.status, again.error) == ("error", failing.error)
    assert again.exception is None

    slow = stream("slow", save=tmp_path / "cancelled.jsonl")
    while not len(slow.trace.tables["tasks"]):
        await asyncio.sleep(0.01)
    slow.cancel()
    await slow
    again = lg_jupyter.load(tmp_path / "cancelled.jsonl")
    assert again.status == "cancelled"
    assert again.note == slow.note


def test_nothing_is_started_if_the_file_cannot_be_written(tmp_path, monkeypatch):
    threads = threading.active_count()
    for path, sentence in (
        (tmp_path, "cannot be written: Is a directory"),
        (tmp_path / "no" / "where.jsonl", "cannot be written: there is no folder"),
    ):
        with pytest.raises(lg_jupyter.SavedRunError, match=sentence):
            stream("steps", save=path)
    assert threading.active_count() == threads


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python has zstd itself")
def test_zstd_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(lg_jupyter.UsageError, match="pip install zstandard"):
        stream("steps", save=tmp_path / "run.zst")
    (tmp_path / "run.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(lg_jupyter.SavedRunError, match="pip install zstandard"):
        lg_jupyter.load(tmp_path / "run.zst")


async def test_a_disk_that_fails_is_a_warning_and_a_note(tmp_path, monkeypatch):
    def fail(self, parts):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.RunFileWriter, "write_parts", fail)
    with pytest.warns(RuntimeWarning, match=r"the run goes on, but .* No space left"):
        run = await stream("nested", save=tmp_path / "run.jsonl")
    assert run.status == "success"
    assert "run.jsonl is not complete: OSError" in run.note


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("harm", [None, Path.unlink, lambda path: path.write_bytes(b"other")])
def test_a_run_that_goes_on_goes_on_in_its_file(ending, harm, tmp_path):
    encoder, live, parts = Encoder(), [{"id": str(n)} for n in range(20)], []
    for step in range(30):
        live = [*live, {"id": f"step {step}"}]
        parts.append(Part("values", "", encoder.encode_state("", {"messages": live}), float(step)))
    path = tmp_path / f"run{ending}"
    recorder = saving.RunFileRecorder(path, lambda: {"name": "graph"})
    recorder.start_writing()
    for part in parts[:15]:
        recorder.add_part(part)
    recorder.finish_file("it asks")
    assert SavedSource(path).header["name"] == "graph"
    assert lg_jupyter.load(path).note.startswith("it asks")
    if harm is not None:
        harm(path)
    began = path.read_bytes() if harm is None else b""
    recorder = recorder.resume_recording(parts[:15])
    for part in parts[15:]:
        recorder.add_part(part)
    recorder.finish_file(None)
    assert path.read_bytes().startswith(began)  # nothing was lost for a moment
    source = SavedSource(path)
    assert [to_plain_json(part.data) for part in source] == [to_plain_json(part.data) for part in parts]
    assert source.file_note_text is None


KILLED = """
import lg_jupyter, sys, time
from typing import TypedDict
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    x: int

def tick(state):
    write = get_stream_writer()
    number = 0
    while True:
        write([number, time.time()])
        number += 1
        time.sleep(0.005)

graph = StateGraph(State).add_node("tick", tick).add_edge(START, "tick").compile()
run = lg_jupyter.stream(graph, {"x": 1}, display=False, save=sys.argv[1], modes=["custom", "debug"])
print("started", flush=True)
run.wait()
"""


def written(path: Path) -> list[dict[str, Any]]:
    """The custom data in a file that is being written."""
    with suppress(SavedRunError):  # it has just been made
        return lg_jupyter.load(path).trace.rows("custom")
    return []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_process_that_is_killed_loses_the_last_second_at_most(ending, tmp_path):
    path = tmp_path / f"run{ending}"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        deadline = time.monotonic() + patience(60)
        while not written(path):
            assert time.monotonic() < deadline, "nothing was written"
            time.sleep(0.1)
        time.sleep(1)  # which it writes more than once in
    finally:
        os.kill(process.pid, signal.SIGKILL)
        killed = time.time()
        process.wait()
        process.stdout.close()
    run = lg_jupyter.load(path)
    assert run.status == "incomplete"
    assert path.name in run.note
    rows = [row["data"] for row in run.trace.rows("custom")]
    assert [number for number, _ in rows] == list(range(len(rows)))
    assert killed - rows[-1][1] < patience(1.0)


def test_two_runs_in_one_file_do_not_mix(tmp_path):
    file, graph = tmp_path / "run.jsonl", build("slow")
    first = lg_jupyter.stream(graph, INPUTS["slow"], save=file, display=False, thread=True)
    second = lg_jupyter.stream(build("steps"), INPUTS["steps"], save=file, display=False, thread=True)
    second.wait(patience(60))
    first.cancel()
    first.wait(patience(60))
    assert "holds another run now" in first.note
    assert second.note is None
    assert lg_jupyter.load(file).output == second.output


def until_something_is_in(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.is_file() and path.stat().st_size > 100):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def removed(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.open("wb").close()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(("harm", "said"), [(removed, "was removed"), (emptied, "was cut"), (cut, "was cut")])
def test_what_somebody_else_does_to_the_file_is_noticed_and_nothing_lost(ending, harm, said, tmp_path):
    path = tmp_path / f"run{ending}"
    parts = [Part("custom", "", {"n": n}, float(n)) for n in range(40)]
    taken: list[Part] = []
    recorder = saving.RunFileRecorder(path, lambda: {"name": "graph"}, lambda then: (then(), list(taken))[1])
    recorder.start_writing()
    for part in parts[:20]:
        taken.append(part)
        recorder.add_part(part)
    until_something_is_in(path)
    harm(path)
    for part in parts[20:]:
        taken.append(part)
        recorder.add_part(part)
    recorder.finish_file(None)
    assert recorder.write_failure_message is None
    assert said in recorder.tampering_message and "written anew" in recorder.tampering_message
    assert [part.data for part in SavedSource(path)] == [part.data for part in parts]


def test_the_run_tells_of_it(tmp_path):
    path = tmp_path / "run.jsonl"
    run = stream("slow", save=path, thread=True)
    until_something_is_in(path)
    emptied(path)
    time.sleep(2 * saving.WRITE_INTERVAL_SECONDS)
    run.cancel()
    run.wait(60)
    assert "was cut by somebody else" in run.note
    again = lg_jupyter.load(path)
    assert again.status == "cancelled"
    assert tables(again.trace) == tables(run.trace)


def test_what_somebody_else_adds_is_told(tmp_path):
    path = tmp_path / "run.jsonl"
    run = stream("slow", save=path, thread=True)
    until_something_is_in(path)
    with path.open("ab") as file:
        file.write(b"mine\n" * 50)
    run.cancel()
    run.wait(60)
    assert "was written to by somebody else" in run.note
