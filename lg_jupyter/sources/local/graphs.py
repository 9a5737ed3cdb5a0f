"""What can be known of a graph object without running it."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from lg_jupyter.events.namespace import get_enclosing_node_names as nodes_around
from lg_jupyter.secrets.redact import iter_secret_fields

_DEFAULT_GRAPH_NAME = "LangGraph"  # what LangGraph calls a graph that was given no name


def unwrap_graph(graph: Any) -> Any:
    """The graph inside the bindings that ``with_config``, ``bind`` and their kin put around it."""
    return list_wrapper_layers(graph)[-1]


def get_bound_config(graph: Any) -> dict[str, Any]:
    """What ``with_config`` gave a graph and the bindings around it, merged as LangChain does."""
    configs = [config for each in list_wrapper_layers(graph) if (config := getattr(each, "config", None))]
    if not configs:
        return {}
    from langchain_core.runnables.config import merge_configs

    return dict(merge_configs(*reversed(configs)))


def list_wrapper_layers(graph: Any) -> list[Any]:
    """A graph and what is bound around it, the outermost first. A binding claims to have what is in it."""
    found = [graph]
    while "RunnableBindingBase" in {cls.__name__ for cls in type(found[-1]).__mro__}:
        found.append(found[-1].bound)
    return found


def get_given_graph_name(graph: Any) -> str | None:
    """The name that a graph was given, or an entrypoint its function's; ``None`` if it has none."""
    bare = unwrap_graph(graph)
    name = getattr(bare, "name", None)
    if isinstance(name, str) and name and name != _DEFAULT_GRAPH_NAME:
        return name
    nodes = getattr(bare, "nodes", None)
    if type(bare).__name__ == "Pregel" and isinstance(nodes, dict) and len(nodes) == 1:
        return str(next(iter(nodes)))
    return None


def accepts_stream_parameter(graph: Any, parameter: str) -> bool:
    """Whether ``stream`` or ``astream`` takes this keyword, by name or among others."""
    for method in (getattr(graph, "astream", None), getattr(graph, "stream", None)):
        if method is None:
            continue
        try:
            parameters = inspect.signature(method).parameters
        except (TypeError, ValueError):  # a method without a signature says nothing
            return True
        if parameter in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            return True
    return False


def make_run_control(graph: Any) -> Any:
    """LangGraph's means to stop a run between two steps; ``None`` where the graph takes none."""
    methods = [getattr(graph, name, None) for name in ("astream", "stream")]
    if is_remote_graph(graph) or not all(
        _has_parameter(method, "control") for method in methods if method is not None
    ):
        return None
    try:
        from langgraph.runtime import RunControl
    except ImportError:
        return None
    return RunControl()


def is_drain_error(error: BaseException) -> bool:
    """Whether this is how LangGraph ends a run that was stopped between two steps."""
    return type(error).__name__ == "GraphDrained" and type(error).__module__ == "langgraph.errors"


def _has_parameter(method: Any, parameter: str) -> bool:
    try:
        return parameter in inspect.signature(method).parameters
    except (TypeError, ValueError):  # a method without a signature says nothing
        return False


def is_remote_graph(graph: Any) -> bool:
    """Whether this is LangGraph's ``RemoteGraph``: a graph here, a run on a server."""
    module = sys.modules.get("langgraph.pregel.remote")
    return module is not None and isinstance(graph, module.RemoteGraph)


def has_sync_and_async_clients(remote: Any) -> bool:
    """Whether a ``RemoteGraph`` has both its clients: made by itself, for an address."""
    return getattr(remote, "client", None) is not None and getattr(remote, "sync_client", None) is not None


@asynccontextmanager
async def open_graph_with_own_connections(graph: Any) -> AsyncGenerator[Any]:
    """A ``RemoteGraph`` for one stream: connections belong to the loop that opened them, and runs to several.

    Any other graph is given as it is, and one whose connections cannot be made anew: those of a transport or
    a proxy of the user's.
    """
    if not is_remote_graph(graph) or not has_sync_and_async_clients(graph):
        yield graph
        return
    import httpx

    http = graph.client.http.client
    transport = getattr(http, "_transport", None)
    if type(transport) is not httpx.AsyncHTTPTransport or http._mounts:  # noqa: SLF001 - httpx tells them nowhere else
        yield graph
        return
    async with httpx.AsyncClient(
        base_url=http.base_url,
        headers=http.headers,
        timeout=http.timeout,
        cookies=http.cookies,
        auth=http.auth,
        event_hooks=http.event_hooks,
        verify=transport._pool._ssl_context or True,  # noqa: SLF001 - as above
    ) as own:
        same = copy.copy(graph)
        same.client = type(graph.client)(own)
        yield same


