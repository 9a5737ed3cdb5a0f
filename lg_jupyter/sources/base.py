"""What a source is: the one seam through which every run comes, local, on a server, or saved."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from lg_jupyter.encode.interrupt_ids import is_generated_interrupt_id
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import DEFAULT_MODES, JSON, Part
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.request.breakpoints import EVERY_NODE, BreakpointCondition, is_subgraph_breakpoint
from lg_jupyter.request.filters import NO_FILTER, MessageFilter
from lg_jupyter.request.limits import NO_LIMITS, RunLimits
from lg_jupyter.request.prices import PriceFunction, PriceTable

T = TypeVar("T")


class _Unset(enum.Enum):
    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


Unset: TypeAlias = Literal[_Unset.UNSET]
UNSET: Final = keep_across_reloads("UNSET", _Unset.UNSET)
"""Nothing was given, where ``None`` has a meaning: a run with no thread."""

RequestedThreadId: TypeAlias = "str | Unset | None"

EncodePayload: TypeAlias = Callable[[str, str, Any], JSON]
"""``encode(mode, namespace, live payload)``: called as a payload arrives, in the thread where it arrives."""

SourceKind: TypeAlias = Literal["local", "server", "saved"]

INTERRUPT_KEY = "__interrupt__"

SERVER_CANNOT_DRAIN_SENTENCE = "It runs on a server, and servers stop a run only at once."


@dataclass(frozen=True)
class AnsweredInterrupt:
    """An interrupt that is answered: its id, its value, the node, and whether in a subgraph."""

    interrupt_id: str
    interrupt_value: JSON = field(default=None, repr=False)
    node: str | None = None
    is_in_subgraph: bool = False


@dataclass(frozen=True)
class ResumeAnswer:
    """What a run that stopped is resumed with.

    ``value`` is the one answer, or answers by interrupt id; ``UNSET`` at a breakpoint, where there is no
    interrupt. ``answered_interrupts`` are those that it is for. ``stopped_at_checkpoint_id`` is the
    checkpoint at which the run stopped, if that is known; ``resume_checkpoint_id`` is where it is resumed, if
    a branch has its thread's end. ``cannot_use_interrupt_id`` says that the one answer cannot be given by its
    id.
    """

    value: Any = field(default=UNSET, repr=False)
    resume_checkpoint_id: str | None = None
    answered_interrupts: tuple[AnsweredInterrupt, ...] = ()
    stopped_at_checkpoint_id: str | None = None
    cannot_use_interrupt_id: bool = False

    @property
    def to_command_value(self) -> Any:
        """What ``Command(resume=…)`` takes: by id, so that LangGraph gives it to no other question.

        An id that is not LangGraph's own would be an answer to it, and no id: there it is the bare value.
        """
        ids = [interrupt.interrupt_id for interrupt in self.answered_interrupts]
        by_id = isinstance(self.value, dict) and bool(ids) and set(self.value) == set(ids)
        if ids and not self.cannot_use_interrupt_id and all(map(is_generated_interrupt_id, ids)):
            return self.value if by_id else dict.fromkeys(ids, self.value)
        return self.value[ids[0]] if by_id and len(ids) == 1 else self.value


@dataclass(frozen=True)
class Fork:
    """Where on its thread a run begins: at a checkpoint, perhaps with other ``values`` there."""

    checkpoint_id: str
    values: Any = field(default=UNSET, repr=False)
    as_node: str | None = None

    @property
    def changes_state(self) -> bool:
        """Whether the state is changed first."""
        return self.values is not UNSET or self.as_node is not None


@dataclass(frozen=True)
class Request:
    """What a run is to do. Its repr leaves out what may be large or secret.

    ``input`` is ``UNSET`` only of a run that is joined, if its server does not send its input. ``answer`` has
    the run go on where its thread stopped, in place of an input. ``breakpoints_before`` and
    ``breakpoints_after`` are nodes, ``one_time_breakpoints`` are more of those before nodes, for one time;
    ``breakpoint_conditions`` says of some of them when they count. ``multitask_strategy`` is what a server
    does if the thread is busy, ``durability`` when
    checkpoints are written. ``message_filter`` is no matter of the source: it narrows what a display of the
    run shows at first. ``join_run_id`` is the id of a run that goes on there already, and is only to be
    followed; ``detach`` starts one there that is not. ``price`` is what its calls cost where that is not the
    list price, ``limits`` are those at which it is to stop. ``secrets`` are names and values that are to be
    masked beside those that the config and the context name as secret.
    """

    input: Any = field(default=None, repr=False)
    modes: tuple[str, ...] = DEFAULT_MODES
    subgraphs: bool = True
    thread_id: RequestedThreadId = UNSET
    config: Mapping[str, Any] | None = field(default=None, repr=False)
    context: Any = field(default=None, repr=False)
    message_filter: MessageFilter = field(default=NO_FILTER, repr=False)
    answer: ResumeAnswer | None = field(default=None, repr=False)
    fork: Fork | None = field(default=None, repr=False)
    breakpoints_before: tuple[str, ...] = field(default=(), repr=False)
    breakpoints_after: tuple[str, ...] = field(default=(), repr=False)
    one_time_breakpoints: tuple[str, ...] = field(default=(), repr=False)
    breakpoint_conditions: Mapping[str, BreakpointCondition] = field(default_factory=dict, repr=False)
    multitask_strategy: str | None = field(default=None, repr=False)
    durability: str | None = field(default=None, repr=False)
    join_run_id: str | None = field(default=None, repr=False)
    detach: bool = field(default=False, repr=False)
    parses_think_tags: bool = field(default=True, repr=False)
    mask_secrets: bool | None = field(default=None, repr=False)
    max_trace_bytes: int | None = field(default=None, repr=False)
    price: PriceTable | PriceFunction | None = field(default=None, repr=False)
    limits: RunLimits = field(default=NO_LIMITS, repr=False)
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def root_interrupt_kwargs(self) -> dict[str, Any]:
        """The root's nodes before and after which to stop, as LangGraph takes them; nothing of none."""
        named = {"interrupt_before": self.all_breakpoints_before, "interrupt_after": self.breakpoints_after}
        at_root = {
            name: [node for node in nodes if not is_subgraph_breakpoint(node)]
            for name, nodes in named.items()
        }
        return {name: "*" if EVERY_NODE in nodes else nodes for name, nodes in at_root.items() if nodes}

    @property
    def all_breakpoints_before(self) -> tuple[str, ...]:
        """All nodes before which to stop."""
        return tuple(dict.fromkeys((*self.breakpoints_before, *self.one_time_breakpoints)))

    @property
    def subgraph_breakpoints(self) -> list[str]:
        """Those in subgraphs."""
        return [
            name
            for name in dict.fromkeys((*self.all_breakpoints_before, *self.breakpoints_after))
            if is_subgraph_breakpoint(name)
        ]


