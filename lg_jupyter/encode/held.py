"""What live objects hold, to be told by identity whether they still do.

A thousand messages are looked at in every step, and hardly one of them has changed. What is in a message can
only have changed if one of the containers in it holds other objects than before: that is asked of all of them
in one go, without a look into what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import attrgetter, is_, itemgetter
from typing import Any

contents_of = attrgetter("__dict__")
extra_of = attrgetter("__pydantic_extra__")


class Attributes:
    """Objects, and what one attribute of each is."""

    __slots__ = ("_objects", "_read", "_values")

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read
        self._objects: list[Any] = []
        self._values: list[Any] = []

    def add(self, holder: Any) -> Any:
        """Take one more; what its attribute is."""
        value = self._read(holder)
        self._objects.append(holder)
        self._values.append(value)
        return value

    def __add__(self, more: Attributes) -> Attributes:
        both = Attributes(self._read)
        both._objects = self._objects + more._objects
        both._values = self._values + more._values
        return both

    def are_same(self) -> bool:
        """Whether all of them are the same objects as they were."""
        return all(map(is_, self._values, map(self._read, self._objects)))


class Containers:
    """Containers, and what is in them.

    Their items are compared by ``==``, which takes the same object for equal without a look at it. An item
    that may be equal to something that is written differently (``1`` to ``1.0``, or what holds either) has to
    be the same object.
    """

    __slots__ = ("_containers", "_exact", "_items", "_pick", "_places", "_read", "_sizes")

    def __init__(self, read: Callable[[Any], Iterable[Any]]) -> None:
        self._read = read
        self._containers: list[Any] = []
        self._sizes: list[int] = []
        self._items: list[Any] = []
        self._places: list[int] = []  # of the items that have to be the same
        self._pick: Callable[[list[Any]], Sequence[Any]] | None = None  # takes out those
        self._exact: Sequence[Any] = ()

    def add(self, container: Any) -> None:
        """Take one more."""
        items = [*self._read(container)]
        start = len(self._items)
        self._places += [start + place for place, item in enumerate(items) if not _is_plain(item)]
        self._containers.append(container)
        self._sizes.append(len(items))
        self._items += items

    def __add__(self, more: Containers) -> Containers:
        both = Containers(self._read)
        start = len(self._items)
        both._containers = self._containers + more._containers
        both._sizes = self._sizes + more._sizes
        both._items = self._items + more._items
        both._places = self._places + [start + place for place in more._places]
        return both

    def are_same(self) -> bool:
        """Whether all of them hold what they held. Once this has been asked, none is added any more."""
        if self._pick is None:
            self._pick = _picking(self._places)
            self._exact = self._pick(self._items)
        if self._sizes != [*map(len, self._containers)]:
            return False
        items = [*chain.from_iterable(map(self._read, self._containers))]
        return self._items == items and all(map(is_, self._exact, self._pick(items)))


class Held:
    """Objects, and all that is in them: each put to those of its kind while they are walked through."""

    __slots__ = ("empty", "items", "keys", "models", "objects", "records", "types", "values")

    def __init__(self, objects: list[Any]) -> None:
        self.objects = objects
        self.records = Attributes(contents_of)  # models and instances of dataclasses
        self.types = Attributes(type)  # of the same
        self.models = Attributes(extra_of)
        self.keys = Containers(iter)  # of dicts
        self.values = Containers(dict.values)
        self.items = Containers(iter)  # of lists
        self.empty: list[Any] = []

    def __add__(self, more: Held) -> Held:
        both = Held([])
        for name in Held.__slots__:
            setattr(both, name, getattr(self, name) + getattr(more, name))
        return both

    def is_same(self, live: list[Any]) -> bool:
        """Whether these are the objects, and nothing in them has changed."""
        if not all(map(is_, self.objects, live)) or any(self.empty):
            return False
        parts = (self.records, self.types, self.models, self.keys, self.values, self.items)
        return all(part.are_same() for part in parts)


def _is_plain(item: Any) -> bool:
    """Whether what is equal to an item is written like it."""
    return item is None or type(item) is str or (not item if type(item) in (dict, list) else False)


def _picking(places: list[int]) -> Callable[[list[Any]], Sequence[Any]]:
    if not places:
        return lambda items: ()
    return itemgetter(*places, places[0])  # of one place alone it would give no tuple
