"""What a panel is, on this side: ``js/src/panels/<id>`` draws it, ``panels/<id>.py`` says all else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from lg_jupyter.panels.setting import Setting
from lg_jupyter.tables.places import Places
from lg_jupyter.tables.siblings import Siblings
from lg_jupyter.text.markup import Markup

if TYPE_CHECKING:
    from lg_jupyter.tables.base import Row
    from lg_jupyter.tables.onwards import Onwards
    from lg_jupyter.tables.trace import Trace


@dataclass(frozen=True)
class Recorded:
    """What a record is written of.

    Attributes
    ----------
    trace
        The tables of the run, or what they have since it went on.
    history_omitted
        How many messages more the thread held than have a row.
    limit
        About how many characters the record has.
    """

    trace: Trace | Onwards
    history_omitted: int
    limit: int
    _rows: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, read once."""
        if table not in self._rows:
            self._rows[table] = self.trace.rows(table)
        return self._rows[table]

    @cached_property
    def places(self) -> Places:
        """Where something was, in names."""
        return self.trace.places

    @cached_property
    def siblings(self) -> Siblings:
        """Which tasks ran side by side."""
        return Siblings(self.rows("tasks"))


Html: TypeAlias = Callable[[Recorded, int], Iterable[Markup]]
"""Writes a panel's part of a record, in about this many characters."""

Lines: TypeAlias = Callable[[Recorded], Iterable[str]]
"""Writes the same as lines of text."""

Explain: TypeAlias = Callable[["Trace", Setting, bool], Iterator[str]]
"""Says why a panel shows nothing or less than one would think, of a run that is over or goes on.

One or two sentences each: the cause, then what to do. While a run goes on only what is certain is said.
"""


@dataclass(frozen=True)
class Panel:
    """A panel of the live view.

    Attributes
    ----------
    module
        The name of the module that it is in, of which the last part is its id.
    title
        What its tab is called.
    html, text
        Its part of the static record. ``no_record`` is why there is none.
    weight
        Its share of the room that a record's HTML has, beside the weights of the others.
    explain
        Why it is empty. ``no_explanation`` is why nobody need say so.
    is_urgent
        Whether it asks something of the reader: it comes first in the HTML.
    explains_itself
        Whether its explanations stand in its own part of the record, and not with those of the others.
    """

    module: str
    title: str
    html: Html | None = None
    text: Lines | None = None
    no_record: str | None = None
    weight: int = 0
    explain: Explain | None = None
    no_explanation: str | None = None
    is_urgent: bool = False
    explains_itself: bool = False

    @property
    def id(self) -> str:
        """What it is called in code: ``run.panel(id)``."""
        return self.module.rpartition(".")[2]
