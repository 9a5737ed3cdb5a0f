"""One graph, many inputs: a run for each, some at a time, and one table that shows them all."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from lg_jupyter.encode import Encoder, plain
from lg_jupyter.encode.messages import is_pair, is_written
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, Status
from lg_jupyter.events.modes import check_modes
from lg_jupyter.exports.joined import joined
from lg_jupyter.kernel import loops
from lg_jupyter.request.config import check_config
from lg_jupyter.run import Run, start
from lg_jupyter.runtime.carrying import PATIENCE
from lg_jupyter.runtime.completion import TICK
from lg_jupyter.runtime.facade import state_of
from lg_jupyter.secrets.known_secrets import redactor_of
from lg_jupyter.secrets.masked_errors import masked_where_shown
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Request, Source, Unset, configured_thread
from lg_jupyter.text.preview import preview

if TYPE_CHECKING:
    import pandas as pd

    from lg_jupyter.batch.display import BatchDisplay

AT_ONCE = 8
"""How many runs go on at a time in this process, unless told otherwise."""

MOST_STREAMS = 200
"""How many streams of a server are open at a time where the server is to say how many of them run."""

REFRESH = 0.25
"""Seconds between two looks at the table."""

TITLE = 80
"""Characters of an input that are shown."""

_UNFINISHED = frozenset({"pending", "cancelled", "incomplete"})

_WORST_FIRST: tuple[Status, ...] = ("error", "incomplete", "interrupted")


@dataclass
class Entry:
    """One input and what became of it.

    ``run`` is the newest, ``refusal`` why there is none; ``title`` is the beginning of the input, ``facts``
    is what the table says of a run that is over.
    """

    index: int
    input: Any
    run: Run | None = None
    refusal: str | None = None
    title: str = ""
    facts: dict[str, Any] | None = None

    @property
    def status(self) -> str:
        if self.refusal is not None:
            return "error"
        return "pending" if self.run is None else self.run.status


class Batch:
    """Runs of one target, one for each input. :func:`lg_jupyter.map` makes and starts it.

    ``await batch`` or ``batch.wait()`` returns when all are over; a run that failed raises nothing, its row
    says so. What the iterator of inputs raises ends the batch, and is raised.

    Attributes
    ----------
    name
        What the runs are called.
    total
        How many inputs there are; ``None`` where they do not say beforehand.
    started, ended
        When it began and when it was over, in seconds since the epoch.
    entries
        The inputs taken so far, and what became of each.
    exception
        What the inputs raised.
    """

    def __init__(
        self, target: Any, inputs: Iterable[Any], request: Request, concurrency: int, name: str
    ) -> None:
        self._target = target
        self._inputs = iter(inputs)
        self.total = len(inputs) if isinstance(inputs, Sized) else None
        self._request = request
        self._concurrency = concurrency
        self.name = name
        self.exception: BaseException | None = None
        self.entries: list[Entry] = []
        self.started: float | None = None
        self.ended: float | None = None
        self._again: deque[Entry] = deque()
        self._exhausted = False
        self._stopping = False
        self._over = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._carrier: asyncio.Task[None] | None = None
        self._thread = False  # whether it was to be apart from the running loop
        self._waiting: Literal["awaits", "blocks"] | None = None  # what a cell does meanwhile
        self._displays: list[BatchDisplay] = []
        self._redactor = redactor_of(as_source(target), request)

    # What is known.

    @property
    def runs(self) -> list[Run | None]:
        """The run of each input so far, in the order of inputs; ``None`` if it has none.

        ``batch.runs[3].show()`` opens one.
        """
        return [entry.run for entry in self.entries]

    @property
    def outputs(self) -> list[Any]:
        """The output of each input's run; ``None`` if it has none."""
        return [None if run is None else run.output for run in self.runs]

    @property
    def counts(self) -> dict[str, int]:
        """How many inputs have each status."""
        return dict(Counter(entry.status for entry in self.entries))

    @property
    def done(self) -> bool:
        """Whether nothing goes on: all are over, or the batch was stopped."""
        return self._over.is_set()

    @property
    def remaining(self) -> bool:
        """Whether :meth:`resume` would have something to do."""
        return not self._exhausted or any(entry.status in _UNFINISHED for entry in self.entries)

    @property
    def status(self) -> Status:
        """``running``, ``cancelled`` where it was stopped, else the worst that a run came to."""
        if not self.done:
            return "running"
        if self.remaining:
            return "cancelled"
        if self.exception is not None:
            return "error"
        counts = self.counts
        return next((status for status in _WORST_FIRST if counts.get(status)), "success")

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        from lg_jupyter.batch.table import text

        return text(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a cell says of a batch that is its result: little, where the table stands already."""
        from lg_jupyter.batch.table import headline

        printer.text(headline(self) if self._displays else repr(self))

    # Steering.

    def stop(self) -> None:
        """Take no more inputs, and cancel what runs, from any thread; :meth:`resume` goes on."""
        self._stopping = True
        for run in self.runs:
            if run is not None:
                run.cancel()

    def resume(self, *, thread: bool = False) -> Batch:
        """Go on after :meth:`stop`: with the inputs not taken yet, and anew with those that were cancelled.

        Parameters
        ----------
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.
        """
        if not self.done or not self.remaining:
            return self
        self._again = deque(entry for entry in self.entries if entry.status in _UNFINISHED)
        self._start(thread or self._thread)
        return self

    def show(self) -> None:
        """Show the table in this cell, too."""
        from lg_jupyter.batch.display import shown

        if display := shown(self):
            self._displays.append(display)

    # Waiting.

    def __await__(self) -> Generator[Any, None, Batch]:
        return self._await_end().__await__()

    async def _await_end(self) -> Batch:
        self._wait_in("awaits")
        try:
            while not self.done:
                await asyncio.sleep(TICK / 4)
        except asyncio.CancelledError:
            self.stop()
            deadline = time.monotonic() + PATIENCE + TICK
            while not self.done and time.monotonic() < deadline:
                await asyncio.sleep(TICK / 4)
            raise
        finally:
            self._wait_in(None)
        return self._result()

    def masked(self, text: str) -> str:
        """A text without the secrets that the batch knows."""
        return self._redactor.text(text)

    def _wait_in(self, cell: Literal["awaits", "blocks"] | None) -> None:
        """Note what a cell does while the batch goes on: some kernels hear no click meanwhile."""
        self._waiting = cell
        self._show()

    def wait(self, timeout: float | None = None) -> Batch:
        """Block until all are over, for callers that cannot await. Ctrl-C stops the batch.

        Raises
        ------
        UsageError
            On the loop that carries the runs, where blocking would stop them: use ``await batch``.
        TimeoutError
            When ``timeout`` seconds are up; the batch goes on.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        if not self.done and self._loop is not None and loops.lost(self._loop):
            raise UsageError("the process that this one was forked from carries the batch: wait for it there")
        if not self.done and self._loop is not None and not self._loop_runs_elsewhere(self._loop):
            raise UsageError(
                "this loop carries the runs, and waiting here would stop them: use `await batch`"
            )
        self._wait_in("blocks")
        try:
            while not self._over.wait(TICK):
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"the batch goes on after {timeout} s")
        except KeyboardInterrupt:
            self.stop()
            self._over.wait(PATIENCE + 2 * TICK)
            raise
        finally:
            self._wait_in(None)
        return self._result()

    @staticmethod
    def _loop_runs_elsewhere(loop: asyncio.AbstractEventLoop) -> bool:
        return loop.is_running() and loop is not loops.running_loop()

    def _result(self) -> Batch:
        if self.exception is not None:
            raise self.exception
        return self

    # Data.

    def to_pandas(self, table: str = "events") -> pd.DataFrame:
        """A table of all runs as a DataFrame; its first columns are ``input_index`` and ``run_id``.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        ran = [(entry.index, entry.run) for entry in list(self.entries) if entry.run is not None]
        leading: Mapping[str, Any] = {
            "input_index": ("int", [index for index, _ in ran]),
            "run_id": ("category", [run.id for _, run in ran]),
        }
        return joined([state_of(run) for _, run in ran], table, leading)

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each input: what the table shows."""
        from lg_jupyter.batch.table import summary

        return summary(self)

    # Carrying.

    def _start(self, thread: bool) -> None:
        self._stopping = False
        self._thread = thread
        self.started, self.ended = self.started or time.time(), None
        self._over.clear()
        loops.start(self._begin, f"{self.name}, a batch", thread=thread)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        self._loop = loop
        self._carrier = loop.create_task(self._carry(), name="lg_jupyter batch")
        self._carrier.add_done_callback(lambda _: self._finish())
        return self._carrier

    async def _carry(self) -> None:
        going: set[asyncio.Task[None]] = set()
        shown = 0.0
        try:
            while True:
                while len(going) < self._concurrency and (entry := self._next()) is not None:
                    self._launch(entry)
                    if entry.run is not None:
                        going.add(asyncio.ensure_future(_until_over(entry.run)))
                    await asyncio.sleep(0)
                if not going:
                    return
                _, going = await asyncio.wait(going, timeout=REFRESH, return_when=asyncio.FIRST_COMPLETED)
                if time.monotonic() - shown >= REFRESH:
                    self._show()
                    shown = time.monotonic()
        except asyncio.CancelledError:  # the loop is closing
            self.stop()
            raise

    def _next(self) -> Entry | None:
        """The next input to run; ``None`` if there is none now."""
        if self._stopping:
            return None
        if self._again:
            return self._again.popleft()
        if self._exhausted:
            return None
        try:
            given = next(self._inputs)
        except StopIteration:
            self._exhausted = True
            return None
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # who waits is to get it, not the loop
            self._exhausted, self.exception = True, masked_where_shown(error, self._redactor)
            return None
        self.entries.append(Entry(len(self.entries), given))
        return self.entries[-1]

    def _launch(self, entry: Entry) -> None:
        redactor, entry.facts = self._redactor, None
        try:
            entry.run = start(self._target, replace(self._request, input=entry.input), name=self.name)
            redactor = state_of(entry.run).redactor
        except Exception as error:  # this input cannot be one; the others may
            entry.refusal = self.masked(f"{type(error).__name__}: {error}")
        entry.title = title(plain(Encoder(redactor).encode(entry.input)))
        if self._stopping and entry.run is not None:
            entry.run.cancel()

    def _show(self) -> None:
        for display in self._displays:
            display.update()

    def _finish(self) -> None:
        if self.done:
            return
        self.ended = time.time()
        self._over.set()
        self._show()


