"""What a server, and a ``RemoteGraph`` on it, say of a graph."""

from __future__ import annotations

from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.sources import as_source
from lg_jupyter.sources.server.source import ServerSource
from lg_jupyter.sources.structure import read_graph_structure
from tests.dev_server import DevServer, Doorkeeper
from tests.graphs import build
from tests.server.conftest import KEY


def structure(target: Any) -> Any:
    return as_source(target).read_structure()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["nested", "react", "fan", "flow"])
def test_a_server_draws_what_is_drawn_here(dev_server: DevServer, name: str) -> None:
    assert structure(lg_jupyter.Server(dev_server.url, name)) == read_graph_structure(build(name), name)


def test_a_remote_graph_is_drawn_too(dev_server: DevServer) -> None:
    from langgraph.pregel.remote import RemoteGraph

    drawn = structure(RemoteGraph("nested", url=dev_server.url))
    assert {node["id"] for node in drawn["nodes"]} == {
        node["id"] for node in read_graph_structure(build("nested"), "nested")["nodes"]
    }


def test_the_key_is_sent(door: Doorkeeper) -> None:
    assert structure(lg_jupyter.Server(door.url, "steps", api_key=KEY))["nodes"]
    with pytest.raises(lg_jupyter.ServerError, match="refuse"):
        structure(lg_jupyter.Server(door.url, "steps", api_key="wrong"))


def test_an_unknown_assistant_and_a_server_that_is_gone(dev_server: DevServer) -> None:
    with pytest.raises(lg_jupyter.LgJupyterError):
        structure(lg_jupyter.Server(dev_server.url, "nobody"))
    with pytest.raises(lg_jupyter.ServerError, match="no server"):
        structure(lg_jupyter.Server("http://127.0.0.1:9", "steps"))


async def test_a_run_does_not_wait_for_its_drawing(
    dev_server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched, fetch = [], ServerSource.read_structure
    monkeypatch.setattr(
        ServerSource, "read_structure", lambda source: fetched.append(source) or fetch(source)
    )
    run = await lg_jupyter.stream(
        lg_jupyter.Server(dev_server.url, "steps"), {"topic": "", "log": []}, display=False
    )
    assert not fetched
    drawn = run.structure()
    assert run.structure() is drawn and len(fetched) == 1
