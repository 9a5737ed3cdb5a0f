"""A value that views of a run share, which pages and Python set: what is selected, what narrows all panels.

Each change has a number. A page proposes a value together with the number of the one that it knows. One that
does not know the newest is refused, and its page takes the newest over: so two that change it at once end
with one value, and never chase each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from lg_jupyter.events.events import JSON


class SharedValue:
    """A value, the number of its last change, and who is called at each.

    Attributes
    ----------
    value, change_number
        The value as it is, and how often it has changed.
    """

    def __init__(self, value: Any = None) -> None:
        self.value = value
        self.change_number = 0
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called at each change; gives back how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def set(self, value: Any) -> None:
        """Change it; what it is already is no change."""
        with self._lock:
            if value == self.value:
                return
            self.value = value
            self.change_number += 1
        for listener in list(self._listeners):
            listener()

    def set_if_latest(self, value: Any, known_change_number: int) -> None:
        """Change it, for a page that knows the change of this number; not if there is a newer one."""
        with self._lock:
            if known_change_number != self.change_number:
                return
        self.set(value)

    def to_numbered_json(self) -> list[JSON]:
        """As pages hear of it."""
        return [self.change_number, self.value]
