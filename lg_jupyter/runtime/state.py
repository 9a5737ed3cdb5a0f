"""What is known of one run. Its executor writes it; displays, records and exports read it."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSONObject, Status
from lg_jupyter.request.memory_limit import resolve_run_memory_limit
from lg_jupyter.runtime.budget import RunBudget
from lg_jupyter.runtime.checkpoint_list import Checkpoints
from lg_jupyter.runtime.completion import Completion
from lg_jupyter.runtime.costs import ModelCallPricer
from lg_jupyter.runtime.executor import RunExecutor
from lg_jupyter.runtime.intake import PartIntake
from lg_jupyter.runtime.listeners import MIN_CALL_INTERVAL_SECONDS, GetIntervalSeconds, Listeners
from lg_jupyter.secrets.known_secrets import make_redactor
from lg_jupyter.sources.base import UNSET, Request, Source, Unset
from lg_jupyter.sources.structure import HasStructure, Structure, map_structure_texts

SECRETS_SHOWN_NOTE = "Secrets are shown as they are: mask_secrets is off."


class ForkFamily:
    """A run and its branches, which share a thread: ``last_executed_run`` is the one that ran last."""

    last_executed_run: RunState | None = None


class RunState:
    """One run as data, with nothing of who shows it or hands it out.

    Attributes
    ----------
    source, request
        Where the run comes from, and what was requested.
    current_request
        What its source executes now: the request, later that of the resume.
    key
        An id made here, by which displays and branches know it.
    parent, branches, fork_family
        The run that it was forked from, those that were forked from it, and which of them all ran last.
    recorded_parent_id
        The parent's id as a file or a replay holds it, which know no more of it.
    answered_interrupt_ids
        The ids of the interrupts that it was resumed with.
    fetched_checkpoints
        The checkpoints of its thread when they were last awaited.
    exception, traceback
        What the graph raised, and from where its own code begins.
    redactor
        Masks the secrets that the run knows.
    intake, trace, parts, encode, lock
        What takes its parts, what became of them, and what is held while they grow.
    call_pricer
        What gives a price to its calls; ``None`` of a saved run.
    listeners, completion
        Who is notified of changes, and who waits for its end.
    executor, budget
        What executes it, and the limits that it has; ``None`` before it begins, and of a run that was loaded.
    user_run
        What users hold of it, as long as they do.
    feed, view_narrowing
        What tells its views, and what these share, once there is such a thing.
    kept_file
        The folder of the history that keeps it, if one does.
    """

    def __init__(self, source: Source, request: Request, name: str | None = None) -> None:
        if name:
            source.name = name
        self.source = source
        self.request = request
        self.current_request = request
        self.key = str(uuid.uuid4())
        self.parent: RunState | None = None
        self.recorded_parent_id: str | None = None
        self.branches: list[RunState] = []
        self.fork_family = ForkFamily()
        self.answered_interrupt_ids: frozenset[str] = frozenset()
        self.fetched_checkpoints = Checkpoints()
        self.exception: BaseException | None = None
        self.traceback: TracebackType | None = None
        self.redactor = make_redactor(source, request)
        replayed = source.kind == "saved"
        self.intake = PartIntake(
            self.redactor, None if replayed else resolve_run_memory_limit(request.max_trace_bytes)
        )
        self.trace, self.lock = self.intake.trace, self.intake.lock
        self.parts, self.encode = self.intake.part_log, self.intake.encode
        self.call_pricer = None if replayed else ModelCallPricer(self.trace, request.price, self.encode)
        self.listeners = Listeners()
        self.completion = Completion()
        self.budget: RunBudget | None = None
        self.executor: RunExecutor | None = None
        self.kept_file: Path | None = None
        self._user_run: Callable[[], Any] = lambda: None
        self.view_narrowing: Any = None
        self.feed: Any = None
        self._note: str | None = source.limitation_hint and self.redactor.mask(source.limitation_hint)
        self._structure: Structure | None = None
        self._structure_lock = threading.Lock()

    @property
    def user_run(self) -> Any:
        return self._user_run()

    @user_run.setter
    def user_run(self, user_run: Any) -> None:
        self._user_run = weakref.ref(user_run)

    @property
    def fork_tree(self) -> list[RunState]:
        """All runs of the tree of branches that it belongs to, parents before their branches."""
        return list(self.iter_with_branches()) if self.parent is None else self.parent.fork_tree

    def iter_with_branches(self) -> Iterator[RunState]:
        """It, its branches, and theirs."""
        yield self
        for branch in self.branches:
            yield from branch.iter_with_branches()

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def status(self) -> Status:
        if self.executor is not None and not self.done:
            self.executor.end_if_loop_closed()
        return self.trace.status

    @property
    def output(self) -> Any:
        return self.source.output

    @property
    def note(self) -> str | None:
        """What the user should know: that secrets are shown, the limit that it met, its own note, what goes
        round, and what was not understood."""
        note = self._note or ""
        met = None if self.budget is None else self.budget.met_limit_sentence
        met = met and self.redactor.mask(met)
        first = [SECRETS_SHOWN_NOTE] if not self.redactor.is_active and SECRETS_SHOWN_NOTE not in note else []
        first += [met] if met and met not in note else []
        read = (
            self.intake.size_limiter.dropped_note,
            *self.trace.loop_warnings,
            *self.intake.make_fault_notes(),
        )
        more = [each for each in read if each and each not in note]
        return " ".join(filter(None, (*first, note, *more))) or None

    @note.setter
    def note(self, note: str | None) -> None:
        self._note = note

    @property
    def assigned_note(self) -> str | None:
        """The note as it was set, without what is read of the run itself."""
        return self._note

    @property
    def error(self) -> dict[str, str] | None:
        return self.trace.error

    @property
    def interrupts(self) -> list[JSONObject]:
        return self.trace.pending_interrupts

    @property
    def run_id(self) -> str | None:
        return self.trace.run_id or self.source.run_id

    @property
    def id(self) -> str:
        """The server's id if it has one, else the key; a file keeps it."""
        return self.run_id or self.key

    @property
    def parent_id(self) -> str | None:
        return self.recorded_parent_id if self.parent is None else self.parent.id

    @property
    def thread_id(self) -> str | None:
        return self.trace.thread_id or self.source.thread_id

    @property
    def usage(self) -> dict[str, float | None]:
        return self.trace.usage

    @property
    def done(self) -> bool:
        return self.completion.is_over

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that the run is on; none yet, or the run was loaded."""
        return None if self.executor is None else self.executor.loop

    @property
    def latest_checkpoint_at_stop(self) -> Mapping[str, Any] | Unset | None:
        """The newest checkpoint of a run that was stopped, as :class:`RunExecutor` found it."""
        return UNSET if self.executor is None else self.executor.latest_checkpoint_at_stop

    @property
    def is_stored_thread(self) -> bool:
        """Whether it is what is stored of a thread, of which nothing ran so far."""
        return getattr(self.source, "is_stored_thread", False)

    @property
    def watched_model_output(self) -> Literal["whole", "tokens"] | None:
        """What of models a watch hears of it, as :class:`WatchedSource` says; ``None`` of our own runs."""
        return getattr(self.source, "watched_model_output", None)

    def elapsed(self, now: float | None = None) -> float | None:
        """How many seconds it took, as :meth:`Trace.elapsed`; of a thread that is stored nobody knows."""
        return None if self.is_stored_thread else self.trace.elapsed(now)

    def now(self) -> float:
        """The time by the run's own clock, in seconds since the epoch; a replay has that of its run."""
        clock: Callable[[], float] = getattr(self.source, "compute_replayed_time", time.time)
        return clock()

    def subscribe(
        self,
        listener: Callable[[Any], object],
        subject: object = None,
        interval: GetIntervalSeconds = lambda: MIN_CALL_INTERVAL_SECONDS,
    ) -> Callable[[], None]:
        """Have ``listener`` called while the run changes and at its end: with it, or with ``subject``.

        For a run that is over, at once. ``interval`` gives the seconds from one call to the next. Returns a
        function that ends the subscription.
        """
        subject = self if subject is None else subject
        with self.lock:
            remove = self.listeners.add_listener(listener, subject, interval)
            if not self.done:
                return remove
        listener(subject)
        return remove

    def structure(self) -> Structure:
        """What the graph looks like. A server has to send it, which blocks; it is kept.

        Raises
        ------
        UsageError, ServerError
            If it cannot be drawn; the text says why.
        """
        with self._structure_lock:
            if self._structure is None:
                if not isinstance(self.source, HasStructure):
                    raise UsageError(f"{self.name} draws nothing: its source has no structure()")
                self._structure = map_structure_texts(self.source.read_structure(), self.redactor.mask)
            return self._structure

    def structure_if_known(self) -> Structure | None:
        """The structure if it is known, or can be had without a server."""
        if isinstance(self.source, HasStructure) and self.source.has_local_structure:
            with suppress(Exception):
                return self.structure()
        return self._structure
