"""A request as arguments of the SDK, and a run that is there already."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from lg_jupyter.errors import ServerError, UsageError
from lg_jupyter.events.modes import from_server_modes, to_server_modes
from lg_jupyter.sources import breakpoints
from lg_jupyter.sources.base import UNSET, Request, get_requested_thread_id
from lg_jupyter.sources.server import assistants
from lg_jupyter.sources.server.errors import ServerAddress, get_http_status


def validate_server_request(request: Request) -> None:
    """Refuse what a server cannot do.

    Raises
    ------
    UsageError
        Saying what, and what to do instead.
    """
    thread = get_requested_thread_id(request)
    if request.multitask_strategy is not None and thread is None:
        raise UsageError("a stateless run (thread_id=None) meets no other: leave multitask out")
    breakpoints.reject_unsupported_server_breakpoints(request)
    if request.root_interrupt_kwargs and thread is None:
        raise UsageError(
            "a stateless run (thread_id=None) could not go on from a breakpoint: leave thread_id out"
        )
    if isinstance(request.context, str | int | float | list):
        kind = type(request.context).__name__
        raise UsageError(f"context takes a dict, such as {{'user': 'ada'}}, not {kind}")
    if request.detach and thread is None:
        raise UsageError("a stateless run (thread_id=None) cannot be joined later: leave thread_id out")
    if request.join_run_id is not None and not assistants.is_uuid(request.join_run_id):
        raise UsageError(
            f"runs on a server are named by UUIDs, and {request.join_run_id!r} is none: run.run_id"
        )
    if isinstance(thread, str) and not assistants.is_uuid(thread):
        made = uuid.uuid5(uuid.NAMESPACE_URL, thread)
        raise UsageError(
            f"threads on a server are named by UUIDs, and {thread!r} is none; "
            f"use str(uuid.uuid4()), or for a name of your own like this one always {str(made)!r}"
        )


def make_sdk_arguments(
    request: Request, sdk_method: Callable[..., Any], *, is_stateless: bool, checkpoint_id: str | None
) -> dict[str, Any]:
    """The arguments of the SDK's ``sdk_method``: ``runs.stream`` or ``runs.create``.

    Raises
    ------
    UsageError
        If this SDK is too old for what is requested.
    """
    config = dict(request.config or {})
    configurable = dict(config.pop("configurable", None) or {})
    configurable.pop("thread_id", None)
    if configurable:
        config["configurable"] = configurable
    answer = None if request.answer is None or request.answer.value is UNSET else request.answer
    options: dict[str, Any] = {
        **request.root_interrupt_kwargs,
        **({"input": request.input} if answer is None else {"command": {"resume": answer.to_command_value}}),
        "stream_mode": to_server_modes(request.modes),
        "stream_subgraphs": request.subgraphs,
        "config": config or None,
    }
    if request.multitask_strategy is not None:
        options["multitask_strategy"] = request.multitask_strategy
    if request.durability is not None:
        if "durability" not in inspect.signature(sdk_method).parameters:
            raise UsageError("this langgraph-sdk sends no durability; update it, or leave durability out")
        options["durability"] = request.durability
    if checkpoint_id is not None:
        options["checkpoint_id"] = checkpoint_id
    if isinstance(get_requested_thread_id(request), str):
        # The run makes the thread, for not everybody may make one by itself.
        options["if_not_exists"] = "create"
    if is_stateless:
        options["on_disconnect"] = "cancel"
    else:
        options["stream_resumable"] = True
    if request.context is not None:
        if "context" not in inspect.signature(sdk_method).parameters:
            raise UsageError("this langgraph-sdk sends no context; update it, or use config['configurable']")
        options["context"] = request.context
    return options


class JoinedRun(NamedTuple):
    """A run that is there already.

    Attributes
    ----------
    request
        The request that it was created with.
    are_events_kept
        Whether the server keeps its events.
    is_thread_temporary
        Whether the server deletes the thread when the run is over.
    """

    request: Request
    are_events_kept: bool
    is_thread_temporary: bool


async def fetch_joined_run(client: Any, request: Request, address: ServerAddress) -> JoinedRun:
    """The run that ``request`` joins.

    Raises
    ------
    ServerError
        If the server has no such run on that thread.
    """
    try:
        run = await client.runs.get(request.thread_id, request.join_run_id)
    except Exception as error:
        if get_http_status(error) != 404:
            raise
        raise ServerError(
            f"the server at {address.url} has no run {request.join_run_id!r} "
            f"on a thread {request.thread_id!r}: "
            "run.run_id and run.thread_id tell the ids of a run"
        ) from None
    kwargs: Mapping[str, Any] = run.get("kwargs") or {}
    names = from_server_modes(kwargs.get("stream_mode") or request.modes)
    subgraphs = bool(kwargs.get("subgraphs", request.subgraphs))
    given = kwargs.get("input", UNSET)
    known = replace(request, modes=names, subgraphs=subgraphs, input=given)
    return JoinedRun(known, bool(kwargs.get("resumable", True)), bool(kwargs.get("temporary")))
