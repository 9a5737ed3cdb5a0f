"""Callbacks for when Python exits, before it waits for threads to end; ``atexit`` comes after that."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable

_exit_begun_event = threading.Event()


def has_exit_begun() -> bool:
    """Whether Python exits, and begins nothing more."""
    return _exit_begun_event.is_set()


def register_exit_callback(function: Callable[[], None]) -> None:
    """Have a function called once it begins to exit."""
    # Private, but there from 3.9 on; functions that were registered last are called first, as by atexit.
    getattr(threading, "_register_atexit", atexit.register)(function)


register_exit_callback(_exit_begun_event.set)
