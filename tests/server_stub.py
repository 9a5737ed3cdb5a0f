"""A stand-in for a LangGraph server, for what a real one cannot be made to do: it answers as it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

THREAD = "6b1f4c1e-6f0d-4e57-9d3c-0a4f6d1c2b3a"
RUN = "0d9c8b7a-1a2b-4c3d-8e4f-5a6b7c8d9e0f"

Answer = tuple[int, Any]
"""A status, and JSON; a text is a stream of events. The status 0 is no answer: the connection is closed."""


class ServerStub:
    """Use it in a ``with`` statement.

    Parameters
    ----------
    answer
        Called with the method and the path of each request, gives its answer.

    Attributes
    ----------
    requests
        What was asked, in order, as method, path and body.
    """

    def __init__(self, answer: Callable[[str, str], Answer]) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:  # the client has heard enough
                    self.close_connection = True

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                path = self.path.split("?")[0]
                stub.requests.append((self.command, path, json.loads(body) if body else None))
                status, told = answer(self.command, path)
                if not status:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._tell(status, told)

            do_GET = do_POST = do_PATCH = do_DELETE = do_any

            def _tell(self, status: int, told: Any) -> None:
                streams = isinstance(told, str)
                content = told.encode() if streams else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("content-type", "text/event-stream" if streams else "application/json")
                self.send_header("content-length", str(len(content)))
                if streams:
                    self.send_header("content-location", f"/threads/{THREAD}/runs/{RUN}")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def asked(self, method: str, end: str) -> list[Any]:
        """The bodies of the requests by this method whose path ends so."""
        return [body for verb, path, body in self.requests if verb == method and path.endswith(end)]

    def __enter__(self) -> ServerStub:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def events(*items: tuple[str, Any]) -> str:
    """A stream that begins with the run's name."""
    named = [("metadata", {"run_id": RUN}), *items]
    return "".join(f"event: {mode}\ndata: {json.dumps(data)}\n\n" for mode, data in named)
