"""One root run that somebody's code makes, while it is heard: what makes a :class:`lg_jupyter.Run` of it.

Everything is called in the threads of the run itself, and no exception leaves it: a fault ends the hearing,
with one warning, and the run goes on.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from lg_jupyter.events.events import DEFAULT_MODES, Part, Status
from lg_jupyter.events.modes import is_known_mode
from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run, get_run_of_state
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import UNSET, Request, streams_input_checkpoint
from lg_jupyter.sources.control_parts import (
    make_end_part,
    make_initial_state_part,
    make_note_part,
    make_start_part,
)
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.item_converter import ConvertItem
from lg_jupyter.watching import interrupted_runs
from lg_jupyter.watching.watched_executor import WatchedRunExecutor
from lg_jupyter.watching.watched_source import PushedSource, WatchedSource, extract_checkpoint_position

StreamItem = tuple[tuple[str, ...], str, Any]
"""The namespace of what was emitted, its mode, and the payload: the graph's own object."""


class RunStart(Protocol):
    """What begins a run: a call of a graph, or the reading of a stream."""

    @property
    def graph(self) -> Any: ...
    @property
    def name(self) -> str: ...
    @property
    def thread_id(self) -> str | None: ...
    @property
    def is_resume(self) -> bool: ...
    def make_source(self) -> PushedSource: ...
    def make_request(self) -> Request: ...


@dataclass(frozen=True)
class WatchedCall:
    """A call of a graph that begins a run, as its caller made it.

    ``config`` is without what we add, ``thread_id`` with what is bound to the graph.
    """

    graph: Any
    name: str
    input: Any = field(repr=False)
    config: Mapping[str, Any] | None = field(repr=False)
    context: Any = field(repr=False)
    thread_id: str | None
    is_sync: bool
    watched_model_output: Literal["whole", "tokens"] | None = "whole"
    modes: tuple[str, ...] = DEFAULT_MODES
    subgraphs: bool = True

    @property
    def is_resume(self) -> bool:
        """Whether it goes on where its thread stands."""
        return self.input is None or type(self.input).__name__ == "Command"

    def make_source(self) -> PushedSource:
        """What its parts are handed to."""
        return WatchedSource(
            self.graph, self.name, sync=self.is_sync, watched_model_output=self.watched_model_output
        )

    def make_request(self) -> Request:
        """What the run would have requested of us."""
        thread = UNSET if self.thread_id is None else self.thread_id
        config = None if self.config is None else dict(self.config)
        return Request(
            input=self.input,
            modes=self.modes,
            subgraphs=self.subgraphs,
            thread_id=thread,
            config=config,
            context=self.context,
        )


def get_run_name(graph: Any) -> str:
    """What the runs of a graph are called: by its name, or the variable that holds it."""
    return graphs.get_given_graph_name(graph) or notebook.find_variable_name(graph) or "graph"


