"""The index of a history: a row for each run, and its texts, in SQLite. Made of the files, it may be lost.

Each operation has a connection of its own: several kernels and threads write, and whoever removes or damages
the file meanwhile is noticed. What is damaged is begun anew; :meth:`HistoryIndex.sync_with_files` then reads
the files again.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.histories.entry import RUNNING_STATUS, HistoryEntry
from lg_jupyter.histories.folder import RunFile

T = TypeVar("T")

SCHEMA_VERSION = 1
"""Raised with the columns: an index of another version is begun anew."""

BUSY_TIMEOUT_SECONDS = 10.0
"""Seconds to wait for another process that writes."""

MIN_FULL_TEXT_CHARACTERS = 3
"""Characters that the index of texts finds; shorter ones are looked for in each text."""

_ENTRY_COLUMNS = [each.name for each in fields(HistoryEntry)]

_SCHEMA_SQL = f"""
CREATE TABLE runs ({", ".join(_ENTRY_COLUMNS)}, written INTEGER, PRIMARY KEY (id));
CREATE INDEX by_start ON runs (started);
CREATE VIRTUAL TABLE texts USING fts5 (content, tokenize = 'trigram');
PRAGMA user_version = {SCHEMA_VERSION};
"""


@dataclass(frozen=True)
class HistoryQuery:
    """What runs must be like; ``None`` allows all. ``since`` is in seconds since the epoch."""

    text: str | None = None
    name: str | None = None
    status: Collection[str] | None = None
    since: float | None = None


class IndexedFile(NamedTuple):
    """What the index holds of a run's file."""

    size: int
    modified_ns: int
    status: str
    is_pinned: bool

    def is_outdated(self, file: RunFile) -> bool:
        """Whether there is more to read in the file; of a run that goes on is known that it does."""
        if self.status == RUNNING_STATUS:
            return not file.is_live
        return (self.size, self.modified_ns) != (file.size, file.modified_ns)


_INDEXED_FILES_QUERY = "SELECT id, size, written, status, pinned FROM runs"
"""The id of a run, and the values of :class:`IndexedFile`."""


