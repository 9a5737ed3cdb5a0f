"""A server's stream that breaks off is joined again, so that nothing is lost and nothing comes twice.

Event ids alone cannot tell: they are milliseconds on some servers, so several events share one, and a server
gives what comes while it replays a second time. So the stream is joined before the last id, what came already
is known by its content, and when the run is over all of it is gone through once more.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import httpx
import orjson

from lg_jupyter.sources.base import close_on_exit
from lg_jupyter.sources.server.errors import status_of
from lg_jupyter.sources.server.event_stream import SilentConnection
from lg_jupyter.sources.server.probe import aprobe

RETRY_DELAYS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds before each attempt; when none is left, the stream is lost."""

SETTLE_TRIES = 10
"""Tenths of a second that a run may seem to go on when its stream is over."""

FROM_THE_START = "0-0"

Join = Callable[[str], AsyncIterator[Any]]
"""The stream of the run again, from behind an event's id."""


async def join_stream(
    url: str, client: Any, thread_id: str | None, run_id: str | None, last_event_id: str = FROM_THE_START
) -> AsyncGenerator[Any]:
    """The stream of a run that goes on already, from behind an event as far as the server has it."""
    await aprobe(url)
    async with close_on_exit(
        client.runs.join_stream(thread_id, run_id, last_event_id=last_event_id)
    ) as items:
        async for item in items:
            yield item


async def is_running(url: str, client: Any, thread_id: str | None, run_id: str | None) -> bool:
    """Whether a run goes on at a server, as far as that knows of it.

    The probe sees at once that nobody is there: the SDK tries for so long that a server may be back
    meanwhile, and the run over, of which nothing came.
    """
    await aprobe(url)
    try:
        run = await client.runs.get(thread_id, run_id)
    except Exception as error:
        if is_break(error):
            raise
        return False
    return run["status"] in ("pending", "running")


