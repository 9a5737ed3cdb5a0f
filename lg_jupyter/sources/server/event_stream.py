"""What comes of a server's event stream: whole events only, and not for ever nothing.

A connection may be cut within an event, and end as if it had come to its end; what had come of the event may
be JSON by itself. And it may be half open: nobody is there, and nothing tells.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx

MAX_SILENCE_SECONDS_WITH_HEARTBEAT = 15.0
"""Seconds without anything after which a connection is silent, whose server has sent heartbeats: they come
every few seconds."""

MAX_SILENCE_SECONDS_WITHOUT_HEARTBEAT = 60.0
"""The same of a server that has sent none."""

_EVENT_END_PATTERN = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class SilentConnectionError(httpx.ReadTimeout):
    """Nothing comes, not even a heartbeat."""


def guard_event_stream(response: httpx.Response) -> None:
    """Have the body of a response that is an event stream watched."""
    is_stream = "text/event-stream" in response.headers.get("content-type", "")
    if is_stream and "content-encoding" not in response.headers:
        response.stream = WholeEventByteStream(response.stream)


class WholeEventByteStream(httpx.AsyncByteStream):
    """The bytes of an event stream, an event's when it is whole.

    Raises
    ------
    SilentConnectionError
        When nothing has come for too long.
    httpx.RemoteProtocolError
        When it ends within an event.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._has_heartbeat = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rest = bytearray()
        pieces = self._stream.__aiter__()
        while (piece := await self._read_chunk(pieces)) is not None:
            self._has_heartbeat = self._has_heartbeat or piece.startswith(b":")
            searched = max(0, len(rest) - 3)  # an end may be cut, too
            rest += piece
            ends = [found.end() for found in _EVENT_END_PATTERN.finditer(rest, searched)]
            if ends:
                yield bytes(rest[: ends[-1]])
                del rest[: ends[-1]]
        if rest.strip():
            raise httpx.RemoteProtocolError("the stream ended within an event")

    async def _read_chunk(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        silence = (
            MAX_SILENCE_SECONDS_WITH_HEARTBEAT
            if self._has_heartbeat
            else MAX_SILENCE_SECONDS_WITHOUT_HEARTBEAT
        )
        try:
            return await asyncio.wait_for(anext(chunks, None), silence)
        except asyncio.TimeoutError:
            raise SilentConnectionError(f"nothing came for {silence:.0f} s") from None

    async def aclose(self) -> None:
        await self._stream.aclose()
