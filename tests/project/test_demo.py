"""`make demo` opens a JupyterLab on the quickstart."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab that `make demo` started, with this environment as its own."""
    port = free_port()
    lab = f"--no-browser --allow-root --port={port} --ServerApp.port_retries=0 --IdentityProvider.token=demo"
    # -o: this environment is ready, whoever made it
    ready = [part for stamp in ("made", "ready-lab") for part in ("-o", f"{sys.prefix}/{stamp}")]
    command = ["make", "demo", f"VENV={sys.prefix}", *ready, f"LAB_ARGS={lab}"]
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        wait_until_it_serves(process, port, tmp_path / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        log.close()


def test_demo_serves_the_quickstart(demo: str) -> None:
    page = get(f"{demo}/lab/tree/notebooks/quickstart.ipynb?token=demo")
    assert "JupyterLab" in page
    notebook = json.loads(get(f"{demo}/api/contents/notebooks/quickstart.ipynb?token=demo"))
    assert any("%load_ext lg_jupyter" in cell["source"] for cell in notebook["content"]["cells"])


def test_make_alone_says_what_can_be_typed() -> None:
    assert shutil.which("make")
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "format", "assets", "bench", "test-matrix", "clean"):
        assert f"make {target} " in said


def wait_until_it_serves(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            get(f"http://127.0.0.1:{port}/api/status?token=demo")
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"no JupyterLab after 90 s:\n{log.read_text()}")


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as response:
        text: str = response.read().decode()
    return text


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port
