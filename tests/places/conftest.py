"""Front ends beside JupyterLab, each tried for real; `make test` has a case of those that most people use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.browser.lab import ROOT, end, launch
from tests.left_out import leave_out
from tests.patience import patience
from tools import programs

expect.set_options(timeout=patience(30) * 1000)


class Server:
    """A program that serves pages on loopback, until it is stopped."""

    def __init__(self, command: list[str], folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "server.log"
        directories = {name: str(folder / "home" / name.lower()) for name in _DIRECTORIES}
        quiet = {"HOME": str(folder / "home"), "LANGSMITH_TRACING": "false", "PYTHONPATH": str(ROOT)}
        quiet["JUPYTER_PREFER_ENV_PATH"] = "0"  # its own labextension, not one that the environment links
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **directories, **quiet},
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_until_there(self) -> Server:
        deadline = time.monotonic() + patience(90)
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=patience(10)).close()
            except urllib.error.HTTPError:
                return self
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
            else:
                return self
        self.stop()
        raise RuntimeError("The server did not start:\n" + self._log.read_text()[-3_000:])

    def stop(self) -> None:
        end(self._process)


_DIRECTORIES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")

Serve = Callable[..., Server]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Call it with a module and its arguments, in which ``{port}`` is a free port; gives the server."""
    started: list[Server] = []

    def serve(module: str, *arguments: str) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        (tmp_path / "home").mkdir(exist_ok=True)
        command = [sys.executable, "-m", module, *(each.format(port=port) for each in arguments)]
        started.append(Server(command, tmp_path, port))
        return started[-1].wait_until_there()

    yield serve
    for server in started:
        server.stop()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Call it with a name and the cells of a notebook."""

    def write(name: str, *cells: str) -> Path:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if programs.chromium() is None:
        leave_out("a Chromium", "chromium or Google Chrome")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches this machine alone, and notes the errors of what it shows."""
    context = browser.new_context(viewport={"width": 1300, "height": 1600})
    context.set_default_timeout(patience(30) * 1000)
    context.route("**/*", _loopback)
    yield context.new_page()
    context.close()


def _loopback(route: Route) -> None:
    if route.request.url.startswith(("http://127.0.0.1:", "http://localhost:", "blob:", "data:", "file:")):
        route.continue_()
    else:
        route.abort()
