"""Runs are kept, found again, bounded and deleted everywhere."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import SavedRunError, UsageError
from lg_jupyter.histories.bounds import HistoryBounds, parse_bounds, select_runs_to_remove
from lg_jupyter.histories.entry import HistoryEntry
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, build


def ran(name: str = "steps", **options: Any) -> lg_jupyter.Run:
    """A run of one of the tests' graphs that is over."""
    run = lg_jupyter.stream(build(name), INPUTS[name], display=False, **options)
    return run.wait()


def everything(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_it_is_off_until_it_is_turned_on(project):
    ran()
    assert not (project / ".lg_jupyter").exists()
    history = lg_jupyter.history()
    run = ran()
    history.stop()
    ran()
    assert [entry.id for entry in history.runs()] == [run.id]
    assert not history.on


def test_a_run_is_loaded_as_it_was():
    history = lg_jupyter.history()
    run = ran("react")
    again = history[run.id[:8]]
    assert again.state() == run.state() and again.id == run.id
    assert again.to_pandas("messages")["text"].tolist() == run.to_pandas("messages")["text"].tolist()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_folder_is_its_owners_and_git_takes_nothing(project):
    history = lg_jupyter.history()
    ran()
    history.runs()
    assert history.folder == project / ".lg_jupyter"
    assert stat.S_IMODE(history.folder.stat().st_mode) == 0o700
    assert (history.folder / ".gitignore").read_text() == "*\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_that_came_with_a_project_is_made_safe(project):
    folder = project / ".lg_jupyter"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    (folder / ".gitignore").write_text("!*\n")
    lg_jupyter.history()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"


def test_the_projects_folder_is_found_and_others_are_left_alone(project, monkeypatch):
    (project / "notebooks").mkdir()
    monkeypatch.chdir(project / "notebooks")
    assert lg_jupyter.history(start=False).folder == project / ".lg_jupyter"
    there = lg_jupyter.history(project / "notebooks", start=False).folder
    assert there == project / "notebooks" / ".lg_jupyter" and not there.exists()
    assert not (project / ".gitignore").exists()
    with pytest.raises(UsageError, match=r"no folder .*: make it first"):
        lg_jupyter.history(project / "nowhere")


def test_runs_are_found_by_what_is_in_them():
    history = lg_jupyter.history()
    react, broken = ran("react"), lg_jupyter.stream(build("broken"), INPUTS["broken"], display=False)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is
        broken.wait()
    word = react.to_pandas("messages")["text"].iloc[-1].split()[-1].strip(".!")
    assert [each.id for each in history.runs(text=word.upper())] == [react.id]
    assert [each.id for each in history.runs(text=word[1:4])] == [react.id], "a part of a word will do"
    assert history.runs(text=f"{word} zzz-nowhere") == []
    assert [each.id for each in history.runs(status="error")] == [broken.id]
    assert history.runs(status="error")[0].error == broken.failure["headline"]
    assert {each.id for each in history.runs(status=["error", "success"])} == {react.id, broken.id}
    assert [each.id for each in history.runs(graph=build("react"))] == [react.id]
    assert history.runs(since=timedelta(minutes=-1)) == history.runs(name="nobody") == []
    assert len(history.runs(since=datetime.now() - timedelta(hours=1))) == 2
    for odd in ('"', "a\"b'c", "%", "_x_", "NEAR(", "*", "ü"):
        history.runs(text=odd)


def test_what_is_asked_wrongly_is_answered():
    history = lg_jupyter.history()
    ran(), ran()
    with pytest.raises(UsageError, match=r"'sucess'.* 'success'"):
        history.runs(status="sucess")
    with pytest.raises(UsageError, match="since takes a time"):
        history.runs(since="some day")
    with pytest.raises(UsageError, match="no run with the id 'zzz'"):
        history["zzz"]
    with pytest.raises(UsageError, match="max_size is a size such as '500 MB'"):
        lg_jupyter.history(max_size="much")
    with pytest.raises(UsageError, match="max_days"):
        lg_jupyter.history(max_days=0)
    assert parse_bounds("1.5 GB", None).max_bytes == 1.5e9 and parse_bounds(20, 3).max_days == 3


def test_they_are_a_frame():
    history = lg_jupyter.history()
    run = ran("react")
    frame = history.runs().to_pandas()
    assert frame["id"].tolist() == [run.id] and frame["pinned"].dtype == bool
    assert str(frame["started"].dtype) == "datetime64[us, UTC]"
    assert frame["output_tokens"].tolist() == [run.usage["output_tokens"]]
    history.clear()
    assert (
        history.runs()
        .to_pandas()
        .dtypes.drop(["name", "status"])
        .equals(frame.dtypes.drop(["name", "status"]))
    )


def test_what_is_deleted_is_nowhere_any_more():
    history = lg_jupyter.history()
    graph = build("steps")
    said = "unmistakable canary words"
    gone = lg_jupyter.stream(graph, {**INPUTS["steps"], "topic": said}, display=False).wait()
    stays = ran()
    assert len(history.runs(text="unmistakable")) == 1
    history.pin(gone.id)
    history.delete(gone.id)
    assert [each.id for each in history.runs()] == [stays.id]
    assert history.runs(text="canary") == []
    assert b"canary" not in everything(history.folder)
    assert not list(history.folder.rglob(f"{gone.id}*"))


def test_secrets_are_masked_in_files_and_index(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary")
    history = lg_jupyter.history()
    lg_jupyter.stream(build("steps"), {"topic": "sk-canary-canary"}, display=False).wait()
    assert "[redacted SOME_API_KEY]" in history.runs()[0].title
    assert b"canary" not in everything(history.folder)


def test_bounds_keep_the_newest_and_what_is_pinned():
    history = lg_jupyter.history(max_size=1)
    first = ran()
    history.pin(first.id)
    ran()
    last = ran()
    assert [each.id for each in history.runs()] == [last.id, first.id]
    assert len(list(history.folder.rglob("*.jsonl.gz"))) == 2


def test_old_runs_go_and_those_that_go_on_stay():
    day = 86_400
    entries = [HistoryEntry(f"{age}", "", "", "success", started=-age * day, size=10) for age in range(5)]
    entries[3].status, entries[4].pinned = "running", True
    assert [each.id for each in select_runs_to_remove(entries, HistoryBounds(1000, 1.5), now=0)] == ["2"]
    assert [each.id for each in select_runs_to_remove(entries, HistoryBounds(15), now=0)] == ["1", "2"]
    assert [each.id for each in select_runs_to_remove(entries, HistoryBounds(5), now=0)] == ["1", "2"], (
        "the newest stays"
    )


def test_a_run_that_goes_on_later_is_one_run():
    history = lg_jupyter.history()
    run = lg_jupyter.stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False).wait()
    assert [each.status for each in history.runs()] == ["interrupted"]
    run.resume("yes").wait()
    assert [each.status for each in history.runs()] == ["success"]
    assert history[run.id].output == run.output


def test_a_run_that_began_before_is_kept_whole_when_it_goes_on():
    run = lg_jupyter.stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False).wait()
    history = lg_jupyter.history()
    run.resume("yes").wait()
    assert len(history[run.id].to_pandas()) == len(run.to_pandas())