class RejoiningStream:
    """The items of a run's stream, across breaks.

    Parameters
    ----------
    join
        Opens the stream again.
    can_join
        Whether there is something to join: a run with a name, whose events the server keeps.
    is_running
        Reads whether the run goes on: a stream that is cut may end as if it had come to its end.
    is_kept
        Whether the server keeps the run's events for those who join it; else it gives only what comes then.
    gathered
        Takes an item that is a token like the item before it in all but its text; whether it was one.
    """

    def __init__(
        self,
        join: Join,
        can_join: Callable[[], bool],
        is_running: Callable[[], Awaitable[bool]],
        gathered: Callable[[Any], bool] = lambda item: False,
        is_kept: bool = True,
    ) -> None:
        self._join = join
        self._can_join = can_join
        self._is_running = is_running
        self._gathered = gathered
        self._is_kept = is_kept
        self._frame = 0  # of the last item that was not gathered
        self._keys = array("q")  # of all items, in order
        self._last_id: str | None = None
        self._last_at = 0  # where the items of the last id begin
        self._id_before = FROM_THE_START
        self._attempt = 0
        self.breaks = 0
        """How often the stream broke off."""
        self.silent = False
        """Whether it did the last time because nothing came any more."""
        self.complete = True
        """Whether all has come that the server has of the run; known at the end."""

    async def items(self, first: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Every item once, but for those that are gathered; ``None`` where the stream broke off, before it is
        tried again."""
        items = first
        while True:
            cause: Exception | None = None
            try:
                async with close_on_exit(items) as open_items:
                    async for item in open_items:
                        self._attempt = 0
                        if not self._note(item):
                            yield item
                if not await self._is_cut():
                    break
            except Exception as error:
                if not self._can_join() or not is_break(error):
                    raise
                cause = error
            self.silent = isinstance(cause, SilentConnection)
            if self.silent and await self._answers():  # the server is there: it is no attempt that failed
                self._attempt = 0
            if self._attempt == len(RETRY_DELAYS):
                raise cause or httpx.ReadError("the stream ends again and again before the run does")
            self.breaks += 1
            yield None
            await asyncio.sleep(RETRY_DELAYS[self._attempt])
            self._attempt += 1
            items = self._rejoined()
        async for item in self._catch_up():
            yield item

    async def _answers(self) -> bool:
        """Whether the server still knows of the run."""
        try:
            return await self._is_running()
        except Exception as error:
            if not is_break(error):
                raise
            return False

    async def _is_cut(self) -> bool:
        """Whether the run goes on, though its stream is over; a server may be slow to write down its end."""
        if not self._can_join():
            return False
        for _ in range(SETTLE_TRIES):
            if not await self._is_running():
                return False
            await asyncio.sleep(0.1)
        return True

    def _note(self, item: Any) -> bool:
        """Know an item from now on; whether it was gathered."""
        source_id = getattr(item, "id", None)
        if source_id and source_id != self._last_id:
            if self._last_id is not None and _order(source_id) < _order(self._last_id):
                source_id = self._last_id  # late: it must not move the place from which to join
            else:
                self._id_before = self._last_id or FROM_THE_START
                self._last_id, self._last_at = source_id, len(self._keys)
        if self._gathered(item):
            self._keys.append(hash((self._frame, item.data[0]["content"])))
            return True
        self._frame, text = _parted(item)
        self._keys.append(hash((self._frame, text)))
        return False

    async def _rejoined(self) -> AsyncIterator[Any]:
        """What is new in the stream from before the last id on."""
        known = Counter(self._keys[self._last_at :])
        here: set[tuple[str | None, int]] = set()
        highest = (0, 0)
        async with close_on_exit(self._join(self._id_before)) as items:
            async for item in items:
                source_id, key = getattr(item, "id", None), _key(item)
                again = (source_id, key) in here and _order(source_id) <= highest
                here.add((source_id, key))
                highest = max(highest, _order(source_id))
                if known[key] > 0:
                    known[key] -= 1
                elif not again:
                    yield item

    async def _catch_up(self) -> AsyncIterator[Any]:
        """What never came, now that the run is over: a stream may be cut as if it had come to its end."""
        if not self._can_join():
            return
        if not self._is_kept:
            self.complete = not self.breaks
            return
        if not self.breaks:
            if await self._is_whole():
                return
            self.breaks += 1
            yield None
        for pause in (*RETRY_DELAYS[:5], None):
            try:
                async for item in self._missed():
                    yield item
                return
            except Exception as error:
                if not is_break(error) and status_of(error) is None:
                    raise
                if pause is None or not is_break(error):
                    self.complete = False
                    return
                await asyncio.sleep(pause)

    async def _is_whole(self) -> bool:
        """Whether the server has nothing behind what came last."""
        try:
            async with close_on_exit(self._unknown(self._id_before, self._keys[self._last_at :])) as new:
                return await anext(new, None) is None
        except Exception as error:
            if not is_break(error) and status_of(error) is None:
                raise
            return True  # as far as anybody can tell

    async def _missed(self) -> AsyncIterator[Any]:
        """What did not come of all that the server has of the run."""
        async with close_on_exit(self._unknown(FROM_THE_START, self._keys)) as new:
            async for item in new:
                self._keys.append(_key(item))
                yield item

    async def _unknown(self, last_id: str, keys: Iterable[int]) -> AsyncIterator[Any]:
        """What a run that is over, and hence complete, has from behind an id on besides these items.

        Of which it must have each, too: a server that was started anew has forgotten some, and may have
        others that never came.
        """
        known = Counter(keys)
        async with close_on_exit(self._join(last_id)) as items:
            async for item in items:
                key = _key(item)
                if known[key] > 0:
                    known[key] -= 1
                else:
                    yield item
        self.complete = not any(known.values())


def is_break(error: BaseException) -> bool:
    """Whether this says that the way to the server is broken, and not that the server refuses."""
    status = status_of(error)
    if status is not None:
        return status == 429 or status >= 500
    return isinstance(error, httpx.TransportError | OSError | TimeoutError | orjson.JSONDecodeError)


def _key(item: Any) -> int:
    return hash(_parted(item))


def _parted(item: Any) -> tuple[int, str]:
    """A hash of an item without its text, and the text: the tokens of a message have the first in common."""
    data, text = item.data, ""
    if type(data) is list and len(data) == 2 and type(data[0]) is dict:
        token, metadata = data
        if type(token.get("content")) is str:
            data, text = [{**token, "content": ""}, metadata], token["content"]
    return hash((item.event, orjson.dumps(data, option=orjson.OPT_SORT_KEYS))), text


def _order(source_id: str | None) -> tuple[int, int]:
    first, _, second = (source_id or "").partition("-")
    return (int(first), int(second or 0)) if first.isdigit() and (second or "0").isdigit() else (0, 0)
