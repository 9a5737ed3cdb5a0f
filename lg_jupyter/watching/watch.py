"""Watches: which runs of this process are heard, and what becomes of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar, Token
from functools import partial
from types import TracebackType
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import shutdown
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.filters import validate_names
from lg_jupyter.run import Run
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.local import graphs as local_graphs
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.text.words import format_count
from lg_jupyter.watching import interrupted_runs, patches
from lg_jupyter.watching.interrupted_runs import get_graph_identity
from lg_jupyter.watching.loop_thread import WATCH_LOOP_THREAD
from lg_jupyter.watching.root_call import RootCall
from lg_jupyter.watching.run_folder import WatchedRunFolder
from lg_jupyter.watching.run_recorder import RunRecorder, WatchedCall, get_run_name
from lg_jupyter.watching.tap import CALLBACK_ONLY_MODES
from lg_jupyter.watching.watched_executor import wait_for_recorded_end


class Watch(SuggestsAttributes):
    """Hears every run of a graph that this process starts, until it is stopped. :func:`watch` makes one.

    As a context manager it hears what the block starts, and gives the list of its runs.

    Attributes
    ----------
    runs
        The runs so far, the oldest first. They are kept until the list is cleared; ``most`` of them, if it is
        set, the newest.
    left_out
        Graphs that are not watched, by name, and why.
    folder, tokens
        Where runs are saved, and whether models stream for it.
    """

    def __init__(
        self,
        graphs: tuple[Any, ...],
        names: tuple[str, ...],
        *,
        display: bool,
        folder: WatchedRunFolder | None,
        tokens: bool,
    ) -> None:
        self.runs: list[Run] = []
        self.most: int | None = None
        self.left_out: dict[str, str] = {}
        self._graphs = tuple(map(get_graph_identity, graphs))
        self._names = names
        self._shows_runs = display
        self.folder = folder
        self.tokens = tokens
        self._is_block = False
        self._token: Token[tuple[Watch, ...]] | None = None

    @property
    def active(self) -> bool:
        """Whether it goes on."""
        return self in _active_watches

    def __repr__(self) -> str:
        state = "on" if self.active else "off"
        unseen = f", not watched: {', '.join(self.left_out)}" if self.left_out else ""
        return f"<Watch {state}: {format_count(len(self.runs), 'run')}{unseen}>"

    def stop(self) -> None:
        """End the watch. Runs that go on are followed to their end; nothing of it stays.

        Examples
        --------
        >>> watch = lg_jupyter.watch(display=False)
        >>> output = graph.invoke({"topic": "dogs"}, {"configurable": {"thread_id": "1"}})
        >>> watch.stop()
        >>> [run.output == output for run in watch.runs]
        [True]
        """
        with _watches_lock:
            if self in _active_watches:
                _active_watches.remove(self)
            if not _active_watches:
                patches.remove_taps()
        self.wait_for_recorded_ends()
        if self._shows_runs and self._is_block:
            from lg_jupyter.watching.display import close_watch_block_output

            close_watch_block_output(self)
        if not _active_watches:
            interrupted_runs.clear_interrupted_runs()
            WATCH_LOOP_THREAD.stop_when_idle(wait=all(run.done for run in self.runs))

    def wait_for_recorded_ends(self) -> None:
        """Have what was heard be in the tables: it is on its way to another thread. Internal."""
        for run in list(self.runs):
            wait_for_recorded_end(run)

    def __enter__(self) -> list[Run]:
        self._is_block = True
        self._token = _enclosing_watch_blocks.set((*_enclosing_watch_blocks.get(), self))
        return self.runs

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            with suppress(ValueError):  # a generator may end in another context than it began in
                _enclosing_watch_blocks.reset(self._token)
        self.stop()

    # What it hears.

    def is_watching_graph(self, graph: Any, name: str, blocks: tuple[Watch, ...]) -> bool:
        """Whether a run of a graph, in these ``with`` blocks, is among those that it is for. Internal."""
        begins_here = not self._is_block or not blocks or self in blocks
        named = not self._names or name in self._names
        return (
            begins_here
            and named
            and (not self._graphs or any(get_graph_identity(graph) is each for each in self._graphs))
        )

    def add_run(self, run: Run, *, sync: bool) -> None:
        """A run began, or goes on, whose caller blocks its thread if ``sync``. Internal."""
        goes_on = run in self.runs
        if not goes_on:
            self.runs.append(run)
            if self.most is not None:
                del self.runs[: -self.most]
        if self._shows_runs:
            from lg_jupyter.watching.display import show_watched_run

            show_watched_run(run, self if self._is_block else None, sync=sync, is_resumed=goes_on)

    def start_saving_run(self, state: RunState) -> None:
        """A run is about to begin. Internal."""
        if self.folder is not None:
            self.folder.record_to_new_file(state)


_watches_lock = threading.RLock()
_active_watches: list[Watch] = keep_across_reloads("watches", [])
_enclosing_watch_blocks: ContextVar[tuple[Watch, ...]] = ContextVar("lg_jupyter_watch_blocks", default=())
_process_id = os.getpid()


@checks_arguments
def watch(
    *,
    graphs: Any = None,
    names: str | Iterable[str] | None = None,
    display: bool = True,
    save: str | os.PathLike[str] | None = None,
    tokens: bool = False,
) -> Watch:
    """See every run of a graph that is started in this process from now on, whoever starts it, and how.

    What the graph's caller gets stays the same. A graph inside another is a part of its run. Where runs are
    shown, each cell that starts some has one output: the panels of the first, from the second on a table.

    Parameters
    ----------
    graphs
        The graph, or graphs, to watch alone; a copy of one with another config is that graph, too.
    names
        The name, or names, of graphs to watch alone.
    display
        Whether to show the runs; where there is no notebook, a line for each when it is over.
    save
        A folder to write each run to while it goes on, for :func:`lg_jupyter.load`.
    tokens
        Whether chat models are to stream, so that each token is seen. That changes the runs: a model takes
        another way to its provider, and may not tell its usage. Without it tokens are seen where the caller
        or a node streams, and else whole messages.

    Returns
    -------
    Watch
        The watch, which goes on until ``stop()``, or to the end of its ``with`` block. There, it hears what
        the block starts; of threads, which do not tell what started them, every run of the process.

    Raises
    ------
    UsageError
        If something in ``graphs`` is no graph, or another watch saves already.
    SavedRunError
        If the folder cannot be made.

    Examples
    --------
    >>> with lg_jupyter.watch(display=False) as runs:
    ...     output = graph.invoke({"topic": "dogs"}, {"configurable": {"thread_id": "1"}})
    >>> runs[0].to_pandas("tasks")["node"].tolist()
    ['refine', 'write']
    """
    made = Watch(
        _validate_graphs(graphs),
        validate_names("names", names),
        display=display,
        folder=None if save is None else WatchedRunFolder(save),
        tokens=tokens,
    )
    with _watches_lock:
        if save is not None and any(other.folder for other in _active_watches):
            raise UsageError("another watch saves runs already: stop that first, or leave out save")
        _active_watches.append(made)
        WATCH_LOOP_THREAD.keep_alive()
        patches.install_taps(make_call_recorder)
    return made


def stop_all_watches() -> None:
    """Stop every watch."""
    for each in list(_active_watches):
        each.stop()


def make_call_recorder(call: RootCall, thread_id: str | None) -> tuple[RunRecorder, bool] | None:
    """Who hears a call that begins a run, and whether models are to stream for it; ``None``: nobody does."""
    if not _active_watches or os.getpid() != _process_id:  # a process that was forked has a copy of them
        return None
    name = get_run_name(call.graph)
    blocks = _enclosing_watch_blocks.get()
    hearing = [each for each in list(_active_watches) if each.is_watching_graph(call.graph, name, blocks)]
    if not hearing or _leave_out_if_remote_node(call.graph, name, hearing):
        return None
    tokens = any(each.tokens for each in hearing)
    begun = WatchedCall(
        call.graph,
        name,
        call.input,
        call.config,
        call.options.get("context"),
        thread_id,
        is_sync=not call.is_async,
        **_make_capture_fields(call, tokens),
    )

    def prepare(state: RunState) -> None:
        for each in hearing:
            each.start_saving_run(state)

    begins = [partial(each.add_run, sync=begun.is_sync) for each in hearing]
    return RunRecorder(begun, begins, prepare), tokens


def _make_capture_fields(call: RootCall, tokens: bool) -> dict[str, Any]:
    """What can be heard of a call: of a ``RemoteGraph`` what it streams."""
    if local_graphs.is_remote_graph(call.graph):
        return {
            "watched_model_output": None,
            "modes": tuple(sorted(call.stream_modes)),
            "subgraphs": call.subgraphs,
        }
    modes = {} if patches.can_tap_streams() else {"modes": CALLBACK_ONLY_MODES}
    return {"watched_model_output": "tokens" if tokens else "whole", **modes}


def _leave_out_if_remote_node(graph: Any, name: str, hearing: list[Watch]) -> bool:
    """Whether a node of it is a ``RemoteGraph``: to tap it would have that ask its server for more."""
    if not any(map(local_graphs.is_remote_graph, local_graphs.list_graph_and_subgraphs(graph)[1:])):
        return False
    for each in hearing:
        each.left_out[name] = "a RemoteGraph in it would ask its server for more: use lg_jupyter.stream()"
    return True


def _validate_graphs(given: Any) -> tuple[Any, ...]:
    several = given if isinstance(given, list | tuple | set) else () if given is None else (given,)
    for each in several:
        if not hasattr(each, "stream"):
            raise UsageError(
                f"graphs takes graphs, as in watch(graphs=graph), not {type(each).__name__}; "
                "names are for names="
            )
    return tuple(several)


def _wait_for_recorded_ends_at_exit() -> None:
    for each in list(_active_watches):
        each.wait_for_recorded_ends()


shutdown.register_exit_callback(_wait_for_recorded_ends_at_exit)
