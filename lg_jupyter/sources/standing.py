"""Where a thread stands, and whether it still waits for what a run is about to go on with.

Between a question and its answer anybody may go on with the thread: another cell, another notebook, a person
at another screen. An answer is for the question that was shown, and for no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lg_jupyter.encode import plain
from lg_jupyter.encode.questions import are_alike
from lg_jupyter.errors import AnswerRefused
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.sources.base import UNSET, Answer, EncodePart, Question, control_part, end_part, note_part
from lg_jupyter.sources.checkpoints import of_server, of_snapshot
from lg_jupyter.sources.local import graphs
from lg_jupyter.text.words import clip

EDITS = 50
"""How many checkpoints are gone back to see whether only the state was changed since a run stopped."""


@dataclass(frozen=True)
class Standing:
    """Where a thread stands.

    ``asks`` are the questions that wait there: ``id``, ``value``, ``response_schema``, ``node``, ``task_id``.
    ``kept`` are the tasks in which a graph runs that keeps checkpoints of its own. ``next`` is ``None`` where
    nobody says.
    """

    checkpoint_id: str | None
    parent_checkpoint_id: str | None = None
    step: int | None = None
    source: str | None = None
    next: tuple[str, ...] | None = ()
    asks: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    kept: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of_snapshot(cls, snapshot: Any) -> Standing:
        """That of a local graph's state."""
        kept = frozenset(task.id for task in snapshot.tasks if task.state is not None)
        return cls._of(of_snapshot(snapshot), graphs.asked(snapshot), kept)

    @classmethod
    async def on_server(cls, client: Any, thread_id: str, checkpoint_id: str | None = None) -> Standing:
        """That of a thread on a server, which is asked for its state.

        Of a graph with edges that wait for several nodes a server tells a state without its tasks: there the
        thread itself says whether it waits, and what it asks.
        """
        standing = cls._of_server(await client.threads.get_state(thread_id, checkpoint_id=checkpoint_id))
        if standing.next or standing.asks or checkpoint_id is not None:
            return standing
        thread = await client.threads.get(thread_id)
        if thread["status"] != "interrupted":
            return standing
        asked = (thread.get("interrupts") or {}).items()
        asks = [{"node": None, **each, "task_id": task_id} for task_id, every in asked for each in every]
        return replace(standing, next=None, asks=asks)

    @classmethod
    def _of_server(cls, state: dict[str, Any]) -> Standing:
        tasks = state["tasks"]
        kept = frozenset(task["id"] for task in tasks if task.get("checkpoint") or task.get("state"))
        return cls._of(of_server(state), _asked_in(tasks), kept)

    @classmethod
    def _of(
        cls, told: Mapping[str, Any], asks: Sequence[Mapping[str, Any]], kept: frozenset[str]
    ) -> Standing:
        ids = told["checkpoint_id"], told["parent_checkpoint_id"]
        return cls(*ids, told["step"], told["source"], tuple(told["next"] or ()), asks, kept)

    def told(self) -> dict[str, JSON]:
        """What an end part says of it."""
        return {
            "checkpoint_id": self.checkpoint_id,
            "step": self.step,
            "next": None if self.next is None else list(self.next),
        }


Stand = Callable[[str | None], Awaitable[Standing]]
"""Reads where a thread stands: at a checkpoint, or with ``None`` at its newest."""


async def checked(answer: Answer, stand: Stand, encode: EncodePart) -> Answer:
    """An answer that its thread still waits for; where nothing is answered, the thread stands as it did.

    Raises
    ------
    AnswerRefused
        If the thread has gone on meanwhile. That its state was changed is no reason.
    """
    if answer.value is not UNSET:
        return _answered(answer, _masked(await stand(answer.checkpoint_id), encode))
    if answer.stopped_at is None or answer.checkpoint_id is not None:
        return answer
    standing = newest = await stand(None)
    for _ in range(EDITS):
        if standing.checkpoint_id == answer.stopped_at:
            return answer
        if standing.source != "update" or standing.parent_checkpoint_id is None:
            break
        standing = await stand(standing.parent_checkpoint_id)
    raise _refusal("It did not go on: its thread has gone on from where it stopped.", _masked(newest, encode))


def _answered(answer: Answer, standing: Standing) -> Answer:
    matched = [(one, [ask for ask in standing.asks if _is(one, ask)]) for one in answer.questions]
    if gone := [one for one, asks in matched if not asks]:
        which = ", ".join(f"{one.node or 'the graph'}: {_short(one.value)}" for one in gone)
        why = f"The answer was not given: the thread does not ask any more what it was for ({which})."
        raise _refusal(why, standing)
    # A graph inside that keeps no checkpoints asks under another id each time that it runs.
    unkept = [one for one, (ask, *_) in matched if one.inside and ask["task_id"] not in standing.kept]
    return replace(answer, bare=len(matched) == len(unkept) == 1)


def _refusal(why: str, standing: Standing) -> AnswerRefused:
    error = AnswerRefused(f"{why} {where_it_stands(standing)}")
    error.standing = standing
    return error


def taken_back(refusal: AnswerRefused, encode: EncodePart) -> Iterable[Part]:
    """The parts that take an answer back and say where the thread stands."""
    standing = refusal.standing
    yield control_part({"event": "refused", "asks": list(standing.asks)}, encode)
    yield note_part(str(refusal), encode)
    yield end_part("interrupted", encode, interrupts=standing.asks, standing=standing.told())


def where_it_stands(standing: Standing) -> str:
    """A sentence on it, with what goes on from there."""
    asks = [f"{ask['node'] or 'the graph'}: {_short(ask['value'])} ({ask['id']!r})" for ask in standing.asks]
    if asks:
        return f"It asks now: {', '.join(asks)}; run.resume({{id: value}}) answers that."
    if standing.next is None:
        return "It stands elsewhere now: run.resume() goes on from there."
    if standing.next:
        following = ", ".join(dict.fromkeys(standing.next))
        return f"It stands before {following} now: run.resume() goes on from there."
    return "It has come to its end."


def _asked_in(tasks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The interrupts that wait in the tasks of a server's state, each with the root's node that raised it."""
    return [
        {**interrupt, "node": task["name"], "task_id": task["id"]}
        for task in tasks
        if not task.get("result")  # older releases leave a task that is done its questions
        for interrupt in task.get("interrupts") or ()
    ]


def _is(question: Question, ask: Mapping[str, Any]) -> bool:
    """Whether a thread asks the same."""
    return ask.get("id") == question.interrupt_id and are_alike(question.value, ask.get("value"))


def _masked(standing: Standing, encode: EncodePart) -> Standing:
    """The same as JSON, with the secrets in it masked: what it asks is going to be shown."""
    shown = encode("control", "", {"asks": list(standing.asks)})
    return replace(standing, asks=tuple(plain(shown)["asks"]))


def _short(value: JSON) -> str:
    return clip(repr(value), 60)
