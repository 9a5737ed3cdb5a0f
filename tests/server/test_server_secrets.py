"""Canaries in runs on a real server: the key and headers that are sent, what the server tells back."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.widgets.run import RunWidget
from tests.dev_server import DevServer, Doorkeeper
from tests.server.conftest import KEY
from tests.sinks import leaks, sinks


def canary(name: str) -> str:
    return f"sk-{name}-{uuid.uuid4().hex}"


async def ended(run: Any) -> Any:
    try:
        return await run
    except Exception:
        return run


@pytest.mark.parametrize("thread_id", [lg_jupyter.sources.base.UNSET, None], ids=["thread", "stateless"])
@pytest.mark.parametrize("ending", ["success", "error", "interrupt"])
async def test_no_sink_has_what_a_server_tells(
    dev_server: DevServer, monkeypatch, caplog, tmp_path, ending, thread_id
):
    secrets = {name: canary(name) for name in ("environment", "key", "header", "login", "password")}
    monkeypatch.setenv("VENDOR_API_KEY", secrets["environment"])
    caplog.set_level(logging.DEBUG)
    sent: list[Any] = []
    monkeypatch.setattr(RunWidget, "send", lambda self, message, buffers=None: sent.append(message))
    server = Server(
        dev_server.url.replace("//", f"//me:{secrets['login']}@"),
        "leaky",
        api_key=secrets["key"],
        headers={"X-Auth-Token": f"Bearer {secrets['header']}"},
    )
    known = [secret for name, secret in secrets.items() if name != "password"]
    run = lg_jupyter.stream(
        server,
        {"secrets": known, "ending": ending, "messages": []},
        thread_id=thread_id,
        config={"configurable": {"db_password": secrets["password"], "on_server": True}},
        display=False,
        save=tmp_path / "live.jsonl",
    )
    widget = RunWidget(run)
    await ended(run)
    monkeypatch.undo()
    assert run.status == {"interrupt": "interrupted"}.get(ending, ending)
    assert len(run.trace.rows("events")) > 10
    seen = sinks(run, tmp_path) | {
        "live file": (tmp_path / "live.jsonl").read_text(),
        "comm": json.dumps(sent) + json.dumps(widget._summary),
        "log": caplog.text,
        "exception": repr(run.exception) + str(run.exception),
    }
    for secret in secrets.values():
        assert leaks(secret, seen) == {}
    assert run.output is None or run.output.get("secrets") in (None, known)


async def test_a_key_that_is_refused_is_not_repeated(door: Doorkeeper, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    wrong = canary("wrong")
    run = lg_jupyter.stream(
        Server(door.url, "steps", api_key=wrong), {"topic": "x", "log": []}, display=False
    )
    with pytest.raises(lg_jupyter.ServerError) as raised:
        await run
    seen = sinks(run, tmp_path) | {"error": repr(raised.value) + str(raised.value), "log": caplog.text}
    assert leaks(wrong, seen) == {}


async def test_a_url_with_a_login_sends_it_and_logs_it_not(dev_server: DevServer, caplog):
    caplog.set_level(logging.DEBUG)
    address = urlsplit(dev_server.url)
    server = Server(f"http://me:{KEY}@{address.netloc}", "steps")
    run = lg_jupyter.stream(server, {"topic": "x", "log": []}, display=False)
    await run
    assert run.status == "success"
    assert KEY not in caplog.text
    client = server.make_async_client()
    assert client.http.client.headers["authorization"].startswith("Basic ")
    await client.http.client.aclose()


async def test_a_remote_graphs_key(dev_server: DevServer, monkeypatch, tmp_path):
    from langgraph.pregel.remote import RemoteGraph

    secret = canary("remote")
    graph = RemoteGraph("leaky", url=dev_server.url, api_key=secret)
    given = {"secrets": [secret], "ending": "error", "messages": []}
    run = lg_jupyter.stream(graph, given, config={"configurable": {"on_server": True}}, display=False)
    await ended(run)
    assert run.status == "error"
    assert leaks(secret, sinks(run, tmp_path)) == {}