def test_what_is_loaded_or_played_again_is_not_kept_again():
    history = lg_jupyter.history()
    run = ran()
    history[run.id].replay(None, display=False).wait()
    assert len(history.runs()) == 1


def test_loaded_runs_are_not_those_that_wait_for_an_answer():
    history = lg_jupyter.history()
    run = lg_jupyter.stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False).wait()
    for _ in range(20):
        assert history[run.id].status == "interrupted"
    assert RUNS.get_last_interrupted() is get_run_state(run)


def test_a_run_is_compared_with_the_one_before_it():
    with pytest.raises(UsageError, match=r"lg_jupyter\.history\(\) turns it on"):
        lg_jupyter.compare(ran())
    history = lg_jupyter.history()
    first = ran("react")
    with pytest.raises(UsageError, match=r"no run of .* with the same input before"):
        lg_jupyter.compare(first)
    other = lg_jupyter.stream(
        build("react"), {"topic": "", "messages": [("user", "Something else")]}, display=False
    ).wait()
    ran()
    second = ran("react")
    comparison = lg_jupyter.compare(second)
    assert (comparison.a.id, comparison.b) == (first.id, second)
    assert comparison.same_path and other.id not in (comparison.a.id, comparison.b.id)
    assert lg_jupyter.compare(history[second.id]).a.id == first.id, "a loaded one, too"