@runtime_checkable
class Source(Protocol):
    """Where a run's parts come from. One source yields one run.

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
    limitation_hint
        A sentence on a limit that this run will meet, or ``None``.
    """

    kind: SourceKind
    name: str
    output: Any
    run_id: str | None
    thread_id: str | None
    limitation_hint: str | None

    def validate_request(self, request: Request) -> None:
        """Refuse, with a ``UsageError``, a request that cannot work, before anything is started."""

    def collect_secrets(self) -> Mapping[str, str]:
        """What must never be shown, by the name to show in its place."""

    def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        """The run, part by part.

        The first part is the control part ``start``, unless the run goes on (``request.answer``); the
        last one is ``end``, which says how the run ended. The exception of a run that failed is raised
        after its end part.
        """

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        """Stop what goes on elsewhere; return a sentence on what does go on (``""``: nothing).

        ``running`` are the open tasks as (namespace, node), ``None`` where nobody knows.
        """


@runtime_checkable
class Resumable(Protocol):
    """A source whose run can be resumed, when it has stopped, on its thread."""

    def describe_resume_blocker(self) -> str | None:
        """Why this run cannot be resumed, as a sentence; ``None`` if it can."""

    def make_source_for_same_thread(self) -> Source:
        """A source for what comes next: of the same graph, on the same thread."""


@runtime_checkable
class Joinable(Protocol):
    """A source whose run is executed elsewhere, where it can be followed again."""

    def describe_join_blocker(self) -> str | None:
        """Why it cannot be joined, as a sentence; ``None`` if it can."""

    def make_join_code(self) -> str:
        """The Python that does so in any process."""


