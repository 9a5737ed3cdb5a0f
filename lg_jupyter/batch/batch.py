"""One graph, many inputs: a run for each, some at a time, and one table that shows them all."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from lg_jupyter.batch import table, waiting
from lg_jupyter.batch.display import BatchDisplay, display_batch
from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.state import BatchState
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import Status
from lg_jupyter.exports.calls import ModelCall
from lg_jupyter.exports.concat import concat_frames
from lg_jupyter.kernel.module_reload import InstanceCheckByName
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.config import validate_config
from lg_jupyter.request.limits import resolve_limits
from lg_jupyter.request.prices import validate_price
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Request, Source, Unset, get_config_thread_id
from lg_jupyter.sources.stream_modes import choose_stream_modes
from lg_jupyter.spelling import SuggestsAttributes
from lg_jupyter.widgets.live_views import LIVE_VIEWS

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_CONCURRENCY = 8
"""How many runs go on at a time in this process by default."""

MAX_SERVER_STREAMS = 200
"""How many streams of a server are open at a time where the server is to say how many of them run."""


class Batch(SuggestsAttributes, metaclass=InstanceCheckByName):
    """Runs of one target, one for each input. :func:`lg_jupyter.map` makes and starts it.

    ``await batch`` or ``batch.wait()`` returns when all are over; a run that failed raises nothing, its row
    says so. What the iterator of inputs raises ends the batch, and is raised.
    """

    def __init__(self, state: BatchState) -> None:
        self._state = state
        state.facade = weakref.ref(self)
        self._display: BatchDisplay | None = None

    # What is known.

    @property
    def name(self) -> str:
        """What the runs are called."""
        return self._state.name

    @property
    def total(self) -> int | None:
        """How many inputs there are; ``None`` where they do not say beforehand."""
        return self._state.total

    @property
    def started(self) -> float | None:
        """When it began, in seconds since the epoch."""
        return self._state.started

    @property
    def ended(self) -> float | None:
        """When it was over, in seconds since the epoch."""
        return self._state.ended

    @property
    def entries(self) -> list[BatchEntry]:
        """The inputs taken so far, and what became of each."""
        return self._state.entries

    @property
    def exception(self) -> BaseException | None:
        """What the inputs raised."""
        return self._state.exception

    @property
    def runs(self) -> list[Run | None]:
        """The run of each input so far, in the order of inputs; ``None`` if it has none.

        ``batch.runs[3].show()`` opens one.
        """
        return [entry.run for entry in self._state.entries]

    @property
    def outputs(self) -> list[Any]:
        """The output of each input's run; ``None`` if it has none."""
        return [None if run is None else run.output for run in self.runs]

    @property
    def counts(self) -> dict[str, int]:
        """How many inputs have each status."""
        return self._state.status_counts

    @property
    def done(self) -> bool:
        """Whether nothing goes on: all are over, or the batch was stopped."""
        return self._state.done

    @property
    def remaining(self) -> bool:
        """Whether :meth:`resume` would have something to do."""
        return self._state.has_remaining_inputs

    @property
    def status(self) -> Status:
        """``running``, ``cancelled`` where it was stopped, else the worst that a run came to."""
        return self._state.status

    def mask_secrets(self, text: str) -> str:
        """A text without the secrets that the batch knows. Internal: it may change with any release."""
        return self._state.mask_secrets(text)

    def __len__(self) -> int:
        return len(self._state)

    def __repr__(self) -> str:
        return table.render_text(self._state)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a cell says of a batch that is its result: little, where the table stands already."""
        printer.text(table.format_one_line_result(self._state) if self._display else repr(self))

    # Steering.

    def stop(self) -> None:
        """Take no more inputs, and cancel what runs, from any thread; :meth:`resume` goes on.

        Examples
        --------
        >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}, {"topic": "ice"}])
        >>> batch.stop()
        >>> batch.wait().status in ("cancelled", "success")
        True
        """
        self._state.stop()

    @checks_arguments
    def resume(self, *, thread: bool = False) -> Batch:
        """Go on after :meth:`stop`: with the inputs not taken yet, and anew with those that were cancelled.

        Parameters
        ----------
        thread
            Whether it is on a loop apart even where one runs, which the caller may then block.

        Returns
        -------
        Batch
            This batch.

        Examples
        --------
        >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}, {"topic": "ice"}])
        >>> batch.stop()
        >>> batch.wait().resume().wait().status
        'success'
        """
        self._state.resume(thread)
        return self

    def show(self) -> None:
        """Show the table in this cell, too.

        Examples
        --------
        >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}], display=False).wait()
        >>> batch.show()
        """
        if display := display_batch(self._state):
            self._display = display
            self._state.listeners.append(display.update)
            LIVE_VIEWS.add_and_close_old(display)

    @checks_arguments
    def to_html(self, path: str | os.PathLike[str], *, interactive: bool = False) -> None:
        """Write the table to an HTML page that stands alone.

        Parameters
        ----------
        path
            The file; its folder has to be there.
        interactive
            Whether the rows open the panels of their runs, as in a notebook.

        Raises
        ------
        SavedRunError
            If it cannot be written there.

        Examples
        --------
        >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}], display=False).wait()
        >>> batch.to_html("batch.html", interactive=True)
        """
        from lg_jupyter.batch.offline import write_batch_page

        write_batch_page(self._state, path, interactive=interactive)

    def _display_(self) -> Any:
        """What marimo shows."""
        from lg_jupyter.batch.widget import BatchTableWithRun

        view = BatchTableWithRun(self._state)
        self._state.listeners.append(view.send_changes)
        view.send_changes()
        return view.table

    # Waiting.

    def __await__(self) -> Generator[Any, None, Batch]:
        yield from waiting.wait_until_done(self._state).__await__()
        return self

    @checks_arguments
    def wait(self, timeout: float | None = None) -> Batch:
        """Block until all are over, for callers that cannot await. Ctrl-C stops the batch.

        Parameters
        ----------
        timeout
            Seconds to wait at most.

        Returns
        -------
        Batch
            This batch.

        Raises
        ------
        UsageError
            On the loop that carries the runs, where blocking would stop them: use ``await batch``.
        TimeoutError
            When the time is up; the batch goes on.

        Examples
        --------
        >>> lg_jupyter.map(graph, [{"topic": "dogs"}]).wait(timeout=60).status
        'success'
        """
        waiting.block_until_done(self._state, timeout)
        return self

    # Data.

    @checks_arguments
    def to_pandas(self, table: str = "events") -> pd.DataFrame:
        """A table of all runs as a DataFrame; its first columns are ``input_index`` and ``run_id``.

        Parameters
        ----------
        table
            Its name, as :meth:`lg_jupyter.Run.to_pandas` takes it.

        Returns
        -------
        pandas.DataFrame
            The rows of all runs, in the order of inputs.

        Raises
        ------
        UsageError
            If there is no such table.

        Examples
        --------
        >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}, {"topic": "ice"}]).wait()
        >>> batch.to_pandas("tasks")["input_index"].tolist()
        [0, 0, 1, 1]
        """
        ran = [(entry.index, entry.run) for entry in list(self.entries) if entry.run is not None]
        leading: Mapping[str, Any] = {
            "input_index": ("int", [index for index, _ in ran]),
            "run_id": ("category", [run.id for _, run in ran]),
        }
        return concat_frames([get_run_state(run) for _, run in ran], table, leading)

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each input: what the table shows."""
        return table.make_summary_frame(self._state)


