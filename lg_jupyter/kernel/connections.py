"""Idle connections of HTTP clients, where runs of one process are on several loops.

A connection belongs to the loop that opened it, and a client that a provider's package keeps for the process
hands it to its next caller, on whatever loop. So before a run begins on another loop than the run before,
and after one that was apart from a loop that runs, what is idle is closed, as clients do themselves seconds
later.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from weakref import ref

CONNECTION_POOL_MODULES = ("httpcore", "httpcore2")
"""What carries the connections of httpx, under either of its names."""

_last_run_loop: ref[asyncio.AbstractEventLoop] | None = None


async def close_idle_connections_if_loop_changed(caller_has_loop: bool) -> None:
    """Called when a run begins on the running loop; a loop of its caller may have used the clients too."""
    global _last_run_loop
    loop, before = asyncio.get_running_loop(), _last_run_loop
    _last_run_loop = ref(loop)
    if caller_has_loop or (before is not None and before() is not loop):
        await close_idle_connections()


async def close_idle_connections() -> None:
    """Close what no request uses."""
    for pool in _iter_connection_pools():
        for connection in list(pool.connections):
            if connection.is_idle():
                with suppress(Exception):  # its loop is closed: then it is gone without that
                    await connection.aclose()


class ConnectionPoolFinder:
    """The pools of one class that there are in the process.

    An object refers to its class, so all that refers to the class is gone through, which is most of what the
    process holds: only when the class is referred to more or less often than before, or a pool has gone.
    """

    def __init__(self) -> None:
        self._found: list[ref[Any]] = []
        self._reference_count = 0

    def list_pools_of_class(self, kind: type) -> list[Any]:
        """Those there are now."""
        pools = [pool for found in self._found if (pool := found()) is not None]
        references = sys.getrefcount(kind)
        if references != self._reference_count or len(pools) != len(self._found):
            pools = [found for found in gc.get_referrers(kind) if type(found) is kind]
            self._found = [*map(ref, pools)]
            self._reference_count = references
        return pools


_pool_finders_by_module = {name: ConnectionPoolFinder() for name in CONNECTION_POOL_MODULES}


def _iter_connection_pools() -> Iterator[Any]:
    for name, pools in _pool_finders_by_module.items():
        kind = getattr(sys.modules.get(name), "AsyncConnectionPool", None)
        if kind is not None:
            yield from pools.list_pools_of_class(kind)
