"""The whole values of the cells that were cut in a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.widgets.cell_previews import is_preview
from lg_jupyter.widgets.offline.value_pool import ValuePool

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

ValueNumbersByCell = dict[str, dict[str, dict[str, int]]]
"""The numbers of values, by table, column and key."""


def add_whole_cells_to_pool(
    rows: Mapping[str, list[Row]],
    keys: Mapping[str, str | None],
    row_of: Callable[[str, Any], Row | None],
    pool: ValuePool,
) -> tuple[ValueNumbersByCell, int]:
    """The numbers by which whole cells are found, and for how many there is no room.

    Parameters
    ----------
    rows
        Those of the snapshot, by table.
    keys
        The column that is a table's key; where there is none, rows are known by their position.
    row_of
        Gives the whole row of a table with a key.
    pool
        What takes the values.
    """
    found: ValueNumbersByCell = {}
    left_out = 0
    for table, at, row, column in _find_previewed_cells(rows):
        name = keys.get(table)
        key = at if name is None else row[name]
        whole = row_of(table, key)
        number = None if whole is None else pool.add(whole[column])
        if number is None:
            left_out += 1
        else:
            found.setdefault(table, {}).setdefault(column, {})[str(key)] = number
    return found, left_out


def _find_previewed_cells(rows: Mapping[str, list[Row]]) -> list[tuple[str, int, Row, str]]:
    """Where cells are cut: table, position, row and column."""
    return [
        (table, at, row, column)
        for table, every in rows.items()
        for at, row in enumerate(every)
        for column, value in row.items()
        if is_preview(value)
    ]