def get_batch_state(batch: Batch) -> BatchState:
    """The data of a batch."""
    return batch._state  # noqa: SLF001 - the one way to it


@checks_arguments
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
    calls: bool = False,
    price: Mapping[str, Mapping[str, float]] | Callable[[ModelCall], float | None] | None = None,
    max_cost: float | None = None,
    max_tokens: int | None = None,
    max_seconds: float | None = None,
    stop_at_once: bool = False,
) -> Batch:
    """Run a graph on many inputs, and show them in one table: a row for each, with status, tokens, errors.

    It starts now; ``await batch``, or ``batch.wait()`` where no loop runs. An input that fails stops no
    other. Each has a thread of its own.

    Parameters
    ----------
    target
        A compiled graph, an entrypoint, a ``RemoteGraph``, or a :class:`~lg_jupyter.Server`.
    inputs
        The graph's inputs. A generator gives one more when a run may start, on the loop that carries
        the runs.
    concurrency
        How many run at a time. By default 8; on a ``Server``, ``None``: all are sent there, 200 open streams
        at most, and the server's own queue says how many of them run.
    modes, subgraphs, config, context, name, calls, price, max_cost, max_tokens, max_seconds, stop_at_once
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

    Examples
    --------
    >>> batch = lg_jupyter.map(graph, [{"topic": "dogs"}, {"topic": "ice"}]).wait()
    >>> [output["joke"] for output in batch.outputs]
    ['A joke about dogs and cats', 'A joke about ice and cats']
    """
    source = as_source(target)
    if source is target:
        raise UsageError("a source carries one run; give map what makes new ones: a graph, or a Server")
    config = validate_config(config)
    if thread_id not in (None, UNSET) or get_config_thread_id(config) is not None:
        raise UsageError("each input has a thread of its own: leave out thread_id")
    request = Request(
        modes=choose_stream_modes(target, modes, calls),
        subgraphs=subgraphs,
        thread_id=thread_id,
        config=config,
        context=context,
        price=validate_price(price, ModelCall, max_cost),
        limits=resolve_limits(max_cost, max_tokens, max_seconds, stop_at_once, has_prices=price is not None),
    )
    most = _resolve_concurrency(concurrency, source)
    state = BatchState(target, _validate_inputs(inputs), request, most, name or source.name)
    batch = Batch(state)
    if display:
        batch.show()
    state.start(thread)
    return batch


def _validate_inputs(inputs: Iterable[Any]) -> Iterable[Any]:
    if isinstance(inputs, (str, bytes, Mapping)) or not isinstance(inputs, Iterable):
        raise UsageError(
            f"map takes several inputs, as in map(graph, [input, other]), not {type(inputs).__name__}; "
            "for one there is stream(graph, input)"
        )
    return inputs


def _resolve_concurrency(concurrency: int | Unset | None, source: Source) -> int:
    if concurrency is UNSET:
        return MAX_SERVER_STREAMS if source.kind == "server" else DEFAULT_CONCURRENCY
    if concurrency is None:
        return MAX_SERVER_STREAMS
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise UsageError(f"concurrency is how many runs go on at a time, 1 or more, not {concurrency!r}")
    return concurrency
