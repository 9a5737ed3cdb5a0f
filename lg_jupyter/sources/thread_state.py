"""The state of a thread, and whether it still waits for what a run is about to resume with.

Between a question and its answer anybody may go on with the thread: another cell, another notebook, a person
at another screen. An answer is for the question that was shown, and for no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.interrupt_ids import may_be_same_interrupt_value
from lg_jupyter.errors import AnswerRefusedError
from lg_jupyter.events.events import JSON, JSONObject, Part
from lg_jupyter.request.breakpoints import is_subgraph_breakpoint
from lg_jupyter.sources.base import UNSET, AnsweredInterrupt, EncodePayload, ResumeAnswer
from lg_jupyter.sources.checkpoints import make_checkpoint_from_server_state, make_checkpoint_from_snapshot
from lg_jupyter.sources.control_parts import make_control_part, make_end_part, make_note_part
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.subgraph_breakpoints import list_next_nodes_with_snapshots
from lg_jupyter.text.words import clip_text, format_name_counts

MAX_CHECKPOINTS_READ_BACK = 50
"""How many checkpoints are read back to see whether only the state was changed since a run stopped."""


@dataclass(frozen=True)
class ThreadState:
    """The state of a thread at a checkpoint.

    ``interrupts`` are those pending there: ``id``, ``value``, ``response_schema``, ``node``, ``task_id``.
    ``checkpointed_subgraph_task_ids`` are the tasks in which a graph runs that keeps checkpoints of its own.
    ``next_nodes`` is ``None`` where it is unknown; ``next_subgraph_nodes`` are those of them that are in
    subgraphs, by the way there, as far as these were read.
    """

    checkpoint_id: str | None
    parent_checkpoint_id: str | None = None
    step: int | None = None
    checkpoint_source: str | None = None
    next_nodes: tuple[str, ...] | None = ()
    interrupts: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    checkpointed_subgraph_task_ids: frozenset[str] = field(default=frozenset(), repr=False)
    next_subgraph_nodes: tuple[str, ...] = ()

    @classmethod
    def from_snapshot(cls, snapshot: Any) -> ThreadState:
        """That of a local graph's snapshot."""
        checkpointed_subgraph_task_ids = frozenset(
            task.id for task in snapshot.tasks if task.state is not None
        )
        state = cls._from_checkpoint(
            make_checkpoint_from_snapshot(snapshot),
            graphs.list_pending_interrupts(snapshot),
            checkpointed_subgraph_task_ids,
        )
        inside = dict.fromkeys(
            path for path, _ in list_next_nodes_with_snapshots(snapshot) if is_subgraph_breakpoint(path)
        )
        return replace(state, next_subgraph_nodes=tuple(inside))

    @classmethod
    async def read_from_server(
        cls, client: Any, thread_id: str, checkpoint_id: str | None = None
    ) -> ThreadState:
        """That of a thread on a server, which is read there.

        Of a graph with edges that wait for several nodes a server sends a state without its tasks: there the
        thread itself says whether it is interrupted, and by what.
        """
        state = cls._from_server_state(await client.threads.get_state(thread_id, checkpoint_id=checkpoint_id))
        if state.next_nodes or state.interrupts or checkpoint_id is not None:
            return state
        thread = await client.threads.get(thread_id)
        if thread["status"] != "interrupted":
            return state
        pending = (thread.get("interrupts") or {}).items()
        interrupts = [
            {"node": None, **each, "task_id": task_id} for task_id, every in pending for each in every
        ]
        return replace(state, next_nodes=None, interrupts=interrupts)

    @classmethod
    def _from_server_state(cls, state: dict[str, Any]) -> ThreadState:
        tasks = state["tasks"]
        checkpointed_subgraph_task_ids = frozenset(
            task["id"] for task in tasks if task.get("checkpoint") or task.get("state")
        )
        return cls._from_checkpoint(
            make_checkpoint_from_server_state(state),
            _list_pending_server_interrupts(tasks),
            checkpointed_subgraph_task_ids,
        )

    @classmethod
    def _from_checkpoint(
        cls,
        checkpoint: Mapping[str, Any],
        interrupts: Sequence[Mapping[str, Any]],
        checkpointed_subgraph_task_ids: frozenset[str],
    ) -> ThreadState:
        ids = checkpoint["checkpoint_id"], checkpoint["parent_checkpoint_id"]
        return cls(
            *ids,
            checkpoint["step"],
            checkpoint["source"],
            tuple(checkpoint["next"] or ()),
            interrupts,
            checkpointed_subgraph_task_ids,
        )

    def to_end_part_json(self) -> JSONObject:
        """What an end part holds of it."""
        return {
            "checkpoint_id": self.checkpoint_id,
            "step": self.step,
            "next": None if self.next_nodes is None else list(self.next_nodes),
            **({"inside": list(self.next_subgraph_nodes)} if self.next_subgraph_nodes else {}),
        }


