"""Shows what is at hand: a run, a saved one, a stream while somebody else reads it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, overload

from lg_jupyter.errors import ModeError, UsageError
from lg_jupyter.events.events import MODES
from lg_jupyter.events.modes import from_server_modes, is_known_mode
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.run import Run
from lg_jupyter.sources.base import UNSET, Request, SourceKind, get_config_thread_id
from lg_jupyter.spelling import format_suggestion_ending
from lg_jupyter.watching.callback_handler import find_innermost_run_handler
from lg_jupyter.watching.forwarding import aiterate_with_observer, iterate_with_observer
from lg_jupyter.watching.langgraph_internals import list_callback_handlers
from lg_jupyter.watching.run_recorder import RunRecorder, RunStart, WatchedCall, get_run_name
from lg_jupyter.watching.stream_items import (
    StreamRequest,
    make_item_splitter,
    read_request_from_generator,
)
from lg_jupyter.watching.stream_recorder import StreamRecorder
from lg_jupyter.watching.stream_source import StreamSource
from lg_jupyter.watching.watched_source import PushedSource


@overload
def show(what: Run, mode: str | None = None, *, name: str | None = None) -> Run: ...
@overload
def show(what: str | os.PathLike[str], mode: str | None = None, *, name: str | None = None) -> Run: ...
@overload
def show(
    what: AsyncIterator[Any], mode: str | None = None, *, name: str | None = None
) -> AsyncIterator[Any]: ...
@overload
def show(what: Iterator[Any], mode: str | None = None, *, name: str | None = None) -> Iterator[Any]: ...
@checks_arguments
def show(what: Any, mode: str | None = None, *, name: str | None = None) -> Any:
    """Show a run, a saved one, or a stream while you read it.

    Of a stream, each item is handed on as it came. It shows what its modes tell; :func:`lg_jupyter.watch`
    shows all of a run, whatever its caller asks for.

    Parameters
    ----------
    what
        A run; the path of a saved one; or what ``graph.stream()``, ``graph.astream()``, the SDK's
        ``client.runs.stream()`` give, or any other iterator of such items.
    mode
        The stream mode of items that do not tell it, where they are not LangGraph's own generator.
    name
        What to call the run of a stream, instead of by the graph's name.

    Returns
    -------
    Run or iterator
        The run; of a stream an iterator to be read in its place, of the same kind.

    Raises
    ------
    UsageError
        If it is something else, such as a graph, which ``lg_jupyter.stream(graph, input)`` runs.
    SavedRunError
        If the file holds no run that can be read.

    Examples
    --------
    >>> settings = {"configurable": {"thread_id": "shown"}}
    >>> for update in lg_jupyter.show(graph.stream({"topic": "dogs"}, settings, stream_mode="updates")):
    ...     print(update)
    {'refine': {'topic': 'dogs and cats'}}
    {'write': {'joke': 'A joke about dogs and cats'}}
    >>> lg_jupyter.last_run.wait().status
    'success'
    """
    if isinstance(what, Run):
        what.show()
        return what
    if isinstance(what, str | os.PathLike):
        run = Run.load(what)
        run.show()
        return run
    if mode is not None and not is_known_mode(mode):
        raise ModeError(f"there is no stream mode {mode!r}{format_suggestion_ending(mode, MODES)}")
    mode = None if mode is None else from_server_modes(mode)[0]
    is_async = hasattr(what, "__anext__") or hasattr(what, "__aiter__")
    if not is_async and not hasattr(what, "__next__"):
        raise UsageError(_format_unshowable_error(what))
    known = read_request_from_generator(what)
    if (
        known is not None
        and find_innermost_run_handler(list_callback_handlers(known.call.config or {})) is not None
    ):
        return what  # a watch shows it, and more of it
    recorder = RunRecorder(
        _make_run_start(what, known, name, is_async), [partial(_show_stream_run, sync=not is_async)]
    )
    split_item = make_item_splitter(mode) if known is None else known.call.split_item
    reading = StreamRecorder(recorder, split_item)
    return aiterate_with_observer(aiter(what), reading) if is_async else iterate_with_observer(what, reading)


def _format_unshowable_error(what: Any) -> str:
    if hasattr(what, "stream"):
        return (
            "show() takes a run, a path, or what a graph streams, as in show(graph.stream(input)); "
            "lg_jupyter.stream(graph, input) runs the graph and shows it"
        )
    return f"show() takes a run, a path, or the iterator of a stream, not {type(what).__name__}"


@dataclass(frozen=True)
class UnknownStreamStart:
    """A stream of which its items alone are known."""

    name: str
    source_kind: SourceKind
    graph = thread_id = None
    is_resume = False

    def make_source(self) -> PushedSource:
        """What its parts are handed to."""
        return StreamSource(self.name, self.source_kind)

    def make_request(self) -> Request:
        """Nobody knows what was requested."""
        return Request(input=UNSET, modes=())


def _make_run_start(items: Any, known: StreamRequest | None, name: str | None, is_async: bool) -> RunStart:
    """What the iterator itself tells of where it comes from."""
    if known is None:
        kind: SourceKind = "server" if _is_sdk_stream(items) else "local"
        return UnknownStreamStart(name or ("server" if kind == "server" else "stream"), kind)
    call = known.call
    return WatchedCall(
        call.graph,
        name or get_run_name(call.graph),
        call.input,
        call.config,
        call.options.get("context"),
        get_config_thread_id({**(call.graph.config or {}), **(call.config or {})}),
        is_sync=not is_async,
        watched_model_output=None,
        modes=known.modes,
        subgraphs=call.subgraphs,
    )


def _is_sdk_stream(items: Any) -> bool:
    frame = getattr(items, "ag_frame", None) or getattr(items, "gi_frame", None)
    return frame is not None and str(frame.f_globals.get("__name__")).startswith("langgraph_sdk")


def _show_stream_run(run: Run, sync: bool) -> None:
    from lg_jupyter.watching.display import show_watched_run

    show_watched_run(run, None, sync=sync, is_resumed=False)
