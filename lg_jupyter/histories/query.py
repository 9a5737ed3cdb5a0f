"""What users ask of a history, checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.histories.entry import (
    ENDED_STATUSES,
    RUNNING_STATUS,
    HistoryEntry,
    has_common_node_name,
    join_node_names,
)
from lg_jupyter.sources import as_source
from lg_jupyter.sources.structure import HasStructure
from lg_jupyter.spelling import format_suggestion_ending
from lg_jupyter.text.words import clip_text

QUERY_STATUSES = (RUNNING_STATUS, *ENDED_STATUSES)


def parse_statuses(status: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """One status or several.

    Raises
    ------
    UsageError
        If there is no such status.
    """
    if status is None:
        return None
    given = (status,) if isinstance(status, str) else tuple(status)
    for each in given:
        if each not in QUERY_STATUSES:
            meant = format_suggestion_ending(str(each), QUERY_STATUSES)
            raise UsageError(f"no run has the status {each!r}{meant} Statuses: {', '.join(QUERY_STATUSES)}.")
    return given


def parse_since(since: Any) -> float | None:
    """A time, in seconds since the epoch.

    Raises
    ------
    UsageError
        If it is none.
    """
    if since is None or (isinstance(since, int | float) and not isinstance(since, bool)):
        return since
    if isinstance(since, timedelta):
        return time.time() - since.total_seconds()
    try:
        when = datetime.fromisoformat(since) if isinstance(since, str) else since
        if isinstance(when, date) and not isinstance(when, datetime):
            when = datetime(when.year, when.month, when.day)
        return float(when.timestamp())
    except (ValueError, AttributeError, OverflowError, OSError):
        raise UsageError(
            "since takes a time, as '2026-11-28' or datetime.timedelta(days=1) before now, "
            f"not {clip_text(repr(since), 60)}"
        ) from None


def make_graph_filter(graph: Any) -> Callable[[HistoryEntry], bool] | None:
    """Whether a run is of this graph, by its nodes or by its name; ``None`` where none is given.

    Raises
    ------
    TargetError
        If it is none.
    """
    if graph is None:
        return None
    if isinstance(graph, str):
        return lambda entry: entry.name == graph
    source = as_source(graph)
    nodes = None
    if isinstance(source, HasStructure) and source.has_local_structure:
        with suppress(UsageError):
            nodes = join_node_names(source.read_structure())
    if nodes is None:
        return lambda entry: entry.name == source.name
    return lambda entry: entry.nodes is not None and has_common_node_name(entry.nodes, nodes)
