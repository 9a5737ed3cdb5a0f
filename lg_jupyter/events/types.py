"""The types that all facts and events are made of."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

JSON: TypeAlias = Any
"""A JSON-able value: what ``json`` can write, lists perhaps as :class:`lg_jupyter.encode.SharedList`."""

Status: TypeAlias = Literal[
    "pending",
    "running",
    "success",
    "interrupted",
    "error",
    "cancelled",
    "incomplete",
    "cached",
    "unreported",
]
"""One vocabulary for runs, tasks and namespaces; only tasks are ``cached`` or ``unreported``."""

FINAL_STATUSES: frozenset[str] = frozenset(
    {"success", "interrupted", "error", "cancelled", "incomplete", "cached", "unreported"}
)
