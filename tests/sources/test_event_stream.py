"""An event stream that is cut within an event, or falls silent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import httpx
import pytest

import lg_jupyter
from lg_jupyter.sources.server import event_stream
from lg_jupyter.sources.server.event_stream import SilentConnectionError, WholeEventByteStream
from tests.server_stub import RUN, THREAD, ServerStub, events


class Pieces(httpx.AsyncByteStream):
    def __init__(self, *pieces: bytes | float) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                await asyncio.sleep(piece)


async def read(*pieces: bytes | float) -> bytes:
    return b"".join([piece async for piece in WholeEventByteStream(Pieces(*pieces))])


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
async def test_an_event_comes_when_it_is_whole(end: bytes) -> None:
    whole = b"event: values" + end[: len(end) // 2] + b"data: 12" + end
    assert await read() == b""
    for cut in range(1, len(whole) - 1):
        with pytest.raises(httpx.RemoteProtocolError, match="ended within an event"):
            await read(whole, whole[:cut])
        assert await read(whole[:cut], whole[cut:], whole) == whole * 2


async def test_silence_is_shorter_where_there_are_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "MAX_SILENCE_SECONDS_WITH_HEARTBEAT", 0.05)
    assert await read(b"data: 1\n\n", 0.2, b"data: 2\n\n") == b"data: 1\n\ndata: 2\n\n"
    with pytest.raises(SilentConnectionError, match="nothing came"):
        await read(b": heartbeat\n\n", 2.0, b"data: 2\n\n")


def answers(stream: str) -> Callable[[str, str], tuple[int, object]]:
    """A server whose run has ended well, and whose stream is this."""

    def answer(method: str, path: str) -> tuple[int, object]:
        if path.endswith("/stream"):
            return 200, stream
        if path == f"/threads/{THREAD}/runs/{RUN}":
            return 200, {"run_id": RUN, "thread_id": THREAD, "status": "success"}
        if path == "/threads":
            return 200, {"thread_id": THREAD}
        return 404, {"detail": "there is no such thing"}

    return answer


WHOLE = events(("values", {"n": 1}), ("values", {"n": 123}))


@pytest.mark.parametrize("cut", range(1, len("event: values\ndata: {}\n\n"), 3))
async def test_half_an_event_at_a_clean_end_is_none(cut: int) -> None:
    """Stateless: nobody can be asked what came after."""
    with ServerStub(answers(WHOLE[:-cut])) as stub:
        run = lg_jupyter.stream(
            lg_jupyter.Server(stub.url, "agent"), {}, thread_id=None, modes=["values"], display=False
        )
        with suppress(Exception):
            await run
    assert [row["data"] for row in run.trace.rows("events") if row["mode"] == "values"] == [{"n": 1}]
    assert json.dumps(run.output) == '{"n": 1}'
    assert run.status == "incomplete"
