"""Iterators that hand on what another gives, and all that is done with them, while somebody reads along."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import partial
from typing import Any, NoReturn


class Reader:
    """Who reads along. What it does must raise nothing."""

    def begin(self) -> None:
        """The first item is wanted."""

    def take(self, item: Any) -> None:
        """An item came; it is handed on next."""

    def end(self, error: BaseException | None = None) -> None:
        """There are no more, or this was raised; ``GeneratorExit``: nobody wants any."""


def forwarded(items: Iterator[Any], reader: Reader) -> Generator[Any, Any, Any]:
    """A generator in place of another iterator."""
    __tracebackhide__ = True  # IPython and pytest leave the frame out
    reader.begin()
    step: Callable[[], Any] = partial(next, items)
    while True:
        try:
            item = step()
        except StopIteration as stop:
            reader.end()
            return stop.value
        except BaseException as error:
            reader.end(error)
            raise
        reader.take(item)
        try:
            sent = yield item
        except GeneratorExit as left:
            reader.end(left)
            if (close := getattr(items, "close", None)) is not None:
                close()
            raise
        except BaseException as error:
            step = partial(getattr(items, "throw", _raise), error)
        else:
            step = partial(next, items) if sent is None else partial(items.send, sent)  # type: ignore[attr-defined]


async def forwarded_async(items: AsyncIterator[Any], reader: Reader) -> AsyncGenerator[Any, Any]:
    """The same of an asynchronous one."""
    __tracebackhide__ = True
    reader.begin()
    step: Callable[[], Any] = partial(anext, items)
    while True:
        try:
            item = await step()
        except StopAsyncIteration:
            reader.end()
            return
        except BaseException as error:
            reader.end(error)
            raise
        reader.take(item)
        try:
            sent = yield item
        except GeneratorExit as left:
            reader.end(left)
            if (close := getattr(items, "aclose", None)) is not None:
                await close()
            raise
        except BaseException as error:
            step = partial(getattr(items, "athrow", _raise_async), error)
        else:
            step = partial(anext, items) if sent is None else partial(items.asend, sent)  # type: ignore[attr-defined]


def _raise(error: BaseException) -> NoReturn:
    """What is thrown into an iterator that takes none."""
    raise error


async def _raise_async(error: BaseException) -> NoReturn:
    raise error


async def selected(
    items: AsyncGenerator[Any, Any], select: Callable[[Any], list[Any]]
) -> AsyncGenerator[Any, Any]:
    """Of an asynchronous generator what ``select`` keeps of each item."""
    __tracebackhide__ = True
    try:
        async for item in items:
            for kept in select(item):
                yield kept
    finally:
        await items.aclose()
