"""What a graph is asked for: a request in the words of LangGraph, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.errors import ModeError, UsageError
from lg_jupyter.events.modes import local_modes
from lg_jupyter.sources import breakpoints, checkpoints
from lg_jupyter.sources.base import UNSET, Request, asked_thread
from lg_jupyter.sources.local import graphs, inputs, returned
from lg_jupyter.sources.local.capabilities import Capabilities


def check(graph: Capabilities, request: Request, name: str) -> None:
    """Refuse what the graph cannot do.

    Raises
    ------
    UsageError
        Saying what, and what to do instead.
    """
    if not graph.is_remote:
        inputs.check_input(graph.bare, request.input)
    if "events" in request.modes and (graph.lacks_async or graph.is_remote):
        raise ModeError(no_events(graph, name))
    if request.context is not None and not graphs.accepts(graph.bare, "context"):
        raise UsageError(f"{name} takes no context; leave it out, or use config['configurable']")
    if request.detach:
        raise UsageError(_no_leaving(graph, name))
    if request.multitask is not None:
        raise UsageError("multitask is for runs on a server: leave it out, runs here do not wait in line")
    if request.durability is not None and not graphs.accepts(graph.bare, "durability"):
        raise UsageError(f"{name} takes no durability: leave it out")
    _check_breakpoints(graph, request, name)
    if request.fork is not None and not graph.is_remote:
        checkpoints.check(request.fork, graphs.nodes(graph.bare), graphs.channels(graph.bare), name)
    asked_thread(request)


def _check_breakpoints(graph: Capabilities, request: Request, name: str) -> None:
    if not request.breakpoints or graph.is_remote:
        return
    if graph.checkpointer is None:
        raise UsageError(
            f"{name} has no checkpointer, so it could not go on from a breakpoint: "
            "compile(checkpointer=InMemorySaver())"
        )
    breakpoints.check(request, graphs.nodes(graph.bare), name)


def options(graph: Capabilities, request: Request) -> dict[str, Any]:
    """The arguments of ``astream``, beside the input and the config."""
    modes = local_modes(request.modes)
    if "values" not in modes and not graph.is_remote:
        modes.append("values")
    if returned.asks_for_tasks(graph.bare, request.modes):
        modes.append("tasks")
    options: dict[str, Any] = {
        "stream_mode": modes,
        "subgraphs": request.subgraphs,
        **request.breakpoints,
    }
    if request.context is not None:
        options["context"] = request.context
    if request.durability is not None:
        options["durability"] = request.durability
    if graph.control is not None:
        options["control"] = graph.control
    if graph.is_remote:
        options["on_disconnect"] = "cancel"
    return options


def newest(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config that names no checkpoint: on its thread it means the newest."""
    configurable = config.get("configurable") or {}
    kept = {key: value for key, value in configurable.items() if not key.startswith("checkpoint_")}
    return {**config, "configurable": kept} if configurable else dict(config)


def given(request: Request) -> Any:
    """What the graph is given: its input, or the command that answers what it asked."""
    answer = request.answer
    if answer is None:
        return request.input
    if answer.value is UNSET:
        return None
    from langgraph.types import Command

    return Command(resume=answer.command)


def _no_leaving(graph: Capabilities, name: str) -> str:
    if graph.is_remote:
        return f"detach takes a server itself: Server(url, {name!r}) in place of the RemoteGraph"
    return (
        f"detach leaves a run on a server, and {name} runs in this process, with which it ends: "
        "leave detach out; await the run later, or use --background"
    )


def no_events(graph: Capabilities, name: str) -> str:
    """The sentence on a graph of which the mode ``events`` cannot be had."""
    if graph.is_remote:
        why = "a RemoteGraph cannot stream them"
    else:
        whose = f"its checkpointer, {type(graph.checkpointer).__name__}," if graph.checkpointer else "it"
        why = f"they need a graph that runs asynchronously, and {whose} has no async side"
    return f"the mode 'events' cannot be had of {name}: {why}; leave it out"
