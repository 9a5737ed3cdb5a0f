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
from lg_jupyter.sources.server.errors import get_http_status
from lg_jupyter.sources.server.event_stream import SilentConnectionError
from lg_jupyter.sources.server.probe import aensure_server_reachable

REJOIN_DELAYS_SECONDS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds before each attempt; when none is left, the stream is lost."""

MAX_RUN_STATUS_CHECKS = 10
"""Tenths of a second that a run may seem to go on when its stream is over."""

ID_BEFORE_FIRST_EVENT = "0-0"

JoinAfterEventId = Callable[[str], AsyncIterator[Any]]
"""The stream of the run again, from behind an event's id."""


async def join_run_stream(
    url: str,
    client: Any,
    thread_id: str | None,
    run_id: str | None,
    last_event_id: str = ID_BEFORE_FIRST_EVENT,
) -> AsyncGenerator[Any]:
    """The stream of a run that goes on already, from behind an event as far as the server has it."""
    await aensure_server_reachable(url)
    async with close_on_exit(
        client.runs.join_stream(thread_id, run_id, last_event_id=last_event_id)
    ) as items:
        async for item in items:
            yield item


async def is_run_running(url: str, client: Any, thread_id: str | None, run_id: str | None) -> bool:
    """Whether a run goes on at a server, as far as that knows of it.

    The probe sees at once that nobody is there: the SDK tries for so long that a server may be back
    meanwhile, and the run over, of which nothing came.
    """
    await aensure_server_reachable(url)
    try:
        run = await client.runs.get(thread_id, run_id)
    except Exception as error:
        if is_connection_break(error):
            raise
        return False
    return run["status"] in ("pending", "running")


