"""The columns of frames that hold nested values: Python objects in pandas, JSON text in Arrow.

pyarrow takes a column of objects only where all are of one type. What a run holds is not: one state is an
object, the next a list. So such a column says itself what it is in Arrow, and whoever reads frames by way of
it (polars, DuckDB, Parquet files) gets JSON text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype
from pandas.api.extensions import take as taken
from pandas.api.indexers import check_array_indexer

from lg_jupyter.encode import dump_json


class JSONDtype(ExtensionDtype):
    """The type of a column of dicts, lists, texts, numbers, bools and ``None``, side by side.

    It goes by the name ``object``, which files keep: else nobody could read them who has not imported this.
    """

    name = "object"
    type = object
    kind = "O"
    na_value = None

    @classmethod
    def construct_array_type(cls) -> Any:
        return JSONArray

    @classmethod
    def construct_from_string(cls, string: str) -> Any:
        raise TypeError(f"{string!r} is pandas' own")


def make_object_array(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    """An array of objects with these values, whatever they are."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


class JSONArray(ExtensionArray):  # type: ignore[misc, unused-ignore]
    """The values of a column, in an array of objects."""

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        self._values = values

    # -- what pandas asks of an array

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> JSONArray:
        return cls(make_object_array(list(scalars)))

    @classmethod
    def _from_factorized(cls, values: Any, original: Any) -> JSONArray:
        return cls(make_object_array(list(values)))

    @classmethod
    def _concat_same_type(cls, to_concat: Any) -> JSONArray:
        return cls(np.concatenate([np.asarray(each, dtype=object) for each in to_concat]))

    @property
    def dtype(self) -> Any:
        return JSONDtype()

    @property
    def nbytes(self) -> int:
        return int(self._values.nbytes)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, item: Any) -> Any:
        item = check_array_indexer(self, item)
        found = self._values[item]
        return found if isinstance(item, (int, np.integer)) else type(self)(found)

    def __setitem__(self, key: Any, value: Any) -> None:
        key = check_array_indexer(self, key)
        if isinstance(key, (int, np.integer)) or isinstance(value, (JSONArray, np.ndarray)):
            self._values[key] = np.asarray(value, dtype=object) if isinstance(value, JSONArray) else value
            return
        for position in np.arange(len(self))[key]:
            self._values[position] = value

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, (pd.Series, pd.Index, pd.DataFrame)):
            return NotImplemented
        same = isinstance(other, (ExtensionArray, np.ndarray))
        others = list(other) if same else [other] * len(self)
        return np.array([bool(a == b) for a, b in zip(self._values, others, strict=True)], dtype=bool)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.array(self._values, dtype=dtype or object, copy=True) if copy else self._values

    def isna(self) -> Any:
        return pd.isna(self._values)

    def copy(self) -> JSONArray:
        return type(self)(self._values.copy())

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> JSONArray:
        found: Any = taken(self._values, np.asarray(indices), allow_fill=allow_fill, fill_value=None)
        if allow_fill:
            found[np.asarray(indices) == -1] = None
        return type(self)(found)

    def map(self, mapper: Any, na_action: Any = None) -> Any:
        """As a column of objects does: what comes of it has the type of what was made."""
        return pd.Series(self._values, dtype=object).map(mapper, na_action=na_action).array

    def _explode(self) -> tuple[Any, Any]:
        rows = [value or [None] if isinstance(value, list) else [value] for value in self._values]
        counts = np.array([len(row) for row in rows], dtype=np.uint64)
        return type(self)(make_object_array([item for row in rows for item in row])), counts

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        return str

    # -- Arrow

    def __arrow_array__(self, type: Any = None) -> Any:
        import pyarrow

        return pyarrow.array(to_json_texts(self._values), type or pyarrow.string())


def to_json_texts(values: Any) -> list[str | None]:
    """Each value as JSON text; what is missing stays so."""
    return [None if value is None else dump_json(value).decode() for value in values]
