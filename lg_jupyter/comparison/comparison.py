"""Two runs side by side, as :func:`lg_jupyter.compare` gives them: they show themselves."""

from __future__ import annotations

from lg_jupyter.comparison import display, record
from lg_jupyter.comparison.compared import ComparedRuns
from lg_jupyter.errors import UsageError
from lg_jupyter.run import Run


class Comparison(ComparedRuns):
    """What two runs did, aligned by namespace (without the ids of tasks), node and occurrence.

    Each attribute is a DataFrame; what only one run has, is missing on the side of the other.

    Attributes
    ----------
    summary
        A row for each run: status, error, duration, how much of what.
    nodes
        A row for each execution of a node: status, ``latency`` in seconds, its messages and tokens.
    messages
        A row for each message: both texts, and how many words were kept, added and removed.
    tool_calls
        A row for each call of a tool: arguments and result. ``same`` says whether both are.
    state
        What makes the end state of ``b`` of that of ``a``, of each namespace, as in ``state_diffs``. Ids of
        messages and of tool calls differ between any two runs and are left out.
    path
        The executions of nodes in their order; ``in`` is ``both``, ``a`` or ``b``.
    """

    def __repr__(self) -> str:
        return record.text(self)

    def _repr_html_(self) -> str:
        return record.html(self)

    def _ipython_display_(self) -> None:
        display.show(self)


def compare(a: Run, b: Run) -> Comparison:
    """Two runs side by side: states at the end, messages, tool calls, the path taken, times and tokens.

    They are compared as far as they have come. The result shows itself in a notebook, and has everything as
    DataFrames.

    Raises
    ------
    UsageError
        If one of the two is no run.
    """
    for one in (a, b):
        if not hasattr(one, "trace"):
            raise UsageError(f"compare takes two runs, as in compare(run, other), not {type(one).__name__}")
    return Comparison(a, b)
