import asyncio
import errno
import json
import os

import pytest

import lg_jupyter
from lg_jupyter import SavedRunError, UsageError
from lg_jupyter.events.events import Part
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved.recorder import RunFileRecorder
from tests.graphs import INPUTS, build


@pytest.fixture
def saved(tmp_path):
    """The path of a saved run, and the run."""
    run = lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False).wait()
    run.save(tmp_path / "run.jsonl")
    return tmp_path / "run.jsonl", run


def test_a_run_comes_back_as_it_was(saved):
    path, run = saved
    again = lg_jupyter.load(path)
    assert (again.status, again.name, again.source.kind) == ("success", run.name, "saved")
    assert again.request.modes == run.request.modes
    for table in run.trace.tables:
        assert [dict(row) for row in again.trace.rows(table)] == [dict(row) for row in run.trace.rows(table)]
    assert again.output["topic"] == run.output["topic"]
    assert again.usage == run.usage


def test_a_saved_run_can_be_saved_again_and_is_the_same(saved, tmp_path):
    path, _ = saved
    lg_jupyter.load(path).save(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes().split(b"\n")[1:] == path.read_bytes().split(b"\n")[1:]


def test_it_is_over_and_awaits_at_once(saved):
    run = lg_jupyter.load(saved[0])
    assert run.done
    assert run.wait() is run
    run.cancel()
    assert run.status == "success"


def test_it_is_a_file_of_lines_with_a_header(saved):
    header, *lines = map(json.loads, saved[0].read_text().splitlines())
    assert header["format"] == "lg_jupyter run"
    assert header["version"] == 1
    assert lines[0]["data"]["event"] == "start"
    assert lines[-1]["data"]["event"] == "end"
    assert {"mode", "namespace", "timestamp", "data"} <= lines[1].keys()


def test_what_it_was_asked_to_show_is_kept(tmp_path):
    run = lg_jupyter.stream(build("nested"), INPUTS["nested"], tags="joke", nodes=["write"], display=False)
    run.wait()
    run.save(tmp_path / "run.jsonl")
    again = lg_jupyter.load(tmp_path / "run.jsonl")
    assert again.request.message_filter == run.request.message_filter
    assert summarize_run(get_run_state(again))["filter"] == {"tags": ["joke"], "nodes": ["write"]}


@pytest.mark.parametrize("shown", [None, "joke", ["joke"], {"tags": "joke"}, {"tags": [1], "nodes": None}])
def test_what_is_no_filter_narrows_nothing(saved, shown):
    header, *lines = saved[0].read_text().splitlines()
    saved[0].write_text("\n".join([json.dumps({**json.loads(header), "shown": shown}), *lines, ""]))
    assert not lg_jupyter.load(saved[0]).request.message_filter


def test_a_file_that_was_cut_short_is_an_incomplete_run(saved):
    path, run = saved
    path.write_bytes(path.read_bytes()[:-300])
    again = lg_jupyter.load(path)
    assert again.status == "incomplete"
    assert 0 < len(again.trace.rows("events")) < len(run.trace.rows("events")) + 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no run"),
        ("hello", "holds no run"),
        ('{"cells": []}', "holds no run"),
        ("[1]", "holds no run"),
        ('{"format": "lg_jupyter run", "version": 2}', "newer lg_jupyter"),
        ('{"format": "lg_jupyter run"}', "newer lg_jupyter"),
        ('{"format": "lg_jupyter run", "version": 1}\n{"mode": "values"}\n', "line 2: no part of a run"),
        ('{"format": "lg_jupyter run", "version": 1}\nnonsense\n{}\n', "line 2: no part of a run"),
    ],
)
def test_what_is_no_run_is_told(tmp_path, content, sentence):
    path = tmp_path / "file"
    path.write_text(content)
    with pytest.raises(SavedRunError, match=sentence) as raised:
        lg_jupyter.load(path)
    assert "\n" not in str(raised.value)


def run_lines(path):
    """A run's lines in a file."""
    lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False, save=path).wait()
    return path.read_bytes().splitlines(keepends=True)


