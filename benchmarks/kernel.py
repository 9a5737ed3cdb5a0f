"""A real kernel to measure in: runs cells and counts what they put on IOPub."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import TracebackType

from jupyter_client.manager import KernelManager


@dataclass
class Published:
    """The IOPub traffic of one cell by type of message, without ``status``.

    ``bytes`` are as on the wire, with headers and signatures; ``contents`` those of the contents alone.
    """

    messages: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    contents: dict[str, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    text: str = ""

    @property
    def total_messages(self) -> int:
        return sum(self.messages.values())

    def streamed(self, sizes: dict[str, int]) -> int:
        """The bytes after the widget was opened; the front end comes with a kernel's first view alone."""
        return sum(size for kind, size in sizes.items() if kind != "comm_open")

    def most_in_a_second(self) -> int:
        """The largest number of messages that arrived within any one second."""
        start, most = 0, 0
        for end, moment in enumerate(self.times):
            while moment - self.times[start] > 1.0:
                start += 1
            most = max(most, end - start + 1)
        return most


class Kernel:
    """A kernel process on loopback; ``with Kernel() as kernel: kernel.run("1 + 1")``."""

    def __enter__(self) -> Kernel:
        self._manager = KernelManager()
        self._manager.start_kernel(extra_arguments=["--log-level=ERROR"])
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, code: str, timeout: float = 300, cell: str | None = None) -> Published:
        """Run ``code`` as a cell and return what it published; a failing cell raises RuntimeError.

        ``cell`` is the cell's id, as front ends tell it, of one that is run again.
        """
        published = Published()
        message = self._client.session.msg("execute_request", {"code": code, "silent": False})
        message["metadata"] |= {} if cell is None else {"cellId": cell}
        self._client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        deadline = time.monotonic() + timeout
        while True:
            message = self._raw_message(deadline - time.monotonic(), published)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if kind == "stream":
                published.text += content["text"]
            of_this_cell = message["parent_header"].get("msg_id") == request
            if of_this_cell and kind == "status" and content["execution_state"] == "idle":
                return published

    def _raw_message(self, timeout: float, published: Published) -> dict:
        channel = self._client.iopub_channel
        if not channel.socket.poll(max(0, timeout) * 1000):
            raise TimeoutError("the kernel published nothing more in time")
        frames = channel.socket.recv_multipart()
        _, parts = self._client.session.feed_identities(frames)
        message = self._client.session.deserialize(parts)
        kind = message["header"]["msg_type"]
        if kind != "status":
            published.messages[kind] = published.messages.get(kind, 0) + 1
            published.bytes[kind] = published.bytes.get(kind, 0) + sum(map(len, frames))
            published.contents[kind] = published.contents.get(kind, 0) + sum(map(len, parts[4:]))
            published.times.append(time.monotonic())
        return message
