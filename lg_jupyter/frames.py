"""The tables as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_not
from typing import TYPE_CHECKING, Any

from .encode import SharedList
from .errors import UsageError
from .events import JSON
from .tables.schema import SCHEMAS, Kind, TableSchema, schema

if TYPE_CHECKING:
    import pandas as pd

    from .trace import Trace


class Frames:
    """The tables of a run as attributes: ``run.frames.tasks``. Every access builds a new DataFrame."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except UsageError as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, name: str) -> pd.DataFrame:
        return to_pandas(self._trace, name)

    def __dir__(self) -> list[str]:
        return list(SCHEMAS)

    def __repr__(self) -> str:
        width = max(map(len, SCHEMAS))
        lines = [
            f"  {name:<{width}}  {len(self._trace.tables[name]):>9,} rows  {', '.join(table.columns)}"
            for name, table in SCHEMAS.items()
        ]
        return "\n".join(["DataFrames of this run:", *lines])


def to_pandas(trace: Trace, name: str = "events") -> pd.DataFrame:
    """A table of ``trace`` as a DataFrame, in the order of ``seq``.

    Times are UTC timestamps (microseconds), durations float seconds, counts and steps nullable integers;
    names that repeat are categories, in order of appearance; nested values are objects, which belong to the
    run and must not be changed. An empty table has the same columns and dtypes. Raises
    :class:`~lg_jupyter.errors.UsageError` for an unknown table.
    """
    return frame(schema(name), trace.columns(name))


def frame(table: TableSchema, columns: Mapping[str, list[JSON]]) -> pd.DataFrame:
    """The DataFrame of these columns."""
    import pandas as pd

    data = {name: _BUILD[kind](columns[name]) for name, kind in table.columns.items()}
    made = pd.DataFrame(data, copy=False)
    if table.key is None and not made["seq"].is_monotonic_increasing:
        made = made.sort_values("seq", kind="stable", ignore_index=True)
    return made


def _ints(values: list[JSON]) -> Any:
    import numpy as np
    import pandas as pd

    if None not in values:
        return pd.arrays.IntegerArray(np.array(values, dtype=np.int64), np.zeros(len(values), dtype=bool))
    missing = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    filled = np.fromiter((value or 0 for value in values), dtype=np.int64, count=len(values))
    return pd.arrays.IntegerArray(filled, missing)


def _floats(values: list[JSON]) -> Any:
    import numpy as np

    return np.array(values, dtype=np.float64)


def _times(values: list[JSON]) -> Any:
    import numpy as np
    import pandas as pd

    micros = np.round(np.array(values, dtype=np.float64) * 1e6)
    missing = np.isnan(micros)
    moments = np.where(missing, 0, micros).astype(np.int64).view("datetime64[us]")
    moments[missing] = np.datetime64("NaT")
    return pd.DatetimeIndex(moments).tz_localize("UTC")


def _strings(values: list[JSON]) -> Any:
    import pandas as pd

    return pd.array(values, dtype="string")


def _categories(values: list[JSON]) -> Any:
    import numpy as np
    import pandas as pd

    names = [name for name in dict.fromkeys(values) if name is not None]
    codes = {name: code for code, name in enumerate(names)}
    codes[None] = -1
    categories = pd.Index(names, dtype=pd.Index([""]).dtype)
    coded = np.fromiter(map(codes.__getitem__, values), dtype=np.int32, count=len(values))
    return pd.Categorical.from_codes(coded, categories=categories)


def _objects(values: list[JSON]) -> Any:
    import numpy as np
    import pandas as pd

    known: dict[int, JSON] = {}
    held = np.empty(len(values), dtype=object)
    held[:] = [_lists(value, known) if type(value) in _CONTAINERS else value for value in values]
    return pd.Series(held, dtype=object)


_CONTAINERS = frozenset({dict, list, SharedList})


def _lists(value: JSON, known: dict[int, JSON]) -> JSON:
    """``value`` with lists where it shares lists with others; the same object if it does not.

    ``known`` is by identity what was made of values, so that what states share is looked into once.
    """
    kind = type(value)
    inner = value.values() if kind is dict else value
    if _CONTAINERS.isdisjoint(map(type, inner)):
        return list(value) if kind is SharedList else value
    if id(value) in known:
        return known[id(value)]
    items = [_lists(item, known) if type(item) in _CONTAINERS else item for item in inner]
    made = value
    if kind is SharedList:
        made = items
    elif any(map(is_not, items, inner)):
        made = dict(zip(value, items, strict=True)) if kind is dict else items
    if kind is not list:  # lists that are no shared ones are short
        known[id(value)] = made
    return made


_BUILD: dict[Kind, Callable[[list[JSON]], Any]] = {
    "int": _ints,
    "float": _floats,
    "time": _times,
    "string": _strings,
    "category": _categories,
    "json": _objects,
}