def modes(run):
    return [row["mode"] for row in run.trace.rows("events")]


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe\n", b"[1, 2]\n", b'{"mode": "values"}\n'])
def test_a_damaged_line_costs_that_line_alone(tmp_path, damage):
    lines = run_lines(tmp_path / "run.jsonl")
    whole, at = modes(lg_jupyter.load(tmp_path / "run.jsonl")), len(lines) // 2
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join([*lines[:at], damage or lines[at].replace(b'"', b"'"), *lines[at + 1 :]]))
    run = lg_jupyter.load(path)
    lost = 2 if damage == b"{" else 1  # whose end is missing, and so what comes after it is of this line, too
    assert modes(run) == [*whole[: at - 1], *whole[at - 1 + lost :]]
    assert run.status == "success"
    assert run.note.startswith("damaged.jsonl is damaged: 1 part of it could not be read, ")
    assert run.note.endswith("s of the run; all else is here.")
    run.save(tmp_path / "again.jsonl")
    again = lg_jupyter.load(tmp_path / "again.jsonl")
    assert (modes(again), again.note) == (modes(run), run.note)


def test_damaged_lines_beside_each_other_are_one_part(tmp_path):
    lines = run_lines(tmp_path / "run.jsonl")
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join([*lines[:4], b"x\n", b"y\n", *lines[6:9], b"z\n", *lines[10:]]))
    assert "2 parts of it could not be read" in lg_jupyter.load(path).note


def test_a_damaged_line_and_a_cut_are_both_told(tmp_path):
    lines = run_lines(tmp_path / "run.jsonl")
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join([*lines[:4], b"x\n", *lines[5:9], lines[9][:20]]))
    run = lg_jupyter.load(path)
    assert run.status == "incomplete"
    assert "1 part of it could not be read" in run.note
    assert "damaged.jsonl is cut in line 10; all that comes before is here." in run.note


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SavedRunError, match="cannot be read: No such file"):
        lg_jupyter.load(tmp_path / "nowhere")
    with pytest.raises(SavedRunError, match="cannot be read: Is a directory"):
        lg_jupyter.load(tmp_path)


def test_a_save_that_fails_leaves_the_old_file(saved, monkeypatch):
    path, run = saved
    before = path.read_bytes()
    run.trace.feed(Part("custom", "", object(), 0.0))
    with pytest.raises(TypeError):
        run.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_a_run_that_goes_on_is_saved_as_far_as_it_has_come(tmp_path):
    run = lg_jupyter.stream(build("slow"), INPUTS["slow"], display=False)
    while not len(run.trace.tables["tasks"]):
        await asyncio.sleep(0.02)
    run.save(tmp_path / "run.jsonl")
    run.cancel()
    again = lg_jupyter.load(tmp_path / "run.jsonl")
    assert again.status == "incomplete"
    assert [row["node"] for row in again.trace.rows("tasks")] == ["tick"]
    await run


@pytest.mark.parametrize("path", [3, None, "", b"run.jsonl", ["run.jsonl"]])
def test_what_is_no_path_is_told(saved, path):
    run = saved[1]
    gives = [run.save, run.to_html, run.to_parquet, lg_jupyter.load]
    for method in gives:
        with pytest.raises(UsageError, match=r"a path is text or a pathlib\.Path, as in .*, not "):
            method(path)
    with pytest.raises(UsageError, match=r"a path is text .* as in save='run\.jsonl', not "):
        RunFileRecorder(path, dict)


def test_no_device_or_pipe_is_replaced(saved, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SavedRunError, match="it is a device or a pipe"):
        saved[1].save(pipe)
    assert pipe.is_fifo()


def test_a_link_stays_one(saved, tmp_path):
    there, link = tmp_path / "there.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(there)
    saved[1].save(link)
    assert link.is_symlink()
    assert lg_jupyter.load(there).status == "success"


def test_a_page_that_cannot_be_written_is_told(saved, tmp_path):
    with pytest.raises(SavedRunError, match="cannot be written: it is a directory"):
        saved[1].to_html(tmp_path)


def test_a_file_that_is_damaged_at_once_is_not_called_empty(tmp_path):
    file = tmp_path / "run.jsonl.gz"
    file.write_bytes(b"\x1f\x8b" + bytes(100))
    with pytest.raises(SavedRunError, match="holds no run, it is empty, or damaged at its beginning"):
        lg_jupyter.load(file)


class FullDisk:
    """Takes some bytes, and no more."""

    def __init__(self, file):
        self.file, self.room = file, 100

    def write(self, data):
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.file.close()


@pytest.mark.parametrize("write", ["save", "to_html", "to_parquet"])
def test_what_was_there_stays_on_a_full_disk(write, saved, tmp_path, monkeypatch):
    run = saved[1]
    folder = tmp_path / "there"
    folder.mkdir()
    path = folder if write == "to_parquet" else folder / "artefact"
    getattr(run, write)(path)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    opened = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *args: FullDisk(opened(*args)))
    with pytest.raises(SavedRunError, match="cannot be written: No space left on device"):
        getattr(run, write)(path)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
