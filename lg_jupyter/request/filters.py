"""What the token ticker shows at first: the messages of some model calls' tags, or of some nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import get_enclosing_node_names


@dataclass(frozen=True)
class MessageFilter:
    """Tags and nodes; of neither, everything is shown. Nothing is lost: it is all in the trace."""

    tags: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tags or self.nodes)

    @classmethod
    def from_json(cls, saved: JSON) -> MessageFilter:
        """The filter that :meth:`to_json` gave; what is none there, does not narrow."""
        known = saved if isinstance(saved, Mapping) else {}
        return cls(_parse_saved_names(known.get("tags")), _parse_saved_names(known.get("nodes")))

    def to_json(self) -> dict[str, list[str]]:
        return {"tags": list(self.tags), "nodes": list(self.nodes)}

    def matches_message(self, message_row: Mapping[str, Any]) -> bool:
        """Whether a row of ``messages`` has one of the tags, and is of one of the nodes or inside it.

        What was there before the run, no filter lets through.
        """
        if self.tags and not set(self.tags).intersection(message_row["tags"] or ()):
            return False
        return not self.nodes or not set(self.nodes).isdisjoint(
            _get_own_and_enclosing_node_names(message_row)
        )


NO_FILTER = MessageFilter()


def validate_names(parameter: str, names: str | Iterable[str] | None) -> tuple[str, ...]:
    """The names that were given for ``tags`` or ``nodes``, each once.

    Raises
    ------
    UsageError
        If they are no names.
    """
    if names is None:
        return ()
    example = f"as in {parameter}=['{'joke' if parameter == 'tags' else 'write'}']"
    try:
        given = [names] if isinstance(names, str) else list(names)
    except TypeError:
        raise UsageError(f"{parameter} takes names, {example}, not {names!r}") from None
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise UsageError(f"{parameter} takes names, {example}; {name!r} is none")
    return tuple(dict.fromkeys(name.strip() for name in given))


def _parse_saved_names(saved: JSON) -> tuple[str, ...]:
    return tuple(name for name in saved if isinstance(name, str)) if isinstance(saved, list) else ()


def _get_own_and_enclosing_node_names(message: Mapping[str, Any]) -> set[str]:
    """A message's node, and those around it."""
    return {
        *get_enclosing_node_names(message["namespace"] or ""),
        *([message["node"]] if message["node"] else []),
    }