class RunRecorder:
    """Makes a run of what is heard.

    Parameters
    ----------
    call
        The call.
    on_begin
        Called with the run, when there is one: a generator that is never begun makes none.
    prepare
        Called with the run's state before anything comes of it.
    """

    def __init__(
        self,
        call: RunStart,
        on_begin: Sequence[Callable[[Run], object]] = (),
        prepare: Callable[[RunState], object] = lambda state: None,
    ) -> None:
        self._run_start = call
        self._on_begin = on_begin
        self._prepare = prepare
        self._lock = threading.RLock()  # nodes side by side are in several threads
        self._source: PushedSource | None = None
        self._state: RunState | None = None
        self._convert: ConvertItem | None = None
        self._checkpoint: Mapping[str, Any] | None = None  # the root's last
        self._has_failed = False

    def start_run(self) -> None:
        """The run begins."""
        call = self._run_start
        source = call.make_source()
        request = call.make_request()
        state = interrupted_runs.pop_interrupted_run(call.graph, call.thread_id) if call.is_resume else None
        if state is None:
            state = RunState(source, request)
            self._prepare(state)
            self._start_new_run(source, request, state)
        else:
            self._resume_run(source, request, state)
        self._convert = source.make_converter_of_items(request, state.encode)
        self._source, self._state = source, state
        lifecycle.start_execution(state, thread=True, executor=WatchedRunExecutor)
        RUNS.remove_running(state)  # whoever waits for all runs waits for none that its reader may have left
        run = get_run_of_state(state)
        for follow in self._on_begin:
            follow(run)

    def _start_new_run(self, source: PushedSource, request: Request, state: RunState) -> None:
        source.thread_id = self._run_start.thread_id
        source.add_part(make_start_part(source, request, state.encode, **source.get_start_fields()))
        may_have_previous_state = source.may_have_previous_state and source.thread_id is not None
        # To read it would be one call more.
        if may_have_previous_state and not streams_input_checkpoint(request):
            source.add_part(make_initial_state_part(UNSET, state.encode))

    def _resume_run(self, source: PushedSource, request: Request, state: RunState) -> None:
        answer = getattr(request.input, "resume", None)
        source.thread_id, source.output = state.thread_id, state.output
        with state.lock:
            state.note = "It went on by a call of your own code."
            state.source, state.current_request = source, request
            lifecycle.reset_for_resume(state, answer, request, is_answered=answer is not None)

    def add_item(self, item: StreamItem) -> None:
        """Something was emitted."""
        if self._convert is None or self._source is None or self._has_failed:
            return
        try:
            with self._lock:
                self._add_mode_if_unknown(item[1])
                if item[1] == "debug" and not item[0] and item[2]["type"] == "checkpoint":
                    self._checkpoint = item[2]["payload"]
                if (part := self._convert(item)) is not None:
                    self._source.add_part(part)
        except Exception as fault:
            self.stop_after_fault(fault)

    def _add_mode_if_unknown(self, mode: str) -> None:
        """Note a mode in which items come, if nobody knew that it was requested."""
        state = self._state
        learns = self._source is not None and self._source.has_unknown_modes
        if learns and state is not None and mode not in state.request.modes and is_known_mode(mode):
            state.request = replace(state.request, modes=(*state.request.modes, mode))

    def record_callback_event(self, mode: str, payload: Any) -> None:
        """Something was reported that no stream holds."""
        if self._state is None or self._source is None or self._has_failed:
            return
        with self._lock:
            data = self._state.encode(mode, "", payload)
            self._source.add_part(Part(mode, "", data, time.time()))

    def add_note(self, sentence: str) -> None:
        """Say something of the run."""
        if self._state is not None and self._source is not None:
            self._source.add_part(make_note_part(sentence, self._state.encode))

    def end_run(self, error: BaseException | None = None) -> None:
        """The run is over."""
        state, source = self._state, self._source
        if state is None or source is None or self._has_failed:
            return
        status = source.infer_end_status() if error is None else _infer_status_of_error(error)
        if status == "error":
            state.exception = error
            state.traceback = None if error is None else error.__traceback__
        if status == "interrupted":
            interrupted_runs.add_interrupted_run(self._run_start.graph, source.thread_id, state)
        self._close_run(state, source, status, error if status == "error" else None)

    def stop_after_fault(self, fault: BaseException) -> None:
        """Something failed here: nothing more is heard of the run, which does not notice."""
        with self._lock:
            if self._has_failed:
                return
            self._has_failed = True
        state, source = self._state, self._source
        text = f"{type(fault).__name__}: {fault}"
        if state is not None and source is not None:
            text = state.redactor.mask(text)
            with suppress(Exception):
                note = f"What came after is not known, for it could not be taken in: {text}"
                source.add_part(make_note_part(note, state.encode))
                self._close_run(state, source, "incomplete", None)
        warn_of_fault(f"the run of {self._run_start.name} goes on, but is not seen here any more: {text}")

    def _close_run(
        self, state: RunState, source: PushedSource, status: Status, error: BaseException | None
    ) -> None:
        place = None if self._checkpoint is None else extract_checkpoint_position(self._checkpoint)
        with self._lock:
            source.add_part(make_end_part(status, state.encode, error, thread_state=place))
            source.add_part(None)
            source.is_over = True
            self._convert = self._source = None


def _infer_status_of_error(error: BaseException) -> Status:
    """How a run ended that raised: whoever leaves it, or interrupts the cell, has not made it fail."""
    left = isinstance(error, (GeneratorExit, KeyboardInterrupt)) or type(error).__name__ == "CancelledError"
    return "cancelled" if left else "error"


def warn_of_fault(sentence: str) -> None:
    """Say that something failed here, to who runs a graph; not where warnings are errors."""
    with suppress(Exception):
        warnings.warn(sentence, RuntimeWarning, stacklevel=3)
