"""What would end Python, raised in a task of a run on a notebook's own loop: it ends its task alone.

asyncio raises such an exception of any task out of the loop, too, and a kernel ends with its loop.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from lg_jupyter.kernel import notebook, shared_loops


class PythonExitError(RuntimeError):
    """Stands for what would end Python, which is its cause; no retry policy takes it for a passing fault.

    Attributes
    ----------
    cause
        What was raised.
    """

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _make_exit_error(cause: BaseException) -> PythonExitError:
    """One that is shown under the name of its cause."""
    named: type[PythonExitError] = type(type(cause).__name__, (PythonExitError,), {})
    return named(cause)


@contextmanager
def convert_exits_in_tasks(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """In the ``with`` block, tasks started from here, and theirs, raise :class:`PythonExitError` instead.

    Scripts keep what asyncio does: there Ctrl-C ends them.
    """
    if notebook.get_shell() is None or shared_loops.find_loop_watchdog(loop) is not None:
        yield
        return
    token = _are_exits_converted.set(True)
    factory = _acquire_task_factory(loop)
    try:
        yield
    finally:
        _release_task_factory(loop, factory)
        _are_exits_converted.reset(token)


_are_exits_converted: contextvars.ContextVar[bool] = contextvars.ContextVar("lg_jupyter_kept", default=False)


class _ExitSafeTaskFactory:
    """The task factory of a loop while runs are on it, over the one that it had."""

    def __init__(self, before: Any) -> None:
        self.previous_factory = before
        self.run_count = 0

    def __call__(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        context: contextvars.Context | None = options.get("context")
        kept = _are_exits_converted.get() if context is None else context.get(_are_exits_converted, False)
        if kept and asyncio.iscoroutine(coroutine):
            coroutine = _ExitSafeCoroutine(coroutine)
        make: Callable[..., Any] = self.previous_factory or _make_plain_task
        return make(loop, coroutine, **options)


def _make_plain_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
    return asyncio.Task(coroutine, loop=loop, **options)


def _acquire_task_factory(loop: asyncio.AbstractEventLoop) -> _ExitSafeTaskFactory:
    there: Any = loop.get_task_factory()
    # That of other runs, or a new one.
    factory = there if isinstance(there, _ExitSafeTaskFactory) else _ExitSafeTaskFactory(there)
    set_factory: Any = loop.set_task_factory  # whose type has changed between Pythons
    set_factory(factory)
    factory.run_count += 1
    return factory


def _release_task_factory(loop: asyncio.AbstractEventLoop, factory: _ExitSafeTaskFactory) -> None:
    """A run is over. Where somebody has set another factory over this one, that stays."""
    factory.run_count -= 1
    if factory.run_count == 0 and loop.get_task_factory() is factory:
        loop.set_task_factory(factory.previous_factory)


class _ExitSafeCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine whose exits are :class:`PythonExitError`."""

    def __init__(self, inner: Coroutine[Any, Any, Any]) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)  # what tells of it in a task's repr and stack

    def __await__(self) -> Any:
        return self

    def send(self, value: Any) -> Any:
        try:
            return self._inner.send(value)
        except (SystemExit, KeyboardInterrupt) as error:
            raise _make_exit_error(error) from error

    def throw(self, *args: Any) -> Any:
        try:
            return self._inner.throw(*args)
        except (SystemExit, KeyboardInterrupt) as error:
            raise _make_exit_error(error) from error

    def close(self) -> None:
        self._inner.close()