ReadThreadState = Callable[[str | None], Awaitable[ThreadState]]
"""Reads the state of a thread: at a checkpoint, or with ``None`` at its newest."""


async def validate_and_adapt_answer(
    answer: ResumeAnswer, read: ReadThreadState, encode: EncodePayload
) -> ResumeAnswer:
    """An answer that its thread still waits for; where nothing is answered, the thread is as it was.

    Raises
    ------
    AnswerRefusedError
        If the thread has gone on meanwhile. That its state was changed is no reason.
    """
    if answer.value is not UNSET:
        return _validate_and_adapt_interrupt_answer(
            answer, _mask_interrupts(await read(answer.resume_checkpoint_id), encode)
        )
    if answer.stopped_at_checkpoint_id is None or answer.resume_checkpoint_id is not None:
        return answer
    state = newest = await read(None)
    for _ in range(MAX_CHECKPOINTS_READ_BACK):
        if state.checkpoint_id == answer.stopped_at_checkpoint_id:
            return answer
        if state.checkpoint_source != "update" or state.parent_checkpoint_id is None:
            break
        state = await read(state.parent_checkpoint_id)
    raise _make_answer_refused_error(
        "It did not go on: its thread has gone on from where it stopped.", _mask_interrupts(newest, encode)
    )


def _validate_and_adapt_interrupt_answer(answer: ResumeAnswer, state: ThreadState) -> ResumeAnswer:
    matched = [
        (one, [each for each in state.interrupts if _is_same_interrupt(one, each)])
        for one in answer.answered_interrupts
    ]
    if gone := [one for one, found in matched if not found]:
        which = ", ".join(
            f"{one.node or 'the graph'}: {_format_short_repr(one.interrupt_value)}" for one in gone
        )
        why = f"The answer was not given: the thread does not ask any more what it was for ({which})."
        raise _make_answer_refused_error(why, state)
    # A graph inside that keeps no checkpoints interrupts under another id each time that it runs.
    unkept = [
        one
        for one, (found, *_) in matched
        if one.is_in_subgraph and found["task_id"] not in state.checkpointed_subgraph_task_ids
    ]
    alone = len(state.interrupts) == 1  # beside others, LangGraph takes no answer without an id
    return replace(answer, cannot_use_interrupt_id=alone and len(matched) == len(unkept) == 1)


def _make_answer_refused_error(why: str, state: ThreadState) -> AnswerRefusedError:
    error = AnswerRefusedError(f"{why} {describe_thread_state(state)}")
    error.thread_state = state
    return error


def make_answer_refused_parts(refusal: AnswerRefusedError, encode: EncodePayload) -> Iterable[Part]:
    """The parts that take an answer back and report the state of the thread."""
    state = refusal.thread_state
    yield make_control_part({"event": "refused", "asks": list(state.interrupts)}, encode)
    yield make_note_part(str(refusal), encode)
    yield make_end_part(
        "interrupted", encode, interrupts=state.interrupts, thread_state=state.to_end_part_json()
    )


def describe_thread_state(state: ThreadState) -> str:
    """A sentence on it, with the line that resumes from there."""
    pending = [
        f"{each['node'] or 'the graph'}: {_format_short_repr(each['value'])} ({each['id']!r})"
        for each in state.interrupts
    ]
    if pending:
        return f"It asks now: {', '.join(pending)}; run.resume({{id: value}}) answers that."
    if state.next_nodes is None:
        return "It stands elsewhere now: run.resume() goes on from there."
    if state.next_nodes:
        following = format_name_counts(state.next_nodes)
        return f"It stands before {following} now: run.resume() goes on from there."
    return "It has come to its end."


def _list_pending_server_interrupts(tasks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The interrupts pending in the tasks of a server's state, each with the root's node that raised it."""
    return [
        {**interrupt, "node": task["name"], "task_id": task["id"]}
        for task in tasks
        if not task.get("result")  # older releases leave a task that is done its interrupts
        for interrupt in task.get("interrupts") or ()
    ]


def _is_same_interrupt(answered: AnsweredInterrupt, interrupt: Mapping[str, Any]) -> bool:
    """Whether it is the interrupt of the question."""
    return interrupt.get("id") == answered.interrupt_id and may_be_same_interrupt_value(
        answered.interrupt_value, interrupt.get("value")
    )


def _mask_interrupts(state: ThreadState, encode: EncodePayload) -> ThreadState:
    """The same as JSON, with the secrets in it masked: its interrupts are going to be shown."""
    shown: Any = encode("control", "", {"asks": list(state.interrupts)})
    return replace(state, interrupts=tuple(to_plain_json(shown)["asks"]))


def _format_short_repr(value: JSON) -> str:
    return clip_text(repr(value), 60)
