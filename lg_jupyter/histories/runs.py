"""The runs that were found in a history, as users hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lg_jupyter.exports.frames import make_frame
from lg_jupyter.histories import display, table
from lg_jupyter.histories.entry import HistoryEntry
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.tables.columns import ColumnKind, TableSchema

if TYPE_CHECKING:
    import pandas as pd

FRAME_COLUMNS: dict[str, ColumnKind] = {
    "id": "string",
    "name": "category",
    "status": "category",
    "title": "string",
    "started": "time",
    "ended": "time",
    "latency": "float",
    "steps": "int",
    "input_tokens": "int",
    "output_tokens": "int",
    "cost": "float",
    "unpriced_calls": "int",
    "error": "string",
    "last_words": "string",
    "thread_id": "string",
    "run_id": "string",
    "size": "int",
}


class HistoryRuns(list[HistoryEntry]):
    """The runs that :meth:`History.runs <lg_jupyter.History.runs>` found, the newest first.

    Each has ``id``, ``name``, ``status``, ``title`` (of its input), ``started``, ``latency``, ``error``,
    ``pinned`` and others; ``history[each.id]`` is the run. As a cell's last expression they show themselves
    as a table, in which runs are searched, opened, compared, pinned and deleted.
    """

    def __init__(
        self, store: HistoryStore, query: HistoryQuery, fits: Callable[[HistoryEntry], bool] | None = None
    ) -> None:
        super().__init__(each for each in store.query_entries(query) if fits is None or fits(each))
        self._store, self._query, self._fits = store, query, fits

    def to_pandas(self) -> pd.DataFrame:
        """The same as a DataFrame, a row for each run.

        Returns
        -------
        pandas.DataFrame
            The columns are the fields; times are UTC.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
        >>> history.runs().to_pandas()["status"].tolist()
        ['success']
        """
        made = make_frame(
            TableSchema("runs", "id", FRAME_COLUMNS),
            {name: [getattr(entry, name) for entry in self] for name in FRAME_COLUMNS},
        )
        made["pinned"] = [entry.pinned for entry in self]
        made["pinned"] = made["pinned"].astype("bool")
        return made

    def __repr__(self) -> str:
        return table.render_text(self)

    def _repr_html_(self) -> str:
        return table.render_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _display_(self) -> Any:
        """What marimo shows."""
        from lg_jupyter.histories.widget import HistoryTableWithRuns

        return HistoryTableWithRuns(self._store, self._query, self._fits).table

    def _ipython_display_(self) -> None:
        display.show_history(self._store, self._query, self._fits, self)
