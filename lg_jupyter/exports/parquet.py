"""The tables in Arrow and as Parquet files, for DuckDB, polars and whatever else reads them.

A nested value is JSON text, for its types mix, and its column says so in its metadata; ``None`` is null.
Times are UTC timestamps in microseconds, names that repeat are dictionaries.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import dump_json
from lg_jupyter.errors import UsageError
from lg_jupyter.request.paths import atomic_write, make_write_error, validate_path
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.columns import ColumnKind, TableSchema
from lg_jupyter.tables.schema import SCHEMAS, get_table_schema

if TYPE_CHECKING:
    import pyarrow


MISSING_PYARROW_MESSAGE = "Arrow tables and Parquet files need pyarrow: `pip install 'lg_jupyter[parquet]'`"


def write_parquet_files(run: RunState, folder: str | os.PathLike[str]) -> list[Path]:
    """Write every table to ``<folder>/<table>.parquet``, and give the files.

    Raises
    ------
    UsageError
        If pyarrow is not installed.
    SavedRunError
        If the files cannot be written there.
    """
    try:
        from pyarrow import parquet
    except ImportError:
        raise UsageError(MISSING_PYARROW_MESSAGE) from None
    place = validate_path(folder, "run.to_parquet('tables')")
    with run.lock:  # all as of one moment
        columns = {name: run.trace.columns(name) for name in SCHEMAS}
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise make_write_error(place, error) from None
    files = [place / f"{name}.parquet" for name in SCHEMAS]
    for path, table in zip(files, SCHEMAS.values(), strict=True):
        with atomic_write(path) as file:
            parquet.write_table(_make_arrow_table(table, columns[table.name]), file, compression="zstd")
    return files


def to_arrow(run: RunState, table: str) -> pyarrow.Table:
    """One table, as :meth:`lg_jupyter.Run.to_arrow` gives it."""
    try:
        import pyarrow  # noqa: F401 - whether it is there
    except ImportError:
        raise UsageError(MISSING_PYARROW_MESSAGE) from None
    table_schema = get_table_schema(table)
    with run.lock:
        columns = run.trace.columns(table)
    return _make_arrow_table(table_schema, columns)


def _make_arrow_table(table: TableSchema, columns: dict[str, list[Any]]) -> pyarrow.Table:
    import pyarrow

    arrays = [_ARRAY_MAKERS[kind](columns[name]) for name, kind in table.column_kinds.items()]
    fields = [
        pyarrow.field(name, array.type, metadata={"encoding": "json"} if kind == "json" else None)
        for (name, kind), array in zip(table.column_kinds.items(), arrays, strict=True)
    ]
    return pyarrow.table(arrays, schema=pyarrow.schema(fields))


def _make_int_array(values: list[Any]) -> Any:
    import pyarrow

    fitting = [value if type(value) is int and abs(value) < 2**63 else None for value in values]
    return pyarrow.array(fitting, pyarrow.int64())


def _make_float_array(values: list[Any]) -> Any:
    import pyarrow

    return pyarrow.array([_number_in_range_or_none(value) for value in values], pyarrow.float64())


def _make_time_array(values: list[Any]) -> Any:
    import pyarrow

    micros = [
        None if value is None else round(value * 1e6) for value in map(_number_in_range_or_none, values)
    ]
    return pyarrow.array(micros, pyarrow.timestamp("us", tz="UTC"))


def _number_in_range_or_none(value: Any) -> float | None:
    """A number as it is; a file may hold what is none."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and abs(value) < 2**43 else None


def _make_string_array(values: list[Any]) -> Any:
    import pyarrow

    texts = [value if value is None or type(value) is str else dump_json(value).decode() for value in values]
    return pyarrow.array(texts, pyarrow.string())


def _make_category_array(values: list[Any]) -> Any:
    return _make_string_array(values).dictionary_encode()


def _make_json_array(values: list[Any]) -> Any:
    return _make_string_array([None if value is None else dump_json(value).decode() for value in values])


_ARRAY_MAKERS: dict[ColumnKind, Callable[[list[Any]], Any]] = {
    "int": _make_int_array,
    "float": _make_float_array,
    "time": _make_time_array,
    "string": _make_string_array,
    "category": _make_category_array,
    "json": _make_json_array,
}
