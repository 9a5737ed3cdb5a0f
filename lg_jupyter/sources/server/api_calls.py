"""Calls of a server's API on assistants and threads, and the clients for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from lg_jupyter.errors import ServerError, UsageError
from lg_jupyter.sources import breakpoints, checkpoints
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.server.errors import get_http_status, make_server_error
from lg_jupyter.sources.server.event_stream import guard_event_stream
from lg_jupyter.sources.server.probe import ensure_server_reachable
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.store_items import fetch_server_store_items
from lg_jupyter.sources.structure import Structure, parse_graph_json

T = TypeVar("T")

NOT_FOUND_HTTP_STATUSES = (404, 422)


async def call_with_assistant_id(server: Server, send_request: Callable[[str], Awaitable[T]]) -> T:
    """Call with the assistant's id, which is looked up if the server knows no assistant of that name."""
    try:
        return await send_request(server.assistant_id)
    except Exception as error:
        if get_http_status(error) not in NOT_FOUND_HTTP_STATUSES or not await _try_look_up_assistant_id(
            server
        ):
            raise
    return await send_request(server.assistant_id)


async def _try_look_up_assistant_id(server: Server) -> bool:
    try:
        return await asyncio.to_thread(server.look_up_assistant_id) != server.assistant
    except ServerError:
        raise
    except Exception:  # not everybody may list them
        return False


async def validate_breakpoint_nodes(server: Server, client: Any, request: Request, name: str) -> None:
    """A server takes any name for a node, and stops nowhere at one that is none."""
    if not request.root_interrupt_kwargs or request.answer is not None:
        return
    drawn = await call_with_assistant_id(server, client.assistants.get_graph)
    nodes = [str(node["id"]) for node in drawn["nodes"]]
    breakpoints.validate_breakpoint_nodes(
        request, [name for name in nodes if not name.startswith("__")], name
    )


def fetch_thread_history(server: Server, thread_id: str | None) -> list[dict[str, Any]]:
    """The checkpoints of a thread; this blocks."""
    client = server.make_sync_client()
    try:
        ensure_server_reachable(server.url)
        states = client.threads.get_history(thread_id, limit=checkpoints.MAX_SERVER_CHECKPOINTS)
        return [checkpoints.make_checkpoint_from_server_state(one) for one in states]
    except Exception as error:
        raise make_server_error(error, server.make_server_address()) or error from None
    finally:
        client.http.client.close()


def fetch_store_items(server: Server, prefix: Sequence[str]) -> list[dict[str, Any]]:
    """What the server's store holds in a namespace and below; this blocks."""
    client = server.make_sync_client()
    try:
        ensure_server_reachable(server.url)
        return fetch_server_store_items(client, prefix)
    except Exception as error:
        raise make_server_error(error, server.make_server_address()) or error from None
    finally:
        client.http.client.close()


def fetch_graph_structure(server: Server, run_name: str) -> Structure:
    """The assistant's graph as the server draws it, subgraphs opened if it can open them; this blocks.

    Raises
    ------
    UsageError, ServerError
        If it cannot be drawn; the text says why.
    """
    client = server.make_sync_client()
    try:
        ensure_server_reachable(server.url)
        return parse_graph_json(_fetch_graph_of_named_assistant(server, client))
    except Exception as error:
        explained = make_server_error(error, server.make_server_address())
        if explained is None:
            raise UsageError(f"{run_name} cannot be drawn: {type(error).__name__}: {error}") from error
        raise explained from None
    finally:
        client.http.client.close()


def _fetch_graph_of_named_assistant(server: Server, client: Any) -> Any:
    try:
        return _fetch_graph_of_assistant_id(client, server.assistant_id)
    except Exception as error:
        if (
            get_http_status(error) not in NOT_FOUND_HTTP_STATUSES
            or server.look_up_assistant_id() == server.assistant
        ):
            raise
    return _fetch_graph_of_assistant_id(client, server.assistant_id)


def _fetch_graph_of_assistant_id(client: Any, assistant: str) -> Any:
    try:
        return client.assistants.get_graph(assistant, xray=True)
    except Exception:  # a subgraph that the server cannot open
        return client.assistants.get_graph(assistant)


@asynccontextmanager
async def open_sdk_client(server: Server) -> AsyncGenerator[Any]:
    """A client of the SDK on the running loop, closed on the way out."""
    client = server.make_async_client()
    client.http.client.event_hooks["response"] += [_drop_location_header, _guard_response_stream]
    try:
        yield client
    finally:
        await client.http.client.aclose()


async def _guard_response_stream(response: Any) -> None:
    guard_event_stream(response)


async def _drop_location_header(response: Any) -> None:
    """The SDK joins a stream again by this header, and loses what has the id of the last event."""
    if "text/event-stream" in response.headers.get("content-type", ""):
        response.headers.pop("location", None)
