"""What is said and raised of a graph that failed."""

from __future__ import annotations

from typing import Any

from lg_jupyter.errors import RunError
from lg_jupyter.sources.local import inputs, savers
from lg_jupyter.sources.local.capabilities import Capabilities


def failure(graph: Capabilities, error: Exception, input: Any, *, threaded: bool, begun: bool) -> Exception:
    """What to raise: the graph's own exception, unless it says that the input or the server is wrong."""
    if graph.is_remote:
        from lg_jupyter.sources.server.errors import explain_remote

        return explain_remote(error, graph.bare) or error
    if threaded and (explained := savers.explain(error, graph.checkpointer)) is not None:
        return explained
    if begun:
        return error
    return inputs.explain(error, input, graph.bare) or error


def exit_asked(asked: BaseException) -> RunError:
    """What becomes of a node's ``SystemExit``: raised further it would end who waits, a kernel too."""
    kind = type(asked).__name__
    what = "asked Python to exit" if kind == "SystemExit" else "raised it as if by Ctrl-C"
    return RunError(kind, f"{asked}: a node {what}, which ends its run alone")


def account(error: Exception) -> Any:
    """What an end part says of an exception: ``RemoteGraph`` hands on the server's own account."""
    account = error.args[0] if error.args else None
    if isinstance(account, dict) and {"error", "message"} <= account.keys():
        return {"error": str(account["error"]), "message": str(account["message"])}
    return error
