"""A real kernel on loopback, and what it publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.patience import patience

ROOT = str(Path(__file__).parents[2])

PATIENCE = patience(60)
"""Seconds until a kernel that says nothing is taken for hanging; nothing is asserted about it."""


@dataclass(frozen=True)
class Published:
    """One message on IOPub. ``size`` is what travelled: all frames, the header's included."""

    kind: str
    content: dict[str, Any]
    parent: str | None
    moment: float  # of its sending, by the kernel's clock
    size: int

    @property
    def custom(self) -> dict[str, Any] | None:
        """The content of a custom message of a widget."""
        data = self.content.get("data", {})
        is_custom = self.kind == "comm_msg" and data.get("method") == "custom"
        return data["content"] if is_custom else None


@dataclass
class Kernel:
    """Runs cells and keeps every message."""

    client: BlockingKernelClient
    messages: list[Published] = field(default_factory=list)

    def start_cell(self, code: str) -> str:
        """Starts a cell; gives its id."""
        return str(self.client.execute(code, store_history=True, allow_stdin=False))

    def run(self, code: str) -> list[Published]:
        """Runs a cell to its end; what was published meanwhile, by whomever. A cell that fails raises."""
        cell, begin = self.start_cell(code), len(self.messages)
        self.wait_for(lambda message: is_idle(message, cell))
        published = self.messages[begin:]
        for message in published:
            if message.kind == "error":
                raise RuntimeError("\n".join(message.content["traceback"]))
        return published

    def wait_for(self, found: Callable[[Published], object]) -> Published:
        """Reads until a message is found."""
        while True:
            message = self._read()
            if found(message):
                return message

    def send(self, comm_id: str, content: dict[str, Any]) -> None:
        """Sends a custom message to a widget, as a front end does."""
        self.send_data(comm_id, {"method": "custom", "content": content})

    def send_data(self, comm_id: str, data: Any) -> None:
        """Sends whatever it is over a widget's comm."""
        content = {"comm_id": comm_id, "data": data}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    def _read(self) -> Published:
        channel = self.client.iopub_channel
        if not channel.socket.poll(PATIENCE * 1000):
            raise TimeoutError("the kernel has nothing more to say")
        frames = channel.socket.recv_multipart()
        _, parts = self.client.session.feed_identities(frames)
        raw = self.client.session.deserialize(parts)
        message = Published(
            kind=raw["header"]["msg_type"],
            content=raw["content"],
            parent=raw["parent_header"].get("msg_id"),
            moment=raw["header"]["date"].timestamp(),
            size=sum(map(len, frames)),
        )
        self.messages.append(message)
        return message


def is_idle(message: Published, cell: str) -> bool:
    """Whether this says that the cell is over."""
    return (
        message.kind == "status" and message.parent == cell and message.content["execution_state"] == "idle"
    )


def widgets(messages: list[Published]) -> list[Published]:
    """The openings of the views of runs."""
    opened = [message for message in messages if message.kind == "comm_open"]
    return [message for message in opened if "_summary" in message.content["data"]["state"]]


@contextmanager
def kernel() -> Iterator[Kernel]:
    manager = KernelManager()
    manager.start_kernel(cwd=ROOT)  # where `import tests` finds the graphs
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
