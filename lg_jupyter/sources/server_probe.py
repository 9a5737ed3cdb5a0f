"""Is anybody there? The SDK tries a connection five times over 7.5 seconds; one try says as much at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx

PATIENCE = 5.0  # seconds, as the SDK's own


async def reach(url: str) -> None:
    """Open a connection to a server as the SDK would, and close it.

    Raises
    ------
    OSError, ssl.SSLError, asyncio.TimeoutError
        If nobody answers there, or not as the URL's scheme says.
    """
    address = httpx.URL(url)
    secure = address.scheme == "https"
    opening = asyncio.open_connection(
        address.host,
        address.port or (443 if secure else 80),
        ssl=httpx.create_ssl_context() if secure else None,
    )
    _, writer = await asyncio.wait_for(opening, PATIENCE)
    writer.close()
    with suppress(OSError, asyncio.TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1)
