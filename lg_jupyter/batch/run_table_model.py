"""What one table shows: runs that belong together, as far as its displays know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.events.events import Status


@dataclass(frozen=True)
class TableLabels:
    """How a table calls what it shows.

    Attributes
    ----------
    row_noun
        What a row is.
    rows_expression
        The expression that has all rows.
    runs_expression
        The expression that has all runs.
    source_kind
        What the page takes them for.
    """

    row_noun: Literal["input", "run"]
    rows_expression: str
    runs_expression: str
    source_kind: Literal["batch", "watch"]


class RunTableModel(Protocol):
    """Runs for a table: a batch, or those that a cell started."""

    table_labels: TableLabels
    listeners: list[Callable[[], None]]

    @property
    def name(self) -> str: ...
    @property
    def total(self) -> int | None: ...
    @property
    def unlisted_run_count(self) -> int: ...
    @property
    def started(self) -> float | None: ...
    @property
    def ended(self) -> float | None: ...
    @property
    def entries(self) -> Sequence[BatchEntry]: ...
    @property
    def exception(self) -> BaseException | None: ...
    @property
    def status_counts(self) -> dict[str, int]: ...
    @property
    def done(self) -> bool: ...
    @property
    def has_remaining_inputs(self) -> bool: ...
    @property
    def status(self) -> Status: ...
    @property
    def run_stop_hint(self) -> str | None: ...
    @property
    def stop_hint(self) -> str | None: ...
    @property
    def is_held(self) -> bool: ...
    def __len__(self) -> int: ...
    def mask_secrets(self, text: str) -> str: ...
    def notify_listeners(self) -> None: ...
    def stop(self) -> None: ...
    def resume(self, thread: bool) -> Any: ...