def map(
    target: Any,
    inputs: Iterable[Any],
    *,
    concurrency: int | Unset | None = UNSET,
    modes: str | Iterable[str] | None = None,
    subgraphs: bool = True,
    thread_id: Literal[None] | Unset = UNSET,
    config: Mapping[str, Any] | None = None,
    context: Any = None,
    display: bool = True,
    thread: bool = False,
    name: str | None = None,
) -> Batch:
    """Run a graph on many inputs, and show them in one table: a row for each, with status, tokens, errors.

    It starts now; ``await batch``, or ``batch.wait()`` where no loop runs. An input that fails stops no
    other. Each has a thread of its own.

    Parameters
    ----------
    target
        A compiled graph, an entrypoint, a ``RemoteGraph``, or a :class:`~lg_jupyter.Server`.
    inputs
        The graph's inputs. A generator is asked for one more when a run may start, on the loop that carries
        the runs.
    concurrency
        How many run at a time. By default 8; on a ``Server``, ``None``: all are sent there, 200 open streams
        at most, and the server's own queue says how many of them run.
    modes, subgraphs, config, context, name
        As :func:`lg_jupyter.stream` takes them, for each run.
    thread_id
        ``None`` makes the runs on a server stateless.
    display
        Whether to show the table in the cell.
    thread
        Whether the batch is on a loop apart even where one runs, which the caller may then block.

    Returns
    -------
    Batch
        It holds the runs: ``batch.runs[3].show()`` opens one, and so does its row in the table.

    Raises
    ------
    UsageError
        If the target is no graph, ``inputs`` is one input, or all would share a thread; nothing was started.
    """
    source = as_source(target)
    if source is target:
        raise UsageError("a source carries one run; give map what makes new ones: a graph, or a Server")
    config = check_config(config)
    if thread_id not in (None, UNSET) or configured_thread(config) is not None:
        raise UsageError("each input has a thread of its own: leave out thread_id")
    request = Request(
        modes=check_modes(modes),
        subgraphs=subgraphs,
        thread_id=thread_id,
        config=config,
        context=context,
    )
    batch = Batch(target, _checked(inputs), request, _at_once(concurrency, source), name or source.name)
    if display:
        batch.show()
    batch._start(thread)
    return batch


