"""Runs that go on at a server, and are followed again: by whoever detached them, or lost them."""

from __future__ import annotations

from dataclasses import replace

from lg_jupyter.errors import UsageError
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.state import RunState
from lg_jupyter.secrets.known_secrets import iter_named_request_secrets
from lg_jupyter.sources.base import Joinable, Request, Resumable, Source


def join_run(run: RunState, thread: bool) -> RunState:
    """A new run that follows ``run``.

    Raises
    ------
    UsageError
        If there is nothing to follow.
    """
    joined = RunState(*make_join_source_and_request(run))
    lifecycle.start_execution(joined, thread)
    return joined


def make_join_source_and_request(run: RunState) -> tuple[Source, Request]:
    """The source and the request of a run that follows ``run``.

    Raises
    ------
    UsageError
        If there is nothing to follow.
    """
    source = run.source
    if source.kind == "saved" and run.thread_id and run.run_id:
        ids = f"{run.thread_id!r}, {run.run_id!r}"
        raise UsageError(f"a file does not tell where its server is: lg_jupyter.join(Server(...), {ids})")
    if not isinstance(source, Joinable) or not isinstance(source, Resumable):
        raise UsageError(f"only runs on a server can be joined, and {run.name} is none: it is {run.status}")
    if not run.done and run.run_id is None:
        raise UsageError(f"{run.name} has no ids yet, by which it could be joined: await it first")
    if (why := source.describe_join_blocker()) is not None:
        raise UsageError(f"{run.name} cannot be joined. {why}")
    previous, secrets = run.request, tuple(iter_named_request_secrets(run.request))
    request = Request(
        modes=previous.modes,
        subgraphs=previous.subgraphs,
        message_filter=previous.message_filter,
        secrets=secrets,
    )
    return source.make_source_for_same_thread(), replace(
        request, thread_id=run.thread_id, join_run_id=run.run_id
    )
