"""Iterators that hand on what another gives, and all that is done with them, while somebody reads along."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import partial
from typing import Any, NoReturn


class IterationObserver:
    """Who reads along. What it does must raise nothing."""

    def on_start(self) -> None:
        """The first item is wanted."""

    def on_item(self, item: Any) -> None:
        """An item came; it is handed on next."""

    def on_end(self, error: BaseException | None = None) -> None:
        """There are no more, or this was raised; ``GeneratorExit``: nobody wants any."""


def iterate_with_observer(items: Iterator[Any], reader: IterationObserver) -> Generator[Any, Any, Any]:
    """A generator in place of another iterator."""
    __tracebackhide__ = True  # IPython and pytest leave the frame out
    reader.on_start()
    step: Callable[[], Any] = partial(next, items)
    while True:
        try:
            item = step()
        except StopIteration as stop:
            reader.on_end()
            return stop.value
        except BaseException as error:
            reader.on_end(error)
            raise
        reader.on_item(item)
        try:
            sent = yield item
        except GeneratorExit as left:
            reader.on_end(left)
            if (close := getattr(items, "close", None)) is not None:
                close()
            raise
        except BaseException as error:
            step = partial(getattr(items, "throw", _raise_thrown_error), error)
        else:
            step = partial(next, items) if sent is None else partial(items.send, sent)  # type: ignore[attr-defined]


async def aiterate_with_observer(
    items: AsyncIterator[Any], reader: IterationObserver
) -> AsyncGenerator[Any, Any]:
    """The same of an asynchronous one."""
    __tracebackhide__ = True
    reader.on_start()
    step: Callable[[], Any] = partial(anext, items)
    while True:
        try:
            item = await step()
        except StopAsyncIteration:
            reader.on_end()
            return
        except BaseException as error:
            reader.on_end(error)
            raise
        reader.on_item(item)
        try:
            sent = yield item
        except GeneratorExit as left:
            reader.on_end(left)
            if (close := getattr(items, "aclose", None)) is not None:
                await close()
            raise
        except BaseException as error:
            step = partial(getattr(items, "athrow", _araise_thrown_error), error)
        else:
            step = partial(anext, items) if sent is None else partial(items.asend, sent)  # type: ignore[attr-defined]


def _raise_thrown_error(error: BaseException) -> NoReturn:
    """What is thrown into an iterator that takes none."""
    raise error


async def _araise_thrown_error(error: BaseException) -> NoReturn:
    raise error


async def aflat_map(
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
