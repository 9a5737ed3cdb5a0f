"""What the tables of calls share: rows of calls that nobody reported are made when somebody reads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from lg_jupyter.events.calls import CallSource
from lg_jupyter.events.events import JSON, Event, RunStarted, Status
from lg_jupyter.tables.base import KeyedTable, Row, seconds_between

ReadRowByKey = Callable[[str], "Row | None"]

_LARGE_COLUMNS = ("system", "input", "tools", "parameters", "output", "args", "result")


class CallTable(KeyedTable):
    """``read_message_row`` reads a row of ``messages`` by its id: what a call is inferred from."""

    def __init__(self, read_message_row: ReadRowByKey) -> None:
        super().__init__()
        self._read_message_row = read_message_row
        self._call_source: CallSource = "inferred"

    @abstractmethod
    def _add_inferred_calls(self) -> None:
        """Make rows of the messages that came since, where nobody reports the calls that they are of."""

    def _on_run_started(self, event: Event, fact: RunStarted) -> None:
        self._call_source = fact.call_source

    def _close_open_call(self, row: Row, status: Status, time: float) -> None:
        """End a call that its run has left open."""
        self._update_row(row, status=status, end_time=time, latency=seconds_between(row["start_time"], time))

    def trim_before(self, seq: int, time: float) -> None:
        self._trim_ended_rows(time, [name for name in _LARGE_COLUMNS if name in self.schema.column_kinds])

    def __len__(self) -> int:
        self._add_inferred_calls()
        return super().__len__()

    def rows(self) -> list[Row]:
        self._add_inferred_calls()
        return super().rows()

    def row(self, key: JSON) -> Row | None:
        self._add_inferred_calls()
        return super().row(key)

    def take_changes(self) -> list[Row]:
        self._add_inferred_calls()
        return super().take_changes()
