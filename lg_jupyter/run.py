"""The run that users hold: the door to what :mod:`lg_jupyter.runtime` knows and does of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

from lg_jupyter.exports.methods import RunExportsMixin
from lg_jupyter.kernel import notebook
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.breakpoints import BreakpointCondition, validate_breakpoints
from lg_jupyter.runtime import fork, join, lifecycle, waiting
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_control import RunControlMixin
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Fork, Request, Source
from lg_jupyter.text.words import format_count
from lg_jupyter.widgets.run_display import RunDisplayMixin


class Run(RunControlMixin, RunDisplayMixin, RunExportsMixin):
    """One run of a graph, with all that is known of it. :func:`lg_jupyter.stream` makes and starts it.

    ``await run`` or ``run.wait()`` returns when it is over, and raises what the graph raised; a run that
    was interrupted or cancelled raises nothing.
    """

    def __init__(self, source: Source, request: Request, name: str | None = None) -> None:
        super().__init__(RunState(source, request, name))

    @property
    def parent(self) -> Run | None:
        """The run that it was forked from."""
        return None if self._state.parent is None else get_run_of_state(self._state.parent)

    @property
    def branches(self) -> list[Run]:
        """The runs that were forked from it, the oldest first."""
        return [get_run_of_state(branch) for branch in self._state.branches]

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.status}, {format_count(len(self._state.parts), 'event')}>"

    # Waiting.

    def __await__(self) -> Generator[Any, None, Run]:
        yield from waiting.wait_until_done(self._state).__await__()
        return self

    @checks_arguments
    def wait(self, timeout: float | None = None) -> Run:
        """Block until the run is over, for callers that cannot await.

        Ctrl-C cancels the run.

        Parameters
        ----------
        timeout
            Seconds to wait at most.

        Returns
        -------
        Run
            This run.

        Raises
        ------
        UsageError
            On the loop that carries the run, where blocking would stop it: use ``await run``.
        TimeoutError
            When the time is up; the run goes on.
        Exception
            What the graph raised.

        Examples
        --------
        >>> lg_jupyter.stream(graph, {"topic": "dogs"}).wait(timeout=60).status
        'success'
        """
        waiting.block_until_done(self._state, timeout)
        return self

    # Steering.

    @checks_arguments
    def resume(
        self,
        value: Any = UNSET,
        *,
        before: str | Iterable[str] | Mapping[str, BreakpointCondition | None] | None = None,
        after: str | Iterable[str] | None = None,
        until: str | Iterable[str] | None = None,
        display: bool = True,
        thread: bool = False,
    ) -> Run:
        """Answer what the run asks, and have it go on: the same run, its tables grow.

        The node that was interrupted runs again from its start, with the answer in place of its interrupt.

        LangGraph's page: `Interrupts <https://docs.langchain.com/oss/python/langgraph/interrupts>`_.

        Parameters
        ----------
        value
            The answer; where several are waited for, answers by ``interrupt_id``, all or some of them.
            Without it the run goes on from a breakpoint, or where it failed or was cancelled.
        before, after
            Other breakpoints from now on; ``[]`` for none. Without them it keeps those that it has.
        until
            Nodes before which it is to stop as well, this time alone: ``"tools"`` runs to that node, ``"*"``
            to the next step.
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

        Examples
        --------
        >>> run = lg_jupyter.stream(asking_graph, {}).wait()
        >>> run.interrupts[0]["value"]
        'About what?'
        >>> run.resume("dogs").wait().output
        {'topic': 'dogs'}
        """
        from lg_jupyter.widgets import display as displaying

        stops = validate_breakpoints(before, after, until)
        if displaying.resume_in_current_cell(
            self._state, value, stops, thread=thread, freeze_other_records=display
        ):
            displaying.show_run(self._state, background=True, since_resume=True)
        elif not display:
            displaying.suppress_cell_value(self._state)
        return self

    @checks_arguments
    def fork(
        self,
        checkpoint_id: str,
        values: Any = UNSET,
        as_node: str | None = None,
        input: Any = None,
        *,
        before: str | Iterable[str] | Mapping[str, BreakpointCondition | None] | None = None,
        after: str | Iterable[str] | None = None,
        display: bool = True,
        thread: bool = False,
    ) -> Run:
        """Run again from a checkpoint of this run's thread: a new run, whose ``parent`` is this one.

        It is one of this run's ``branches``.

        LangGraph's page: `Time travel <https://docs.langchain.com/oss/python/langgraph/use-time-travel>`_.

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

        Returns
        -------
        Run
            The new run, which goes on.

        Raises
        ------
        UsageError
            If this run kept nothing, the thread has no such checkpoint, or the graph no such node or key. Of
            a checkpointer that can only be awaited, a checkpoint that is not known here is looked for when
            the new run is awaited.

        Examples
        --------
        >>> at = next(one.checkpoint_id for one in run.checkpoints if one.next == ("write",))
        >>> run.fork(at, {"topic": "tea"}).wait().output["joke"]
        'A joke about tea'
        """
        at, stops = Fork(checkpoint_id, values, as_node), validate_breakpoints(before, after)
        return show_run_if_requested(
            get_run_of_state(fork.start_fork(self._state, at, input, stops, thread)), display
        )

    @checks_arguments
    def join(self, *, display: bool = True, thread: bool = False) -> Run:
        """Follow a run that goes on at its server, one that was detached or whose stream was lost: a new run.

        Parameters
        ----------
        display
            Whether to show it in the cell.
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Returns
        -------
        Run
            A run of its own, which follows this one.

        Raises
        ------
        UsageError
            If it is on no server, or the server kept nothing of it.

        Examples
        --------
        >>> run = lg_jupyter.stream(server, {"topic": "dogs"}, detach=True)  # doctest: +SKIP
        >>> run.join()  # doctest: +SKIP
        """
        return show_run_if_requested(get_run_of_state(join.join_run(self._state, thread)), display)

    @checks_arguments
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

        Returns
        -------
        Run
            A run of its own, which goes on as this one did.

        Raises
        ------
        UsageError
            If ``speed`` is no positive number.

        Examples
        --------
        >>> run.replay(speed=None).wait().output == run.output
        True
        """
        from lg_jupyter.exports import files

        return show_run_if_requested(get_run_of_state(files.replay_run(self._state, speed, thread)), display)

    def subscribe(self, listener: Callable[[Run], object]) -> Callable[[], None]:
        """Have ``listener(run)`` called while the run changes, at most 20 times a second, and at its end.

        It is called on the loop that carries the run; for a run that is over, at once, and again if it goes
        on.

        Parameters
        ----------
        listener
            What is called with this run. What it raises becomes one warning.

        Returns
        -------
        callable
            Ends the subscription.

        Examples
        --------
        >>> end = run.subscribe(lambda run: print(run.status))
        success
        >>> end()
        """
        return self._state.subscribe(listener, self)

    # Showing.

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run that was saved. It is over, and runs nothing.

        Parameters
        ----------
        path
            The file, as :func:`lg_jupyter.load` takes it.

        Returns
        -------
        Run
            The run as it was.

        Raises
        ------
        SavedRunError
            If the file holds no run that can be read.

        Examples
        --------
        >>> run.save("run.jsonl")
        >>> lg_jupyter.Run.load("run.jsonl").status
        'success'
        """
        from lg_jupyter.exports import files

        return get_run_of_state(files.load_run(path))


def get_run_of_state(state: RunState) -> Run:
    """What users hold of a run: the same object each time, as long as somebody holds it."""
    run: Run | None = state.user_run
    if run is None:
        run = Run.__new__(Run)
        RunExportsMixin.__init__(run, state)
    return run


def show_run_if_requested(run: Run, display: bool) -> Run:
    """A run that was started, shown or not as its caller asks."""
    if display:
        run.show()
    elif notebook.is_in_kernel():
        from lg_jupyter.widgets.display import suppress_cell_value

        suppress_cell_value(get_run_state(run))
    return run


def start_run(
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
        If the target is none of these, or cannot do what is requested; nothing was started then.
    SavedRunError
        If the file to ``save`` it to cannot be written; nothing was started then.
    """
    source = as_source(target)
    source.validate_request(request)
    state = RunState(source, request, name)
    if save is not None:
        from lg_jupyter.exports import files

        files.record_to_file(state, save)
    lifecycle.start_execution(state, thread)
    return get_run_of_state(state)


def get_last_run() -> Run | None:
    """The newest run that was started."""
    return None if RUNS.last is None else get_run_of_state(RUNS.last)


async def wait_all() -> None:
    """Wait for every run that is going on, for instance at the end of a notebook that nobody watches.

    Raises
    ------
    Exception
        What the first of them raised, after all are over.

    Examples
    --------
    >>> run = lg_jupyter.stream(graph, {"topic": "dogs"})
    >>> asyncio.run(lg_jupyter.wait_all())
    >>> run.status
    'success'
    """
    ended = await asyncio.gather(*map(waiting.wait_until_done, list(RUNS.running)), return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
