"""Why a panel is empty, or shows less than one would think: the likely cause, and what to do.

An explanation is one or two sentences for the panel that it concerns. While a run goes on only what is
certain is said; what did not come until the end is explained then.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from lg_jupyter.events.events import NAMESPACE_SEPARATOR
from lg_jupyter.request.filters import EVERYTHING, Filter
from lg_jupyter.sources.origin import origin

if TYPE_CHECKING:
    from lg_jupyter.run import Run
    from lg_jupyter.tables.trace import Trace

Panel = Literal["tokens", "state", "subgraphs", "timeline", "checkpoints", "custom"]


Where = Literal["local", "server", "remote"]


class Explanation(TypedDict):
    panel: Panel
    text: str


@dataclass(frozen=True)
class Setting:
    """How a run was asked for, and what is known of its graph; what is not known, is empty or ``None``.

    Attributes
    ----------
    modes, subgraphs
        What was asked.
    where
        ``local``, ``server``, or ``remote``: a ``RemoteGraph``.
    thread
        Whether the run has a thread; on a server one without is stateless.
    checkpointer
        Whether a local graph has one.
    callers
        The nodes of a local graph which are or call graphs themselves.
    functions
        Those of the callers which are functions.
    async_nodes
        Its nodes that are coroutine functions.
    python
        The Python version in which a local graph ran.
    shown
        What the token ticker shows at first.
    """

    modes: frozenset[str]
    subgraphs: bool = True
    where: Where = "local"
    thread: bool = True
    checkpointer: bool | None = None
    callers: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    async_nodes: tuple[str, ...] = ()
    python: tuple[int, int] | None = None
    shown: Filter = EVERYTHING

    @classmethod
    def of(cls, run: Run) -> Setting:
        """The setting of a run, at whatever point it is."""
        from lg_jupyter.sources.local.source import LocalSource

        source, request = run.source, run.request
        modes, thread, shown = frozenset(request.modes), run.thread_id is not None, request.shown
        if not isinstance(source, LocalSource):
            return cls(modes, request.subgraphs, origin(source), thread, shown=shown)
        if not source.draws_itself:
            return cls(modes, request.subgraphs, "remote", thread, shown=shown)
        return cls(
            modes,
            request.subgraphs,
            shown=shown,
            checkpointer=source.has_checkpointer,
            callers=source.callers,
            functions=source.calling_functions,
            async_nodes=source.async_nodes,
            python=sys.version_info[:2],
        )

    @property
    def loses_context(self) -> bool:
        """Whether this is a Python in which LangGraph loses its context in coroutine functions."""
        return self.python is not None and self.python < (3, 11) and bool(self.async_nodes)


def explain(trace: Trace, setting: Setting) -> list[Explanation]:
    """What there is to explain of a run, as far as it has come."""
    over = trace.ended is not None
    texts: tuple[tuple[Panel, Iterator[str]], ...] = (
        ("tokens", _tokens(trace, setting, over)),
        ("state", _state(trace, setting, over)),
        ("subgraphs", _subgraphs(trace, setting, over)),
        ("timeline", _timeline(trace, setting)),
        ("checkpoints", _checkpoints(trace, setting, over)),
        ("custom", _custom(trace, setting, over)),
    )
    return [{"panel": panel, "text": text} for panel, found in texts for text in found]


# ---------------------------------------------------------------------------------------------
# The panels


def _tokens(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if setting.modes.isdisjoint({"messages", "events"}):
        yield _not_asked(setting, "Tokens were", "messages")
        return
    came = trace.messages.manner()
    if came.whole_by_model:
        yield _whole(came.whole_by_model)
    if not setting.subgraphs and _may_have_subgraphs(setting):
        yield (
            f"Subgraphs are not followed (subgraphs=False){_within(setting.callers)}: "
            "no token of theirs comes, only the messages that they return. "
            "Leave that out, or --no-subgraphs in the magic."
        )
        return
    lost = [node for node in came.returned if setting.loses_context and node in setting.async_nodes]
    if lost:
        yield _lost_context(f"{_code(lost)} gave whole messages and no tokens")
    untold = [node for node in came.returned if node not in lost]
    if untold and not (_silent_callers(trace, setting) and set(untold) <= set(setting.callers)):
        yield (
            f"The messages of {_code(untold)} came whole, as what the node returned. "
            "If a model wrote them, its call is tagged 'nostream': take the tag off to see its tokens."
        )
    if over and not came.anything:
        yield from _no_model(trace, setting)
    elif over and setting.shown and not any(map(setting.shown.fits, trace.messages.made())):
        yield _filtered(setting.shown, trace)


def _no_model(trace: Trace, setting: Setting) -> Iterator[str]:
    if trace.status == "interrupted":
        yield "No model has said a word so far: the run was interrupted."
    elif trace.status in _BROKEN_OFF:
        yield f"The run {_BROKEN_OFF[trace.status]} before any model said a word."
    elif setting.loses_context:
        yield _lost_context(f"no token comes out of {_code(setting.async_nodes)}")
    elif not _silent_callers(trace, setting):  # there, the panel of subgraphs tells why
        yield (
            "No model was called, as far as LangGraph can see: a provider's own client does not stream here, "
            "nor does a call that is tagged 'nostream'. Call the model through a LangChain chat model."
        )
    else:
        yield _called_apart(_silent_callers(trace, setting))


_BROKEN_OFF = {
    "error": "failed (its error is told above)",
    "cancelled": "was stopped",
    "incomplete": "broke off",
}


def _state(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if trace.initial_state is None:
        yield "What the thread's state was before is not known, so the first change tells all that was there."
    if setting.modes.isdisjoint({"values", "updates", "events"}):
        yield _not_asked(setting, "The state was", "values")
    elif "values" not in setting.modes and "events" not in setting.modes:
        yield (
            "Only what the nodes wrote is told (mode 'updates'), not what the state became of it. "
            "Add the mode 'values' for that."
        )
    elif over and not len(trace.tables["state_diffs"]):
        yield "The run ended before it told any state."


def _subgraphs(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if not setting.subgraphs:
        if _may_have_subgraphs(setting):
            yield (
                f"Subgraphs are not followed (subgraphs=False){_within(setting.callers)}. "
                "Leave that out, or --no-subgraphs in the magic."
            )
        return
    silent = _silent_callers(trace, setting)
    if silent:
        yield _called_apart(silent)
    elif over and trace.status == "interrupted" and len(trace.tables["namespaces"]) < 2:
        yield "No subgraph has run so far: the run was interrupted."
    elif over and len(trace.tables["namespaces"]) < 2:
        yield (
            "No subgraph was seen to run: every task that the stream told was one of the graph itself. "
            "A graph that a node runs in a thread, or under a config of its own, is not in the stream."
        )


def _timeline(trace: Trace, setting: Setting) -> Iterator[str]:
    if setting.modes.isdisjoint({"debug", "tasks", "events"}):
        yield _not_asked(setting, "Tasks were", "debug")


def _checkpoints(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if len(trace.tables["checkpoints"]):
        return
    if setting.modes.isdisjoint({"debug", "checkpoints"}):
        yield _not_asked(setting, "Checkpoints were", "debug")
    elif setting.where != "local":
        if over and not setting.thread:
            yield (
                "A stateless run (thread_id=None) keeps no checkpoints. "
                "Leave thread_id out, or name a thread."
            )
    elif setting.checkpointer is False or (over and setting.checkpointer is None):
        yield (
            "The graph has no checkpointer, so nothing is kept. "
            "Give it one: compile(checkpointer=InMemorySaver()), or @entrypoint(checkpointer=...)."
        )


def _custom(trace: Trace, setting: Setting, over: bool) -> Iterator[str]:
    if len(trace.tables["custom"]):
        return
    if setting.modes.isdisjoint({"custom", "events"}):
        yield _not_asked(setting, "Custom data were", "custom")
    elif setting.loses_context:
        yield (
            "On Python 3.10 get_stream_writer() fails in coroutine functions, here "
            f"{_code(setting.async_nodes)}. "
            "Take `writer: StreamWriter` as a parameter of the node, or use Python 3.11."
        )
    elif over and trace.status == "interrupted":
        yield "No custom data has been written so far: the run was interrupted."
    elif over:
        yield _no_custom(setting)
        if setting.functions:
            yield (
                f"If {_code(setting.functions)} streams a graph itself, or calls it under a config of its "
                "own, what is written in there stays there: write it again in the node, "
                "or call the graph by invoke(x) alone."
            )


def _no_custom(setting: Setting) -> str:
    """What can be known: a mode tells only of data that were written in one of the two ways."""
    writer = "with get_stream_writer()(...)"
    dispatched = "with dispatch_custom_event(...)"
    if "events" not in setting.modes:
        return (
            f"No custom data came that a node wrote {writer}. "
            f"Data sent {dispatched} come only in the mode 'events', which was not asked for."
        )
    if "custom" not in setting.modes:
        return (
            f"No custom data came that were sent {dispatched}. "
            f"What a node writes {writer} comes only in the mode 'custom', which was not asked for."
        )
    return f"No custom data came: a node writes them {writer}, or sends them {dispatched}."


# ---------------------------------------------------------------------------------------------
# Causes


def _not_asked(setting: Setting, what: str, mode: str) -> str:
    modes = ", ".join(sorted(setting.modes)) or "none"
    return f"{what} not asked for: the modes of this run are {modes}. Add the mode '{mode}'."


def _filtered(shown: Filter, trace: Trace) -> str:
    rows = trace.messages.made()
    asked = [*(f"tag {name!r}" for name in shown.tags), *(f"node {name!r}" for name in shown.nodes)]
    tags = sorted({tag for row in rows for tag in row["tags"] or ()})
    nodes = sorted({row["node"] for row in rows if row["node"]})
    there = f"Messages came of the nodes {_code(nodes)}" + (f" with the tags {_code(tags)}" if tags else "")
    return f"No message came of {' and '.join(asked)}, and only those are shown. {there}: clear the filter."


def _whole(models: dict[str, str | None]) -> str:
    names = sorted({name for name in models.values() if name})
    model = f"The model {', '.join(names)}" if names else "The model"
    return (
        f"{model} does not stream: its messages in {_code(models)} came whole. "
        "Use a model that streams, and see that disable_streaming is not set."
    )


def _lost_context(what: str) -> str:
    return (
        f"On Python 3.10 LangGraph loses its context in coroutine functions: {what}. "
        "Use Python 3.11, plain functions, or hand the node's config on: "
        "`async def node(state, config)`, `model.ainvoke(x, config)`."
    )


def _called_apart(callers: list[str]) -> str:
    return (
        f"{_code(callers)} can call a graph, but nothing came of it. If it did, the graph ran apart from "
        "this run: in another thread, or under a config of its own. Call it in the node by invoke(x) alone."
    )


def _silent_callers(trace: Trace, setting: Setting) -> list[str]:
    """Nodes that can call a graph and have ended, while no graph was seen to run inside them."""
    if not setting.subgraphs or not setting.functions:
        return []
    spoken = {segment for row in trace.rows("namespaces") for segment in _segments(row["namespace"])}
    ended = {
        row["node"]: f"{row['node']}:{row['task_id']}"
        for row in trace.rows("tasks")
        if row["status"] == "success" and row["node"] in setting.functions and not row["namespace"]
    }
    return sorted(node for node, segment in ended.items() if segment not in spoken)


def _segments(namespace: str) -> list[str]:
    return namespace.split(NAMESPACE_SEPARATOR)


def _may_have_subgraphs(setting: Setting) -> bool:
    return bool(setting.callers) or setting.where != "local"


def _within(nodes: Collection[str]) -> str:
    return f", here those of {_code(nodes)}" if nodes else ""


def _code(names: Collection[str]) -> str:
    shown = [f"`{name}`" for name in list(names)[:5]]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(shown)}{more}"
