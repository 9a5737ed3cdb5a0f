"""Runs that go on after their cell: running the cell again cancels them first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from lg_jupyter.magic.evaluation import Shell
from lg_jupyter.magic.interrupt import CANCEL_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from lg_jupyter.run import Run


class CellExecution(NamedTuple):
    """Which cell is being executed, and which execution of it this is."""

    cell_id: str
    execution_id: object


def get_cell_execution(shell: Shell, cell_text: str) -> CellExecution:
    """The execution that is going on; where the front end has no cell ids, ``cell_text`` tells them apart."""
    parent: dict[str, Any] = getattr(shell, "get_parent", dict)() or {}
    cell = parent.get("metadata", {}).get("cellId")
    request = parent.get("header", {}).get("msg_id", shell.execution_count)
    return CellExecution(f"id {cell}" if cell else f"text {cell_text}", request)


@dataclass
class BackgroundRuns:
    """The runs in the background of one shell, by the execution that started them."""

    runs_with_executions: list[tuple[CellExecution, Run]] = field(default_factory=list)

    def add(self, execution: CellExecution, run: Run) -> None:
        self.runs_with_executions = [entry for entry in self.runs_with_executions if not entry[1].done]
        self.runs_with_executions.append((execution, run))

    def cancel_earlier_runs_of_cell(self, current_execution: CellExecution) -> list[Run]:
        """Cancel what an earlier execution of this cell left going on, and say so."""
        earlier = [
            run
            for then, run in self.runs_with_executions
            if then.cell_id == current_execution.cell_id
            and then.execution_id != current_execution.execution_id
            and not run.done
        ]
        for run in earlier:
            run.cancel()
            print(f"Cancelled the run of {run.name} that this cell had left in the background.")
        return earlier


async def await_cancelled_runs(runs: list[Run]) -> None:
    """Let cancelled runs end, so that the next one finds their thread free."""
    for run in runs:
        with suppress(Exception):  # it was raised to nobody before, and concerns nobody now
            await run


def block_until_cancelled(runs: list[Run]) -> None:
    """The same where nothing can be awaited. A run on the loop that is blocked here ends after the cell."""
    for run in runs:
        with suppress(Exception):
            run.wait(CANCEL_TIMEOUT_SECONDS)
