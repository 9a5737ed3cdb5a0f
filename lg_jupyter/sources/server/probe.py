"""Whether a server can be reached. The SDK tries for 7.5 seconds; one try shows as much at once."""

from __future__ import annotations

import asyncio
import socket

import httpx

PROBE_TIMEOUT_SECONDS = 5.0  # seconds, as the SDK's own


def ensure_server_reachable(url: str) -> None:
    """Open a connection to a server as the SDK would, and close it; this blocks.

    Raises
    ------
    OSError, ssl.SSLError, TimeoutError
        If nobody answers there, or not as the URL's scheme says.
    """
    address = httpx.URL(url)
    secure = address.scheme == "https"
    with socket.create_connection(
        (address.host, address.port or (443 if secure else 80)), PROBE_TIMEOUT_SECONDS
    ) as plain:
        if secure:
            httpx.create_ssl_context().wrap_socket(plain, server_hostname=address.host).close()


async def aensure_server_reachable(url: str) -> None:
    """The same without blocking."""
    await asyncio.to_thread(ensure_server_reachable, url)