def test_the_header_and_the_record_say_that_it_is_kept():
    history = lg_jupyter.history()
    run = ran()
    assert run.panel("state").get_state()["_summary"]["history"] == str(history.folder)
    run.to_html("run.html")
    assert f"kept in {history.folder}" in Path("run.html").read_text()
    history.stop()
    assert "history" not in ran().panel("state").get_state()["_summary"]


def test_runs_of_a_batch_are_kept():
    history = lg_jupyter.history()
    lg_jupyter.map(build("steps"), [INPUTS["steps"]] * 5, display=False).wait()
    assert [each.status for each in history.runs()] == ["success"] * 5


def test_it_needs_no_run_to_look_at_what_is_there():
    made = lg_jupyter.history()
    run = ran()
    made.stop()
    history = lg_jupyter.history(start=False)
    assert [each.id for each in history.runs()] == [run.id] and not history.on
    assert lg_jupyter.history(Path.cwd() / ".lg_jupyter", start=False).folder == history.folder


# What goes wrong.


@pytest.mark.parametrize("damage", ["deleted", "damaged", "emptied", "another version"])
def test_a_lost_index_is_made_of_the_files_again(damage):
    history = lg_jupyter.history()
    first, second = ran("react"), ran()
    history.pin(first.id)
    before = history.runs()
    index = history.folder / "index.sqlite"
    if damage == "deleted":
        index.unlink()
    elif damage == "damaged":
        for path in history.folder.glob("index.sqlite-*"):
            path.unlink()
        index.write_bytes(b"nothing that a database is" * 400)
    elif damage == "emptied":
        index.write_bytes(b"")
    else:
        with sqlite3.connect(index) as db:
            db.execute("PRAGMA user_version = 0")
    assert [(each.id, each.status, each.pinned, each.title) for each in history.runs()] == [
        (each.id, each.status, each.pinned, each.title) for each in before
    ]
    assert before[0].id == second.id
    third = ran()
    assert history.runs()[0].id == third.id


def test_an_index_that_is_damaged_inside_is_made_again():
    history = lg_jupyter.history()
    runs = [ran("react") for _ in range(5)]
    history.runs()
    index = history.folder / "index.sqlite"
    content = bytearray(index.read_bytes())
    content[1024:-1024] = b"\x55" * (len(content) - 2048)
    index.write_bytes(bytes(content))
    assert {each.id for each in history.runs()} == {run.id for run in runs}


def test_a_file_that_is_damaged_is_listed_and_can_be_deleted():
    history = lg_jupyter.history()
    run = ran()
    history.runs()
    (place,) = history.folder.rglob("*.jsonl.gz")
    place.write_bytes(b"nothing")
    (entry,) = history.runs()
    assert entry.status == "incomplete" and "holds no run" in entry.error
    history.delete(run.id)
    assert history.runs() == []


def test_files_that_come_and_go_are_noticed(project):
    history = lg_jupyter.history()
    run = ran()
    history.stop()
    shutil.copytree(project / ".lg_jupyter" / "runs", project / "other" / ".lg_jupyter" / "runs")
    elsewhere = lg_jupyter.history("other", start=False)
    assert [each.id for each in elsewhere.runs()] == [run.id]
    shutil.rmtree(elsewhere.folder / "runs")
    assert elsewhere.runs() == []


def test_a_full_disk_is_one_warning_and_the_run_goes_on(monkeypatch):
    history = lg_jupyter.history()
    kept = ran()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lg_jupyter.sources.saved.recorder.RunFileRecorder._write_pending_parts", full)
    monkeypatch.setattr("lg_jupyter.histories.index.HistoryIndex.upsert", full)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        run = ran()
        history._store.wait_for_background()
    assert run.status == "success" and run.output["log"]
    assert len([each for each in warned if "No space" in str(each.message)]) == 2, (
        "of file and index, once each"
    )
    assert "No space left on device" in run.note
    monkeypatch.undo()
    monkeypatch.chdir(history.folder.parent)
    assert kept.id in {each.id for each in history.runs()}


def test_a_folder_that_is_full_from_the_start_is_one_warning(monkeypatch):
    lg_jupyter.history()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lg_jupyter.histories.folder.HistoryFolder.prepare_run_path", full)
    with pytest.warns(RuntimeWarning, match=r"is not kept.*No space") as warned:
        assert ran().status == ran().status == "success"
    assert len(warned) == 1


