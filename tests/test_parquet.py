"""The tables as Parquet files, read by others."""

from __future__ import annotations

import builtins
import datetime
import json
import sys
from typing import get_args

import pytest

import lg_jupyter
from lg_jupyter.encode import to_plain_json
from lg_jupyter.exports.parquet import _ARRAY_MAKERS
from lg_jupyter.run import Run
from lg_jupyter.sources.saved.writing import write_run_file
from lg_jupyter.tables.columns import ColumnKind
from lg_jupyter.tables.schema import SCHEMAS
from tests import recordings

NAMES = [
    f"local_v1/{name}__ALL__sg"
    for name in ("react", "hitl_schema", "fansub", "pyd", "err_sub", "cached--hit")
]


@pytest.fixture(params=NAMES)
def run(request, tmp_path) -> Run:
    write_run_file(tmp_path / "run.jsonl", {"name": "graph"}, recordings.parts(request.param))
    return lg_jupyter.load(tmp_path / "run.jsonl")


@pytest.fixture
def folder(run, tmp_path):
    files = run.to_parquet(tmp_path / "tables")
    assert [file.name for file in files] == [f"{name}.parquet" for name in SCHEMAS]
    assert sorted(files) == sorted((tmp_path / "tables").iterdir())
    return tmp_path / "tables"


def expected(run: Run, table: str) -> list[dict]:
    """The rows as another reader should see them."""
    kinds = SCHEMAS[table].column_kinds
    return [
        {
            name: None if row[name] is None else _EXPECTED.get(kinds[name], to_plain_json)(row[name])
            for name in kinds
        }
        for row in run.trace.rows(table)
    ]


_EXPECTED = {
    "time": lambda seconds: (
        datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        + datetime.timedelta(microseconds=round(seconds * 1e6))
    ),
}


def told(rows: list[dict], table: str) -> list[dict]:
    kinds = SCHEMAS[table].column_kinds
    return [
        {
            name: json.loads(value) if kinds[name] == "json" and value is not None else value
            for name, value in row.items()
        }
        for row in rows
    ]


@pytest.mark.parametrize("table", SCHEMAS)
def test_polars_reads_them(run, folder, table):
    import polars

    frame = polars.read_parquet(folder / f"{table}.parquet")
    assert frame.columns == list(SCHEMAS[table].column_kinds)
    assert told(frame.to_dicts(), table) == expected(run, table)


@pytest.mark.parametrize("table", SCHEMAS)
def test_duckdb_reads_them(run, folder, table):
    import duckdb

    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        found = database.sql(f"select * from '{folder}/{table}.parquet'").to_arrow_table()
    assert told(found.to_pylist(), table) == expected(run, table)


def test_duckdb_looks_into_nested_values_and_joins(run, folder):
    import duckdb

    with duckdb.connect() as database:
        (count,) = database.execute(
            f"select count(*) from '{folder}/events.parquet' where data->>'$.event' = 'start'"
        ).fetchone()
        joined = database.execute(
            f"select m.message_id, t.node from '{folder}/messages.parquet' m "
            f"join '{folder}/tasks.parquet' t using (task_id)"
        ).fetchall()
    assert count == 1
    tasks = {row["task_id"] for row in run.trace.rows("tasks")}
    assert len(joined) == sum(row["task_id"] in tasks for row in run.trace.rows("messages"))


def test_a_run_without_anything(tmp_path):
    import polars

    write_run_file(tmp_path / "run.jsonl", {"name": "graph"}, [])
    run = lg_jupyter.load(tmp_path / "run.jsonl")
    for file in run.to_parquet(tmp_path / "tables"):
        frame = polars.read_parquet(file)
        assert frame.columns == list(SCHEMAS[file.stem].column_kinds)
        assert frame.height == (1 if file.stem == "events" else len(run.trace.rows(file.stem)))


def test_every_kind_of_column_has_its_form():
    assert set(_ARRAY_MAKERS) == set(get_args(ColumnKind))


def test_without_pyarrow(run, tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **options):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    for name in [name for name in sys.modules if name.startswith("pyarrow")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(lg_jupyter.UsageError, match=r"pip install 'lg_jupyter\[parquet\]'"):
        run.to_parquet(tmp_path / "tables")


def test_where_nothing_can_be_written(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(lg_jupyter.SavedRunError, match="cannot be written"):
        run.to_parquet(tmp_path / "file")


@pytest.mark.parametrize("table", SCHEMAS)
def test_a_table_in_arrow_is_that_of_the_file(run, folder, table):
    from pyarrow import parquet

    made = run.to_arrow(table)
    assert made.equals(parquet.read_table(folder / f"{table}.parquet", partitioning=None))
    kinds = SCHEMAS[table].column_kinds
    nested = [field.name for field in made.schema if (field.metadata or {}).get(b"encoding") == b"json"]
    assert nested == [name for name, kind in kinds.items() if kind == "json"]


def test_there_is_no_arrow_of_a_table_that_is_not(run):
    with pytest.raises(lg_jupyter.UsageError, match="did you mean 'tasks'"):
        run.to_arrow("task")
