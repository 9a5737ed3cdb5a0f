"""One input of a batch, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lg_jupyter.run import Run, get_run_of_state
from lg_jupyter.runtime.state import RunState


@dataclass
class BatchEntry:
    """One input and what became of it.

    ``run_state`` is that of its newest run, ``rejection_message`` why there is none; ``input_title`` is the
    beginning of the input, ``final_row`` the row in the table of a run that is over.
    """

    index: int
    input: Any
    run_state: RunState | None = None
    rejection_message: str | None = None
    input_title: str = ""
    final_row: dict[str, Any] | None = None

    @property
    def run(self) -> Run | None:
        """The newest run: who has it from here holds it, this does not."""
        return None if self.run_state is None else get_run_of_state(self.run_state)

    @property
    def run_name(self) -> str:
        return "" if self.run_state is None else self.run_state.name

    @property
    def status(self) -> str:
        if self.rejection_message is not None:
            return "error"
        return "pending" if self.run_state is None else self.run_state.status
