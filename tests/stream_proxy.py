"""A proxy that stands before a server, and tampers with the streams that pass: cuts, delays, splits them."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

from tests.dev_server import copy


class Break(enum.Enum):
    CUT = "the connection breaks off"
    END = "the stream ends, as if it had come to its end"


CUT, END = Break.CUT, Break.END

Tamper: TypeAlias = Callable[[int, int, bytes], "Iterable[bytes | float | Break]"]
"""``tamper(stream, event, block)``: what becomes of the block of bytes that is a stream's event.

Each is counted from 0. Bytes are sent as a piece of their own, a number is a pause in seconds.
"""


def as_it_is(stream: int, event: int, block: bytes) -> Iterable[bytes]:
    return [block]


class StreamProxy:
    """Hands requests through to a server, and every event of an event stream to ``tamper``.

    Attributes
    ----------
    url
        Where it listens.
    streams
        How many streams passed.
    breaks
        How many of them were broken off.
    events
        How many events the longest of them had.
    """

    def __init__(self, port: int, tamper: Tamper = as_it_is) -> None:
        self._port = port
        self._tamper = tamper
        self._serving: set[asyncio.Task[None]] = set()
        self.streams = self.breaks = self.events = 0

    async def start(self) -> StreamProxy:
        """Listen, on the running loop."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, with as many requests as the client makes of it."""
        inside, outside = await asyncio.open_connection("127.0.0.1", self._port)
        asking = asyncio.ensure_future(copy(reader, outside))
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(inside, writer)
        finally:
            asking.cancel()
            outside.close()
            writer.close()

    async def _answer(self, inside: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await inside.readuntil(b"\r\n\r\n"):
            writer.write(head)
            fields = head.lower()
            if b"content-type: text/event-stream" in fields:
                assert b"transfer-encoding: chunked" in fields
                if not await self._stream(inside, writer):
                    return
            elif b"transfer-encoding: chunked" in fields:
                async for chunk in _chunks(inside):
                    await _send(writer, chunk)
                writer.write(b"0\r\n\r\n")
            else:
                writer.write(await inside.readexactly(_length(head)))
            await writer.drain()

    async def _stream(self, inside: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection lives on."""
        stream, event = self.streams, 0
        self.streams += 1
        async for block in _events(_chunks(inside)):
            if block.startswith(b":"):  # a sign of life, which comes when a server is slow
                await _send(writer, block)
                continue
            for piece in self._tamper(stream, event, block):
                if isinstance(piece, bytes):
                    await _send(writer, piece)
                elif isinstance(piece, Break):
                    self.breaks += 1
                    if piece is CUT:
                        writer.transport.abort()
                        return False
                    writer.write(b"0\r\n\r\n")
                    await writer.drain()
                    return False
                else:
                    await asyncio.sleep(piece)
            event += 1
            self.events = max(self.events, event)
        writer.write(b"0\r\n\r\n")
        return True


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks of an event stream, each with the empty line that ends it."""
    held = b""
    async for chunk in chunks:
        held += chunk
        *blocks, held = held.split(b"\r\n\r\n")
        for block in blocks:
            yield block + b"\r\n\r\n"
    if held:
        yield held


async def _send(writer: asyncio.StreamWriter, piece: bytes) -> None:
    if piece:
        writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await writer.drain()
