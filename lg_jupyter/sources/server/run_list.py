"""The runs that a server has: those of one thread, or of the threads that changed last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.sources.server.errors import make_server_error
from lg_jupyter.sources.server.probe import ensure_server_reachable
from lg_jupyter.sources.server.server import Server

SERVER_RUN_STATUSES = ("pending", "running", "success", "error", "interrupted", "timeout")
"""What a server calls them."""


def fetch_runs(server: Server, thread_id: str | None, status: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest runs; this blocks.

    Raises
    ------
    UsageError
        If there is no such status, or the limit is none.
    ServerError
        If the server does not answer.
    """
    if status is not None and status not in SERVER_RUN_STATUSES:
        raise UsageError(f"a server has no status {status!r}; statuses: {', '.join(SERVER_RUN_STATUSES)}")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise UsageError(f"limit is the most runs to list, 1 or more, not {limit!r}")
    client = server.make_sync_client()
    try:
        ensure_server_reachable(server.url)
        found = [_make_run_row(run) for run in _iter_runs_of_threads(client, thread_id, status, limit)]
    except Exception as error:
        raise make_server_error(error, server.make_server_address()) or error from None
    finally:
        client.http.client.close()
    return sorted(found, key=lambda row: row["created"] or 0, reverse=True)[:limit]


def _iter_runs_of_threads(
    client: Any, thread_id: str | None, status: str | None, limit: int
) -> Iterator[Mapping[str, Any]]:
    """The runs of a thread, or of as many threads as the limit."""
    threads = (
        [thread_id] if thread_id else [each["thread_id"] for each in _search_newest_threads(client, limit)]
    )
    for each in threads:
        for run in client.runs.list(each, limit=limit):
            if status is None or run["status"] == status:
                yield run


def _search_newest_threads(client: Any, limit: int) -> list[Mapping[str, Any]]:
    try:
        found: list[Mapping[str, Any]] = client.threads.search(
            limit=limit, sort_by="updated_at", sort_order="desc"
        )
    except TypeError:  # an SDK that cannot sort; servers give the newest first
        found = client.threads.search(limit=limit)
    return found


def _make_run_row(run: Mapping[str, Any]) -> dict[str, Any]:
    metadata = run.get("metadata") or {}
    return {
        "run_id": str(run["run_id"]),
        "thread_id": str(run["thread_id"]),
        "assistant_id": run.get("assistant_id"),
        "graph": metadata.get("graph_id"),
        "status": str(run["status"]),
        "created": _parse_timestamp(run.get("created_at")),
        "updated": _parse_timestamp(run.get("updated_at")),
    }


def _parse_timestamp(text: Any) -> float | None:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp() if text else None
