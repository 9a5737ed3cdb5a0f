"""The types that all facts and events are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    JSON: TypeAlias = "Mapping[str, JSON] | Sequence[JSON] | str | int | float | bool | None"
else:
    JSON = Any  # who checks annotations at run time would walk over whole states
"""A JSON-able value: what ``json`` can write, lists perhaps as :class:`lg_jupyter.encode.SharedList`."""

JSONObject: TypeAlias = dict[str, Any]
"""An object of JSON-able values, each of which is checked where it is read."""

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
