"""What a server's store holds is read by its API."""

from __future__ import annotations

from langgraph_sdk import get_sync_client

import lg_jupyter
from lg_jupyter import Server
from tests.dev_server import DevServer
from tests.graphs import INPUTS


async def test_items_of_a_servers_store(dev_server: DevServer) -> None:
    client = get_sync_client(url=dev_server.url)
    for key, value in (("likes", {"tea": True}), ("city", {"name": "Oslo"})):
        client.store.put_item(["store test", "ada"], key, value)
    run = await lg_jupyter.stream(Server(dev_server.url, "steps"), INPUTS["steps"], display=False)
    items = run.store_items("store test")
    assert [(item["namespace"], item["key"], item["value"]) for item in items] == [
        (["store test", "ada"], "city", {"name": "Oslo"}),
        (["store test", "ada"], "likes", {"tea": True}),
    ]
    assert all(item["updated_at"] for item in items)
