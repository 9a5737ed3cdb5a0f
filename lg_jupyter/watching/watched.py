"""A function whose runs are watched whenever it is called."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from typing import Any, TypeVar, overload

from lg_jupyter.errors import UsageError
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.watching.watch import Watch, watch

F = TypeVar("F", bound=Callable[..., Any])

StartWatch = Callable[[], Watch]


@overload
def watched(function: F, /) -> F: ...
@overload
def watched(
    *,
    graphs: Any = None,
    names: str | Iterable[str] | None = None,
    display: bool = True,
    save: str | os.PathLike[str] | None = None,
    tokens: bool = False,
) -> Callable[[F], F]: ...
@checks_arguments
def watched(
    function: Any = None,
    /,
    *,
    graphs: Any = None,
    names: str | Iterable[str] | None = None,
    display: bool = True,
    save: str | os.PathLike[str] | None = None,
    tokens: bool = False,
) -> Any:
    """See the runs that a function starts, whenever it is called: a decorator, with or without arguments.

    Nothing begins before the function is called, of a generator before its first item.

    Parameters
    ----------
    function
        The function: a plain one, a coroutine function, a generator of either kind.
    graphs, names, display, save, tokens
        As :func:`lg_jupyter.watch` takes them.

    Returns
    -------
    callable
        The function, of the same kind.

    Raises
    ------
    UsageError
        If it is no function.

    Examples
    --------
    >>> @lg_jupyter.watched(display=False)
    ... def ask(topic):
    ...     return graph.invoke({"topic": topic}, {"configurable": {"thread_id": "1"}})
    >>> ask("dogs")["joke"]
    'A joke about dogs and cats'
    >>> lg_jupyter.last_run.wait().status
    'success'
    """
    begin = functools.partial(watch, graphs=graphs, names=names, display=display, save=save, tokens=tokens)
    return (
        functools.partial(_wrap_function, begin=begin)
        if function is None
        else _wrap_function(function, begin)
    )


def _wrap_function(function: Any, begin: StartWatch) -> Any:
    if not callable(function) or inspect.isclass(function):
        kind = "a class" if inspect.isclass(function) else type(function).__name__
        raise UsageError(f"@watched takes a function, not {kind}; `with lg_jupyter.watch():` takes any code")
    for is_kind, wrap in _WRAPPERS_BY_KIND:
        if is_kind(function):
            return wrap(function, begin)
    return _wrap_plain_function(function, begin)


def _wrap_plain_function(function: Any, begin: StartWatch) -> Any:
    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        with begin():
            return function(*args, **keywords)

    return call


def _wrap_coroutine_function(function: Any, begin: StartWatch) -> Any:
    @functools.wraps(function)
    async def call(*args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        with begin():
            return await function(*args, **keywords)

    return call


def _wrap_generator_function(function: Any, begin: StartWatch) -> Any:
    @functools.wraps(function)
    def generate(*args: Any, **keywords: Any) -> Generator[Any, Any, Any]:
        __tracebackhide__ = True
        with begin():
            return (yield from function(*args, **keywords))

    return generate


def _wrap_async_generator_function(function: Any, begin: StartWatch) -> Any:
    @functools.wraps(function)
    async def generate(*args: Any, **keywords: Any) -> AsyncGenerator[Any, Any]:
        __tracebackhide__ = True
        with begin():
            items = function(*args, **keywords)
            step: Any = functools.partial(anext, items)
            while True:
                try:
                    item = await step()
                except StopAsyncIteration:
                    return
                try:
                    sent = yield item
                except GeneratorExit:
                    await items.aclose()
                    raise
                except BaseException as error:
                    step = functools.partial(items.athrow, error)
                else:
                    step = functools.partial(items.asend, sent)

    return generate


_WRAPPERS_BY_KIND = (
    (inspect.isasyncgenfunction, _wrap_async_generator_function),
    (inspect.iscoroutinefunction, _wrap_coroutine_function),
    (inspect.isgeneratorfunction, _wrap_generator_function),
)
