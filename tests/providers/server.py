"""All wire formats on one loopback port: ``/<provider>/<scenario>/…`` is that provider's API."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple

from tests.providers.anthropic import Anthropic
from tests.providers.gemini import Gemini
from tests.providers.mistral import Mistral
from tests.providers.ollama import Ollama
from tests.providers.openai_chat import DeepSeek, Groq, OpenAIChat
from tests.providers.openai_responses import OpenAIResponses
from tests.providers.scenarios import STATUSES
from tests.providers.wire import JSON, ConnectionCut, WireFormat

FORMATS: dict[str, WireFormat] = {
    "openai": OpenAIChat(),
    "openai_responses": OpenAIResponses(),
    "anthropic": Anthropic(),
    "google_genai": Gemini(),
    "ollama": Ollama(),
    "mistralai": Mistral(),
    "deepseek": DeepSeek(),
    "groq": Groq(),
}


class Received(NamedTuple):
    """A request as it came: the provider and the scenario that its path names, the rest of it, the body."""

    provider: str
    scenario: str
    path: str
    body: JSON


class ProviderServer:
    """Serves every provider's format until it is closed; ``requests`` are those that came.

    >>> with ProviderServer() as server:
    ...     model = ChatOpenAI(base_url=server.url("openai", scenarios.TEXT) + "/v1", ...)
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        handler = type("Handler", (_Handler,), {"requests": self.requests})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def url(self, provider: str, scenario: str) -> str:
        """The root of a provider's API that answers every request with ``scenario``."""
        return f"{self.root}/{provider}/{urllib.parse.quote(scenario)}"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> ProviderServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    requests: list[Received]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = json.loads(self._read() or b"{}")
        path = urllib.parse.urlsplit(self.path).path
        _, provider, scenario, *rest = path.split("/")
        wire, scenario = FORMATS[provider], urllib.parse.unquote(scenario)
        self.requests.append(Received(provider, scenario, "/".join(rest), body))
        try:
            if scenario in STATUSES:
                self._answer(STATUSES[scenario], wire.failure(scenario))
            elif body.get("stream") or "stream" in rest[-1] or provider == "ollama":
                self._stream(wire.content_type, wire.frames(scenario, body))
            else:
                self._answer(200, wire.whole(scenario, body))
        except (BrokenPipeError, ConnectionResetError):  # the client has gone
            self.close_connection = True

    def _read(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            return b"".join(self._read_chunks())
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _read_chunks(self) -> Iterable[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _answer(self, status: int, answer: JSON) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, content_type: str, frames: Iterable[str]) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for frame in frames:
                data = frame.encode()
                self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            self.wfile.write(b"0\r\n\r\n")
        except ConnectionCut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: pytest's output is for tests."""
