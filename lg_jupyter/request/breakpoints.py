"""Breakpoints as they are given: names of nodes, in subgraphs with the way there, some with a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypedDict

from lg_jupyter.errors import UsageError
from lg_jupyter.request.filters import validate_names

SUBGRAPH_SEPARATOR = "/"
"""Between the names of the nodes that lead into subgraphs: ``research/tools``."""

EVERY_NODE = "*"
"""LangGraph's name for every node of a graph; of a subgraph, ``research/*``."""

BreakpointCondition: TypeAlias = Callable[[Any], object]
"""Takes the state of the graph that the node is in, before it runs; says whether to stop."""

NodeNames: TypeAlias = "str | Iterable[str]"
BreakpointsBefore: TypeAlias = "NodeNames | Mapping[str, BreakpointCondition | None]"


class BreakpointFields(TypedDict, total=False):
    """The fields of a request that say where it stops."""

    breakpoints_before: tuple[str, ...]
    breakpoint_conditions: Mapping[str, BreakpointCondition]
    breakpoints_after: tuple[str, ...]
    one_time_breakpoints: tuple[str, ...]


def validate_breakpoints(
    before: BreakpointsBefore | None, after: NodeNames | None, until: NodeNames | None = None
) -> BreakpointFields:
    """The breakpoints that were given, as fields of a request; what is ``None`` was not.

    Raises
    ------
    UsageError
        If they are no names, or a condition cannot be called.
    """
    fields: BreakpointFields = {}
    if before is not None:
        fields["breakpoints_before"] = validate_names("before", before)
        fields["breakpoint_conditions"] = _validate_breakpoint_conditions(before)
    if isinstance(after, Mapping):
        raise UsageError(
            "conditions are for before, not for after: before={'the node that follows': lambda state: ...}"
        )
    if after is not None:
        fields["breakpoints_after"] = validate_names("after", after)
    if until is not None:
        fields["one_time_breakpoints"] = validate_names("until", until)
    return fields


def is_subgraph_breakpoint(name: str) -> bool:
    """Whether a breakpoint is in a subgraph."""
    return SUBGRAPH_SEPARATOR in name


def select_breakpoints_at_node(names: Iterable[str], path: str) -> list[str]:
    """Which of the breakpoints are at this node."""
    *graph, _ = path.split(SUBGRAPH_SEPARATOR)
    every = SUBGRAPH_SEPARATOR.join([*graph, EVERY_NODE])
    return [name for name in names if name in (path, every)]


def _validate_breakpoint_conditions(before: BreakpointsBefore) -> dict[str, BreakpointCondition]:
    if not isinstance(before, Mapping):
        return {}
    for name, condition in before.items():
        if condition is not None and not callable(condition):
            raise UsageError(
                f"the condition of the breakpoint {name!r} takes the state and says whether to stop: "
                f"before={{{name!r}: lambda state: ...}}, not {condition!r}"
            )
    return {name.strip(): condition for name, condition in before.items() if condition is not None}
