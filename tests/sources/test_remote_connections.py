"""What a RemoteGraph's own connections keep of the client that they stand for."""

from __future__ import annotations

import inspect
import ssl

import httpx
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk.client import LangGraphClient

from lg_jupyter.sources.local.graphs import open_graph_with_own_connections

URL = "http://127.0.0.1:9"


def graph_with(**settings) -> RemoteGraph:
    client = LangGraphClient(httpx.AsyncClient(base_url=URL, **settings))
    return RemoteGraph("agent", client=client, sync_client=None, url=URL)


async def test_they_are_new_and_trust_and_ask_as_the_client_does():
    trusted = ssl.create_default_context()
    graph = graph_with(verify=trusted, headers={"x-team": "blue"}, cookies={"a": "b"}, auth=("me", "word"))
    async with open_graph_with_own_connections(graph) as same:
        mine, theirs = same.client.http.client, graph.client.http.client
        assert mine is not theirs
        assert mine._transport._pool._ssl_context is trusted
        assert (mine.headers["x-team"], mine.cookies["a"]) == ("blue", "b")
        assert mine.auth is theirs.auth
    assert not theirs.is_closed


async def test_a_transport_or_a_proxy_of_the_users_is_kept():
    own = httpx.MockTransport(lambda request: httpx.Response(200))
    proxy = "proxy" if "proxy" in inspect.signature(httpx.AsyncClient).parameters else "proxies"
    for settings in ({"transport": own}, {proxy: "http://127.0.0.1:10"}):
        graph = graph_with(**settings)
        async with open_graph_with_own_connections(graph) as same:
            assert same is graph
