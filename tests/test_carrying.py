"""What carries a run, apart from the run."""

import asyncio
import time

from lg_jupyter.events.events import Part
from lg_jupyter.runtime.carrying import PATIENCE, Carrier
from lg_jupyter.sources.base import Request
from tests.patience import patience


class Stubborn:
    """A source that takes no notice of being cancelled, and has something to say later."""

    name = "stubborn"

    def __init__(self):
        self.waits, self.may_speak, self.spoke = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def parts(self, request, encode):
        yield Part("custom", "", "early", time.time())
        self.waits.set()
        while not self.may_speak.is_set():
            try:
                await asyncio.wait_for(self.may_speak.wait(), patience(60))
            except asyncio.CancelledError:
                continue
        self.spoke.set()
        yield Part("custom", "", "late", time.time())

    async def cancel(self, running=None):
        return "It goes on."


async def test_what_would_not_stop_is_left_and_heard_no_more():
    source, fed, ended = Stubborn(), [], asyncio.Event()

    def over(carrier, status, error):
        told.append(status)
        ended.set()

    told = []
    carrier = Carrier(
        source, Request(), lambda mode, namespace, data: data, feed=fed.append, open_tasks=list, over=over
    )
    carrier.start("test", thread=False)
    await source.waits.wait()
    carrier.cancel()
    carrier.cancel()
    await asyncio.wait_for(ended.wait(), PATIENCE + patience(30))
    assert (told[0], carrier.goes_on) == ("cancelled", "It goes on.")
    source.may_speak.set()
    await source.spoke.wait()
    await asyncio.sleep(0)
    assert [part.data for part in fed] == ["early"]
