"""What is reported and raised when a graph failed."""

from __future__ import annotations

from typing import Any

from lg_jupyter.errors import RunError
from lg_jupyter.sources.local import checkpointers, inputs
from lg_jupyter.sources.local.capabilities import GraphCapabilities


def choose_exception_to_raise(
    graph: GraphCapabilities, error: Exception, input: Any, *, is_in_thread: bool, has_begun: bool
) -> Exception:
    """What to raise: the graph's own exception, unless it says that the input or the server is wrong."""
    if graph.is_remote:
        from lg_jupyter.sources.server.errors import make_remote_graph_error

        return make_remote_graph_error(error, graph.unwrapped_graph) or error
    if (
        is_in_thread
        and (explained := checkpointers.make_async_node_error(error, graph.checkpointer)) is not None
    ):
        return explained
    if has_begun:
        return error
    return inputs.make_input_error(error, input, graph.unwrapped_graph) or error


def make_exit_error(error: BaseException) -> RunError:
    """What becomes of a node's ``SystemExit``: raised further it would end whoever waits, a kernel too."""
    kind = type(error).__name__
    what = "asked Python to exit" if kind == "SystemExit" else "raised it as if by Ctrl-C"
    return RunError(kind, f"{error}: a node {what}, which ends its run alone")


def unwrap_remote_graph_error(error: Exception) -> Any:
    """What an end part holds of an exception: ``RemoteGraph`` passes on the server's own JSON."""
    data = error.args[0] if error.args else None
    if isinstance(data, dict) and {"error", "message"} <= data.keys():
        return {"error": str(data["error"]), "message": str(data["message"])}
    return error
