"""A blocking iterator, consumed in a thread of its own and handed to the loop item by item."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from lg_jupyter.kernel import shutdown

T = TypeVar("T")
U = TypeVar("U")


def _is_log_record_before_exit(record: logging.LogRecord) -> bool:
    """Whether Python lives. When it exits, a graph in a thread can begin no more tasks, and complains."""
    return not shutdown.has_exit_begun()


logging.getLogger("concurrent.futures").addFilter(_is_log_record_before_exit)


async def iterate_in_thread(
    make_items: Callable[[], Iterable[T]], convert: Callable[[T], U | None]
) -> AsyncGenerator[U]:
    """Yield ``convert(item)`` for each item of ``items()``, both called in a daemon thread.

    An item that becomes ``None`` is left out. ``convert`` runs as soon as an item is there, before the
    iterator goes on: what it sees has not been changed since. The thread gets a copy of the caller's context.
    Leaving the iteration early asks the thread to stop; it does so when the next item arrives, and nobody
    waits for that.
    """
    mailbox = _ThreadToLoopQueue()
    stopped = threading.Event()

    def consume() -> None:
        iterator = iter(make_items())
        for item in iterator:
            if stopped.is_set():
                break
            if (converted := convert(item)) is not None:
                mailbox.put("item", converted)
        close = getattr(iterator, "close", None)
        if close is not None:
            close()

    def work() -> None:
        try:
            consume()
        except BaseException as error:
            mailbox.put("error", error)
        else:
            mailbox.put("end", None)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), name="lg_jupyter stream", daemon=True).start()
    try:
        while True:
            kind, value = await mailbox.take()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        stopped.set()


class _ThreadToLoopQueue:
    """Filled by one thread, emptied on a loop, which is woken only when it sleeps."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._entries: deque[tuple[str, Any]] = deque()
        self._has_entries_event = asyncio.Event()

    def put(self, kind: str, value: Any) -> None:
        self._entries.append((kind, value))
        if not self._has_entries_event.is_set():
            with suppress(RuntimeError):  # the loop is gone, and with it whoever was listening
                self._loop.call_soon_threadsafe(self._has_entries_event.set)

    async def take(self) -> tuple[str, Any]:
        while not self._entries:
            self._has_entries_event.clear()
            if not self._entries:  # else the thread put one there just before it could see the event cleared
                await self._has_entries_event.wait()
        return self._entries.popleft()
