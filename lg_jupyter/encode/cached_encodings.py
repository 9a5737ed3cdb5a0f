"""What an encoding can have in common with the one that stood in its place before."""

from __future__ import annotations

from operator import is_
from typing import Any, TypeAlias, TypeVar

from lg_jupyter.encode.long_list_snapshots import get_item_snapshots
from lg_jupyter.encode.shared_list import SharedList
from lg_jupyter.encode.snapshots import NEVER_EQUAL, Snapshot
from lg_jupyter.events.events import JSON, JSONObject

_Container = TypeVar("_Container", bound="dict[str, Any] | list[Any]")

CachedEncoding: TypeAlias = "tuple[JSON, Snapshot]"

NOT_CACHED: CachedEncoding = (None, NEVER_EQUAL)
"""Of what was not there before."""


class CachedStateEncoding:
    """What a state was the last time."""

    __slots__ = ("channels", "last_encoded_state")

    def __init__(self) -> None:
        self.channels: dict[Any, CachedEncoding] = {}
        self.last_encoded_state: JSONObject = {}


def get_cached_item(old: CachedEncoding, index: int) -> CachedEncoding:
    """What stood at ``index`` of a list."""
    items, snapshots = old[0], get_item_snapshots(old[1])
    if index < len(snapshots) and isinstance(items, (list, SharedList)):
        return items[index], snapshots[index]
    return NOT_CACHED


def reuse_container_if_same_items(old: Any, new: _Container) -> _Container:
    """``old`` if it is a dict or list of the same objects as ``new``."""
    if type(old) is not type(new) or len(old) != len(new):
        return new
    if isinstance(old, dict) and isinstance(new, dict):
        same = all(old.get(key, NOT_CACHED) is item for key, item in new.items())
    else:
        same = all(map(is_, old, new))
    return old if same else new


def make_list_sharing_prefix(old: Any, prefix_length: int, tail: list[JSON]) -> SharedList:
    """The first ``prefix_length`` items of ``old`` and then ``tail``, sharing what can be of ``old``."""
    if not isinstance(old, SharedList):
        return SharedList([*old[:prefix_length], *tail] if prefix_length else tail)
    more = 0
    while more < len(tail) and prefix_length + more < len(old) and tail[more] is old[prefix_length + more]:
        more += 1
    return old.get_prefix(prefix_length + more).extended_by(tail[more:])
