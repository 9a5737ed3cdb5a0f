"""What a panel is, on this side: ``js/src/panels/<id>`` draws it, ``panels/<id>.py`` says all else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.parallel_tasks import ParallelTaskNumbering
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.text.markup import Markup

if TYPE_CHECKING:
    from lg_jupyter.tables.base import Row
    from lg_jupyter.tables.trace import Trace
    from lg_jupyter.tables.trace_since_resume import TraceSinceResume


@dataclass(frozen=True)
class RecordContext:
    """What a record is written of.

    Attributes
    ----------
    trace
        The tables of the run, or what they have since it went on.
    omitted_history_count
        How many messages more the thread held than have a row.
    max_characters
        About how many characters the record has.
    """

    trace: Trace | TraceSinceResume
    omitted_history_count: int
    max_characters: int
    _rows_by_table: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False)

    def get_table_rows(self, table: str) -> list[Row]:
        """The rows of a table, read once."""
        if table not in self._rows_by_table:
            self._rows_by_table[table] = self.trace.rows(table)
        return self._rows_by_table[table]

    @cached_property
    def place_names(self) -> PlaceNames:
        """Where something was, in names."""
        return self.trace.places

    @cached_property
    def parallel_tasks(self) -> ParallelTaskNumbering:
        """Which tasks ran side by side."""
        return ParallelTaskNumbering(self.get_table_rows("tasks"))


HtmlWriter: TypeAlias = Callable[[RecordContext, int], Iterable[Markup]]
"""Writes a panel's part of a record, in about this many characters."""

TextWriter: TypeAlias = Callable[[RecordContext], Iterable[str]]
"""Writes the same as lines of text."""

Explainer: TypeAlias = Callable[["Trace", RunSettings, bool], Iterator[str]]
"""Explains why a panel shows nothing or less than one would think, of a run that is over or goes on.

One or two sentences each: the cause, then what to do. While a run goes on there is only what is certain.
"""


@dataclass(frozen=True)
class Panel:
    """A panel of the live view.

    Attributes
    ----------
    module_name
        The name of the module that it is in, of which the last part is its id.
    title
        What its tab is called.
    render_record_html, format_record_text
        Its part of the static record. ``no_record_reason`` is why there is none.
    record_weight
        Its share of the room that a record's HTML has, beside the weights of the others.
    precedes_in_record
        The panel before which it stands in a record, where that is not as the tabs stand.
    explain_missing
        Why it is empty, or shows only a part. ``no_explanation_reason`` is why it needs none.
    is_urgent
        Whether the reader has to act on it: it comes first in the HTML.
    is_stored_in_checkpoints
        Whether checkpoints hold what it shows: else a thread that is shown as it is stored says so.
    has_inline_explanations
        Whether its explanations stand in its own part of the record, and not with those of the others.
    """

    module_name: str
    title: str
    render_record_html: HtmlWriter | None = None
    format_record_text: TextWriter | None = None
    no_record_reason: str | None = None
    record_weight: int = 0
    precedes_in_record: str | None = None
    explain_missing: Explainer | None = None
    no_explanation_reason: str | None = None
    is_urgent: bool = False
    is_stored_in_checkpoints: bool = False
    has_inline_explanations: bool = False

    @property
    def id(self) -> str:
        """What it is called in code: ``run.panel(id)``."""
        return self.module_name.rpartition(".")[2]
