"""Columns and tables, as their schema states them, and columns that several tables have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from lg_jupyter.events.types import Status

ColumnKind = Literal["int", "float", "string", "category", "time", "json"]
"""How a column is held: ``time`` is seconds since the epoch here and a UTC timestamp in frames;
``float`` durations are seconds; ``json`` is a nested value left whole."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes
    ----------
    kind
        How it is held.
    description
        What it says, as Markdown for the documents.
    is_always_set
        Whether no row lacks it.
    categories
        The only values that it has, if these are a few.
    is_streamed
        Whether a display gets it apart from its row, piece by piece, as it streams.
    """

    kind: ColumnKind
    description: str
    is_always_set: bool = False
    categories: tuple[str, ...] = ()
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's name, its key column (``None``: rows are only appended), its columns in order.

    ``row_description`` says what a row is, ``notes`` what is to be known of all of them.
    """

    name: str
    key: str | None
    column_kinds: Mapping[str, ColumnKind]
    row_description: str = ""
    notes: str = ""
    column_details: Mapping[str, Column] = field(default_factory=dict)


def make_table_schema(
    name: str, key: str | None, about: str, notes: str = "", /, **columns: Column
) -> TableSchema:
    kinds = {column: details.kind for column, details in columns.items()}
    return TableSchema(name, key, kinds, about, " ".join(notes.split()), columns)


STATUSES: tuple[str, ...] = get_args(Status)

SEQ_COLUMN = Column("int", "The number of its event in the run, from 0.", is_always_set=True)
TIMESTAMP_COLUMN = Column("time", "When its event arrived.", is_always_set=True)
NAMESPACE_COLUMN = Column("category", "The graph that it is of.", is_always_set=True)
NODE_COLUMN = Column("category", "The node that it is of.")
STEP_COLUMN = Column("int", "The step of its graph.")
TASK_ID_COLUMN = Column("string", "The execution of the node, as in `tasks`.")
_PART_OF_COUNT_TEMPLATE = "Of these, {}: a part of `{}`."
TOKEN_COUNT_COLUMNS: dict[str, Column] = {
    "input_tokens": Column("int", "Tokens that the model read."),
    "output_tokens": Column("int", "Tokens that it gave out."),
    "total_tokens": Column("int", "Both."),
    "cache_read_tokens": Column(
        "int", _PART_OF_COUNT_TEMPLATE.format("read from the provider's cache", "input_tokens")
    ),
    "cache_write_tokens": Column("int", _PART_OF_COUNT_TEMPLATE.format("written to it", "input_tokens")),
    "reasoning_tokens": Column("int", _PART_OF_COUNT_TEMPLATE.format("for reasoning", "output_tokens")),
}
"""What a model read and gave out, of a call and of its message."""
