"""What a source is: the one seam through which every run comes, local, on a server, or saved."""

from __future__ import annotations

import enum
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from lg_jupyter.encode.questions import is_interrupt_id
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import DEFAULT_MODES, JSON, Part, Status
from lg_jupyter.request.filters import EVERYTHING, Filter

T = TypeVar("T")


class _Unset(enum.Enum):
    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


Unset: TypeAlias = Literal[_Unset.UNSET]
UNSET: Final = _Unset.UNSET
"""Nothing was said, where ``None`` says something: a run with no thread."""

ThreadId: TypeAlias = "str | Unset | None"

EncodePart: TypeAlias = Callable[[str, str, Any], JSON]
"""``encode(mode, namespace, live payload)``: called as a payload arrives, in the thread where it arrives."""

SourceKind: TypeAlias = Literal["local", "server", "saved"]

INTERRUPT_KEY = "__interrupt__"

ON_A_SERVER = "It runs on a server, and servers stop a run only at once."


@dataclass(frozen=True)
class Question:
    """A question that is answered: the interrupt's id, what was asked, the node, and if in a subgraph."""

    interrupt_id: str
    value: JSON = field(default=None, repr=False)
    node: str | None = None
    inside: bool = False


@dataclass(frozen=True)
class Answer:
    """What a run that stopped goes on with.

    ``value`` is the one answer, or answers by interrupt id; ``UNSET`` at a breakpoint, where nothing was
    asked. ``questions`` are those that it is for. ``stopped_at`` is the checkpoint at which the run stopped,
    if that is known; ``checkpoint_id`` is where it goes on, if a branch has its thread's end. ``bare`` says
    that the one answer cannot be given by its id.
    """

    value: Any = field(default=UNSET, repr=False)
    checkpoint_id: str | None = None
    questions: tuple[Question, ...] = ()
    stopped_at: str | None = None
    bare: bool = False

    @property
    def command(self) -> Any:
        """What ``Command(resume=…)`` takes: by id, so that LangGraph gives it to no other question.

        An id that is not LangGraph's own would be an answer to it, and no id: there it is the bare value.
        """
        ids = [question.interrupt_id for question in self.questions]
        by_id = isinstance(self.value, dict) and bool(ids) and set(self.value) == set(ids)
        if ids and not self.bare and all(map(is_interrupt_id, ids)):
            return self.value if by_id else dict.fromkeys(ids, self.value)
        return self.value[ids[0]] if by_id and len(ids) == 1 else self.value


@dataclass(frozen=True)
class Fork:
    """Where on its thread a run begins: at a checkpoint, perhaps with other ``values`` there."""

    checkpoint_id: str
    values: Any = field(default=UNSET, repr=False)
    as_node: str | None = None

    @property
    def writes(self) -> bool:
        """Whether the state is changed first."""
        return self.values is not UNSET or self.as_node is not None


