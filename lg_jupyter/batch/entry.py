"""One input of a batch, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lg_jupyter.run import Run


@dataclass
class Entry:
    """One input and what became of it.

    ``run`` is the newest, ``rejection`` why there is none; ``title`` is the beginning of the input,
    ``final_row`` the row in the table of a run that is over.
    """

    index: int
    input: Any
    run: Run | None = None
    rejection: str | None = None
    title: str = ""
    final_row: dict[str, Any] | None = None

    @property
    def run_name(self) -> str:
        return "" if self.run is None else self.run.name

    @property
    def status(self) -> str:
        if self.rejection is not None:
            return "error"
        return "pending" if self.run is None else self.run.status
