from __future__ import annotations

import subprocess
import sys
import threading

import pandas as pd
import pytest

import lg_jupyter
from lg_jupyter.encode import SharedList
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import CustomDataEmitted, InterruptRaised, RunEnded, RunStarted
from lg_jupyter.exports.frames import Frames, make_frame, to_pandas
from lg_jupyter.tables import SCHEMAS
from tests.graphs import INPUTS, build
from tests.patience import patience
from tests.tables.stream import START, Stream

DTYPES = {
    "int": "Int64",
    "float": "float64",
    "string": "string",
    "category": "category",
    "time": "datetime64[us, UTC]",
    "json": "object",
}


@pytest.fixture
def stream():
    stream = Stream()
    stream(RunStarted("r", "t"), at=0.25)
    stream.state({"a": [1]}, step=0)
    stream.task("t1", "sub", step=1)
    stream.task("t2", "llm", namespace="sub:t1", step=1)
    stream.chunk("m1", "Hé", namespace="sub:t1", node="llm", task_id="t2", usage={"output_tokens": 2})
    stream(CustomDataEmitted([1, 2]), node="llm")
    stream(InterruptRaised("i1", "?"))
    stream.task_end("t2", namespace="sub:t1")
    stream.state({"a": [1, 2]})
    stream(RunEnded("success"))
    return stream


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_empty_frame_has_the_columns_and_dtypes_of_a_full_one(name, stream):
    empty, full = to_pandas(Stream().trace, name), to_pandas(stream.trace, name)
    expected = {column: DTYPES[kind] for column, kind in SCHEMAS[name].column_kinds.items()}
    for made in (empty, full):
        assert {column: str(dtype) for column, dtype in made.dtypes.items()} == expected
    for column, kind in SCHEMAS[name].column_kinds.items():
        if kind == "category":
            assert empty[column].cat.categories.dtype == full[column].cat.categories.dtype
    assert len(empty) == 0
    assert len(full) == len(stream.trace.rows(name))


def test_values(stream):
    tasks = to_pandas(stream.trace, "tasks")
    assert list(tasks["task_id"]) == ["t1", "t2"]
    assert list(tasks["parent_task_id"].isna()) == [True, False]
    assert tasks["start_time"][0] == pd.Timestamp(START + 2, unit="s", tz="UTC")
    assert tasks["end_time"].isna().tolist() == [True, False]
    assert tasks["latency"][1] == 4.0
    assert tasks["step"].sum() == 2
    assert tasks["input"][0] == {"in": 1}
    assert list(tasks["node"].cat.categories) == ["sub", "llm"]
    messages = to_pandas(stream.trace, "messages")
    assert messages["text"][0] == "Hé"
    assert messages["input_tokens"].isna().all()
    assert messages["output_tokens"][0] == 2


def test_times_keep_their_microseconds():
    stream = Stream()
    stream(at=0.123456)
    stamp = to_pandas(stream.trace)["timestamp"][0]
    assert (stamp.second, stamp.microsecond) == (20, 123456)


def test_events_are_the_default(stream):
    events = to_pandas(stream.trace)
    assert list(events["seq"]) == list(range(10))
    assert events["step"].isna().sum() == 7


def test_ids_join_across_frames(stream):
    frames = Frames(stream.trace)
    joined = frames.messages.merge(frames.tasks, on="task_id", suffixes=("", "_task"))
    assert list(joined["node_task"]) == ["llm"]
    joined = frames.tasks.merge(frames.namespaces, on="namespace", suffixes=("", "_namespace"))
    assert list(joined["depth"]) == [0, 1]
    joined = frames.tokens.merge(frames.events, on="seq", suffixes=("", "_event"))
    assert list(joined["namespace_event"]) == ["sub:t1"]
    own = frames.tasks.merge(frames.tasks, left_on="parent_task_id", right_on="task_id")
    assert list(own["node_y"]) == ["sub"]


def test_nested_lists_of_one_length_stay_cells():
    stream = Stream()
    for _ in range(3):
        stream(data=[1, 2])
    data = to_pandas(stream.trace)["data"]
    assert data.tolist() == [[1, 2]] * 3


def test_shared_lists_become_lists():
    stream = Stream()
    stream(CustomDataEmitted({"deep": [SharedList([1, SharedList([2])])]}))
    shared = SharedList([{"a": 1}])
    stream(CustomDataEmitted([shared, shared, {"b": shared}]))
    deep, twice = to_pandas(stream.trace, "custom")["data"]
    assert type(deep["deep"][0]) is list
    assert type(deep["deep"][0][1]) is list
    assert [type(value) for value in (*twice[:2], twice[2]["b"])] == [list] * 3
    assert twice[0][0] is shared[0]


def test_rows_told_late_stand_in_the_order_of_seq():
    stream = Stream()
    stream(RunStarted("r", "t", modes=("values", "updates")))
    stream.state({"a": 1})
    stream.wrote("n", {"hidden": 1, "a": 2})
    stream.state({"a": 2})
    diffs = to_pandas(stream.trace, "state_diffs")
    assert list(diffs["seq"]) == [1, 2, 3]
    assert list(diffs["op"]) == ["add", "write", "change"]
    assert list(diffs.index) == [0, 1, 2]


def test_a_frame_of_columns_alone():
    columns = {name: [] for name in SCHEMAS["custom"].column_kinds}
    columns.update(seq=[0], timestamp=[None], namespace=[None], node=["n"], data=[None])
    made = make_frame(SCHEMAS["custom"], columns)
    assert made["timestamp"].isna().all()
    assert made["namespace"].isna().all()


def test_frames_as_attributes(stream):
    frames = Frames(stream.trace)
    pd.testing.assert_frame_equal(frames.tasks, to_pandas(stream.trace, "tasks"))
    pd.testing.assert_frame_equal(frames["tasks"], frames.tasks)
    assert set(dir(frames)) == set(SCHEMAS)
    assert "tasks                2 rows  task_id, parent_task_id" in repr(frames)


def test_an_unknown_frame(stream):
    frames = Frames(stream.trace)
    with pytest.raises(AttributeError, match="did you mean 'state_diffs'"):
        _ = frames.state_diff
    with pytest.raises(UsageError, match=r"There is no table 'zzz'\. Tables: events"):
        _ = frames["zzz"]
    assert not hasattr(frames, "_repr_html_")


def test_pandas_is_imported_only_when_a_frame_is_made():
    loads = "lg_jupyter.exports.frames, lg_jupyter.tables.trace"
    code = f"import sys, {loads}; print(sys.modules.keys() & {{*sys.argv[1:]}})"
    command = [sys.executable, "-c", code, "pandas", "langgraph", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'json'}"


@pytest.mark.parametrize("read", [lambda frames: frames.tasks, lambda frames: frames["tasks"]])
def test_the_frames_of_a_run_wait_for_its_lock(read):
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False, thread=True).wait()
    read_at_last = threading.Event()

    def reader() -> None:
        read(run.frames)
        read_at_last.set()

    with run.lock:
        thread = threading.Thread(target=reader, daemon=True)
        thread.start()
        assert not read_at_last.wait(0.2)
    assert read_at_last.wait(patience(10))
    thread.join()


def test_a_time_beyond_all_numbers_is_none_and_no_warning(recwarn):
    from lg_jupyter.exports.frames import _make_time_column

    assert list(_make_time_column([1e308, 0.0]).isna()) == [True, False]
    assert [str(warning.message) for warning in recwarn] == []
