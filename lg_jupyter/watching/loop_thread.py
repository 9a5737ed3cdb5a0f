"""The event loop on which all watched runs are taken in, on a thread that is there while it is needed.

No code of the user's runs on it, so nothing blocks it, and it is nobody else's loop.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading

from lg_jupyter.kernel.loops import MakeTaskOnLoop

STOP_TIMEOUT_SECONDS = 2.0
"""Seconds to wait for the thread to end."""


class LoopThread:
    """Carries tasks. Its thread begins with the first, and ends with the last one after :meth:`release`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process_id = 0
        self._is_kept_alive = False
        self._waiting_count = 0  # tasks that the loop has not begun yet
        self._tasks: set[asyncio.Task[None]] = set()  # which asyncio itself would not hold

    def start_task(self, begin: MakeTaskOnLoop, context: contextvars.Context) -> None:
        """Have ``begin`` make its task on the loop, in this context; nobody waits for that."""
        with self._lock:
            loop = self._ensure_loop()
            self._waiting_count += 1
        loop.call_soon_threadsafe(self._start_task_on_loop, loop, begin, context=context)

    def keep_alive(self) -> None:
        """Let the thread stay when it has nothing to do."""
        with self._lock:
            self._is_kept_alive = True

    def stop_when_idle(self, *, wait: bool) -> None:
        """Let the thread end as soon as it has nothing to do, and ``wait`` for that."""
        with self._lock:
            self._is_kept_alive = False
            self._stop_if_idle()
            thread = self._thread
        if wait and thread is not None and not self.is_current_thread:
            thread.join(STOP_TIMEOUT_SECONDS)

    @property
    def is_current_thread(self) -> bool:
        """Whether the caller is on its thread."""
        return threading.current_thread() is self._thread

    def _ensure_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._process_id != os.getpid():  # threads stay behind when a process forks
            self._loop, self._process_id = asyncio.new_event_loop(), os.getpid()
            self._waiting_count, self._tasks = 0, set()
            # In a context of its own: the loop belongs to nobody who happens to need it first.
            run, run_loop = contextvars.Context().run, self._run_loop
            self._thread = threading.Thread(
                target=run, args=(run_loop, self._loop), name="lg_jupyter watch", daemon=True
            )
            self._thread.start()
        return self._loop

    def _start_task_on_loop(self, loop: asyncio.AbstractEventLoop, begin: MakeTaskOnLoop) -> None:
        try:
            task = begin(loop)
        finally:
            with self._lock:
                self._waiting_count -= 1
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        with self._lock:
            self._tasks.discard(task)
            self._stop_if_idle()

    def _stop_if_idle(self) -> None:
        """Stop the loop if nobody needs it; the next task gets another."""
        loop = self._loop
        if (
            loop is None
            or self._is_kept_alive
            or self._tasks
            or self._waiting_count
            or self._process_id != os.getpid()
        ):
            return
        self._loop = None
        loop.call_soon_threadsafe(loop.stop)

    @staticmethod
    def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


WATCH_LOOP_THREAD = LoopThread()
"""This process's."""