@runtime_checkable
class HasHistory(Protocol):
    """A source that knows the checkpoints of its thread.

    Each is a dict with ``checkpoint_id``, ``parent_checkpoint_id``, ``step``, ``source``, ``next``,
    ``created_at``, ``values``, and ``tasks``: those that come next, by ``id``, ``name`` and ``error``.
    """

    def list_checkpoints(self) -> list[dict[str, Any]]:
        """All of them, read without a loop."""

    async def alist_checkpoints(self) -> list[dict[str, Any]]:
        """The same on the running loop."""

    async def aget_latest_checkpoint(self) -> dict[str, Any] | None:
        """The newest of them; ``None`` if there is none yet."""


@runtime_checkable
class HasStore(Protocol):
    """A source whose graph may have a store that can be read."""

    def list_store_items(self, prefix: Sequence[str]) -> list[dict[str, Any]]:
        """The items in a namespace and below, read without a loop; ``UsageError`` where there is no store."""


@runtime_checkable
class RecordsCalls(Protocol):
    """A source that hears of more than its stream carries, such as calls of models."""

    def start_recording_calls(self, notify: Callable[[], None]) -> None:
        """Collect reports from now on; ``notify`` is called in any thread when the first one is there."""

    def take_call_parts(self, encode: EncodePayload) -> Iterator[Part]:
        """Those since the last time, as parts, with the time of what they report."""


@runtime_checkable
class MayBeRolledBack(Protocol):
    """A source whose run may be rolled back on its server: deleted, with all that it did there.

    Attributes
    ----------
    is_rolled_back
        Whether it was.
    """

    is_rolled_back: bool


@runtime_checkable
class ExecutedByOtherCode(Protocol):
    """A source whose run somebody else carries out in this process, and alone can stop.

    Attributes
    ----------
    stop_blocker
        What to do instead, as a sentence.
    """

    stop_blocker: str


@runtime_checkable
class Drainable(Protocol):
    """A source that may be able to stop its run between two steps.

    Attributes
    ----------
    is_drained
        Whether it did.
    """

    is_drained: bool

    def describe_drain_blocker(self) -> str | None:
        """Why it cannot, as a sentence; ``None`` if it can."""

    def drain(self) -> None:
        """Have the run stop before its next step; called from any thread, before or while it streams."""


def streams_input_checkpoint(request: Request) -> bool:
    """Whether a run streams a checkpoint of its input, which holds the state before."""
    given = request.input is not UNSET and request.input is not None
    is_command = type(request.input).__name__ == "Command"
    return given and not is_command and not {"debug", "checkpoints"}.isdisjoint(request.modes)


@asynccontextmanager
async def close_on_exit(items: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Close an iterator on the way out, if it can be closed: not every graph's can."""
    try:
        yield items
    finally:
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()


def get_config_thread_id(config: Mapping[str, Any] | None) -> str | None:
    """The thread that a config names, if it names one."""
    thread_id = ((config or {}).get("configurable") or {}).get("thread_id")
    return None if thread_id is None else str(thread_id)


def get_requested_thread_id(request: Request) -> RequestedThreadId:
    """The thread that a request names, by itself or in its config.

    Raises
    ------
    UsageError
        If the two name different ones.
    """
    thread: RequestedThreadId = request.thread_id
    if thread is not UNSET and thread is not None:
        thread = str(thread)  # a UUID will do
    in_config = get_config_thread_id(request.config)
    if in_config is None:
        return thread
    if thread is UNSET or thread == in_config:
        return in_config
    raise UsageError(
        f"two threads are named: thread_id={request.thread_id!r} and "
        f"config['configurable']['thread_id']={in_config!r}; leave one of them out"
    )


def strip_and_detect_interrupts(values: Any) -> tuple[Any, bool]:
    """A root state without the interrupts that a stream puts beside its channels, and whether it had any.

    ``None`` in place of the state where there was nothing but interrupts.
    """
    if not isinstance(values, dict) or INTERRUPT_KEY not in values:
        return values, False
    return {key: value for key, value in values.items() if key != INTERRUPT_KEY} or None, True