def list_pending_interrupts(snapshot: Any) -> list[dict[str, Any]]:
    """The interrupts that wait in a state, each with the node of the root graph in which it was raised."""
    found = []
    for task in getattr(snapshot, "tasks", ()):
        if getattr(task, "result", None):  # older releases leave a task that is done its questions
            continue
        for interrupt in getattr(task, "interrupts", None) or ():
            fields = {name: getattr(interrupt, name, None) for name in ("id", "value", "response_schema")}
            found.append({**fields, "node": task.name, "task_id": task.id})
    return found


def collect_remote_graph_secrets(graph: Any) -> dict[str, str]:
    """The headers of a ``RemoteGraph`` that hold a secret, its key's among them."""
    found: dict[str, str] = {}
    for name in ("client", "sync_client"):
        http = getattr(getattr(getattr(graph, name, None), "http", None), "client", None)
        found |= dict(iter_secret_fields(dict(getattr(http, "headers", None) or {})))
    return found


def is_sync_only_checkpointer(checkpointer: Any) -> bool:
    """Whether a checkpointer leaves LangGraph's asynchronous methods as they are: not implemented.

    One that overrides them only to refuse is found when it refuses: see :func:`is_raised_reading_checkpoint`.
    """
    module = sys.modules.get("langgraph.checkpoint.base")
    if module is None or not isinstance(checkpointer, module.BaseCheckpointSaver):
        return False
    return type(checkpointer).aget_tuple is module.BaseCheckpointSaver.aget_tuple


def is_raised_reading_checkpoint(checkpointer: Any, traceback: TracebackType | None) -> bool:
    """Whether an exception comes out of the checkpointer's first asynchronous read.

    That read comes before anything of the graph runs, so the run may be started again another way.
    """
    if checkpointer is None or traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame
    return frame.f_code.co_name == "aget_tuple" and frame.f_locals.get("self") is checkpointer


def describe_still_running_nodes(graph: Any, running: Sequence[tuple[str, str]] | None) -> str:
    """What of a cancelled run goes on: synchronous nodes, which nothing can stop. ``""`` for nothing.

    ``running`` are the open tasks as (namespace, node), ``None`` where nobody knows.
    """
    if running is not None:
        kinds = [(node, _is_sync_node(graph, namespace, node)) for namespace, node in running]
        nodes = list(dict.fromkeys(node for node, synchronous in kinds if synchronous))
        if nodes:
            return _format_still_running_nodes(nodes)
        if all(synchronous is False for _, synchronous in kinds):
            return ""
    return (
        "A plain (not async) function that was running goes on in its thread until it returns; "
        "what it writes is dropped."
    )


def _format_still_running_nodes(nodes: list[str]) -> str:
    names = ", ".join(nodes)
    if len(nodes) == 1:
        return (
            f"The node {names} is a plain (not async) function: it goes on in its thread until it returns, "
            "and what it writes is dropped."
        )
    return (
        f"The nodes {names} are plain (not async) functions: they go on in their threads until they return, "
        "and what they write is dropped."
    )


def _is_sync_node(graph: Any, namespace: str, node: str) -> bool | None:
    """Whether a node is a function without an async side; ``None`` where that cannot be seen."""
    for name in nodes_around(namespace):
        subgraphs = getattr(_find_node(graph, name), "subgraphs", None)
        if not subgraphs:
            return None
        graph = subgraphs[0]
    found = _find_node(graph, node)
    if getattr(found, "subgraphs", None):
        return False
    bound = getattr(found, "bound", None)
    function, coroutine = getattr(bound, "func", None), getattr(bound, "afunc", None)
    if function is None:
        return None if coroutine is None else False
    # LangGraph gives a plain function an async side that only sends it to a thread.
    if coroutine is None or getattr(getattr(coroutine, "func", None), "__name__", "") == "run_in_executor":
        return True
    return None


def _find_node(graph: Any, name: str) -> Any:
    return get_node_map(graph).get(name)


def get_node_map(graph: Any) -> Mapping[str, Any]:
    """LangGraph's object for each node, by the node's name."""
    nodes = getattr(graph, "nodes", None)
    return nodes if isinstance(nodes, Mapping) else {}


