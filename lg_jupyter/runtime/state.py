"""What is known of one run. What carries a run writes it; displays, records and exports read it."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, Status
from lg_jupyter.runtime.carrying import Carrier
from lg_jupyter.runtime.completion import TheEnd
from lg_jupyter.runtime.intake import Intake
from lg_jupyter.runtime.listeners import Listeners
from lg_jupyter.secrets.known_secrets import redactor_of
from lg_jupyter.sources.base import UNSET, Request, Source, Unset
from lg_jupyter.sources.structure import HasStructure, Structure, mapped


class Lineage:
    """A run and its branches, which share a thread: ``newest`` is the one that went on last."""

    newest: RunState | None = None


class RunState:
    """One run as data, with nothing of who shows it or hands it out.

    Attributes
    ----------
    source, request
        Where the run comes from, and what was asked.
    asked
        What its source carries out now: the request, later what it goes on with.
    key
        An id made here, by which displays and branches know it.
    parent, branches, lineage
        The run that it was forked from, those that were forked from it, and who of all went on last.
    known_parent
        The parent's id as a file or a replay tells it, which know no more of it.
    answered
        The interrupts that it went on with.
    exception, traceback
        What the graph raised, and from where its own code begins.
    redactor
        Masks the secrets that the run knows.
    intake, trace, parts, encode, lock
        What takes its parts, what became of them, and what is held while they grow.
    listeners, end
        Who is told of it, and who waits for its end.
    carrier
        What carries it; ``None`` before it begins, and of a run that was loaded.
    facade
        What users hold of it, once they hold something.
    """

    def __init__(self, source: Source, request: Request, name: str | None = None) -> None:
        if name:
            source.name = name
        self.source = source
        self.request = request
        self.asked = request
        self.key = str(uuid.uuid4())
        self.parent: RunState | None = None
        self.known_parent: str | None = None
        self.branches: list[RunState] = []
        self.lineage = Lineage()
        self.answered: frozenset[str] = frozenset()
        self.exception: BaseException | None = None
        self.traceback: TracebackType | None = None
        self.redactor = redactor_of(source, request)
        self.intake = Intake(self.redactor)
        self.trace, self.lock = self.intake.trace, self.intake.lock
        self.parts, self.encode = self.intake.parts, self.intake.encode
        self.listeners = Listeners()
        self.end = TheEnd()
        self.carrier: Carrier | None = None
        self.facade: Any = None
        self._note: str | None = source.hint
        self._structure: Structure | None = None
        self._drawing = threading.Lock()

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def status(self) -> Status:
        return self.trace.status

    @property
    def output(self) -> Any:
        return self.source.output

    @property
    def note(self) -> str | None:
        """What the user should know, and what of the parts was not understood."""
        said = self._note or ""
        more = [each for each in self.intake.faults() if each not in said]
        return " ".join(filter(None, (said, *more))) or None

    @note.setter
    def note(self, said: str | None) -> None:
        self._note = said

    @property
    def error(self) -> dict[str, str] | None:
        return self.trace.error

    @property
    def interrupts(self) -> list[dict[str, JSON]]:
        return self.trace.interrupts

    @property
    def run_id(self) -> str | None:
        return self.trace.run_id or self.source.run_id

    @property
    def id(self) -> str:
        """The server's id if it has one, else the key; a file keeps it."""
        return self.run_id or self.key

    @property
    def parent_id(self) -> str | None:
        return self.known_parent if self.parent is None else self.parent.id

    @property
    def thread_id(self) -> str | None:
        return self.trace.thread_id or self.source.thread_id

    @property
    def usage(self) -> dict[str, int | None]:
        return self.trace.usage

    @property
    def done(self) -> bool:
        return self.end.reached

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that carries the run; none yet, or the run was loaded."""
        return None if self.carrier is None else self.carrier.loop

    @property
    def latest(self) -> Mapping[str, Any] | Unset | None:
        """The newest checkpoint of a run that was stopped, as :class:`Carrier` tells it."""
        return UNSET if self.carrier is None else self.carrier.latest

    def now(self) -> float:
        """The time by the run's own clock, in seconds since the epoch; a replay has that of its run."""
        clock: Callable[[], float] = getattr(self.source, "now", time.time)
        return clock()

    def subscribe(self, listener: Callable[[Any], object], subject: object = None) -> Callable[[], None]:
        """Have ``listener`` called while the run changes and at its end: with it, or with ``subject``.

        For a run that is over, at once. Returns a function that ends the subscription.
        """
        subject = self if subject is None else subject
        with self.lock:
            remove = self.listeners.add(listener, subject)
            if not self.done:
                return remove
        listener(subject)
        return remove

    @property
    def is_drawn(self) -> bool:
        """Whether the structure is known: whoever asks next waits for nobody."""
        return self._structure is not None

    def structure(self) -> Structure:
        """What the graph looks like. A server is asked for it, which blocks; the answer is kept.

        Raises
        ------
        UsageError, ServerError
            If it cannot be drawn; the text says why.
        """
        with self._drawing:
            if self._structure is None:
                if not isinstance(self.source, HasStructure):
                    raise UsageError(f"{self.name} draws nothing: its source has no structure()")
                self._structure = mapped(self.source.structure(), self.redactor.text)
            return self._structure

    def structure_at_hand(self) -> Structure | None:
        """The structure if it is known, or can be had without asking a server."""
        if isinstance(self.source, HasStructure) and self.source.draws_itself:
            with suppress(Exception):
                return self.structure()
        return self._structure
