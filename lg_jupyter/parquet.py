"""The tables as Parquet files, for DuckDB, polars and whatever else reads them.

A nested value is JSON text, for its types mix; ``None`` is null. Times are UTC timestamps in microseconds,
names that repeat are dictionaries.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import dumps
from lg_jupyter.errors import UsageError
from lg_jupyter.events import JSON
from lg_jupyter.paths import cannot_write, check_path, put_in_place
from lg_jupyter.tables.schema import SCHEMAS, Kind, TableSchema

if TYPE_CHECKING:
    from lg_jupyter.run import Run

NO_PYARROW = "Parquet files need pyarrow: `pip install 'lg_jupyter[parquet]'`"


def write(run: Run, folder: str | os.PathLike[str]) -> list[Path]:
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
        raise UsageError(NO_PYARROW) from None
    place = check_path(folder, "run.to_parquet('tables')")
    with run.lock:  # all as of one moment
        columns = {name: run.trace.columns(name) for name in SCHEMAS}
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(place, error) from None
    files = [place / f"{name}.parquet" for name in SCHEMAS]
    for path, schema in zip(files, SCHEMAS.values(), strict=True):
        with put_in_place(path) as file:
            parquet.write_table(_arrow(schema, columns[schema.name]), file, compression="zstd")
    return files


def _arrow(schema: TableSchema, columns: dict[str, list[JSON]]) -> Any:
    import pyarrow

    arrays = [_COLUMN[kind](columns[name]) for name, kind in schema.columns.items()]
    return pyarrow.table(arrays, names=list(schema.columns))


def _ints(values: list[JSON]) -> Any:
    import pyarrow

    fitting = [value if type(value) is int and abs(value) < 2**63 else None for value in values]
    return pyarrow.array(fitting, pyarrow.int64())


def _floats(values: list[JSON]) -> Any:
    import pyarrow

    return pyarrow.array([_number(value) for value in values], pyarrow.float64())


def _times(values: list[JSON]) -> Any:
    import pyarrow

    micros = [None if value is None else round(value * 1e6) for value in map(_number, values)]
    return pyarrow.array(micros, pyarrow.timestamp("us", tz="UTC"))


def _number(value: JSON) -> float | None:
    """A number as it is; a file may hold what is none."""
    return value if type(value) in (int, float) and abs(value) < 2**43 else None


def _strings(values: list[JSON]) -> Any:
    import pyarrow

    texts = [value if value is None or type(value) is str else dumps(value).decode() for value in values]
    return pyarrow.array(texts, pyarrow.string())


def _categories(values: list[JSON]) -> Any:
    return _strings(values).dictionary_encode()


def _json(values: list[JSON]) -> Any:
    return _strings([None if value is None else dumps(value).decode() for value in values])


_COLUMN: dict[Kind, Callable[[list[JSON]], Any]] = {
    "int": _ints,
    "float": _floats,
    "time": _times,
    "string": _strings,
    "category": _categories,
    "json": _json,
}
