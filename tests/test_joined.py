"""Tables of several runs in one frame."""

from __future__ import annotations

import pandas as pd
import pytest

import lg_jupyter
from lg_jupyter import UsageError, concat
from lg_jupyter.tables.schema import SCHEMAS
from tests.graphs import INPUTS, build


@pytest.fixture
async def runs():
    """Two runs that have hardly a name in common, and one that failed at once."""
    names = ("react", "nested", "broken")
    started = [lg_jupyter.stream(build(name), INPUTS[name], display=False) for name in names]
    for run in started[:2]:
        await run
    with pytest.raises(ValueError, match="milk"):
        await started[2]
    return started


@pytest.mark.parametrize("table", SCHEMAS)
async def test_every_row_of_every_run_is_there_with_its_dtype(runs, table):
    whole = concat(runs, table)
    assert whole.columns[0] == "run_id" and whole.columns.is_unique
    for run in runs:
        own = run.to_pandas(table).drop(columns="run_id", errors="ignore")
        part = whole[whole["run_id"] == run.id].drop(columns="run_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, own, check_categorical=False)
        kinds = [isinstance(dtype, pd.CategoricalDtype) for dtype in whole.dtypes[1:]]
        assert kinds == [isinstance(dtype, pd.CategoricalDtype) for dtype in own.dtypes]


async def test_categories_of_all_runs_are_joined_in_order_of_appearance(runs):
    assert list(concat(runs, "tasks")["node"].cat.categories) == [
        *("agent", "tools"),
        *("plan", "team", "writer", "draft", "check"),
        *("before", "inner", "fall"),
    ]


async def test_ids_of_runs_are_theirs_and_stable(runs):
    ids = [run.id for run in runs]
    assert len(set(ids)) == 3
    assert list(concat(runs)["run_id"].cat.categories) == ids == [run.id for run in runs]


@pytest.mark.parametrize("table", SCHEMAS)
def test_no_runs_are_an_empty_frame_with_all_columns(table):
    empty = concat([], table)
    own = [name for name in SCHEMAS[table].column_kinds if name != "run_id"]
    assert list(empty.columns) == ["run_id", *own]
    assert not len(empty)


async def test_a_generator_will_do_and_the_runs_frames_stay_theirs(runs):
    before = runs[0].to_pandas("tasks")
    concat(run for run in runs)
    pd.testing.assert_frame_equal(before, runs[0].to_pandas("tasks"))


async def test_what_is_no_run_is_said(runs):
    assert len(concat(runs[0])) == len(runs[0].to_pandas())
    with pytest.raises(UsageError, match="not DataFrame"):
        concat([runs[0].to_pandas()])
    with pytest.raises(UsageError, match="did you mean 'tasks'"):
        concat(runs, "task")
