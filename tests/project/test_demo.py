"""`make demo` opens a JupyterLab on the quickstart."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import patience

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[str]:
    """The address that `make demo` opens in the browser, with this environment as its own."""
    page = tmp_path / "page.html"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {page}.part && mv {page}.part {page}\n')
    browser.chmod(0o755)
    # -o: this environment is ready, whoever made it
    ready = [part for stamp in ("made", "ready-lab") for part in ("-o", f"{sys.prefix}/{stamp}")]
    arguments = f"--port={free_port()} --ServerApp.port_retries=0"
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "demo", f"VENV={sys.prefix}", *ready, f"LAB_ARGS={arguments}"],
            cwd=ROOT,
            env={
                **os.environ,
                "BROWSER": f"{browser} %s",
                "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
                "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
                "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        while not page.exists():  # the timeout of the test ends this
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        address = re.search(r"https?://[^\"]+", page.read_text())
        assert address
        yield html.unescape(address[0])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(patience(30))


def test_demo_opens_the_quickstart(opened: str) -> None:
    url = urllib.parse.urlsplit(opened)
    assert url.path == "/lab/tree/quickstart.ipynb"
    assert "JupyterLab" in get(opened)
    notebook = json.loads(get(url._replace(path="/api/contents/quickstart.ipynb").geturl()))
    assert any("%load_ext lg_jupyter" in cell["source"] for cell in notebook["content"]["cells"])


def test_make_alone_says_what_can_be_typed() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "test-all", "check", "format", "assets", "bench", "test-matrix", "clean"):
        assert f"make {target} " in said
    assert "LAB_ARGS" in said


def test_python_keeps_what_it_compiles_even_where_containers_say_not_to() -> None:
    """Else each kernel and each server of the tests compiles all that it imports."""
    show = "--eval=show: ; @echo kept: $$PYTHONDONTWRITEBYTECODE"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    # Else a make that another make starts says where it is.
    quiet = "--no-print-directory"
    command = ["make", quiet, show, "show"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert said.stdout == "kept:\n", said.stderr


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_is_allowed_to_run_a_jupyter(tmp_path: Path, user: int, allowed: bool) -> None:
    """As one is in a container: Jupyter refuses root unless it is told that this is meant."""
    who = tmp_path / "id"
    who.write_text(f"#!/bin/sh\necho {user}\n")
    who.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    command = ["make", "--dry-run", "demo", "VENV=none", "LAB_ARGS=--port=8890"]
    said = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    (line,) = (line for line in said.stdout.splitlines() if "jupyter lab" in line)
    assert ("--allow-root" in line) == allowed
    assert "--port=8890 notebooks/quickstart.ipynb" in line


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=patience(30)) as response:
        text: str = response.read().decode()
    return text


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port