def list_node_names(graph: Any) -> tuple[str, ...]:
    """The names of the nodes that somebody wrote."""
    return tuple(name for name in get_node_map(graph) if not name.startswith("__"))


def list_state_channels(graph: Any) -> tuple[str, ...]:
    """The keys of the state, where it has any."""
    found = getattr(graph, "channels", None)
    names = [name for name in found if isinstance(name, str)] if isinstance(found, Mapping) else []
    return tuple(name for name in names if not name.startswith("__") and ":" not in name)


def select_output(graph: Any, values: Any) -> Any:
    """What ``invoke`` returns of a state: a graph may have an output schema."""
    names = getattr(graph, "output_channels", None)
    if names is None or isinstance(names, str) or not isinstance(values, Mapping):
        return values
    if set(names) >= values.keys():
        return values  # the graph's own object
    return {name: value for name, value in values.items() if name in names}


def list_reduced_channels(graph: Any) -> tuple[str, ...]:
    """The keys of the state whose writes go through a reducer."""
    found = getattr(graph, "channels", {})
    return tuple(name for name in list_state_channels(graph) if hasattr(found[name], "operator"))


def list_message_channels(graph: Any) -> list[str]:
    """The keys of the state that hold messages, in the graph and those inside it: their reducer says so."""
    holds: dict[str, bool] = {}
    for each in list_graph_and_subgraphs(graph):
        found = getattr(each, "channels", None)
        for name, channel in found.items() if isinstance(found, Mapping) else ():
            holds[name] = holds.get(name, True) and _has_message_reducer(channel)
    return sorted(name for name, all_of_it in holds.items() if all_of_it and isinstance(name, str))


def _has_message_reducer(channel: Any) -> bool:
    reducer = getattr(channel, "operator", None) or getattr(channel, "reducer", None)
    reducer = getattr(reducer, "func", reducer)  # add_messages(format=...) is a partial
    name, module = getattr(reducer, "__name__", ""), getattr(reducer, "__module__", "") or ""
    return name in _MESSAGE_REDUCER_NAMES and module.startswith("langgraph.")


_MESSAGE_REDUCER_NAMES = frozenset({"add_messages", "_add_messages", "_messages_delta_reducer"})


def list_graph_and_subgraphs(graph: Any, _seen: frozenset[int] = frozenset()) -> list[Any]:
    """A graph and those that its nodes are or call."""
    if id(graph) in _seen:
        return []
    seen = _seen | {id(graph)}
    inner = [sub for node in get_node_map(graph).values() for sub in getattr(node, "subgraphs", None) or ()]
    return [graph, *(found for sub in inner for found in list_graph_and_subgraphs(sub, seen))]


def is_pregel(graph: Any) -> bool:
    """Whether LangGraph itself runs the graph: it knows all modes, whoever asks."""
    module = sys.modules.get("langgraph.pregel")
    return module is not None and isinstance(graph, module.Pregel)


def list_nodes_with_subgraphs(graph: Any) -> tuple[str, ...]:
    """The nodes that are graphs, or whose functions know one which they may call."""
    return tuple(name for name, node in get_node_map(graph).items() if getattr(node, "subgraphs", None))


def list_function_nodes_with_subgraphs(graph: Any) -> tuple[str, ...]:
    """Those of them that are functions."""
    nodes = get_node_map(graph)
    return tuple(
        name
        for name in list_nodes_with_subgraphs(graph)
        if hasattr(getattr(nodes[name], "bound", None), "afunc")
    )


def list_async_only_nodes(graph: Any) -> tuple[str, ...]:
    """The nodes that are coroutine functions without a plain side."""
    bound = {name: getattr(node, "bound", None) for name, node in get_node_map(graph).items()}
    return tuple(
        name
        for name, function in bound.items()
        if getattr(function, "afunc", None) is not None and getattr(function, "func", None) is None
    )


def make_python310_hint(graph: Any) -> str | None:
    """On Python 3.10 LangGraph's async nodes can neither stream tokens nor interrupt: say so."""
    if sys.version_info >= (3, 11):
        return None
    names = list_async_only_nodes(graph)
    if not names:
        return None
    return (
        f"On Python 3.10 the async nodes of this graph ({', '.join(names)}) cannot stream tokens, "
        "write custom data or interrupt; that needs Python 3.11, or plain functions."
    )
