"""A LangGraph server on this machine, started and stopped by a notebook: the graphs of ``jokes.py``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
GRAPHS = ("joke", "both", "nested", "chat")


class DevServer:
    """Starts at once, on a free port of the loopback; ``stop()`` ends it.

    Parameters
    ----------
    seconds
        How long to wait for it.

    Raises
    ------
    RuntimeError
        If it does not start in time; the text is what it printed.
    """

    def __init__(self, seconds: float = 90) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        config = {"dependencies": [str(HERE)], "graphs": {name: f"{HERE}/jokes.py:{name}" for name in GRAPHS}}
        (folder / "langgraph.json").write_text(json.dumps(config))
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "log"
        command = [
            sys.executable,
            "-m",
            "langgraph_cli",
            "dev",
            "--no-browser",
            "--no-reload",
            "--allow-blocking",
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(port)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(HERE), "LANGSMITH_TRACING": "false"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait(time.monotonic() + seconds)

    def stop(self) -> None:
        """End it, and remove what it kept."""
        self._process.terminate()
        self._process.wait(30)
        self._folder.cleanup()

    def _wait(self, deadline: float) -> None:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                direct.open(f"{self.url}/ok", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        printed = self._log.read_text(errors="replace")
        self._process.kill()
        self._process.wait()
        raise RuntimeError(f"The server did not start:\n{printed}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