class RejoiningStream:
    """The items of a run's stream, across breaks.

    Parameters
    ----------
    join_after_event_id
        Opens the stream again.
    can_rejoin
        Whether there is something to join: a run with a name, whose events the server keeps.
    is_run_running
        Reads whether the run goes on: a stream that is cut may end as if it had come to its end.
    are_events_kept
        Whether the server keeps the run's events for those who join it; else it gives only what comes then.
    gather_token
        Takes an item that is a token like the item before it in all but its text; whether it was one.
    """

    def __init__(
        self,
        join_after_event_id: JoinAfterEventId,
        can_rejoin: Callable[[], bool],
        is_run_running: Callable[[], Awaitable[bool]],
        gather_token: Callable[[Any], bool] = lambda item: False,
        are_events_kept: bool = True,
    ) -> None:
        self._join_after_event_id = join_after_event_id
        self._can_rejoin = can_rejoin
        self._is_run_running = is_run_running
        self._gather_token = gather_token
        self._are_events_kept = are_events_kept
        self._last_hash_without_text = 0  # of the last item that was not gathered
        self._item_hashes = array("q")  # of all items, in order
        self._last_event_id: str | None = None
        self._last_event_index = 0  # where the items of the last id begin
        self._previous_event_id = ID_BEFORE_FIRST_EVENT
        self._attempt_count = 0
        self.break_count = 0
        """How often the stream broke off."""
        self.is_broken_by_silence = False
        """Whether it did the last time because nothing came any more."""
        self.is_complete = True
        """Whether all has come that the server has of the run; known at the end."""

    async def iter_items(self, first_stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Every item once, but for those that are gathered; ``None`` where the stream broke off, before it is
        tried again."""
        items = first_stream
        while True:
            cause: Exception | None = None
            try:
                async with close_on_exit(items) as open_items:
                    async for item in open_items:
                        self._attempt_count = 0
                        is_gathered = self._gather_token(item)
                        self._record_item(item, is_gathered)
                        if not is_gathered:
                            yield item
                if not await self._is_cut_before_run_end():
                    break
            except Exception as error:
                if not self._can_rejoin() or not is_connection_break(error):
                    raise
                cause = error
            self.is_broken_by_silence = isinstance(cause, SilentConnectionError)
            if self.is_broken_by_silence and await self._is_run_confirmed_running():
                # The server is there: it is no attempt that failed.
                self._attempt_count = 0
            if self._attempt_count == len(REJOIN_DELAYS_SECONDS):
                raise cause or httpx.ReadError("the stream ends again and again before the run does")
            self.break_count += 1
            yield None
            await asyncio.sleep(REJOIN_DELAYS_SECONDS[self._attempt_count])
            self._attempt_count += 1
            items = self._iter_new_items_after_rejoin()
        async for item in self._iter_missed_items_after_run_end():
            yield item

    async def _is_run_confirmed_running(self) -> bool:
        """Whether the server still knows of the run."""
        try:
            return await self._is_run_running()
        except Exception as error:
            if not is_connection_break(error):
                raise
            return False

    async def _is_cut_before_run_end(self) -> bool:
        """Whether the run goes on, though its stream is over; a server may be slow to write down its end."""
        if not self._can_rejoin():
            return False
        for _ in range(MAX_RUN_STATUS_CHECKS):
            if not await self._is_run_running():
                return False
            await asyncio.sleep(0.1)
        return True

    def _record_item(self, item: Any, is_gathered: bool) -> None:
        """Know an item from now on, by its event id and its content."""
        source_id = getattr(item, "id", None)
        if source_id and source_id != self._last_event_id:
            if self._last_event_id is not None and _parse_event_id(source_id) < _parse_event_id(
                self._last_event_id
            ):
                source_id = self._last_event_id  # late: it must not move the place from which to join
            else:
                self._previous_event_id = self._last_event_id or ID_BEFORE_FIRST_EVENT
                self._last_event_id, self._last_event_index = source_id, len(self._item_hashes)
        if is_gathered:
            text = item.data[0]["content"]
        else:
            self._last_hash_without_text, text = _split_item_hash_and_text(item)
        self._item_hashes.append(hash((self._last_hash_without_text, text)))

    async def _iter_new_items_after_rejoin(self) -> AsyncIterator[Any]:
        """What is new in the stream from before the last id on."""
        known = Counter(self._item_hashes[self._last_event_index :])
        here: set[tuple[str | None, int]] = set()
        highest = (0, 0)
        async with close_on_exit(self._join_after_event_id(self._previous_event_id)) as items:
            async for item in items:
                source_id, key = getattr(item, "id", None), _hash_item(item)
                again = (source_id, key) in here and _parse_event_id(source_id) <= highest
                here.add((source_id, key))
                highest = max(highest, _parse_event_id(source_id))
                if known[key] > 0:
                    known[key] -= 1
                elif not again:
                    yield item

    async def _iter_missed_items_after_run_end(self) -> AsyncIterator[Any]:
        """What never came, now that the run is over: a stream may be cut as if it had come to its end."""
        if not self._can_rejoin():
            return
        if not self._are_events_kept:
            self.is_complete = not self.break_count
            return
        if not self.break_count:
            if await self._has_no_items_left_on_server():
                return
            self.break_count += 1
            yield None
        for pause in (*REJOIN_DELAYS_SECONDS[:5], None):
            try:
                async for item in self._iter_missed_items():
                    yield item
                return
            except Exception as error:
                if not is_connection_break(error) and get_http_status(error) is None:
                    raise
                if pause is None or not is_connection_break(error):
                    self.is_complete = False
                    return
                await asyncio.sleep(pause)

    async def _has_no_items_left_on_server(self) -> bool:
        """Whether the server has nothing behind what came last."""
        try:
            async with close_on_exit(
                self._iter_server_items_except(
                    self._previous_event_id, self._item_hashes[self._last_event_index :]
                )
            ) as new:
                return await anext(new, None) is None
        except Exception as error:
            if not is_connection_break(error) and get_http_status(error) is None:
                raise
            return True  # as far as anybody can tell

    async def _iter_missed_items(self) -> AsyncIterator[Any]:
        """What did not come of all that the server has of the run."""
        async with close_on_exit(
            self._iter_server_items_except(ID_BEFORE_FIRST_EVENT, self._item_hashes)
        ) as new:
            async for item in new:
                self._item_hashes.append(_hash_item(item))
                yield item

    async def _iter_server_items_except(
        self, last_id: str, known_hashes: Iterable[int]
    ) -> AsyncIterator[Any]:
        """What a run that is over, and hence complete, has from behind an id on besides these items.

        Of which it must have each, too: a server that was started anew has forgotten some, and may have
        others that never came.
        """
        known = Counter(known_hashes)
        async with close_on_exit(self._join_after_event_id(last_id)) as items:
            async for item in items:
                key = _hash_item(item)
                if known[key] > 0:
                    known[key] -= 1
                else:
                    yield item
        self.is_complete = not any(known.values())


def is_connection_break(error: BaseException) -> bool:
    """Whether this says that the way to the server is broken, and not that the server refuses."""
    status = get_http_status(error)
    if status is not None:
        return status == 429 or status >= 500
    return isinstance(error, httpx.TransportError | OSError | TimeoutError | orjson.JSONDecodeError)


def _hash_item(item: Any) -> int:
    return hash(_split_item_hash_and_text(item))


def _split_item_hash_and_text(item: Any) -> tuple[int, str]:
    """A hash of an item without its text, and the text: the tokens of a message have the first in common."""
    data, text = item.data, ""
    if type(data) is list and len(data) == 2 and type(data[0]) is dict:
        token, metadata = data
        if type(token.get("content")) is str:
            data, text = [{**token, "content": ""}, metadata], token["content"]
    return hash((item.event, orjson.dumps(data, option=orjson.OPT_SORT_KEYS))), text


def _parse_event_id(event_id: str | None) -> tuple[int, int]:
    first, _, second = (event_id or "").partition("-")
    return (int(first), int(second or 0)) if first.isdigit() and (second or "0").isdigit() else (0, 0)
