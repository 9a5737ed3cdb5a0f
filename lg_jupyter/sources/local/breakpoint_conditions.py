"""Breakpoints with a condition: LangGraph stops at each, and where the condition does not hold, we go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from lg_jupyter.request.breakpoints import SUBGRAPH_SEPARATOR, BreakpointCondition, select_breakpoints_at_node
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.local.subgraph_breakpoints import list_next_nodes_with_snapshots

ReadSnapshot = Callable[[Any], Awaitable[Any]]
"""Gives the snapshot at a config."""


class BreakpointConditionError(Exception):
    """A condition raised: the run stops, for whoever set the breakpoint wants to look."""


async def should_stay_at_breakpoint(request: Request, snapshot: Any, read: ReadSnapshot) -> bool:
    """Whether a run that stands at breakpoints is to stay there.

    Parameters
    ----------
    request
        With its breakpoints and conditions.
    snapshot
        Where it stands, its subgraphs included.
    read
        Reads the snapshot before that, which alone says which nodes ran last.

    Raises
    ------
    BreakpointConditionError
        If a condition raises.
    """
    for path, inside in list_next_nodes_with_snapshots(snapshot):
        names = select_breakpoints_at_node(request.all_breakpoints_before, path)
        if any(name not in request.breakpoint_conditions for name in names):
            return True
        if any(
            _evaluate_condition(request.breakpoint_conditions[name], name, inside.values) for name in names
        ):
            return True
        if request.breakpoints_after and await _has_breakpoint_after_last_nodes(
            request.breakpoints_after, path, inside, read
        ):
            return True
    return False


def _evaluate_condition(condition: BreakpointCondition, name: str, state: Any) -> bool:
    try:
        return bool(condition(state))
    except Exception as error:
        raise BreakpointConditionError(
            f"The condition of the breakpoint {name!r} raised {type(error).__name__}: {error}"
        ) from error


async def _has_breakpoint_after_last_nodes(
    after: Sequence[str], path: str, inside: Any, read: ReadSnapshot
) -> bool:
    """Whether one of the nodes that ran last in a graph has a breakpoint after it."""
    if inside.parent_config is None:
        return False
    *graph, _ = path.split(SUBGRAPH_SEPARATOR)
    ran = (await read(inside.parent_config)).next
    return any(select_breakpoints_at_node(after, SUBGRAPH_SEPARATOR.join([*graph, node])) for node in ran)
