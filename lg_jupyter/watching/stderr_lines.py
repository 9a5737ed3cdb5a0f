"""A line for each watched run, where there is no notebook.

They go to standard error, for standard output is the program's.
"""

from __future__ import annotations

import sys

from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.text.markup import replace_control_characters


def print_when_run_ends(run: Run) -> None:
    """Print how the run ended, when it has."""
    printed: set[float | None] = set()  # ends: a run can go on, and end again

    def print_end(run: Run) -> None:
        state = get_run_state(run)
        if not run.done or state.trace.ended in printed:
            return
        printed.add(state.trace.ended)
        text = [format_headline(summarize_run(state))]
        if state.trace.failure is not None:
            text.append(f"  {state.trace.failure.headline}")
        print(*map(replace_control_characters, text), sep="\n", file=sys.stderr)

    run.subscribe(print_end)
