"""Who speaks in a message, in a reader's words: the column ``speaker``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.tables.place_names import PlaceNames

_ROLE_WORDS: Mapping[str, str] = {"ai": "AI", "human": "Human", "system": "System", "tool": "Tool"}


def format_role(role: str) -> str:
    """The role in a reader's words; one that a program made up stays as it is."""
    return _ROLE_WORDS.get(role, role)


def format_speaker(role: str, name: str | None, agent_name: str | None, node: str | None) -> str:
    """Who says a message: people and tools by name, models by their agent's, their own or their node's."""
    if role == "system":
        return format_role(role)
    if role in ("human", "tool"):
        return name or format_role(role)
    return agent_name or name or node or format_role(role)


def format_caller(row: Mapping[str, Any]) -> str | None:
    """Whose call of a model or a tool a row is: its agent's, where that has a name, or its node's."""
    name: str | None = row["agent_name"] or row["node"]
    return name


def format_role_and_place(row: Mapping[str, Any], places: PlaceNames) -> tuple[str | None, str]:
    """What to say beside the speaker: the role and the place, as far as that name does not say them."""
    name, role = row["speaker"], format_role(row["role"])
    place = places.format_row_place({**row, "node": row["node"] if row["node"] != name else None})
    return (None if name.lower() == role.lower() else role), place
