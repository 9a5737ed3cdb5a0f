"""The run that users hold: the door to what :mod:`lg_jupyter.runtime` knows and does of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.exports.methods import RunExports
from lg_jupyter.request.filters import breakpoints
from lg_jupyter.runtime import execution, fork, joining, waiting
from lg_jupyter.runtime.fork import Checkpoints
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Fork, Request, Source
from lg_jupyter.text.words import count

if TYPE_CHECKING:
    from lg_jupyter.widgets.run import RunWidget


class Run(RunExports):
    """One run of a graph, with all that is known of it. :func:`lg_jupyter.stream` makes and starts it.

    ``await run`` or ``run.wait()`` returns when it is over, and raises what the graph raised; a run that
    was interrupted or cancelled raises nothing.
    """

    def __init__(self, source: Source, request: Request, name: str | None = None) -> None:
        super().__init__(RunState(source, request, name))

    @property
    def parent(self) -> Run | None:
        """The run that it was forked from."""
        return None if self._state.parent is None else run_of(self._state.parent)

    @property
    def branches(self) -> list[Run]:
        """The runs that were forked from it, the oldest first."""
        return [run_of(branch) for branch in self._state.branches]

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.status}, {count(len(self._state.parts), 'event')}>"

    # Waiting.

    def __await__(self) -> Generator[Any, None, Run]:
        yield from waiting.over(self._state).__await__()
        return self

    def wait(self, timeout: float | None = None) -> Run:
        """Block until the run is over, for callers that cannot await.

        Ctrl-C cancels the run.

        Parameters
        ----------
        timeout
            Seconds to wait at most.

        Raises
        ------
        UsageError
            On the loop that carries the run, where blocking would stop it: use ``await run``.
        TimeoutError
            When the time is up; the run goes on.
        Exception
            What the graph raised.
        """
        waiting.block(self._state, timeout)
        return self

    # Steering.

    def cancel(self) -> None:
        """Stop the run, from any thread: within a second it is ``cancelled``, and keeps what it has."""
        execution.cancel(self._state)

    @property
    def drains(self) -> bool:
        """Whether :meth:`drain` can stop it: it goes on, in this process, with langgraph 1.2 or newer."""
        return execution.drains(self._state)

    def drain(self) -> None:
        """Stop the run before its next step, from any thread: what runs now ends first, and is kept.

        Then it is ``cancelled``, and ``run.resume()`` goes on from there. Until then :meth:`cancel` still
        stops it at once.

        Raises
        ------
        UsageError
            If it can only be stopped at once: on a server, or with langgraph before 1.2.
        """
        execution.drain(self._state)

    def resume(
        self,
        value: Any = UNSET,
        *,
        before: str | Iterable[str] | None = None,
        after: str | Iterable[str] | None = None,
        display: bool = True,
        thread: bool = False,
    ) -> Run:
        """Answer what the run asks, and have it go on: the same run, its tables grow.

        The node that asked runs again from its start, with the answer in place of its question.

        Parameters
        ----------
        value
            The answer; where several are waited for, answers by ``interrupt_id``, all or some of them.
            Without it the run goes on from a breakpoint, or where it failed or was cancelled.
        before, after
            Other breakpoints from now on; ``[]`` for none. Without them it keeps those that it has.
        display
            Whether to show what comes in this cell, if another one shows the run: that keeps its record.
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Returns
        -------
        Run
            This run, to be awaited again.

        Raises
        ------
        UsageError
            If the run waits for nothing, or not for this, or kept nothing from which it could go on.
        """
        from lg_jupyter.widgets import display as displaying

        stops = breakpoints(before, after)
        if displaying.resume(self._state, value, stops, thread=thread, leave=display):
            displaying.show(self._state, background=True, onwards=True)
        return self

    @property
    def checkpoints(self) -> Checkpoints:
        """The checkpoints on the run's thread, those of earlier runs too, the oldest first; none without one.

        Each has its ``checkpoint_id``, ``step``, ``source``, ``next``, ``created_at``, the keys that
        ``changed``, and the ``values``; ``run.checkpoints.to_pandas()`` is a DataFrame of them.

        Raises
        ------
        UsageError
            If the checkpointer has to be awaited: ``await run.fetch_checkpoints()``.
        """
        return fork.checkpoints(self._state)

    async def fetch_checkpoints(self) -> Checkpoints:
        """The same as ``run.checkpoints``, for a checkpointer or a server that is to be awaited."""
        return await fork.fetch_checkpoints(self._state)

    def fork(
        self,
        checkpoint_id: str,
        values: Any = UNSET,
        as_node: str | None = None,
        input: Any = None,
        *,
        before: str | Iterable[str] | None = None,
        after: str | Iterable[str] | None = None,
        display: bool = True,
        thread: bool = False,
    ) -> Run:
        """Run again from a checkpoint of this run's thread: a new run, whose ``parent`` is this one.

        It is one of this run's ``branches``.

        Parameters
        ----------
        checkpoint_id
            Where to begin, see ``run.checkpoints``.
        values
            What to write into the state there first, as a node would: the reducers apply.
        as_node
            The node that is to have written it; what follows that node runs next.
        input
            An input; without one, what came next at the checkpoint runs again.
        before, after
            Its breakpoints; those of this run are not its own.
        display
            Whether to show the new run in the cell.
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Raises
        ------
        UsageError
            If this run kept nothing, or the graph has no such node or key. That there is no such checkpoint
            is raised when the new run is awaited.
        """
        at, stops = Fork(checkpoint_id, values, as_node), breakpoints(before, after)
        return _shown(fork.fork(self._state, at, input, stops, thread), display)

    def join(self, *, display: bool = True, thread: bool = False) -> Run:
        """Follow a run that goes on at its server, one that was detached or whose stream was lost: a new run.

        Parameters
        ----------
        display
            Whether to show it in the cell.
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Raises
        ------
        UsageError
            If it is on no server, or the server kept nothing of it.
        """
        return _shown(joining.join(self._state, thread), display)

    def replay(self, speed: float | None = 1, *, display: bool = True, thread: bool = False) -> Run:
        """Run it once more, as it was, without running anything.

        Parameters
        ----------
        speed
            How many times faster than it was; ``None``: at once.
        display
            Whether to show it in the cell.
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Raises
        ------
        UsageError
            If ``speed`` is no positive number.
        """
        from lg_jupyter.exports import files

        return _shown(files.replay(self._state, speed, thread), display)

    def subscribe(self, listener: Callable[[Run], object]) -> Callable[[], None]:
        """Have ``listener(run)`` called while the run changes, at most 20 times a second, and at its end.

        It is called on the loop that carries the run; for a run that is over, at once, and again if it goes
        on. What it raises becomes one warning. Returns a function that ends the subscription.
        """
        return self._state.subscribe(listener, self)

    # Showing.

    def show(self) -> None:
        """Show the run in this cell: one that was loaded, or started without a display."""
        from lg_jupyter.widgets.display import show

        show(self._state)

    def panel(self, name: str) -> RunWidget:
        """One panel of the live view as a widget of its own, for another cell or a layout of ipywidgets.

        Raises
        ------
        UsageError
            If there is no such panel.
        """
        from lg_jupyter.widgets.run import RunWidget, check_panel

        return RunWidget(self._state, check_panel(name))

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write what is known of the run to an HTML page that stands alone.

        Raises
        ------
        SavedRunError
            If it cannot be written there.
        """
        from lg_jupyter.record.file import write

        write(self._state, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run that was saved. It is over, and runs nothing.

        Raises
        ------
        SavedRunError
            If the file holds no run that can be read.
        """
        from lg_jupyter.exports import files

        return run_of(files.load(path))


def run_of(state: RunState) -> Run:
    """What users hold of a run: the same object each time."""
    if state.facade is None:
        RunExports.__init__(Run.__new__(Run), state)
    run: Run = state.facade
    return run


def _shown(state: RunState, display: bool) -> Run:
    run = run_of(state)
    if display:
        run.show()
    return run


def start(
    target: Any,
    request: Request,
    *,
    name: str | None = None,
    thread: bool = False,
    save: str | os.PathLike[str] | None = None,
) -> Run:
    """Start a run of a graph, a ``Server`` or a source, and return at once.

    Raises
    ------
    UsageError
        If the target is none of these, or cannot do what is asked; nothing was started then.
    SavedRunError
        If the file to ``save`` it to cannot be written; nothing was started then.
    """
    source = as_source(target)
    source.check(request)
    state = RunState(source, request, name)
    if save is not None:
        from lg_jupyter.exports import files

        files.record(state, save)
    execution.start(state, thread)
    return run_of(state)


def last_run() -> Run | None:
    """The newest run that was started."""
    return None if RUNS.last is None else run_of(RUNS.last)


async def wait_all() -> None:
    """Wait for every run that is going on, for instance at the end of a notebook that nobody watches.

    Raises
    ------
    Exception
        What the first of them raised, after all are over.
    """
    ended = await asyncio.gather(*map(waiting.over, list(RUNS.running)), return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
