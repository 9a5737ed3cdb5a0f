"""Which assistant of a server is meant: an id, the name of a graph, or a name that a person gave it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.errors import ServerError
from lg_jupyter.spelling import find_nearest_name

MAX_ASSISTANTS = 1000
"""Assistants that are looked through at most."""

PAGE_SIZE = 100


def fetch_assistant_id(client: Any, name_or_id: str, server_description: str) -> str:
    """What the server knows an assistant by that is called ``name_or_id``; this blocks.

    Parameters
    ----------
    client
        A synchronous client of the SDK.
    name_or_id
        An id, the name of a graph, or the name of an assistant.
    server_description
        What errors are to call the server.

    Raises
    ------
    ServerError
        If there is none of that name, or more than one; the text says which there are.
    """
    found = fetch_assistants(client)
    if any(name_or_id in (str(one["assistant_id"]), str(one["graph_id"])) for one in found):
        return name_or_id
    named = [one for one in found if one.get("name") == name_or_id]
    if len(named) == 1:
        return str(named[0]["assistant_id"])
    if named:
        choices = ", ".join(f"{one['assistant_id']} (of {one['graph_id']})" for one in named[:12])
        raise ServerError(
            f"{server_description} has {len(named)} assistants called {name_or_id!r}; "
            f"give the id of one: {choices}"
        )
    suggestion = _format_assistant_suggestion(name_or_id, _list_assistant_names(found))
    raise ServerError(f"{server_description} has no assistant {name_or_id!r}{suggestion}")


def fetch_assistants(client: Any) -> list[Mapping[str, Any]]:
    """The assistants of a server, the newest first."""
    found: list[Mapping[str, Any]] = []
    while len(found) < MAX_ASSISTANTS:
        page = list(client.assistants.search(limit=PAGE_SIZE, offset=len(found)))
        found += page
        if len(page) < PAGE_SIZE:
            break
    return found


def is_uuid(text: str) -> bool:
    """Whether a text is an id as servers make them."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _list_assistant_names(assistants: Sequence[Mapping[str, Any]]) -> list[str]:
    """What assistants can be called by: their graphs, and what people named them."""
    graphs = [str(one["graph_id"]) for one in assistants]
    given = [str(one["name"]) for one in assistants if one.get("name") and not is_uuid(str(one["name"]))]
    return list(dict.fromkeys([*graphs, *given]))


def _format_assistant_suggestion(unknown_name: str, names: list[str]) -> str:
    if not names:
        return "; it has none at all"
    near = find_nearest_name(unknown_name, names)
    meant = f"; did you mean {near!r}?" if near else "."
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{meant} It has {', '.join(names[:12])}{more}"
