"""Whether a loop that several runs share is blocked, and by which node."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from lg_jupyter.kernel import run_task_group
from lg_jupyter.kernel.run_task_group import RunTaskGroup
from lg_jupyter.text.words import format_count

BLOCKED_AFTER_SECONDS = 1.0
"""Seconds in which a loop has to respond."""

BLOCKED_LOOP_REMEDY = (
    "An async node must await what takes time (asyncio.sleep, not time.sleep), or be a plain function (def): "
    "that gets a thread."
)


@dataclass(frozen=True)
class _BlockingCode:
    """What a loop is busy with: the task, and the line of the user's code, where these are known."""

    task: asyncio.Task[Any]
    filename: str
    line: int
    function: str

    @property
    def place_suffix(self) -> str:
        return (
            f" (in {self.function}, {os.path.basename(self.filename)}:{self.line})" if self.function else ""
        )


class LoopWatchdog:
    """Calls a loop periodically while runs are on it, from a daemon thread, which else sleeps."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._loop = loop
        self._thread_id = thread.ident
        self._groups: set[RunTaskGroup] = set()
        self._reported_nodes_by_group: WeakKeyDictionary[RunTaskGroup, set[str | None]] = WeakKeyDictionary()
        self._is_needed_event = threading.Event()
        threading.Thread(target=self._run_thread, name="lg_jupyter watchdog", daemon=True).start()

    def add_run(self, group: RunTaskGroup) -> None:
        """A run begins. This and ``remove_run`` are called on the loop."""
        self._groups.add(group)
        self._is_needed_event.set()

    def remove_run(self, group: RunTaskGroup) -> None:
        self._groups.discard(group)
        if not self._groups:
            self._is_needed_event.clear()

    def _run_thread(self) -> None:
        while True:
            self._is_needed_event.wait()
            self._wait_until_responsive()
            time.sleep(BLOCKED_AFTER_SECONDS / 2)

    def _wait_until_responsive(self) -> None:
        """Wait until the loop responds once; meanwhile report what blocks it."""
        responded = threading.Event()
        self._loop.call_soon_threadsafe(responded.set)
        before: _BlockingCode | None = None
        while not responded.wait(BLOCKED_AFTER_SECONDS / 2):
            blocker = self._find_blocking_code()
            if blocker is not None and before is not None and blocker.task is before.task:
                self._report_blocking_code(blocker)
            before = blocker

    def _find_blocking_code(self) -> _BlockingCode | None:
        task: asyncio.Task[Any] | None = asyncio.current_task(self._loop)
        if task is None:
            return None
        frame = sys._current_frames().get(self._thread_id or 0)
        while frame is not None and not run_task_group.is_user_frame(frame):
            frame = frame.f_back
        if frame is None:
            return _BlockingCode(task, "", 0, "")
        return _BlockingCode(task, frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)

    def _report_blocking_code(self, blocker: _BlockingCode) -> None:
        """Warn, and note it with the run whose node it is and with those that wait for it."""
        group, node = run_task_group.find_group_and_node_of_task(blocker.task)
        if group is None or node in self._reported_nodes_by_group.setdefault(group, set()):
            return
        self._reported_nodes_by_group[group].add(node)
        what, blocked = (
            _format_blocking_node(node),
            f"blocked the event loop for more than a second{blocker.place_suffix}",
        )
        group.notify(f"{what[0].upper()}{what[1:]} {blocked}. {BLOCKED_LOOP_REMEDY}")
        waiting = self._groups - {group}
        for other in waiting:
            other.notify(f"It waited for {what} of another run, {group.name}, which {blocked}.")
        waited = f", which {format_count(len(waiting), 'other run')} had to wait for" if waiting else ""
        text = f"{what} of the run of {group.name} {blocked}{waited}. {BLOCKED_LOOP_REMEDY}"
        run_task_group.call_in_task_context(blocker.task, _warn_at_blocking_code, text, blocker)


def _format_blocking_node(node: str | None) -> str:
    return f"the node {node}" if node else "code"


def _warn_at_blocking_code(text: str, blocker: _BlockingCode) -> None:
    try:
        warnings.warn_explicit(text, RuntimeWarning, blocker.filename or "lg_jupyter", blocker.line)
    except RuntimeWarning:  # made an error of, which nobody here could take
        sys.stderr.write(f"RuntimeWarning: {text}\n")