def _checked(inputs: Iterable[Any]) -> Iterable[Any]:
    if isinstance(inputs, (str, bytes, Mapping)) or not isinstance(inputs, Iterable):
        raise UsageError(
            f"map takes several inputs, as in map(graph, [input, other]), not {type(inputs).__name__}; "
            "for one there is stream(graph, input)"
        )
    return inputs


def _at_once(concurrency: int | Unset | None, source: Source) -> int:
    if concurrency is UNSET:
        return MOST_STREAMS if source.kind == "server" else AT_ONCE
    if concurrency is None:
        return MOST_STREAMS
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise UsageError(f"concurrency is how many runs go on at a time, 1 or more, not {concurrency!r}")
    return concurrency


def title(value: JSON) -> str:
    """What an input is called: what it says, if that is one thing, else its keys and values."""
    if isinstance(value, list) and value:
        value = value[-1]  # of messages the last
        value = value[1] if is_pair(value) else value
    if isinstance(value, dict):
        if is_written(value):
            return title(value["content"])
        if len(value) == 1 or value.get("messages"):
            return title(value.get("messages") or next(iter(value.values())))
        said = (f"{key}: {preview(item, TITLE)}" for key, item in value.items() if item not in ("", [], None))
        return preview(", ".join(said), TITLE)
    return preview(value, TITLE)


async def _until_over(run: Run) -> None:
    with suppress(Exception):  # its row tells of it
        await run
