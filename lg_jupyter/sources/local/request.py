"""A request as arguments of LangGraph's ``astream``, and what a graph refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.errors import ModeError, UsageError
from lg_jupyter.events.events import MODES
from lg_jupyter.events.modes import select_server_only_modes, to_graph_stream_modes
from lg_jupyter.sources import breakpoints, checkpoints
from lg_jupyter.sources.base import UNSET, Request, get_requested_thread_id
from lg_jupyter.sources.local import graphs, inputs, middleware, subgraph_breakpoints, task_results
from lg_jupyter.sources.local.capabilities import GraphCapabilities
from lg_jupyter.sources.local.own_calls import mark_own_call


def validate_local_request(graph: GraphCapabilities, request: Request, name: str) -> None:
    """Refuse what the graph cannot do.

    Raises
    ------
    UsageError
        Saying what, and what to do instead.
    """
    if not graph.is_remote:
        inputs.validate_input_type(graph.unwrapped_graph, request.input)
    if "events" in request.modes and (graph.must_stream_in_thread or graph.is_remote):
        raise make_no_events_mode_error(graph, name)
    if graphs.is_pregel(graph.unwrapped_graph) and (unknown := select_server_only_modes(request.modes)):
        raise ModeError(
            f"only servers stream {' and '.join(map(repr, unknown))}: {name} runs in this process, "
            f"leave that out; there are {', '.join(MODES)}"
        )
    if request.context is not None and not graphs.accepts_stream_parameter(graph.unwrapped_graph, "context"):
        raise UsageError(f"{name} takes no context; leave it out, or use config['configurable']")
    if request.detach:
        raise UsageError(_format_no_detach_error(graph, name))
    if request.multitask_strategy is not None:
        raise UsageError("multitask is for runs on a server: leave it out, runs here do not wait in line")
    if request.durability is not None and not graphs.accepts_stream_parameter(
        graph.unwrapped_graph, "durability"
    ):
        raise UsageError(f"{name} takes no durability: leave it out")
    _validate_breakpoints(graph, request, name)
    if request.fork is not None and not graph.is_remote:
        checkpoints.validate_fork_node_and_keys(
            request.fork,
            graphs.list_node_names(graph.unwrapped_graph),
            graphs.list_state_channels(graph.unwrapped_graph),
            name,
        )
    get_requested_thread_id(request)


def _validate_breakpoints(graph: GraphCapabilities, request: Request, name: str) -> None:
    if graph.is_remote:
        breakpoints.reject_unsupported_server_breakpoints(request)
    if graph.is_remote or not (request.root_interrupt_kwargs or request.subgraph_breakpoints):
        return
    if graph.checkpointer is None:
        raise UsageError(
            f"{name} has no checkpointer, so it could not go on from a breakpoint: "
            "compile(checkpointer=InMemorySaver())"
        )
    breakpoints.validate_breakpoint_nodes(request, graphs.list_node_names(graph.unwrapped_graph), name)
    subgraph_breakpoints.validate_subgraph_breakpoints(graph.unwrapped_graph, request, name)


def make_stream_kwargs(graph: GraphCapabilities, request: Request) -> dict[str, Any]:
    """The arguments of ``astream``, beside the input and the config."""
    modes = to_graph_stream_modes(request.modes)
    if "values" not in modes and not graph.is_remote:
        modes.append("values")
    if task_results.needs_task_results(graph.unwrapped_graph, request.modes):
        modes.append("tasks")
    options: dict[str, Any] = {
        "stream_mode": modes,
        "subgraphs": request.subgraphs,
        **request.root_interrupt_kwargs,
    }
    if request.context is not None:
        options["context"] = request.context
    if request.durability is not None:
        options["durability"] = request.durability
    if graph.run_control is not None:
        options["control"] = graph.run_control
    if graph.is_remote:
        options["on_disconnect"] = "cancel"
    return options


def remove_checkpoint_from_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config that names no checkpoint: on its thread it means the newest."""
    configurable = config.get("configurable") or {}
    kept = {key: value for key, value in configurable.items() if not key.startswith("checkpoint_")}
    return {**config, "configurable": kept} if configurable else dict(config)


def get_graph_input(request: Request) -> Any:
    """The graph's input: the user's, or the command that answers its interrupts."""
    answer = request.answer
    if answer is None:
        return request.input
    if answer.value is UNSET:
        return None
    from langgraph.types import Command

    return Command(resume=answer.to_command_value)


def open_async_stream(graph: Any, request: Request, config: dict[str, Any], options: dict[str, Any]) -> Any:
    """What an asynchronous graph streams: items of its modes, or its events."""
    if "events" in request.modes:
        return graph.astream_events(get_graph_input(request), config, version="v2", **options)
    with mark_own_call():
        return graph.astream(get_graph_input(request), config, **options)


def _format_no_detach_error(graph: GraphCapabilities, name: str) -> str:
    if graph.is_remote:
        return f"detach takes a server itself: Server(url, {name!r}) in place of the RemoteGraph"
    return (
        f"detach leaves a run on a server, and {name} runs in this process, with which it ends: "
        "leave detach out; await the run later, or use --background"
    )


def make_no_events_mode_error(graph: GraphCapabilities, name: str) -> ModeError:
    """The error on a graph of which the mode ``events`` cannot be had."""
    if graph.is_remote:
        why = "a RemoteGraph cannot stream them"
    else:
        whose = f"its checkpointer, {type(graph.checkpointer).__name__}," if graph.checkpointer else "it"
        if middleware.has_sync_only_middleware(graph.unwrapped_graph):
            whose = "a middleware in it"
        why = f"they need a graph that runs asynchronously, and {whose} has no async side"
    return ModeError(f"the mode 'events' cannot be had of {name}: {why}; leave it out")
