"""What is seen of a server's runs that other code starts: by the SDK, and by a ``RemoteGraph``."""

from __future__ import annotations

from typing import Any

from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client, get_sync_client

import lg_jupyter
from lg_jupyter.runtime.run_properties import get_run_state
from tests.dev_server import DevServer
from tests.graphs import INPUTS
from tests.patience import patience

MODES: Any = ["messages-tuple", "updates", "values"]


def last() -> lg_jupyter.Run:
    run = lg_jupyter.last_run
    assert run is not None
    get_run_state(run).completion.block_at_most(patience(20))
    return run


async def test_a_stream_of_the_sdk_is_shown_while_it_is_read(dev_server: DevServer) -> None:
    client = get_client(url=dev_server.url)
    stream = client.runs.stream(
        None, "nested", input=INPUTS["nested"], stream_mode=MODES, stream_subgraphs=True
    )
    parts = [part async for part in lg_jupyter.show(stream)]
    await client.http.client.aclose()
    run = last()
    assert (run.name, run.status) == ("server", "incomplete")
    assert "does not tell" in (run.note or "")
    values = [part.data for part in parts if part.event == "values"]
    assert run.output == values[-1]
    assert run.run_id == next(part.data["run_id"] for part in parts if part.event == "metadata")
    assert len(run.to_pandas("tokens")) > 1
    assert (run.to_pandas("events")["namespace"] != "").any()


def test_a_blocking_stream_too(dev_server: DevServer) -> None:
    client = get_sync_client(url=dev_server.url)
    parts = list(
        lg_jupyter.show(client.runs.stream(None, "nested", input=INPUTS["nested"], stream_mode="values"))
    )
    client.http.client.close()
    assert last().output == [part.data for part in parts if part.event == "values"][-1]


def test_a_remote_graph_is_watched(dev_server: DevServer) -> None:
    remote = RemoteGraph("nested", url=dev_server.url)
    with lg_jupyter.watch(display=False) as runs:
        output = remote.invoke(INPUTS["nested"])
        updates = list(remote.stream(INPUTS["nested"], stream_mode="updates"))
    assert [(run.name, run.status) for run in runs] == [("nested", "success")] * 2
    assert runs[0].output == output
    assert len(runs[1].to_pandas("events").query("mode == 'updates'")) == len(updates)
