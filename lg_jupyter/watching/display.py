"""How watched runs are shown: in one output of the cell that starts them, or as a line each.

A failure is one warning, and the runs go on.
"""

from __future__ import annotations

import sys

from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run
from lg_jupyter.watching import stderr_lines
from lg_jupyter.watching.run_recorder import warn_of_fault


def show_watched_run(run: Run, block: object, *, sync: bool, is_resumed: bool) -> None:
    """Show a run that has just begun, or goes on.

    Parameters
    ----------
    run
        The run.
    block
        The watch in whose ``with`` block it is; ``None``: it is shown with the others of its cell.
    sync
        Whether its caller blocks its thread.
    is_resumed
        Whether it was shown before.
    """
    try:
        if notebook.is_in_kernel():
            from lg_jupyter.watching.watched_cell_output import get_or_make_cell_output

            get_or_make_cell_output(block).add_run(run, sync=sync, is_resumed=is_resumed)
        elif not is_resumed:
            stderr_lines.print_when_run_ends(run)
    except Exception as fault:
        warn_of_fault(f"the run of {run.name} goes on, but cannot be shown: {type(fault).__name__}: {fault}")


def close_watch_block_output(block: object) -> None:
    """No more runs come to the output of a block."""
    if cells := sys.modules.get("lg_jupyter.watching.watched_cell_output"):  # else none has an output
        cells.close_cell_output(block)
