"""What an encoding can have in common with the one that stood in its place before."""

from __future__ import annotations

from operator import is_
from typing import Any, TypeAlias, TypeVar

from lg_jupyter.encode.guards import CHANGED, Guard
from lg_jupyter.encode.long_lists import read_item_guards
from lg_jupyter.encode.shared_list import SharedList
from lg_jupyter.events.events import JSON, JSONObject

_Container = TypeVar("_Container", bound="dict[str, Any] | list[Any]")

Encoded: TypeAlias = "tuple[JSON, Guard]"

NOTHING: Encoded = (None, CHANGED)
"""Of what was not there before."""


class StateSlot:
    """What a state was the last time."""

    __slots__ = ("channels", "last_encoded_state")

    def __init__(self) -> None:
        self.channels: dict[Any, Encoded] = {}
        self.last_encoded_state: JSONObject = {}


def item_at(old: Encoded, index: int) -> Encoded:
    """What stood at ``index`` of a list."""
    items, guards = old[0], read_item_guards(old[1])
    if index < len(guards) and isinstance(items, (list, SharedList)):
        return items[index], guards[index]
    return NOTHING


def reuse_if_equal(old: Any, new: _Container) -> _Container:
    """``old`` if it is a dict or list of the same objects as ``new``."""
    if type(old) is not type(new) or len(old) != len(new):
        return new
    if isinstance(old, dict) and isinstance(new, dict):
        same = all(old.get(key, NOTHING) is item for key, item in new.items())
    else:
        same = all(map(is_, old, new))
    return old if same else new


def next_version(old: Any, same: int, tail: list[JSON]) -> SharedList:
    """The list of the first ``same`` items of ``old`` and then ``tail``, sharing what it can of ``old``."""
    if not isinstance(old, SharedList):
        return SharedList([*old[:same], *tail] if same else tail)
    more = 0
    while more < len(tail) and same + more < len(old) and tail[more] is old[same + more]:
        more += 1
    return old.first(same + more).extended_by(tail[more:])
