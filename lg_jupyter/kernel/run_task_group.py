"""What a run has to itself on a loop that it shares: the tasks that its code started, and threads."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import sysconfig
from collections.abc import Callable, Coroutine, Generator
from concurrent import futures
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

_current_task_group: contextvars.ContextVar[RunTaskGroup | None] = contextvars.ContextVar(
    "lg_jupyter_scope", default=None
)
_contexts_by_task: WeakKeyDictionary[asyncio.Task[Any], contextvars.Context] = WeakKeyDictionary()


class RunTaskGroup:
    """One run, or a batch of them, on a loop that others are on, too.

    Parameters
    ----------
    name
        What the run is called.
    notify
        Called with a note for the user, from any thread.
    caller_has_loop
        Whether its caller was on another loop, which runs.
    """

    def __init__(self, name: str, notify: Callable[[str], None], caller_has_loop: bool) -> None:
        self.name = name
        self.notify = notify
        self.caller_has_loop = caller_has_loop
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._thread_pool: futures.ThreadPoolExecutor | None = None
        self._closed = False

    def make_current(self) -> None:
        """Have what the current context starts from now on belong to it."""
        _current_task_group.set(self)

    def add_task(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)

    @property
    def thread_pool(self) -> futures.ThreadPoolExecutor | None:
        """Threads for its plain functions; ``None`` once it is over."""
        if self._thread_pool is None and not self._closed:
            self._thread_pool = futures.ThreadPoolExecutor(thread_name_prefix="lg_jupyter node")
        return self._thread_pool

    def close(self) -> None:
        """Cancel the tasks that its code left; threads end as soon as they have nothing to do."""
        self._closed = True
        # Timers that were called off hold contexts, and those this group, until they are due.
        self.notify = _ignore_note
        for task in list(self._tasks):
            task.cancel()
        if self._thread_pool is not None:
            self._thread_pool.shutdown(wait=False)
            self._thread_pool = None


def _ignore_note(sentence: str) -> None:
    pass


def current_run_caller_has_loop() -> bool:
    """Whether what runs here belongs to one that was begun from another loop."""
    group = _current_task_group.get()
    return group is not None and group.caller_has_loop


def find_group_and_node_of_task(task: asyncio.Task[Any]) -> tuple[RunTaskGroup | None, str | None]:
    """Whose task this is, and the node in which it runs, as far as that can be known."""
    context = _contexts_by_task.get(task)
    if context is None:
        return None, None
    return context.get(_current_task_group), get_node_name_from_context(context)


def get_node_name_from_context(context: contextvars.Context) -> str | None:
    """The node that runs in a context, if one does."""
    config = sys.modules.get("langchain_core.runnables.config")
    known = context.get(config.var_child_runnable_config) if config else None
    node: str | None = ((known or {}).get("metadata") or {}).get("langgraph_node")
    return node


def call_in_task_context(task: asyncio.Task[Any], function: Callable[..., None], *args: Any) -> None:
    """Call a function where the outputs of a task go, from any thread."""
    _contexts_by_task.get(task, contextvars.Context()).copy().run(function, *args)


def create_task_in_run_group(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    **options: Any,
) -> asyncio.Task[Any]:
    """The task factory of a loop that several share: it notes whose a task is."""
    task = asyncio.Task(coroutine, loop=loop, **options)
    context = _contexts_by_task[task] = options.get("context") or contextvars.copy_context()
    group = context.get(_current_task_group)
    if group is not None and _is_called_from_user_code(sys._getframe(1)):
        group.add_task(task)
    return task


class PerRunThreadPool(futures.ThreadPoolExecutor):
    """The default executor of a loop that several share: each run has threads of its own.

    With threads for all, plain functions that wait for runs of theirs would take the threads that those need.
    """

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        group = _current_task_group.get()
        pool = None if group is None else group.thread_pool
        submit = super().submit if pool is None else pool.submit
        return submit(function, *args, **kwargs)


# ---------------------------------------------------------------------------------------------
# A library may keep tasks for its clients, such as the workers of a pool, and these live on. What the user's
# own code started is the run's.


def is_user_frame(frame: FrameType) -> bool:
    """Whether a frame is of the user's own code, which no package brought."""
    return _classify_code_file(frame.f_code.co_filename) == "user"


def _is_called_from_user_code(frame: FrameType | None) -> bool:
    while frame is not None:
        origin = _classify_code_file(frame.f_code.co_filename)
        if origin != "python":
            return origin == "user"
        frame = frame.f_back
    return False


@lru_cache(maxsize=10_000)
def _classify_code_file(filename: str) -> str:
    """Whether code is of Python itself, of a package, or the user's."""
    place = Path(filename)
    if _SITE_PACKAGES_FOLDER_NAMES.intersection(place.parts) or place.is_relative_to(_OWN_PACKAGE_FOLDER):
        return "package"
    if filename.startswith("<frozen ") or place.is_relative_to(_STANDARD_LIBRARY_FOLDER):
        return "python"
    return "user"


_SITE_PACKAGES_FOLDER_NAMES = {"site-packages", "dist-packages"}
_STANDARD_LIBRARY_FOLDER = Path(sysconfig.get_path("stdlib"))
_OWN_PACKAGE_FOLDER = Path(__file__).parents[1]
