"""What carries a run, apart from the run."""

import asyncio
import time
from types import SimpleNamespace

from lg_jupyter.events.events import Part
from lg_jupyter.runtime import executor as executor_module
from lg_jupyter.runtime.executor import RUN_CANCEL_TIMEOUT_SECONDS, RunExecutor
from lg_jupyter.sources.base import Request
from tests.patience import patience


class Stubborn:
    """A source that takes no notice of being cancelled, and has something to say later."""

    name = "stubborn"

    def __init__(self):
        self.waits, self.may_speak, self.spoke = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stream_parts(self, request, encode):
        yield Part("custom", "", "early", time.time())
        self.waits.set()
        while not self.may_speak.is_set():
            try:
                await asyncio.wait_for(self.may_speak.wait(), patience(60))
            except asyncio.CancelledError:
                continue
        self.spoke.set()
        yield Part("custom", "", "late", time.time())

    async def cancel_and_describe_running(self, running=None):
        return "It goes on."


async def test_what_would_not_stop_is_left_and_heard_no_more():
    source, fed, ended = Stubborn(), [], asyncio.Event()

    def over(executor, status, error):
        told.append(status)
        ended.set()

    told = []
    executor = RunExecutor(
        source, Request(), lambda mode, namespace, data: data, feed=fed.append, open_tasks=list, on_done=over
    )
    executor.start("test", thread=False)
    await source.waits.wait()
    executor.cancel()
    executor.cancel()
    await asyncio.wait_for(ended.wait(), RUN_CANCEL_TIMEOUT_SECONDS + patience(30))
    assert (told[0], executor.still_running_sentence) == ("cancelled", "It goes on.")
    source.may_speak.set()
    await source.spoke.wait()
    await asyncio.sleep(0)
    assert [part.data for part in fed] == ["early"]


class TokenBatch:
    """A source whose parts, a second apart by their timestamps, are all there at once."""

    name = "burst"

    async def stream_parts(self, request, encode):
        for second in range(1, 20):
            yield Part("custom", "", second, float(second))

    async def cancel_and_describe_running(self, running=None):
        return ""


async def test_parts_in_a_row_let_the_loop_do_something_else_now_and_then(monkeypatch):
    """After each four seconds of them, and not after every one, which would cost."""
    monkeypatch.setattr(executor_module, "YIELD_INTERVAL_SECONDS", 4.0)
    monkeypatch.setattr(executor_module, "time", SimpleNamespace(time=lambda: 0.0, monotonic=time.monotonic))
    fed, ended = [[]], asyncio.Event()

    async def others():
        while True:
            await asyncio.sleep(0)
            if fed[-1]:
                fed.append([])

    executor = RunExecutor(
        TokenBatch(),
        Request(),
        lambda mode, namespace, data: data,
        feed=lambda part: fed[-1].append(part.data),
        open_tasks=list,
        on_done=lambda executor, status, error: ended.set(),
    )
    task = asyncio.ensure_future(others())
    executor.start("test", thread=False)
    await ended.wait()
    task.cancel()
    rows = list(filter(None, fed))
    assert rows == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15], [16, 17, 18, 19]]
