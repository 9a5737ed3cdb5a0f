"""Columns of nested values: what pandas does with them is what it does with objects."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pandas as pd
import pytest

from lg_jupyter.exports.json_column import JSONArray, make_object_array

VALUES = [{"x": 1}, [1, 2], "s", None, 2.5, True]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"n": range(len(VALUES)), "data": JSONArray(make_object_array(VALUES))})


def values(frame: pd.DataFrame) -> list:
    return frame["data"].tolist()


def test_values_are_the_objects(frame):
    assert frame["data"].iloc[0] is VALUES[0]
    assert list(frame["data"]) == values(frame) == VALUES
    assert frame.loc[1, "data"] == [1, 2]
    assert [type(each) for each in frame["data"].map(lambda value: value)] == [type(each) for each in VALUES]
    assert frame["data"].map(lambda value: 1).dtype == int
    assert list(frame["data"].isna()) == [False, False, False, True, False, False]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda frame: frame[frame["data"].notna()], [*VALUES[:3], *VALUES[4:]]),
        (lambda frame: frame.iloc[::-1], VALUES[::-1]),
        (lambda frame: frame.sort_values("n", ascending=False), VALUES[::-1]),
        (lambda frame: pd.concat([frame, frame]), VALUES * 2),
        (lambda frame: pd.concat([frame, pd.DataFrame({"data": [{"y": 1}]})]), [*VALUES, {"y": 1}]),
        (lambda frame: frame.merge(frame[["n"]], on="n"), VALUES),
        (lambda frame: frame.reindex([0, 99]), [{"x": 1}, None]),
        (lambda frame: frame.shift(1), [None, *VALUES[:-1]]),
        (lambda frame: frame.explode("data"), [{"x": 1}, 1, 2, *VALUES[2:]]),
        (lambda frame: frame[frame["data"] == "s"], ["s"]),
        (lambda frame: frame[frame["data"].isin(["s"])], ["s"]),
        (lambda frame: frame.copy(), VALUES),
        (lambda frame: pickle.loads(pickle.dumps(frame)), VALUES),
        (lambda frame: frame.astype(object), VALUES),
        (lambda frame: frame.iloc[:0], []),
    ],
)
def test_frames_are_changed_as_ever(frame, change, expected):
    assert values(change(frame)) == expected


def test_a_value_can_be_set(frame):
    frame.at[0, "data"] = "new"
    frame.loc[frame["n"] > 3, "data"] = "late"
    assert values(frame) == ["new", [1, 2], "s", None, "late", "late"]


def test_a_file_of_a_frame_is_read_where_there_is_no_lg_jupyter(frame, tmp_path):
    frame.to_parquet(tmp_path / "frame.parquet")
    script = (
        "import sys, pandas; print(pandas.read_parquet(sys.argv[1])['data'].tolist()[:3]); "
        "assert 'lg_jupyter' not in sys.modules; "
        "sys.stdout.flush(); import os; os._exit(0)"  # an old pyarrow aborts at times as Python ends
    )
    command = [sys.executable, "-c", script, tmp_path / "frame.parquet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == """['{"x":1}', '[1,2]', '"s"']"""
