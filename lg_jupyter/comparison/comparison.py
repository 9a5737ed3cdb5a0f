"""Two runs side by side, as :func:`lg_jupyter.compare` gives them: they show themselves."""

from __future__ import annotations

import os
from typing import Any

from lg_jupyter.comparison import display, static_tables
from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.errors import UsageError
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.run import Run
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.spelling import SuggestsAttributes


class Comparison(SuggestsAttributes, ComparedRuns):
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
        return static_tables.render_text(self)

    def _repr_html_(self) -> str:
        return static_tables.render_html(self)

    @checks_arguments
    def to_html(self, path: str | os.PathLike[str], *, interactive: bool = False) -> None:
        """Write the comparison to an HTML page that stands alone.

        Parameters
        ----------
        path
            The file; its folder has to be there.
        interactive
            Whether the page has the view of both runs, too, and not its tables alone.

        Raises
        ------
        SavedRunError
            If it cannot be written there.

        Examples
        --------
        >>> lg_jupyter.compare(run, other).to_html("compared.html", interactive=True)
        """
        from lg_jupyter.comparison.offline import write_comparison_page

        write_comparison_page(self, path, interactive=interactive)

    def _ipython_display_(self) -> None:
        display.show_comparison(self)

    def _display_(self) -> Any:
        """What marimo shows."""
        from lg_jupyter.comparison.widget import ComparisonWidget

        return ComparisonWidget(self)


@checks_arguments
def compare(a: Run, b: Run | None = None) -> Comparison:
    """Two runs side by side: states at the end, messages, tool calls, the path taken, times and tokens.

    They are compared as far as they have come. The result shows itself in a notebook, and has everything as
    DataFrames.

    Parameters
    ----------
    a, b
        The runs, of the same graph or of two. One alone is compared with the last one before it of the same
        graph with the same input that :func:`lg_jupyter.history` keeps, which is then ``a``.

    Returns
    -------
    Comparison
        What they did, side by side.

    Raises
    ------
    UsageError
        If one of the two is no run, or of one there is none to compare it with.

    Examples
    --------
    >>> lg_jupyter.compare(run, other).path["in"].tolist()
    ['both', 'both']
    """
    for one in (a,) if b is None else (a, b):
        if not hasattr(one, "trace"):
            raise UsageError(f"compare takes two runs, as in compare(run, other), not {type(one).__name__}")
    return Comparison(_load_run_with_same_input(a), a) if b is None else Comparison(a, b)


def _load_run_with_same_input(run: Run) -> Run:
    """The last run before this one of the same graph with the same input."""
    if RUNS.keeper is None:
        raise UsageError(
            "compare(run) takes the run before it from the history, which is off: lg_jupyter.history() turns "
            "it on; compare(run, other) takes any two"
        )
    place = RUNS.keeper.find_run_file_with_same_input(get_run_state(run))
    if place is None:
        raise UsageError(
            f"the history has no run of {run.name} with the same input before this one: compare(run, other)"
        )
    return Run.load(place)
