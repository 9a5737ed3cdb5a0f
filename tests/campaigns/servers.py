"""A server's stream, cut at every event and within: nothing lost, nothing doubled, or incomplete."""

from __future__ import annotations

from collections.abc import Iterator

from tests.campaigns import Figure, passed


def figures() -> Iterator[Figure]:
    tried, failed = passed("tests/sources/test_rejoining.py", "tests/sources/test_event_stream.py")
    yield Figure("ways to cut a stream", tried, "lost or doubled events", failed)
    tried, failed = passed("tests/server/test_rejoin.py")
    yield Figure("the same before a real server", tried, "lost or doubled events", failed)
    tried, failed = passed("tests/server/test_restarts.py")
    yield Figure("a real server started anew", tried, "lost or doubled events, untold", failed)
