"""What a store holds: that of a graph in this process, or a server's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lg_jupyter.errors import UsageError

MAX_STORE_ITEMS = 1_000
"""The most items that are read at once."""

STORE_ITEM_FIELDS = ("namespace", "key", "value", "created_at", "updated_at")


def read_store_items(store: Any, prefix: Sequence[str]) -> list[dict[str, Any]]:
    """The items of a ``BaseStore`` in a namespace and below; this may block.

    No item's time to live is refreshed by it.

    Raises
    ------
    UsageError
        Where there is none.
    """
    if store is None:
        raise UsageError("the graph has no store: compile it with store=InMemoryStore(), for instance")
    found = store.search(tuple(prefix), limit=MAX_STORE_ITEMS, refresh_ttl=False)
    return _sort_items(
        _make_item_dict({name: getattr(one, name, None) for name in STORE_ITEM_FIELDS}) for one in found
    )


def fetch_server_store_items(client: Any, prefix: Sequence[str]) -> list[dict[str, Any]]:
    """The same of a server, by a blocking client of its SDK."""
    found = client.store.search_items(tuple(prefix), limit=MAX_STORE_ITEMS, refresh_ttl=False)
    return _sort_items(map(_make_item_dict, found["items"]))


def _sort_items(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By namespace, then by key."""
    return sorted(items, key=lambda item: (item["namespace"], item["key"]))


def _make_item_dict(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "namespace": list(found["namespace"]),
        "key": found["key"],
        "value": found["value"],
        "created_at": _format_time(found.get("created_at")),
        "updated_at": _format_time(found.get("updated_at")),
    }


def _format_time(value: Any) -> str | None:
    """ISO 8601, as servers send it."""
    return value.isoformat() if isinstance(value, datetime) else value
