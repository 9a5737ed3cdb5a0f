"""A real LangGraph server on a free loopback port, and a doorkeeper to stand in front of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.patience import patience

HERE = Path(__file__).parent
STARTS_WITHIN = patience(90)  # seconds


class DevServer:
    """``langgraph dev`` with the graphs of ``langgraph.json``, in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = directory / "server.log"
        self.directory = directory
        self._write_config(directory)
        self.start()

    def start(self) -> None:
        """Start it on its port, with what it had written down before it was stopped."""
        command = [
            sys.executable,
            "-m",
            "langgraph_cli",
            "dev",
            "--no-browser",
            "--no-reload",
            "--allow-blocking",
            "--n-jobs-per-worker",
            "10",
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=self.directory,
                env=_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _write_config(self, directory: Path) -> None:
        """The server looks for its graphs from where it is started, which is not here."""
        config = json.loads((HERE / "langgraph.json").read_text())
        config["graphs"] = {
            name: place.replace("./", f"{HERE}{os.sep}", 1) for name, place in config["graphs"].items()
        }
        (directory / "langgraph.json").write_text(json.dumps(config))

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while self._process.poll() is None and time.monotonic() < deadline:
            with (
                suppress(OSError, urllib.error.URLError),
                urllib.request.urlopen(f"{self.url}/ok", timeout=2),
            ):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start; its log:\n{self._log.read_text()[-4000:]}")

    def stop(self, *endings: signal.Signals) -> None:
        """End the server and all that it started: they share its process group.

        By the first of these signals that does it; as it is asked to end, else at once.
        """
        for ending in endings or (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, ending)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience(10))
                break


class Doorkeeper:
    """Hands TCP connections through to a server, if their first request has the right key."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key.encode()
        self._loop = asyncio.new_event_loop()
        self._guests: list[asyncio.StreamWriter] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._guests.append(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # somebody only knocked
            writer.close()
            return
        if b"x-api-key: " + self._key not in head:
            body = b'{"detail":"Invalid key"}'
            writer.write(
                b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n"
            )
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            writer.close()
            return
        inside, outside = await asyncio.open_connection("127.0.0.1", self._port)
        outside.write(head)
        await asyncio.gather(copy(reader, outside), copy(inside, writer))

    def shut(self) -> None:
        """Let nobody in any more, and show everybody out."""

        done = threading.Event()

        def shut() -> None:
            self._server.close()
            for writer in self._guests:
                writer.transport.abort()
            self._loop.call_soon(done.set)  # a socket is closed in the loop's next round

        self._loop.call_soon_threadsafe(shut)
        done.wait(patience(5))

    def stop(self) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(patience(5))


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what is read until it ends."""
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    """Ours, with nothing that would send anything anywhere."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_"))
    }
    return {
        **kept,
        "LANGSMITH_TRACING": "false",
        "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        "PYTHONPATH": str(HERE.parent),
    }
