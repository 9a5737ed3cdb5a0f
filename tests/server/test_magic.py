"""``%lgstream`` on a real server, in a real kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from langgraph_sdk import get_sync_client

from tests.dev_server import DevServer, Doorkeeper
from tests.graphs import INPUTS
from tests.kernel.cells import Kernel


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    try:
        kernel.run("%load_ext lg_jupyter\nimport asyncio, lg_jupyter")
        yield kernel
    finally:
        kernel.stop()


@pytest.fixture
def kernel(loaded: Kernel, dev_server: DevServer, tmp_path: Path) -> Kernel:
    loaded.run(f"run, url, folder = None, {dev_server.url!r}, {str(tmp_path)!r}")
    return loaded


@pytest.mark.parametrize(
    "line", ["steps --url {url}", "'steps' --url '{url}'", "lg_jupyter.Server(url, 'steps')"]
)
@pytest.mark.parametrize("before", ["", "%%time\n"])
def test_a_run(kernel, dev_server, line, before) -> None:
    line = line.format(url=dev_server.url)
    kernel.run(
        f"{before}%%lgstream {line} -m values,messages -o run\ntopic = 'ice'\n{{'topic': topic, 'log': []}}"
    )
    assert kernel.value_of("run.status, run.name, run.source.kind") == "('success', 'steps', 'server')"
    assert kernel.value_of("run.output['topic']") == "'ice!'"


def test_stateless(kernel, dev_server) -> None:
    kernel.run(f"%lgstream steps --url {dev_server.url} --input {INPUTS['steps']} --thread None -o run")
    assert kernel.value_of("run.status, run.request.thread_id, run.thread_id") == "('success', None, None)"


def test_an_interrupt_cancels_the_servers_run_too(kernel, dev_server) -> None:
    cell = kernel.begin(f"%lgstream slow --url {dev_server.url} --input {{'topic': '', 'log': []}} -o run")
    kernel.until(lambda: "tick" in str(cell.of("comm_msg")))
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert kernel.value_of("run.status") == "'cancelled'"
    thread, run = (kernel.value_of(name).strip("'") for name in ("run.thread_id", "run.run_id"))
    client = get_sync_client(url=dev_server.url)
    kernel.until(lambda: client.runs.get(thread, run)["status"] == "interrupted")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("stps --url {url}", "ServerError: "),
        ("steps --url {door}", "ServerError: "),
        ("lg_jupyter.Server('{door}', 'steps', api_key='not-the-key')", "ServerError: "),
        ("steps --url {url} -m valeus", "ModeError: unknown stream mode 'valeus'"),
        ("steps --url {url} --thread my-thread", "UsageError: threads on a server are named by UUIDs"),
    ],
)
def test_what_goes_wrong_is_one_line(kernel, dev_server, door: Doorkeeper, line, message) -> None:
    line = line.format(url=dev_server.url, door=door.url)
    error = kernel.fail(f"%lgstream {line} --input {INPUTS['steps']}").error
    (shown,) = error["traceback"]
    assert shown.startswith(message)
    assert "\n" not in shown
    assert "not-the-key" not in shown


def test_a_run_that_fails_there_is_one_line(kernel, dev_server) -> None:
    error = kernel.fail(f"%lgstream broken --url {dev_server.url} --input {INPUTS['broken']} -o run").error
    assert error["ename"] == "RunError"
    assert error["traceback"] == [f"RunError: {error['evalue']}"]
    assert kernel.value_of("run.status") == "'error'"


def test_a_run_is_left_on_the_server(kernel, dev_server) -> None:
    cell = kernel.run(f"%lgstream slow --url {dev_server.url} --input {INPUTS['slow']} --detach -o run")
    assert kernel.value_of("run.status") == "'incomplete'"
    thread, run = (kernel.value_of(name).strip("'") for name in ("run.thread_id", "run.run_id"))
    line = f"lg_jupyter.join(Server({dev_server.url!r}, 'slow'), {thread!r}, {run!r})"
    assert line in kernel.record(cell)["text/plain"]
    client = get_sync_client(url=dev_server.url)
    assert client.runs.get(thread, run)["status"] in ("pending", "running")
    followed = kernel.begin("await run.join()")
    kernel.until(lambda: "tick" in str(followed.of("comm_msg")))
    kernel.interrupt()
    kernel.finish(followed)
    kernel.until(lambda: client.runs.get(thread, run)["status"] == "interrupted")
