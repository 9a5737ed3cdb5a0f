"""The frames of every recorded run: what must hold of each, and of payloads that are damaged."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pandas as pd
import polars
import pyarrow
import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.encode import dump_json, to_plain_json
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.exports.frames import Frames
from lg_jupyter.run import Run
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.trace import Trace
from tests.graphs import INPUTS, build
from tests.matrix import sampled
from tests.recordings import names, parts
from tests.test_frames import DTYPES

ALL = names()

KEYS = {"task_id": "tasks", "message_id": "messages", "namespace": "namespaces"}
"""Columns that name a row of another table, and that table."""


def framed(recorded: Iterator[Part]) -> tuple[Trace, dict[str, pd.DataFrame]]:
    trace = Trace()
    for part in recorded:
        with suppress(Exception):  # a run goes on without what its tables cannot take, and says so
            trace.feed(part)
    frames = Frames(trace)
    return trace, {name: frames[name] for name in SCHEMAS}


@pytest.mark.parametrize("name", sampled(ALL))
def test_the_frames_of_a_recording(name: str) -> None:
    hold_together(*framed(parts(name)))


@pytest.mark.parametrize("name", ["react", "nested", "fan", "ask", "broken", "steps"])
async def test_the_frames_of_a_live_run(name: str) -> None:
    """While it goes on, each time that a display would look, and at its end."""
    run = lg_jupyter.stream(build(name, InMemorySaver()), INPUTS[name], display=False)
    looks: list[int] = []

    def look(run: Run) -> None:
        frames = {table: run.to_pandas(table) for table in SCHEMAS}
        for table, frame in frames.items():
            has_the_types_of_its_schema(table, frame)
        looks.append(len(frames["events"]))

    run.subscribe(look)
    with suppress(Exception):
        await run
    assert looks[-1] == len(run.to_pandas())
    hold_together(run.trace, {table: run.to_pandas(table) for table in SCHEMAS})


def hold_together(trace: Trace, frames: dict[str, pd.DataFrame]) -> None:
    """What must hold of the frames of any run."""
    for table, frame in frames.items():
        has_the_types_of_its_schema(table, frame)
        stands_in_the_order_of_its_table(trace, table, frame)
        nested_values_are_whole(trace, table, frame)
        goes_through_arrow(trace, table, frame)
    keys_are_unique(frames)
    every_id_joins(frames)


def has_the_types_of_its_schema(table: str, frame: pd.DataFrame) -> None:
    kinds = SCHEMAS[table].column_kinds
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == {
        column: DTYPES[kind] for column, kind in kinds.items()
    }, table
    for column, kind in kinds.items():
        if kind == "category":
            names = frame[column].cat.categories
            assert names.dtype == pd.Index([""]).dtype and all(isinstance(name, str) for name in names), (
                column
            )


def stands_in_the_order_of_its_table(trace: Trace, table: str, frame: pd.DataFrame) -> None:
    key = SCHEMAS[table].key or "seq"
    assert list(frame[key]) == [row[key] for row in trace.rows(table)], table
    if "seq" in frame:
        assert frame["seq"].is_monotonic_increasing


def nested_values_are_whole(trace: Trace, table: str, frame: pd.DataFrame) -> None:
    nested = [column for column, kind in SCHEMAS[table].column_kinds.items() if kind == "json"]
    rows = trace.rows(table)
    for column in nested:
        assert list(map(to_plain_json, frame[column])) == [to_plain_json(row[column]) for row in rows], (
            table,
            column,
        )


def goes_through_arrow(trace: Trace, table: str, frame: pd.DataFrame) -> None:
    """Whatever the values are: nested ones as JSON text, which says the same."""
    made = pyarrow.Table.from_pandas(frame)
    assert made.column_names == list(frame.columns)
    nested = [column for column, kind in SCHEMAS[table].column_kinds.items() if kind == "json"]
    for column in nested:
        read = [None if text is None else json.loads(text) for text in made[column].to_pylist()]
        assert read == json.loads(dump_json(trace.columns(table)[column])), (table, column)


@pytest.mark.parametrize(
    "name", [name for name in ALL if name.startswith("local_v1/") and "__ALL__sg" in name]
)
def test_frames_of_a_recording_go_to_polars_and_to_files(name: str) -> None:
    _, frames = framed(parts(name))
    for frame in frames.values():
        assert polars.from_pandas(frame).shape == frame.shape
        file = io.BytesIO()
        frame.to_parquet(file)
        assert pd.read_parquet(file).shape == frame.shape


def keys_are_unique(frames: dict[str, pd.DataFrame]) -> None:
    for table, frame in frames.items():
        if key := SCHEMAS[table].key:
            assert frame[key].is_unique and frame[key].notna().all(), table


def every_id_joins(frames: dict[str, pd.DataFrame]) -> None:
    """What a frame names is a row of the table of such; what is not is excepted, and said why."""
    known = {column: set(frames[table][column]) for column, table in KEYS.items()}
    for table, frame in frames.items():
        for column, ids in known.items():
            if column in frame and KEYS[column] != table:
                named = frame[~excepted(frame, column, ids)][column].dropna()
                assert set(named) <= ids, f"{table}.{column}: {sorted(set(named) - ids)[:3]}"
    assert set(frames["tasks"]["parent_task_id"].dropna()) <= known["task_id"]
    assert set(frames["namespaces"]["parent"].dropna()) <= known["namespace"]


def excepted(frame: pd.DataFrame, column: str, ids: set[Any]) -> pd.Series[bool]:
    """The rows that may name what no table has."""
    if column == "task_id":
        # Where no mode tells of tasks there are none; metadata and namespaces name them all the same.
        return pd.Series(not ids, index=frame.index)
    if column == "message_id" and "mode" in frame:
        # A command to remove all messages has an id that is none. A server's older mode `messages` announces
        # a model's message by the id of the call, and has another when it comes.
        return frame[column].eq("__remove_all__") | frame["mode"].eq("messages/metadata")
    return pd.Series(False, index=frame.index)


# -- payloads that are not what they should be -----------------------------------------------------------

ODD: list[JSON] = [
    None,
    "",
    "x",
    -1,
    2**63,
    2**70,
    1e308,
    True,
    [],
    {},
    [[]],
    {"a": {}},
    ["x"],
    "\x00",
]


def damaged(value: JSON, chance: random.Random) -> JSON:
    """A value with some of what is in it replaced by what does not belong there."""
    if chance.random() < 0.03:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: damaged(item, chance) for key, item in value.items()}
    if isinstance(value, list):
        return [damaged(item, chance) for item in value]
    return value


SOME = [name for name in ALL if name.endswith("__sg")][::12]


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("seed", range(3))
def test_frames_can_be_had_of_payloads_that_are_not_what_they_should_be(name: str, seed: int) -> None:
    chance = random.Random(f"{name} {seed}")
    broken = (
        part
        if part.mode == "control"
        else Part(part.mode, part.namespace, damaged(to_plain_json(part.data), chance), part.timestamp)
        for part in parts(name)
    )
    trace, frames = framed(broken)
    for table, frame in frames.items():
        has_the_types_of_its_schema(table, frame)
        assert len(frame) == len(trace.rows(table))
