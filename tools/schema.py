"""Writes what is made of the tables' schema and of the panels' ids: for the front end, and a page of docs.

``python -m tools.schema`` writes them; with ``--check`` it says which are stale, and fails if any is.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from lg_jupyter.config import PANELS
from lg_jupyter.tables.columns import STATUSES, Column, ColumnKind, TableSchema
from lg_jupyter.tables.schema import SCHEMAS, TABLES_SENT_AS_COUNTS

ROOT = Path(__file__).resolve().parents[1]
TYPES = ROOT / "js" / "src" / "core" / "tables.ts"
COLUMNS = ROOT / "js" / "fixtures" / "columns.ts"
PAGE = ROOT / "docs" / "tables.md"
INDEX = ROOT / "js" / "src" / "panels" / "index.ts"
VIEWS = ROOT / "js" / "fixtures" / "views.ts"

MADE_OF_PANELS = (
    "// Made by `python -m tools.schema` of PANELS in lg_jupyter/config.py, which is what to change."
)
MADE = "// Made by `python -m tools.schema` of lg_jupyter/tables/schema.py, which is what to change."
PUSHED = [table for name, table in SCHEMAS.items() if name not in TABLES_SENT_AS_COUNTS]

WIDTH = 110
"""The longest line that the front end's formatter leaves alone."""

INTRODUCTION = """
`run.to_pandas(name)`, `run.frames.<name>`, `run.to_arrow(name)` and the files of `run.to_parquet(folder)`
have these columns. Of the kinds, `time` is a UTC timestamp, `float` a number of seconds, `int` nullable,
`category` a name that repeats, and `json` a nested value. In every table `namespace` is the segments
`node:task_id` joined by `|`, `""` at the root; a `namespace`, `message_id` or `task_id` joins one table to
another. A row stands where its first event stands in the stream, and what is missing is not known, or does
not apply.
"""

_TYPES: dict[ColumnKind, str] = {
    "int": "number",
    "float": "number",
    "time": "number",
    "string": "string",
    "category": "string",
    "json": "Json",
}


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` compare them; 1 if one is stale."""
    made = {TYPES: types(), COLUMNS: columns(), PAGE: page(), INDEX: panel_index(), VIEWS: panel_views()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is stale: python -m tools.schema writes it anew")
        else:
            path.write_text(made[path], "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return int(bool(stale) and "--check" in arguments)


# ---------------------------------------------------------------------------------------------
# TypeScript


def types() -> str:
    """The rows as the front end sees them."""
    return "\n".join(_types()) + "\n"


def _types() -> Iterator[str]:
    yield MADE
    yield "// Times are seconds since the epoch by the kernel's clock, durations seconds. Missing is null."
    yield ""
    yield 'import type { Json, Row } from "./json";'
    yield ""
    yield "/** One vocabulary for runs, tasks and namespaces; only tasks are `cached` or `unreported`. */"
    yield "export type Status ="
    yield from (f'  | "{status}"' for status in STATUSES[:-1])
    yield f'  | "{STATUSES[-1]}";'
    for table in (SCHEMAS["events"], *PUSHED):
        yield ""
        yield f"/** {table.row_description[0].upper()}{table.row_description[1:]}. */"
        yield f"export interface {_row(table)} extends Row {{"
        for name, column in table.column_details.items():
            if not column.is_streamed:
                yield from _comment(column.description)
                yield f"  {name}: {_type(column)};"
        yield "}"
    yield ""
    yield "/** The tables that are pushed whole, with the type of their rows. The others are only counted. */"
    yield "export interface PushedTables {"
    yield from (f"  {table.name}: {_row(table)};" for table in PUSHED)
    yield "}"
    yield ""
    yield "export type TableName = keyof PushedTables;"
    yield ""
    yield "/** The key column of each pushed table; null where rows are only appended. */"
    yield "export const TABLE_KEYS: Readonly<Record<TableName, string | null>> = {"
    yield from (f"  {table.name}: {'null' if table.key is None else _quoted(table.key)}," for table in PUSHED)
    yield "};"
    yield ""
    yield "export const TABLE_NAMES = Object.keys(TABLE_KEYS) as readonly TableName[];"


def columns() -> str:
    """The columns as the tests of the front end make rows of."""
    return "\n".join(_columns()) + "\n"


def _columns() -> Iterator[str]:
    yield MADE
    yield ""
    yield 'import type { TableName } from "../src/core/schema";'
    yield ""
    yield "/** The columns of each pushed table. */"
    yield "export const COLUMNS: Readonly<Record<TableName, readonly string[]>> = {"
    for table in PUSHED:
        yield from _list(
            table.name, [name for name, column in table.column_details.items() if not column.is_streamed]
        )
    yield "};"


def _list(name: str, items: Sequence[str]) -> Iterator[str]:
    """A member of an object that is a list, as the formatter has it."""
    line = f"  {name}: [{', '.join(map(_quoted, items))}],"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"  {name}: ["
    yield from (f"    {_quoted(item)}," for item in items)
    yield "  ],"


def _row(table: TableSchema) -> str:
    """What a row is called: ``StateDiffRow``."""
    return "".join(word.capitalize() for word in table.name.removesuffix("s").split("_")) + "Row"


def _type(column: Column) -> str:
    if column.categories == STATUSES:
        known = "Status"
    else:
        known = " | ".join(map(_quoted, column.categories)) or _TYPES[column.kind]
    return known if column.is_always_set or column.kind == "json" else f"{known} | null"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _comment(text: str) -> Iterator[str]:
    if len(line := f"  /** {text} */") <= WIDTH:
        yield line
        return
    yield "  /**"
    yield from textwrap.wrap(
        text, WIDTH, initial_indent="   * ", subsequent_indent="   * ", break_on_hyphens=False
    )
    yield "   */"


def panel_index() -> str:
    """The list of the panels, in the order of their tabs."""
    lines = [
        MADE_OF_PANELS,
        "",
        *sorted(f'import {{ {name} }} from "./{name}/panel";' for name in PANELS),
        'import type { Panel } from "./panel";',
        "",
        'export type { Panel } from "./panel";',
        "",
        "/** In the order of their tabs. */",
        "export const PANELS: readonly Panel[] = [",
        *(f"  {name}," for name in PANELS),
        "];",
    ]
    return "\n".join(lines) + "\n"


def panel_views() -> str:
    """The views of the panels from their sources, for the demo page and tests."""
    names = sorted(set(PANELS) - {"tokens"})  # which comes with the frame
    lines = [
        MADE_OF_PANELS,
        "",
        *(f'import * as {name} from "../src/panels/{name}/view";' for name in names),
        "",
        "export const VIEWS = {",
        *(f"  {name}," for name in names),
        "};",
    ]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------------------
# The page


def page() -> str:
    """All tables with their columns, for people."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "<!-- Made by `python -m tools.schema` of lg_jupyter/tables/schema.py, which is what to change. -->"
    yield ""
    yield "# The tables"
    yield ""
    yield from _paragraph(INTRODUCTION)
    for table in SCHEMAS.values():
        yield ""
        yield f"## {table.name}"
        yield ""
        key = f" Its key is `{table.key}`." if table.key else ""
        yield from _paragraph(f"A row is {table.row_description}.{key} {table.notes}")
        yield ""
        yield "| column | kind | |"
        yield "|---|---|---|"
        for name, column in table.column_details.items():
            yield f"| `{name}` | {column.kind} | {column.description} |"


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 118, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
