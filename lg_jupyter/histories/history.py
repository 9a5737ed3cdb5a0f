"""A history as users hold it: :func:`lg_jupyter.history` turns it on and gives it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lg_jupyter.config import options
from lg_jupyter.histories.bounds import parse_bounds
from lg_jupyter.histories.entry import ENDED_STATUSES
from lg_jupyter.histories.folder import HistoryFolder
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.keeper import HistoryKeeper
from lg_jupyter.histories.query import make_graph_filter, parse_since, parse_statuses
from lg_jupyter.histories.runs import HistoryRuns
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.run import Run
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.text import words
from lg_jupyter.text.words import format_count, join_with_dots


class History(SuggestsAttributes):
    """The runs that are kept in a folder; :func:`lg_jupyter.history` gives it.

    ``history[id]`` loads one, by its id or the beginning of that. As a cell's last expression it shows the
    runs as a table.
    """

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._keeper = HistoryKeeper(store)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._store.folder.path

    @property
    def on(self) -> bool:
        """Whether runs that are started now are kept here."""
        return RUNS.keeper is self._keeper

    @property
    def size(self) -> int:
        """How many bytes the files of its runs have."""
        return sum(kept.size for kept in self._store.folder.iter_run_files())

    def start(self) -> None:
        """Keep the runs that are started from now on, here and no longer elsewhere.

        Raises
        ------
        UsageError
            If the folder around it is not there.
        SavedRunError
            If nothing can be written there.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> history.stop()
        >>> history.start()
        >>> history.on
        True
        """
        self._store.folder.create()
        RUNS.keeper = self._keeper

    def stop(self) -> None:
        """Keep no more runs; those that go on are kept to their end, and what is kept stays.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> history.stop()
        >>> history.on
        False
        """
        if self.on:
            RUNS.keeper = None

    # What is kept.

    @checks_arguments
    def runs(
        self,
        *,
        text: str | None = None,
        name: str | None = None,
        status: str | Iterable[str] | None = None,
        since: str | date | datetime | timedelta | float | None = None,
        graph: Any = None,
    ) -> HistoryRuns:
        """The runs that are kept, the newest first.

        Parameters
        ----------
        text
            Words that each stand somewhere in the run: in its input, its messages, what tools were given,
            what it ended with or failed with. A part of a word will do, in whatever case.
        name
            A part of the name.
        status
            How they ended: one of the words of ``run.status``, or several.
        since
            When they began at the earliest: a time as text (``"2026-11-28"``), a ``datetime``, or a
            ``timedelta`` before now.
        graph
            A graph or a ``Server``, or a name: the runs of it alone.

        Returns
        -------
        HistoryRuns
            A list that shows itself as a table in which runs are searched, opened, compared, pinned and
            deleted; ``.to_pandas()`` is a DataFrame.

        Raises
        ------
        UsageError
            If there is no such status, or ``since`` is no time.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
        >>> [each.title for each in history.runs(text="dogs cats", status="success")]
        ['dogs']
        """
        query = HistoryQuery(text, name, parse_statuses(status), parse_since(since))
        return HistoryRuns(self._store, query, make_graph_filter(graph))

    def __getitem__(self, run_id: str) -> Run:
        return Run.load(self._store.get_run_path(self._store.find_entry_by_id(run_id)))

    @checks_arguments
    def pin(self, run_id: str, pinned: bool = True) -> None:
        """Keep a run whatever the bounds, or no longer.

        Parameters
        ----------
        run_id
            Its id, or the beginning of that.
        pinned
            Whether it is to be pinned.

        Raises
        ------
        UsageError
            If no run has this id.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
        >>> history.pin(run.id)
        >>> history.runs()[0].pinned
        True
        """
        self._store.set_pinned(self._store.find_entry_by_id(run_id), pinned)

    @checks_arguments
    def delete(self, *run_ids: str) -> None:
        """Delete runs: their files, their rows, and all of their texts; pinned ones too.

        Parameters
        ----------
        run_ids
            Their ids, or the beginnings of those.

        Raises
        ------
        UsageError
            If no run has such an id, or it goes on; nothing was deleted then.
        SavedRunError
            If a file cannot be removed.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
        >>> history.delete(run.id)
        >>> len(history.runs())
        0
        """
        self._store.delete_runs(self._store.find_entries_by_id(run_ids))

    def clear(self) -> None:
        """Delete all runs that are over and not pinned.

        Examples
        --------
        >>> history = lg_jupyter.history()
        >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
        >>> history.clear()
        >>> history.size
        0
        """
        entries = self._store.query_entries(HistoryQuery(status=ENDED_STATUSES))
        self._store.delete_runs([entry for entry in entries if not entry.pinned])

    # Showing.

    def __repr__(self) -> str:
        kept = list(self._store.folder.iter_run_files())
        state = "on" if self.on else "off"
        size = words.format_bytes(sum(each.size for each in kept))
        return f"<History {self.folder}: {join_with_dots(format_count(len(kept), 'run'), size, state)}>"

    def _display_(self) -> Any:
        """What marimo shows."""
        return self.runs()

    def _ipython_display_(self) -> None:
        self.runs()._ipython_display_()


@checks_arguments
def history(
    folder: str | os.PathLike[str] | None = None,
    *,
    max_size: str | float | None = None,
    max_days: float | None = None,
    start: bool = True,
) -> History:
    """Keep each run from now on in a folder, and give what is kept there.

    Each run is a file in ``.lg_jupyter`` that is written while it goes on, with all its secrets masked; the
    folder is its owner's alone, and git takes nothing of it. ``history.stop()`` ends that.

    Parameters
    ----------
    folder
        The project, in which ``.lg_jupyter`` is or is made; by default the folder around the working
        directory with a ``pyproject.toml`` or ``.git``, else the working directory.
    max_size
        How much is kept, such as ``"2 GB"``: when a run is over, the oldest ones beyond that are deleted.
        Pinned ones stay, and do not count. By default as the option ``history_size`` has it, 500 MB.
    max_days
        For how many days runs are kept. By default as the option ``history_days`` has it: as long as there is
        room.
    start
        Whether to keep runs from now on; ``False`` only looks at what is there.

    Returns
    -------
    History
        What is kept.

    Raises
    ------
    UsageError
        If there is no such folder, or a bound is none.
    SavedRunError
        If nothing can be written there.

    Examples
    --------
    >>> history = lg_jupyter.history()
    >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
    >>> history[run.id].output == run.output
    True
    """
    held = options()
    size = held.history_size * 1_000_000 if max_size is None else max_size
    days = held.history_days if max_days is None else max_days
    made = History(HistoryStore(HistoryFolder(folder), parse_bounds(size, days)))
    if start:
        made.start()
    return made
