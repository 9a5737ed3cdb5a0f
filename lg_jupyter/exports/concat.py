"""Tables of several runs in one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lg_jupyter.exports.frames import Frames, make_column, make_frame
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.columns import ColumnKind
from lg_jupyter.tables.schema import get_table_schema

if TYPE_CHECKING:
    import pandas as pd


def concat_frames(
    runs: Sequence[RunState], table: str, leading: Mapping[str, tuple[ColumnKind, Sequence[Any]]]
) -> pd.DataFrame:
    """The tables one below the other, behind ``leading`` columns, each with a kind and a value per run."""
    import pandas as pd

    frames = [Frames(run.trace, run.lock)[table] for run in runs] or [_make_empty_frame(table)]
    lengths = [len(one) for one in frames[: len(runs)]]
    for name in set(frames[0].columns).intersection(leading):
        frames = [one.drop(columns=name) for one in frames]
    _unify_categories(frames)
    whole = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    for position, (name, (kind, values)) in enumerate(leading.items()):
        whole.insert(position, name, _make_repeated_column(kind, values, lengths))
    return whole


def _unify_categories(frames: list[pd.DataFrame]) -> None:
    """Give the categories of each column to all frames, in order of appearance: else they would be lost."""
    import pandas as pd

    dtypes = frames[0].dtypes.items()
    for name in [name for name, dtype in dtypes if isinstance(dtype, pd.CategoricalDtype)]:
        shared = list(dict.fromkeys(value for one in frames for value in one[name].cat.categories))
        categories = pd.Index(shared, dtype=pd.Index([""]).dtype)
        for one in frames:
            one[name] = one[name].cat.set_categories(categories)


def _make_repeated_column(kind: ColumnKind, values: Sequence[Any], lengths: Sequence[int]) -> Any:
    return make_column(
        kind, [value for value, length in zip(values, lengths, strict=True) for _ in range(length)]
    )


def _make_empty_frame(table: str) -> pd.DataFrame:
    found = get_table_schema(table)
    return make_frame(found, {name: [] for name in found.column_kinds})