class HistoryIndex:
    """The rows of all runs of a history.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def file_size_bytes(self) -> int:
        """Bytes of the file."""
        with suppress(OSError):
            return self._path.stat().st_size
        return 0

    # Reading.

    def query_entries(self, query: HistoryQuery) -> list[HistoryEntry]:
        """The runs that fit, the newest first."""
        where, values = _make_sql_condition(query)
        sql = f"SELECT {', '.join(_ENTRY_COLUMNS)} FROM runs{where} ORDER BY started DESC, id"
        return self._execute_or_rebuild(
            lambda db: [_make_entry_from_row(row) for row in db.execute(sql, values)]
        )

    def sum_unpinned_bytes(self) -> int:
        """Bytes of the files of all runs that are not pinned."""
        sql = "SELECT coalesce(sum(size), 0) FROM runs WHERE NOT pinned"
        return self._execute_or_rebuild(lambda db: int(db.execute(sql).fetchone()[0]))

    def get_indexed_files(self) -> dict[str, IndexedFile]:
        """What the index holds of the file of each run, by id."""
        return self._execute_or_rebuild(
            lambda db: {row[0]: IndexedFile(*row[1:]) for row in db.execute(_INDEXED_FILES_QUERY)}
        )

    # Writing.

    def upsert(
        self,
        entry: HistoryEntry,
        modified_ns: int,
        text: str | None,
        if_known: IndexedFile | Literal[True] | None = True,
    ) -> None:
        """A run as it is now; ``None`` leaves the texts as they are.

        With ``if_known``, only if no more is known of it than that: nobody put in what is newer.
        """
        values = [*asdict(entry).values(), modified_ns]
        places = ", ".join("?" * len(values))

        def do(db: sqlite3.Connection) -> None:
            row = db.execute("SELECT rowid FROM runs WHERE id = ?", [entry.id]).fetchone()
            names = ", ".join([*_ENTRY_COLUMNS, "written"])
            if if_known is not True:
                found = db.execute(f"{_INDEXED_FILES_QUERY} WHERE id = ?", [entry.id]).fetchone()
                if (found and IndexedFile(*found[1:])) != if_known:
                    return
            if row is None:
                number = db.execute(f"INSERT INTO runs ({names}) VALUES ({places})", values).lastrowid
            else:
                number = row[0]
                sets = ", ".join(f"{name} = ?" for name in [*_ENTRY_COLUMNS, "written"])
                db.execute(f"UPDATE runs SET {sets} WHERE rowid = ?", [*values, number])
            if text is not None:
                db.execute("DELETE FROM texts WHERE rowid = ?", [number])
                db.execute(
                    "INSERT INTO texts (rowid, content) VALUES (?, ?)", [number, _replace_surrogates(text)]
                )

        self._execute_or_rebuild(do)

    def set_pinned(self, run_id: str, pinned: bool) -> None:
        self._execute_or_rebuild(
            lambda db: db.execute("UPDATE runs SET pinned = ? WHERE id = ?", [pinned, run_id])
        )

    def delete_runs(self, ids: Iterable[str]) -> None:
        """Forget runs: nothing of their texts is left in the file, nor beside it."""
        ids = list(ids)

        def do(db: sqlite3.Connection) -> None:
            for run_id in ids:
                row = db.execute("SELECT rowid FROM runs WHERE id = ?", [run_id]).fetchone()
                if row is not None:
                    db.execute("DELETE FROM texts WHERE rowid = ?", row)
                    db.execute("DELETE FROM runs WHERE rowid = ?", row)
            db.execute("INSERT INTO texts (texts) VALUES ('optimize')")

        if ids:
            self._execute_or_rebuild(do)
            self._execute_or_rebuild(
                lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)"), transaction=False
            )

    def sync_with_files(
        self,
        files: Iterable[RunFile],
        read: Callable[[RunFile], tuple[HistoryEntry, str | None]],
        announce: Callable[[int], None],
    ) -> None:
        """Have it hold what the files hold.

        ``read`` gives of one what is to be known of it; ``announce`` gets how many are to be read.
        """
        known, there = self.get_indexed_files(), {file.id: file for file in files}
        new = [file for file in there.values() if file.id not in known or known[file.id].is_outdated(file)]
        announce(len(new))
        for file in new:
            entry, text = read(file)
            entry.size, entry.pinned = file.size, file.is_pinned
            self.upsert(entry, file.modified_ns, text, if_known=known.get(file.id))
        for run_id, before in known.items():
            if run_id in there and before.is_pinned != there[run_id].is_pinned:
                self.set_pinned(run_id, there[run_id].is_pinned)
        self.delete_runs(known.keys() - there.keys())

    # The file.

    def _execute_or_rebuild(
        self, operation: Callable[[sqlite3.Connection], T], transaction: bool = True
    ) -> T:
        """The result of an operation; on what is damaged, after it was begun anew."""
        try:
            with self._open_connection(transaction) as db:
                return operation(db)
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):  # the disk is full, for instance
                raise SavedRunError(f"{self._path} cannot be read or written: {error}") from None
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise
        self._delete_index_files()
        with self._open_connection(transaction) as db:
            return operation(db)

    @contextmanager
    def _open_connection(self, transaction: bool) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, BUSY_TIMEOUT_SECONDS, isolation_level=None)) as db:
            for pragma in ("trusted_schema = OFF", "secure_delete = ON", "synchronous = NORMAL"):
                db.execute(f"PRAGMA {pragma}")
            _set_journal_mode(db)
            if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                _recreate_outdated_tables(db)
            if not transaction:
                yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _delete_index_files(self) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _set_journal_mode(db: sqlite3.Connection) -> None:
    """Readers beside a writer; network folders cannot, and do with less."""
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        with suppress(sqlite3.OperationalError):  # locked: whoever holds it sets it
            db.execute("PRAGMA journal_mode = DELETE")


def _recreate_outdated_tables(db: sqlite3.Connection) -> None:
    """The tables, in place of those of another version; another process may be at it too."""
    db.execute("BEGIN EXCLUSIVE")
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            for name in ("texts", "runs"):
                db.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in filter(str.strip, _SCHEMA_SQL.split(";")):
                db.execute(statement)
        db.execute("COMMIT")
    except BaseException as error:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        if "fts5" in str(error) or "tokenizer" in str(error):
            raise UsageError(
                f"a history needs SQLite 3.34 or newer with FTS5; this Python has {sqlite3.sqlite_version}"
            ) from None
        raise


def _make_sql_condition(query: HistoryQuery) -> tuple[str, list[object]]:
    parts: list[tuple[str, list[object]]] = []
    for word in (query.text or "").split():
        condition, value = _make_text_condition(word)
        parts.append((f"rowid IN (SELECT rowid FROM texts WHERE {condition})", [value]))
    if query.name is not None:
        parts.append(("instr(lower(name), ?)", [query.name.lower()]))
    if query.status is not None:
        parts.append((f"status IN ({', '.join('?' * len(query.status))})", [*query.status]))
    if query.since is not None:
        parts.append(("started >= ?", [query.since]))
    where = " AND ".join(condition for condition, _ in parts)
    return (f" WHERE {where}" if where else ""), [value for _, values in parts for value in values]


def _make_text_condition(word: str) -> tuple[str, str]:
    if len(word) >= MIN_FULL_TEXT_CHARACTERS:
        quoted = word.replace('"', '""')
        return "content MATCH ?", f'"{quoted}"'
    return r"content LIKE ? ESCAPE '\'", "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


def _make_entry_from_row(row: tuple[object, ...]) -> HistoryEntry:
    entry = HistoryEntry(*row)  # type: ignore[arg-type]
    entry.pinned = bool(entry.pinned)
    return entry


def _replace_surrogates(text: str) -> str:
    """Without halves of characters, which no database takes."""
    return text.encode(errors="replace").decode()
