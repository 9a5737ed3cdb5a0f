"""The tables as pandas DataFrames."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from operator import is_not
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import SharedList, to_plain_json
from lg_jupyter.errors import UnknownAttributeError, UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.tables import state_history
from lg_jupyter.tables.columns import ColumnKind, TableSchema
from lg_jupyter.tables.schema import SCHEMAS, get_table_schema

if TYPE_CHECKING:
    import pandas as pd

    from lg_jupyter.tables.trace import Trace


class Frames:
    """The tables of a run as attributes: ``run.frames.tasks``. Every access builds a new DataFrame.

    ``lock`` is held meanwhile: where the trace grows on another thread.
    """

    def __init__(self, trace: Trace, lock: AbstractContextManager[Any] | None = None) -> None:
        self._trace = trace
        self._lock = lock or nullcontext()

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except UsageError as error:
            raise UnknownAttributeError(str(error)) from None

    def __getitem__(self, name: str) -> pd.DataFrame:
        with self._lock:
            return to_pandas(self._trace, name)

    def __dir__(self) -> list[str]:
        return list(SCHEMAS)

    def __repr__(self) -> str:
        width = max(map(len, SCHEMAS))
        lines = [
            f"  {name:<{width}}  {len(self._trace.tables[name]):>9,} rows  {', '.join(table.column_kinds)}"
            for name, table in SCHEMAS.items()
        ]
        return "\n".join(["DataFrames of this run:", *lines])


def to_pandas(trace: Trace, name: str = "events") -> pd.DataFrame:
    """A table of ``trace`` as a DataFrame, in the order of ``seq``.

    Times are UTC timestamps (microseconds), durations float seconds, counts and steps nullable integers;
    names that repeat are categories, in order of appearance; nested values are objects, which belong to the
    run and must not be changed, and JSON text where the frame goes through Arrow (polars, Parquet). An empty
    table has the same columns and dtypes. What a payload says that is not of its column's kind is missing
    there; the event has it. ``attrs["dropped_events"]`` says how many events are no longer held, if any.
    Raises :class:`~lg_jupyter.errors.UsageError` for an unknown table.
    """
    with _pause_gc():
        made = make_frame(get_table_schema(name), trace.columns(name))
    if dropped := trace.events.dropped_count:
        made.attrs["dropped_events"] = dropped
    return made


def make_state_change_frame(trace: Trace, step_a: int, step_b: int, namespace: str = "") -> pd.DataFrame:
    """What makes the state at the end of ``step_b`` of that of ``step_a``: a row for each change.

    Raises
    ------
    UsageError
        If one of the states was not streamed.
    """
    import pandas as pd

    before, after = (trace.states.find_state(namespace, step=step).values for step in (step_a, step_b))
    rows = state_history.diff_states(before, after)
    return pd.DataFrame(to_plain_json(rows), columns=state_history.STATE_CHANGE_COLUMNS)


@contextmanager
def _pause_gc() -> Iterator[None]:
    """Many objects are about to be made that all stay: the collector would walk over them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def make_frame(table: TableSchema, columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """The DataFrame of these columns."""
    import pandas as pd

    data = {name: make_column(kind, columns[name]) for name, kind in table.column_kinds.items()}
    made = pd.DataFrame(data, copy=False)
    if table.key is None and not made["seq"].is_monotonic_increasing:
        made = made.sort_values("seq", kind="stable", ignore_index=True)
    return made


def make_column(kind: ColumnKind, values: list[Any]) -> Any:
    """Values as a column of this kind."""
    return _COLUMN_MAKERS[kind](values)


def _replace_other_types_by_none(values: list[Any], *types: type) -> list[Any]:
    """The values, ``None`` in place of those of another type: a payload may hold anything, a column may not.

    What came stands in the events, whole.
    """
    if set(map(type, values)) <= {*types, _NONE_TYPE}:
        return values
    return [value if type(value) in types else None for value in values]


_NONE_TYPE = type(None)


def _make_int_column(values: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    values = _replace_other_types_by_none(values, int)
    try:
        if None not in values:
            whole = np.array(values, dtype=np.int64)
            return pd.arrays.IntegerArray(whole, np.zeros(len(values), dtype=bool))
        missing = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
        filled = np.fromiter((value or 0 for value in values), dtype=np.int64, count=len(values))
    except OverflowError:
        return _make_int_column(
            [value if value is None or -(2**63) <= value < 2**63 else None for value in values]
        )
    return pd.arrays.IntegerArray(filled, missing)


def _make_float_column(values: list[Any]) -> Any:
    import numpy as np

    return np.array(_replace_other_types_by_none(values, float, int), dtype=np.float64)


def _make_time_column(values: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    with np.errstate(over="ignore"):  # infinite is late, too
        micros = np.round(_make_float_column(values) * 1e6)
    missing = ~(np.abs(micros) < _YEAR_10000_MICROSECONDS)
    moments = np.where(missing, 0, micros).astype(np.int64).view("datetime64[us]")
    moments[missing] = np.datetime64("NaT", "us")
    return pd.DatetimeIndex(moments).tz_localize("UTC")


_YEAR_10000_MICROSECONDS = 253_402_300_800_000_000
"""Microseconds until the year 10,000: what is later is no time."""


def _make_string_column(values: list[Any]) -> Any:
    import pandas as pd

    return pd.array(_replace_other_types_by_none(values, str), dtype="string")


def _make_category_column(values: list[Any]) -> Any:
    import numpy as np
    import pandas as pd

    values = _replace_other_types_by_none(values, str)
    names = [name for name in dict.fromkeys(values) if name is not None]
    codes = {name: code for code, name in enumerate(names)}
    codes[None] = -1
    categories = pd.Index(names, dtype=pd.Index([""]).dtype)
    coded = np.fromiter(map(codes.__getitem__, values), dtype=np.int32, count=len(values))
    return pd.Categorical.from_codes(coded, categories=categories)


def _make_json_column(values: list[Any]) -> Any:
    from lg_jupyter.exports.json_column import JSONArray, make_object_array

    lists = _SharedListExpander()
    return JSONArray(
        make_object_array(
            [lists.expand(value) if type(value) in _CONTAINER_TYPES else value for value in values]
        )
    )


_CONTAINER_TYPES = frozenset({dict, list, SharedList})


class _SharedListExpander:
    """Puts lists where encoded values share theirs; what has none stays the same object.

    What states share is looked into once: it is known by identity, and lists that grew by their beginning.
    """

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        self._versions: dict[int, tuple[SharedList, list[Any]]] = {}

    def expand(self, value: Any) -> Any:
        if type(value) is SharedList:
            return self._expand_shared_list(value)
        inner = value.values() if type(value) is dict else value
        if _CONTAINER_TYPES.isdisjoint(map(type, inner)):
            return value
        if id(value) in self._known:
            return self._known[id(value)]
        items = self._expand_items(inner)
        if not any(map(is_not, items, inner)):
            expanded = value
        else:
            expanded = dict(zip(value, items, strict=True)) if type(value) is dict else items
        if type(value) is dict:  # a list that is not shared is short
            self._known[id(value)] = expanded
        return expanded

    def _expand_items(self, items: Iterable[JSON]) -> list[Any]:
        return [self.expand(item) if type(item) in _CONTAINER_TYPES else item for item in items]

    def _expand_shared_list(self, value: SharedList) -> list[Any]:
        if not len(value):
            return []
        known, expanded = self._versions.get(id(value[0]), (SharedList(), []))
        same = value.count_common_prefix(known)
        expanded = expanded[:same] + self._expand_items(value[same:])
        self._versions[id(value[0])] = value, expanded
        return expanded


_COLUMN_MAKERS: dict[ColumnKind, Callable[[list[Any]], Any]] = {
    "int": _make_int_column,
    "float": _make_float_column,
    "time": _make_time_column,
    "string": _make_string_column,
    "category": _make_category_column,
    "json": _make_json_column,
}