def test_a_folder_that_is_removed_meanwhile_breaks_no_answer():
    history = lg_jupyter.history()
    run = lg_jupyter.stream(build("ask", InMemorySaver()), INPUTS["ask"], display=False).wait()
    history.runs()
    shutil.rmtree(history.folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert run.resume("yes").wait().status == "success"
    assert ran().status == "success" and len(history.runs()) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may write anywhere sees nothing of it")
def test_a_folder_that_cannot_be_written_is_refused(project):
    project.chmod(0o500)
    try:
        with pytest.raises(SavedRunError, match="cannot be written"):
            lg_jupyter.history()
    finally:
        project.chmod(0o700)


def test_an_index_of_somebody_else_deletes_nothing_outside(project):
    """A folder may come with a project that was cloned."""
    history = lg_jupyter.history()
    run = ran()
    history.runs()
    outside = project / "precious.jsonl.gz"
    outside.write_bytes(b"precious")
    with sqlite3.connect(history.folder / "index.sqlite") as db:
        db.execute("UPDATE runs SET day = '../..', id = 'precious'")
    history.runs()
    with pytest.raises(UsageError):
        history.delete("precious")
    assert outside.read_bytes() == b"precious"
    assert [each.id for each in history.runs()] == [run.id]


def test_the_index_counts_and_what_is_too_much_goes_at_once():
    entries = [HistoryEntry(f"{age}", "", "", "success", started=-age, size=10) for age in range(10)]
    assert select_runs_to_remove(entries, HistoryBounds(100)) == []
    assert [each.id for each in select_runs_to_remove(entries, HistoryBounds(95))] == ["8", "9"], (
        "to nine tenths"
    )
    assert [each.id for each in select_runs_to_remove(entries, HistoryBounds(150), index_size=100)] == [
        "6",
        "7",
        "8",
        "9",
    ]


def test_an_index_of_many_runs_says_that_it_is_made(monkeypatch, capsys):
    monkeypatch.setattr("lg_jupyter.histories.store.MIN_ANNOUNCED_FILES", 2)
    history = lg_jupyter.history()
    ran(), ran()
    history.runs()
    assert capsys.readouterr().err == ""
    (history.folder / "index.sqlite").unlink()
    history.runs()
    assert "2 runs in" in capsys.readouterr().err


def test_runs_that_are_too_old_go_when_one_is_over():
    history = lg_jupyter.history(max_days=1)
    old = ran()
    history.runs()
    with sqlite3.connect(history.folder / "index.sqlite") as db:
        db.execute("UPDATE runs SET started = started - 200000")
    history.stop()
    history = lg_jupyter.history(max_days=1)
    new = ran()
    assert [each.id for each in history.runs()] == [new.id]
    assert not list(history.folder.rglob(f"{old.id}*"))


def test_a_run_that_goes_on_is_listed_as_such():
    history = lg_jupyter.history()
    run = lg_jupyter.stream(build("slow"), INPUTS["slow"], display=False)
    (entry,) = history.runs()
    assert entry.status == "running" and entry.error is None
    with pytest.raises(UsageError, match="goes on"):
        history.delete(run.id)
    history.clear()
    run.wait()
    (entry,) = history.runs()
    assert (entry.status, entry.name) == ("success", run.name)


def test_a_fault_of_what_keeps_runs_ends_none(monkeypatch):
    lg_jupyter.history()

    def faulty(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("lg_jupyter.histories.keeper.HistoryKeeper.keep_started_run", faulty)
    monkeypatch.setattr("lg_jupyter.histories.keeper.HistoryKeeper.keep_ended_run", faulty)
    with pytest.warns(RuntimeWarning, match="a run is not kept: RuntimeError: a fault of ours"):
        assert ran().status == "success"


def test_a_terminal_says_where_a_run_is_kept():
    from io import StringIO

    from rich.console import Console

    from lg_jupyter.terminal import TerminalView

    history = lg_jupyter.history()
    run, out = ran(), StringIO()
    TerminalView(run, Console(file=out, width=200)).show()
    assert out.getvalue().startswith(f"kept in {history.folder}\n")