@dataclass(frozen=True)
class Request:
    """What a run is asked to do. Its repr leaves out what may be large or secret.

    ``input`` is ``UNSET`` only of a run that is joined, if its server does not say what it was given.
    ``answer`` has the run go on where its thread stopped, in place of an input. ``before`` and ``after`` are
    breakpoints. ``multitask`` is what a server does if the thread is busy, ``durability`` when
    checkpoints are written. ``shown`` is no matter of the
    source: it narrows what a display of the run shows at first. ``join`` is the id of a run that goes on
    there already, and is only to be followed; ``detach`` starts one there that is not. ``secrets`` are names
    and values that are to be masked beside those that the config and the context name as secret.
    """

    input: Any = field(default=None, repr=False)
    modes: tuple[str, ...] = DEFAULT_MODES
    subgraphs: bool = True
    thread_id: ThreadId = UNSET
    config: Mapping[str, Any] | None = field(default=None, repr=False)
    context: Any = field(default=None, repr=False)
    shown: Filter = field(default=EVERYTHING, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    fork: Fork | None = field(default=None, repr=False)
    before: tuple[str, ...] = field(default=(), repr=False)
    after: tuple[str, ...] = field(default=(), repr=False)
    multitask: str | None = field(default=None, repr=False)
    durability: str | None = field(default=None, repr=False)
    join: str | None = field(default=None, repr=False)
    detach: bool = field(default=False, repr=False)
    think_tags: bool = field(default=True, repr=False)
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def breakpoints(self) -> dict[str, Any]:
        """The nodes before and after which to stop, as LangGraph takes them; nothing where there are none."""
        named = {"interrupt_before": self.before, "interrupt_after": self.after}
        return {name: "*" if "*" in nodes else list(nodes) for name, nodes in named.items() if nodes}


@runtime_checkable
class Source(Protocol):
    """Where a run's parts come from. One source carries one run.

    Attributes
    ----------
    kind
        ``"local"``, ``"server"`` or ``"saved"``.
    name
        What the header shows: the graph's or the assistant's name.
    output
        The last state of the root graph: the user's own object, or a server's JSON.
    run_id, thread_id
        As soon as they are known.
    hint
        A sentence on a limit that this run will meet, or ``None``.
    """

    kind: SourceKind
    name: str
    output: Any
    run_id: str | None
    thread_id: str | None
    hint: str | None

    def check(self, request: Request) -> None:
        """Refuse, with a ``UsageError``, a request that cannot work, before anything is started."""

    def secrets(self) -> Mapping[str, str]:
        """What must never be shown, by the name to show in its place."""

    def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        """The run, part by part.

        The first part is the control part ``start``, unless the run goes on (``request.answer``); the
        last one is ``end``, which says how the run ended. The exception of a run that failed is raised
        after its end part.
        """

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        """Stop what goes on elsewhere; say in a sentence what does go on (``""``: nothing).

        ``running`` are the open tasks as (namespace, node), ``None`` where nobody knows.
        """


@runtime_checkable
class GoesOn(Protocol):
    """A source whose run can go on, when it has stopped, on the thread where it stopped."""

    def why_not_on(self) -> str | None:
        """Why this run cannot go on, as a sentence; ``None`` if it can."""

    def again(self) -> Source:
        """A source for what goes on: of the same graph, on the same thread."""


@runtime_checkable
class Joins(Protocol):
    """A source whose run is carried elsewhere, where it can be followed again."""

    def why_not_joined(self) -> str | None:
        """Why it cannot, as a sentence; ``None`` if it can."""

    def joining(self) -> str:
        """The Python that does so in any process."""


@runtime_checkable
class HasHistory(Protocol):
    """A source that knows the checkpoints of its thread.

    Each is told as ``checkpoint_id``, ``parent_checkpoint_id``, ``step``, ``source``, ``next``,
    ``created_at`` and ``values``.
    """

    def history(self) -> list[dict[str, Any]]:
        """All of them, asked for without a loop."""

    async def ahistory(self) -> list[dict[str, Any]]:
        """The same on the running loop."""

    async def alatest(self) -> dict[str, Any] | None:
        """The newest of them; ``None`` if there is none yet."""


@runtime_checkable
class RollsBack(Protocol):
    """A source whose run may be deleted where it was carried, with all that it did there.

    Attributes
    ----------
    rolled_back
        Whether it was.
    """

    rolled_back: bool


@runtime_checkable
class Drains(Protocol):
    """A source that may be able to stop its run between two steps.

    Attributes
    ----------
    drained
        Whether it did.
    """

    drained: bool

    def why_not_drained(self) -> str | None:
        """Why it cannot, as a sentence; ``None`` if it can."""

    def drain(self) -> None:
        """Have the run stop before its next step; called from any thread, before or while it streams."""


def start_part(
    source: Source,
    request: Request,
    encode: EncodePart,
    timestamp: float | None = None,
    **more: Any,
) -> Part:
    """The control part that opens a run, with its input, and what else the source knows."""
    data: dict[str, Any] = {
        "event": "start",
        "run_id": source.run_id,
        "thread_id": source.thread_id,
        "source": source.kind,
        "target": source.name,
        "modes": list(request.modes),
    }
    if not request.subgraphs:
        data["subgraphs"] = False
    if request.input is not UNSET:
        data["input"] = request.input
    data |= more
    if not request.think_tags:
        data["think_tags"] = False
    return control_part(data, encode, timestamp)


def end_part(
    status: Status,
    encode: EncodePart,
    error: BaseException | JSON = None,
    interrupts: Sequence[Mapping[str, Any]] = (),
    standing: Mapping[str, Any] | None = None,
    output: Any = None,
) -> Part:
    """The control part that ends a run; an exception as ``error`` is encoded like any other value.

    ``interrupts`` are those that the thread says are waiting: not every mode tells of them. ``standing`` is
    where a run that can go on stands: ``checkpoint_id``, ``step`` and ``next``. ``output`` is the root's last
    state, where no part of the run tells it.
    """
    data: dict[str, Any] = {"event": "end", "status": status, "error": error}
    if interrupts:
        data["interrupts"] = list(interrupts)
    if standing is not None and status == "interrupted":
        data["standing"] = dict(standing)
    if output is not None:
        data["output"] = output
    return control_part(data, encode)


def state_part(values: Any, encode: EncodePart, writer: str | None = None) -> Part:
    """The control part on the state before anything of the run; ``UNSET``: it is not known.

    ``writer`` is the node as which the state was changed first, if it was.
    """
    known = {"known": False} if values is UNSET else {"values": values}
    return control_part({"event": "state", **known, "writer": writer}, encode)


def tells_its_begin(request: Request) -> bool:
    """Whether a run's own checkpoint of its input tells the state before."""
    given = request.input is not UNSET and request.input is not None
    is_command = type(request.input).__name__ == "Command"
    return given and not is_command and not {"debug", "checkpoints"}.isdisjoint(request.modes)


def note_part(note: str | None, encode: EncodePart) -> Part:
    """The control part that has the run say something of itself while it goes on; ``None`` takes it back."""
    return control_part({"event": "note", "note": note}, encode)


def control_part(data: dict[str, Any], encode: EncodePart, timestamp: float | None = None) -> Part:
    return Part("control", "", encode("control", "", data), time.time() if timestamp is None else timestamp)


@asynccontextmanager
async def closing(items: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Close an iterator on the way out, if it can be closed: not every graph's can."""
    try:
        yield items
    finally:
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()


def configured_thread(config: Mapping[str, Any] | None) -> str | None:
    """The thread that a config names, if it names one."""
    thread_id = ((config or {}).get("configurable") or {}).get("thread_id")
    return None if thread_id is None else str(thread_id)


def asked_thread(request: Request) -> ThreadId:
    """The thread that a request names, by itself or in its config.

    Raises
    ------
    UsageError
        If the two name different ones.
    """
    asked: ThreadId = request.thread_id
    if asked is not UNSET and asked is not None:
        asked = str(asked)  # a UUID will do
    in_config = configured_thread(request.config)
    if in_config is None:
        return asked
    if asked is UNSET or asked == in_config:
        return in_config
    raise UsageError(
        f"two threads are named: thread_id={request.thread_id!r} and "
        f"config['configurable']['thread_id']={in_config!r}; leave one of them out"
    )


def without_interrupts(values: Any) -> tuple[Any, bool]:
    """A root state without the interrupts that a stream puts beside its channels, and whether it had any.

    ``None`` in place of the state where there was nothing but interrupts.
    """
    if not isinstance(values, dict) or INTERRUPT_KEY not in values:
        return values, False
    return {key: value for key, value in values.items() if key != INTERRUPT_KEY} or None, True
