"""A run: started at once, carried to its end on a loop, and after that data."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import plain
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import FINAL_STATUSES, JSON, Part, Status
from lg_jupyter.kernel import loops
from lg_jupyter.request.filters import check_names
from lg_jupyter.request.paths import check_path, put_in_place
from lg_jupyter.runtime import joining, limits, stopped
from lg_jupyter.runtime import resume as resuming
from lg_jupyter.runtime.carrying import PATIENCE, Carrier
from lg_jupyter.runtime.intake import Intake
from lg_jupyter.runtime.listeners import Listeners
from lg_jupyter.runtime.waiting import TICK, TheEnd
from lg_jupyter.secrets.known_secrets import redactor_of
from lg_jupyter.secrets.masked_errors import masked_where_shown
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import (
    UNSET,
    Fork,
    GoesOn,
    Request,
    Source,
    control_part,
    end_part,
    note_part,
)
from lg_jupyter.sources.origin import origin
from lg_jupyter.sources.saved import source as saved
from lg_jupyter.sources.saved.replayed import ReplaySource
from lg_jupyter.sources.structure import HasStructure, Structure, mapped
from lg_jupyter.text.words import count

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from lg_jupyter.exports.code import Code
    from lg_jupyter.exports.frames import Frames
    from lg_jupyter.runtime.fork import Checkpoints
    from lg_jupyter.widgets.run import RunWidget


class Run:
    """One run of a graph, with all that is known of it. :func:`lg_jupyter.stream` makes and starts it.

    ``await run`` or ``run.wait()`` returns when it is over, and raises what the graph raised; a run that
    was interrupted or cancelled raises nothing.

    Attributes
    ----------
    source, request
        Where the run comes from, and what was asked.
    trace
        All events and tables.
    exception
        What the graph raised: the same object. ``None`` for a saved run.
    parent
        The run that it was forked from.
    branches
        The runs that were forked from it, the oldest first.
    lock
        Held while the trace grows: to be held by who reads the trace of a run on another thread.
    """

    def __init__(self, source: Source, request: Request, name: str | None = None) -> None:
        if name:
            source.name = name
        self.source = source
        self.request = request
        self._id = str(uuid.uuid4())
        self._asked = request  # what its source carries out now: the request, later what it goes on with
        self.parent: Run | None = None
        self._parent_id: str | None = None  # a loaded run knows no more of it
        self.branches: list[Run] = []
        self._line = resuming.Line()
        self._answered: frozenset[str] = frozenset()  # the interrupts that it went on with
        self.exception: BaseException | None = None
        self._note: str | None = source.hint
        self._redactor = redactor_of(source, request)
        self._intake = Intake(self._redactor)
        self.trace, self.lock = self._intake.trace, self._intake.lock
        self._parts, self._encode = self._intake.parts, self._intake.encode
        self._structure: Structure | None = None
        self._drawing = threading.Lock()
        self._listeners: Listeners[Run] = Listeners(self)
        self._carrier: Carrier | None = None
        self._traceback: TracebackType | None = None
        self._end = TheEnd()

    # What is known.

    @property
    def name(self) -> str:
        """The graph's or the assistant's name, or what the notebook calls it."""
        return self.source.name

    @property
    def status(self) -> Status:
        """``pending``, ``running``, or how it ended.

        That is ``success``, ``interrupted``, ``error``, ``cancelled``, or ``incomplete``: nobody knows.
        """
        return self.trace.status

    @property
    def output(self) -> Any:
        """The root's last state, whatever modes were asked: the graph's own object, or the server's JSON.

        ``None`` where nobody tells it, as ``run.note`` says then.
        """
        return self.source.output

    @property
    def note(self) -> str | None:
        """A sentence on what the user should know: what a cancelled run kept, a limit it met, or ``None``.

        Of parts that were not understood it tells too.
        """
        said = self._note or ""
        more = [each for each in self._intake.faults() if each not in said]
        return " ".join(filter(None, (said, *more))) or None

    @note.setter
    def note(self, said: str | None) -> None:
        self._note = said

    @property
    def error(self) -> dict[str, str] | None:
        """``{"error": class name, "message": text}`` of a run that failed."""
        return self.trace.error

    @property
    def interrupts(self) -> list[dict[str, JSON]]:
        """The interrupts that wait for an answer; empty at a static breakpoint."""
        return self.trace.interrupts

    @property
    def run_id(self) -> str | None:
        """The server's id of the run; a local run has none."""
        return self.trace.run_id or self.source.run_id

    @property
    def id(self) -> str:
        """The server's id of the run if it has one, else one made here; a file keeps it."""
        return self.run_id or self._id

    @property
    def parent_id(self) -> str | None:
        """The ``id`` of the run that it was forked from; a loaded run knows it, too."""
        return self._parent_id if self.parent is None else self.parent.id

    @property
    def thread_id(self) -> str | None:
        """The thread in which the run's checkpoints are, if it has one."""
        return self.trace.thread_id or self.source.thread_id

    @property
    def usage(self) -> dict[str, int | None]:
        """``input_tokens``, ``output_tokens``, ``total_tokens`` of all model calls; ``None``: none tells.

        ``cache_read_tokens``, ``cache_write_tokens``, ``reasoning_tokens`` are there where one does.
        """
        return self.trace.usage

    def now(self) -> float:
        """The time by the run's own clock, in seconds since the epoch; a replay has that of its run."""
        clock: Callable[[], float] = getattr(self.source, "now", time.time)
        return clock()

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self._end.reached

    @property
    def _loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that carries the run; none yet, or the run was loaded."""
        return None if self._carrier is None else self._carrier.loop

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.status}, {count(len(self._parts), 'event')}>"

    # Waiting.

    def __await__(self) -> Generator[Any, None, Run]:
        return self._over().__await__()

    async def _over(self) -> Run:
        """Wait for the end. Whoever cancels the waiting cancels the run."""
        try:
            while not await self._end.within(TICK):
                self._refuse_if_lost()
        except asyncio.CancelledError:
            self.cancel()
            await self._end.within(PATIENCE + TICK)
            raise
        return self._result()

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
        if self.done and self._loop is loops.running_loop():  # perhaps a listener, which others wait for
            return self._result()
        try:
            self._end.block(timeout, self._refuse_to_block)
        except KeyboardInterrupt:
            self.cancel()
            self._end.block_for(PATIENCE + TICK)
            raise
        return self._result()

    def _refuse_to_block(self) -> None:
        loop = self._loop
        if self.done or loop is None:
            return
        self._refuse_if_lost()
        if loop is loops.running_loop():
            raise UsageError("this loop carries the run, and waiting here would stop it: use `await run`")
        if not loop.is_running():
            raise UsageError(
                "the loop that carries the run does not run: use `await run` there, or thread=True"
            )

    def _refuse_if_lost(self) -> None:
        if self._loop is not None and loops.lost(self._loop):
            raise UsageError(
                "the process that this one was forked from carries the run: wait for it there, "
                "or start another here"
            )

    def _result(self) -> Run:
        if self.exception is not None:
            raise self.exception.with_traceback(self._traceback)
        return self

    # Steering.

    def cancel(self) -> None:
        """Stop the run, from any thread: within a second it is ``cancelled``, and keeps what it has."""
        if not self.done and self._carrier is not None:
            self._carrier.cancel()

    @property
    def drains(self) -> bool:
        """Whether :meth:`drain` can stop it: it goes on, in this process, with langgraph 1.2 or newer."""
        return not self.done and self._carrier is not None and self._carrier.drains

    def drain(self) -> None:
        """Stop the run before its next step, from any thread: what runs now ends first, and is kept.

        Then it is ``cancelled``, and ``run.resume()`` goes on from there. Until then :meth:`cancel` still
        stops it at once.

        Raises
        ------
        UsageError
            If it can only be stopped at once: on a server, or with langgraph before 1.2.
        """
        carrier = self._carrier
        if self.done or carrier is None or carrier.cancelled or carrier.draining:
            return
        carrier.drain()
        self._say(stopped.DRAINING)

    def _say(self, note: str) -> None:
        """Have it noted, and told, on the loop that carries the run."""
        if (loop := self._loop) is not None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(lambda: self._feed(note_part(note, self._encode)))

    def _add_note(self, note: str) -> None:
        """Say one thing more of the run, from any thread, also where its loop is blocked."""
        self.note = self._redactor.text(" ".join(filter(None, (self.note, note))))
        self._say(self.note)

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
        if self._resume(value, _breakpoints(before, after), thread=thread, leave=display):
            from lg_jupyter.widgets.display import show

            show(self, background=True, onwards=True)
        return self

    def _resume(self, value: Any, stops: dict[str, Any], *, thread: bool, leave: bool) -> bool:
        """Go on; whether other cells had shown it, which ``leave`` has keep it as it stood."""
        from lg_jupyter.widgets import display

        with self.lock:
            answer = replace(resuming.answer(self, value), checkpoint_id=resuming.stands_at(self))
            source = self.source
            assert isinstance(source, GoesOn)  # or the answer was refused
            again = source.again()
            asked = replace(self.request, thread_id=self.thread_id, input=None, fork=None, answer=answer)
            asked = replace(asked, join=None, detach=False)
            stops = {"before": self._asked.before, "after": self._asked.after, **stops}
            asked = replace(asked, **stops)
            again.check(asked)
            self.note = resuming.note(self, answer)
            self._answered = resuming.answered(self, answer)
            self.source, self._asked = again, asked
            self._go_on(None if answer.value is UNSET else answer.value, asked.breakpoints)
        left = leave and display.leave(self)
        self._start(thread)
        return left

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
        from lg_jupyter.runtime import fork

        return fork.checkpoints(self)

    async def fetch_checkpoints(self) -> Checkpoints:
        """The same as ``run.checkpoints``, for a checkpointer or a server that is to be awaited."""
        from lg_jupyter.runtime import fork

        return await fork.fetch_checkpoints(self)

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
        from lg_jupyter.runtime import fork as forking

        request = forking.request(self, Fork(checkpoint_id, values, as_node), input)
        request = replace(request, **_breakpoints(before, after))
        assert isinstance(self.source, GoesOn)  # or it was refused
        source = self.source.again()
        source.check(request)
        run = Run(source, request)
        run.parent, run._line = self, self._line
        self.branches.append(run)
        return run._started(thread, display)

    def _go_on(self, value: Any, breakpoints: dict[str, Any]) -> None:
        """Be a run that is not over."""
        self._intake.go_on()
        resuming.forget(self)
        self.exception = self._traceback = self._carrier = None
        self._end.put_off()
        said = {"event": "resume", "value": value, **({"breakpoints": breakpoints} if breakpoints else {})}
        self._intake.take(control_part(said, self._encode))

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
        return Run(*joining.again(self))._started(thread, display)

    def subscribe(self, listener: Callable[[Run], object]) -> Callable[[], None]:
        """Have ``listener(run)`` called while the run changes, at most 20 times a second, and at its end.

        It is called on the loop that carries the run; for a run that is over, at once, and again if it goes
        on. What it raises becomes one warning. Returns a function that ends the subscription.
        """
        with self.lock:
            remove = self._listeners.add(listener)
            if not self.done:
                return remove
        listener(self)
        return remove

    # Data.

    @property
    def frames(self) -> Frames:
        """The tables as DataFrames, by name: ``run.frames.tasks``."""
        from lg_jupyter.exports.frames import Frames

        return Frames(self.trace, self.lock)

    def to_pandas(self, table: str = "events") -> pandas.DataFrame:
        """One of the tables as a DataFrame.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        return self.frames[table]

    def state(self, step: int | None = None, namespace: str = "") -> JSON:
        """The whole state of a graph at the end of a step, as JSON values; the newest without ``step``.

        Parameters
        ----------
        step
            The step; 0 is the state with the input.
        namespace
            A subgraph's: as in the tables, or its nodes' names alone (``"team|writer"``) for the newest such.

        Raises
        ------
        UsageError
            If that state was not streamed; the text says what was, or which mode would tell it.
        """
        with self.lock:
            return plain(self.trace.states.at(namespace, step=step).values)

    @property
    def initial_state(self) -> JSON:
        """The state that the thread had before this run, or a branch's checkpoint, as JSON values.

        ``{}`` of a thread that was new, ``None`` where nobody knows it. The rows of ``state_diffs``, applied
        to it in order, give the state at the end.
        """
        with self.lock:
            return plain(self.trace.initial_state)

    def diff(self, step_a: int, step_b: int, namespace: str = "") -> pandas.DataFrame:
        """What makes the state at the end of ``step_b`` of that of ``step_a``, a row for each change.

        The columns are ``key``, ``path``, ``op``, ``before`` and ``after``, as in the table ``state_diffs``.

        Raises
        ------
        UsageError
            As :meth:`state` does.
        """
        import pandas

        from lg_jupyter.tables import states

        with self.lock:
            told = self.trace.states
            rows = states.changes(
                told.at(namespace, step=step_a).values, told.at(namespace, step=step_b).values
            )
        return pandas.DataFrame(plain(rows), columns=states.CHANGE)

    def structure(self) -> Structure:
        """What the graph looks like: its nodes, the subgraphs around them, its edges.

        A server is asked for it, which blocks; the answer is kept.

        Raises
        ------
        UsageError, ServerError
            If it cannot be drawn; the text says why.
        """
        with self._drawing:
            if self._structure is None:
                if not isinstance(self.source, HasStructure):
                    raise UsageError(f"{self.name} draws nothing: its source has no structure()")
                self._structure = mapped(self.source.structure(), self._redactor.text)
            return self._structure

    def _structure_at_hand(self) -> Structure | None:
        """The structure if it is known, or can be had without asking a server."""
        if isinstance(self.source, HasStructure) and self.source.draws_itself:
            with suppress(Exception):
                return self.structure()
        return self._structure

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a file that :func:`lg_jupyter.load` reads: JSON, a line for each part.

        A name that ends in ``.gz`` or ``.zst`` says how it is compressed. A run that is going on is saved as
        far as it has come; ``stream(..., save=path)`` writes it while it goes on.

        Raises
        ------
        SavedRunError
            If the file cannot be written.
        UsageError
            If there is no zstd here.
        """
        with self.lock:
            parts = list(self._parts)
        saved.write(path, self._header(), parts, self.note if self.done else None)

    def _header(self) -> dict[str, Any]:
        """What a saved run says of itself."""
        header: dict[str, Any] = {
            "name": self.name,
            "source": origin(self.source),
            "modes": list(self.request.modes),
            "subgraphs": self.request.subgraphs,
            "id": self._id,
        }
        if self.parent_id is not None:
            header["parent"] = self.parent_id
        if asked := self._told_asked():
            header["asked"] = asked
        if shown := self.request.shown:
            header["shown"] = shown.to_json()
        if graph := self._structure_at_hand():
            header["graph"] = graph
        return header

    def _told_asked(self) -> JSON:
        """What the run asked for, for a file; ``None`` where that cannot be told."""
        from lg_jupyter.exports.code import told

        return told.asked_of(self)

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
        with self.lock:
            parts = list(self._parts)
        source = ReplaySource(self.name, parts, speed, self.output, self._structure_at_hand())
        source.asked, source.origin = self._told_asked(), origin(self.source)
        again = Run(source, self.request)
        again._parent_id = self.parent_id
        return again._started(thread, display)

    def to_arrow(self, table: str = "events") -> pyarrow.Table:
        """A table as an Arrow table, which polars, DuckDB and others take without a copy.

        Times are UTC timestamps in microseconds, names that repeat dictionaries. Nested values are JSON text:
        the metadata of such a column's field are ``{"encoding": "json"}``.

        Parameters
        ----------
        table
            The table's name, as for :meth:`to_pandas`.

        Raises
        ------
        UsageError
            If there is no such table, or pyarrow is not installed.

        Examples
        --------
        >>> polars.from_arrow(run.to_arrow("tasks"))  # doctest: +SKIP
        """
        from lg_jupyter.exports import parquet

        return parquet.to_arrow(self, table)

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write every table to a Parquet file of its own; nested values are JSON text.

        Parameters
        ----------
        folder
            Where they go: ``events.parquet``, ``tasks.parquet`` and so on. It is made if it is not there.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UsageError
            If pyarrow is not installed.
        """
        from lg_jupyter.exports import parquet

        return parquet.write(self, folder)

    def to_otel(self, destination: Any = None, *, content: bool = False) -> list[Any]:
        """The run as OpenTelemetry spans under the GenAI conventions.

        Parameters
        ----------
        destination
            Where they go: a span exporter, or a tracer provider with its processors. By default nowhere.
        content
            Whether they carry what was said: messages, arguments and results of tools.

        Returns
        -------
        list of ReadableSpan
            The spans, parents first. Their ids are the same each time.

        Raises
        ------
        UsageError
            If opentelemetry-sdk is not installed, or ``destination`` takes no spans.
        """
        from lg_jupyter.exports import otel

        return otel.export(self, destination, content=content)

    def code(self, language: str = "python") -> Code:
        """The code that asks for the same again: of a server by its SDK, of a graph by ``graph.astream``.

        No secret is in it, but the environment variables that hold them.

        Parameters
        ----------
        language
            ``python``, or for a server's run ``javascript`` or ``curl``.

        Raises
        ------
        UsageError
            If there is no code in that language, or it comes from a file that does not tell what was asked.
        """
        from lg_jupyter.exports import code

        return code.write(self, language)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write what is known of the run to an HTML page that stands alone.

        Raises
        ------
        SavedRunError
            If it cannot be written there.
        """
        from lg_jupyter import record
        from lg_jupyter.record.summary import summarize

        with self.lock:
            page = record.page(summarize(self), self.trace)
        with put_in_place(check_path(path, "run.to_html('run.html')")) as file:
            file.write(page.encode())

    def show(self) -> None:
        """Show the run in this cell: one that was loaded, or started without a display."""
        from lg_jupyter.widgets.display import show

        show(self)

    def panel(self, name: str) -> RunWidget:
        """One panel of the live view as a widget of its own, for another cell or a layout of ipywidgets.

        Raises
        ------
        UsageError
            If there is no such panel.
        """
        from lg_jupyter.widgets.run import RunWidget, check_panel

        return RunWidget(self, check_panel(name))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run that was saved. It is over, and runs nothing.

        Raises
        ------
        SavedRunError
            If the file holds no run that can be read.
        """
        source = saved.SavedSource(path)
        run = cls(source, source.request())
        run._id, run._parent_id = source.id or run._id, source.parent
        timestamp = 0.0
        for part in source:
            run._feed(part)
            timestamp = part.timestamp
        ended = run.trace.ended is not None
        if not ended:
            run._feed(control_part({"event": "end", "status": "incomplete"}, run._encode, timestamp))
        run._close("incomplete", None)
        source.output = run.trace.output
        run.note = " ".join(filter(None, (source.account(ended), run._without_output()))) or None
        return run

    # Carrying.

    def _start(self, thread: bool) -> None:
        """Begin, as :func:`lg_jupyter.kernel.loops.start` does it."""
        global _last
        _last = self._line.newest = self
        _running.add(self)
        self._carrier = Carrier(
            self.source,
            self._asked,
            self._encode,
            feed=self._feed,
            open_tasks=self._open_tasks,
            over=self._carried,
        )
        self._carrier.start(self.name, thread=thread, say=self._add_note)

    def _started(self, thread: bool, display: bool) -> Run:
        self._start(thread)
        if display:
            self.show()
        return self

    def _feed(self, part: Part) -> None:
        if self.done:
            return
        if part.mode == "control" and isinstance(part.data, dict):
            if part.data.get("event") == "start" and self.request.join:
                self.request = joining.found(self.request, part.data)
            elif part.data.get("event") == "end":
                self._intake.flush(part.timestamp)
            elif part.data.get("event") == "note":
                self.note = part.data.get("note")
        self._intake.take(part)
        if (loop := self._loop) is not None:
            self._listeners.changed(loop)

    def _open_tasks(self) -> list[tuple[str, str]] | None:
        """The tasks that are running, as (namespace, node); ``None`` if no mode tells of tasks."""
        if {"debug", "tasks", "events"}.isdisjoint(self.request.modes):
            return None
        rows = self.trace.rows("tasks")
        return [(row["namespace"], row["node"]) for row in rows if row["status"] not in FINAL_STATUSES]

    # Ending.

    def _carried(self, carrier: Carrier, status: Status, error: BaseException | None) -> None:
        if carrier is not self._carrier:  # the run has gone on since, and has another
            return
        if carrier.cancelled:
            status, error = "cancelled", None
        self._close(status, error)

    def _close(self, status: Status, error: BaseException | None) -> None:
        """End the run, as ``status`` if its source has not said how it ended."""
        if self.done:
            return
        if error is not None:
            self.exception = masked_where_shown(error, self._redactor)
            self._traceback = _without_our_frames(error.__traceback__)
        if self.trace.ended is None:
            self._feed(end_part(status, self._encode, error))
        self.note = self._last_words()
        if failure := self._intake.finish(self.note):
            self.note = " ".join(filter(None, (self.note, failure)))
        if self.status == "interrupted":
            resuming.remember(self)
        with self.lock:
            self._end.reach()
        _running.discard(self)
        self._listeners.finish()
        if not self.done:  # a listener had it go on
            return
        self._end.tell()

    def _last_words(self) -> str | None:
        """What the user should know, now that it is over."""
        if self.status == "incomplete":
            return self._redactor.text(joining.note(self))
        if self.status == "error" and (met := limits.note(self.trace, self.error)) is not None:
            return met
        said = self.note if self._carrier is None else stopped.note(self, self._carrier)
        said = " ".join(filter(None, (said, self._without_output()))) or None
        return said and self._redactor.text(said)

    def _without_output(self) -> str | None:
        """Why the output is not known, of a run that is over; ``None`` where it is."""
        told = self.trace.output is not None or self.output is not None or "values" in self.request.modes
        if told or self.source.kind == "local" or self.status not in ("success", "interrupted"):
            return None
        modes = ", ".join(self.request.modes) or "none"
        return (
            f"run.output is not known: what was streamed ({modes}) does not tell the state; 'values' would."
        )


_running: set[Run] = set()  # a run that goes on is held here, whoever else has let it go
_last: Run | None = None


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
    run = Run(source, request, name)
    if save is not None:
        run._intake.record(save, run._header)
    run._start(thread)
    return run


def last_run() -> Run | None:
    """The newest run that was started."""
    return _last


async def wait_all() -> None:
    """Wait for every run that is going on, for instance at the end of a notebook that nobody watches.

    Raises
    ------
    Exception
        What the first of them raised, after all are over.
    """
    ended = await asyncio.gather(*(run._over() for run in list(_running)), return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one


def _breakpoints(before: str | Iterable[str] | None, after: str | Iterable[str] | None) -> dict[str, Any]:
    """The breakpoints that are given, as a request takes them."""
    given = {"before": before, "after": after}
    return {name: check_names(name, nodes) for name, nodes in given.items() if nodes is not None}


def _without_our_frames(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback from where the graph's own code begins."""
    while traceback is not None and traceback.tb_frame.f_globals.get("__name__", "").startswith(
        "lg_jupyter."
    ):
        traceback = traceback.tb_next
    return traceback
