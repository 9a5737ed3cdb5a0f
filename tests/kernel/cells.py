"""A real kernel, and what comes of a cell in it."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from tests.patience import patience

SETUP = (Path(__file__).parent / "setup_cell.py").read_text()
"""Defines the graphs that cells run."""

PATIENCE = patience(60)
"""Seconds after which a test gives up."""

Message = dict[str, Any]


@dataclass
class Cell:
    """One execution: its reply, and the messages it caused."""

    request: str
    messages: list[Message] = field(default_factory=list)
    reply: Message | None = None
    idle: bool = False

    @property
    def status(self) -> str:
        assert self.reply is not None
        return self.reply["content"]["status"]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.of("stream") if content["name"] == "stdout")

    @property
    def complained(self) -> str:
        return "".join(content["text"] for content in self.of("stream") if content["name"] == "stderr")

    @property
    def error(self) -> dict[str, Any]:
        (error,) = self.of("error")
        return error

    @property
    def value(self) -> str | None:
        """What stands behind ``Out[n]:``."""
        values = [content["data"]["text/plain"] for content in self.of("execute_result")]
        return values[-1] if values else None

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [content["data"] for content in self.of("display_data")]


class Kernel:
    """Starts a kernel in ``folder``; runs cells in it, one after the other or several at once."""

    def __init__(self, folder: Path) -> None:
        self.client: BlockingKernelClient
        self.manager, self.client = start_new_kernel(startup_timeout=PATIENCE, cwd=str(folder))
        self.cells: dict[str, Cell] = {}

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def outputs(self, cell: Cell) -> dict[str, dict[str, str]]:
        """What stands now in those outputs of a cell that can be updated, by their ids.

        Any later cell may update them; and a cell may update what stands in earlier ones, such as the record
        of a view that makes room for a newer one.
        """
        outputs = {
            display: content["data"]
            for content in cell.of("display_data")
            if (display := content["transient"].get("display_id"))
        }
        for each in self.cells.values():
            for content in each.of("update_display_data"):
                if (display := content["transient"]["display_id"]) in outputs:
                    outputs[display] = content["data"]
        return outputs

    def record(self, cell: Cell) -> dict[str, str]:
        """What stands now in the last of them."""
        return list(self.outputs(cell).values())[-1]

    def begin(self, code: str, cell_id: str | None = None) -> Cell:
        """Send a cell off, and do not wait for it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        message = self.client.session.msg("execute_request", content)
        if cell_id is not None:
            message["metadata"]["cellId"] = cell_id
        self.client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        cell = self.cells[request] = Cell(request)
        return cell

    def run(self, code: str, cell_id: str | None = None) -> Cell:
        """Run a cell to its end; it must succeed."""
        cell = self._through(code, cell_id)
        assert cell.status == "ok", cell.of("error")
        return cell

    def fail(self, code: str) -> Cell:
        """Run a cell to its end; it must fail."""
        cell = self._through(code)
        assert cell.status == "error"
        return cell

    def _through(self, code: str, cell_id: str | None = None) -> Cell:
        while (cell := self.finish(self.begin(code, cell_id))).status == "aborted":
            pass  # ipykernel drops what comes within a moment of a cell that failed
        return cell

    def finish(self, cell: Cell) -> Cell:
        self.until(lambda: cell.idle and cell.reply is not None)
        return cell

    def value_of(self, expression: str) -> str | None:
        return self.run(expression).value

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def send(self, kind: str, content: dict[str, Any]) -> None:
        self.client.shell_channel.send(self.client.session.msg(kind, content))

    def run_on_the_side(self, seconds: float) -> None:
        """Take messages for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def until(self, condition: Any) -> None:
        """Take messages from the kernel until the condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"in vain, after {PATIENCE} s: {list(self.cells.values())[-1]}")
            self._take(self.client.iopub_channel, 0.05)
            self._take(self.client.shell_channel, 0)

    def _take(self, channel: Any, timeout: float) -> None:
        try:
            message = channel.get_msg(timeout=timeout)
        except queue.Empty:
            return
        cell = self.cells.get(message["parent_header"].get("msg_id", ""))
        if cell is None:
            return
        if message["msg_type"] == "execute_reply":
            cell.reply = message
        else:
            cell.messages.append(message)
            cell.idle = cell.idle or message["content"].get("execution_state") == "idle"

    def complete(self, code: str) -> list[str]:
        """What Tab offers at the end of ``code``."""
        return self.client.complete(code, reply=True, timeout=PATIENCE)["content"]["matches"]


@contextmanager
def ready_kernel(folder: Path) -> Iterator[Kernel]:
    """A kernel in which the extension is loaded and the graphs of ``setup_cell.py`` are defined."""
    kernel = Kernel(folder)
    try:
        kernel.run("%load_ext lg_jupyter")
        kernel.run(SETUP)
        yield kernel
    finally:
        kernel.stop()
