"""Facts about a store: what was read of it and written to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lg_jupyter.events.types import JSON, JSONObject

STORE_MODE = "store"
"""The mode of parts that no stream has: of what a graph's store was called for."""

StoreOperation: TypeAlias = Literal["get", "search", "put", "delete", "list_namespaces"]


@dataclass(slots=True)
class StoreCalled:
    """A store was read or written, and has answered; of one that raised, ``error`` is what.

    ``value`` is what was read or written. ``item_count`` is how many items or namespaces a reader got.
    """

    operation: StoreOperation
    time: float
    store_namespace: Sequence[str] | None  # of a search its prefix
    key: str | None = None
    value: JSON = None
    args: JSONObject | None = None  # what else it was called with
    item_count: int | None = None
    error: JSONObject | None = None
