"""Messages that came without an id: which reports are of the same one, and under which id a state shows it.

A message that a node returns as ``("ai", "…")`` comes in ``updates``, in its task's result and in LangChain's
events, each time without an id. LangGraph gives it one when it writes it to the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lg_jupyter.adapter.coercion import Found
from lg_jupyter.encode.messages import role_of
from lg_jupyter.events.events import JSON, Writer
from lg_jupyter.events.namespace import is_within

REMEMBERED = 64
"""Messages of one content that are remembered; of those, the newest."""


@dataclass(slots=True)
class Unnamed:
    """A message without an id.

    Attributes
    ----------
    writer
        Who returned it; ``None`` if it was only seen in a state.
    row
        The id of its row; ``None`` until it is told.
    message_id
        The id that LangGraph has given to it since. What it shows beside an interrupt, it may name anew when
        the run goes on.
    certain
        Whether it is a message at all, even if no state shows it.
    """

    message: JSON
    namespace: str
    writer: Writer | None = None
    certain: bool = True
    row: str | None = None
    message_id: str | None = None
    lost: bool = False  # that id was taken back
    reports: set[tuple[str, str]] = field(default_factory=set)  # where it has come: kind of part, channel

    def learn(self, writer: Writer) -> bool:
        """Take what a later report knows of the writer; whether that is new."""
        if self.writer is None:
            self.writer = writer
            return True
        if self.writer.task_id is None and writer.task_id is not None:
            self.writer = replace(self.writer, task_id=writer.task_id, step=writer.step or self.writer.step)
            return True
        return False


class UnnamedMessages:
    """All of one run, by what they say."""

    def __init__(self) -> None:
        self._alike: dict[str, list[Unnamed]] = {}
        self._waiting: dict[str, list[Unnamed]] = {}
        self._count = 0

    def row(self, namespace: str) -> str:
        """An id for the row of a message that has none."""
        self._count += 1
        return f"{namespace or 'message'}#{self._count}"

    def add(self, unnamed: Unnamed) -> Unnamed:
        alike = self._alike.setdefault(_key(unnamed.message), [])
        alike.append(unnamed)
        del alike[:-REMEMBERED]
        return unnamed

    def written(self, found: Found, writer: Writer, kind: str, *, again: bool) -> Unnamed | None:
        """The message that this part of ``kind`` reports, if another kind of part has; ``None`` if it is new.

        A task says each of its messages once in each kind of part, but ``again`` when the run went on.
        """
        report = (kind, found.channel)
        for unnamed in self._like(found.message):
            if (again or report not in unnamed.reports) and _may_be(unnamed, writer):
                unnamed.reports.add(report)
                return unnamed
        return None

    def named(self, namespace: str, message_id: str, message: JSON) -> Unnamed | None:
        """The message to which LangGraph gave this id, in the state of a graph that it was written in."""
        for unnamed in self._like(message):
            if unnamed.message_id is None and is_within(unnamed.namespace, namespace):
                unnamed.message_id = message_id
                self._settle(unnamed)
                return unnamed
        return None

    def lose(self, message_id: str) -> None:
        """Note that the state has this id no more, now that the run goes on: the message may get another."""
        for alike in self._alike.values():
            for unnamed in alike:
                if unnamed.message_id == message_id:
                    unnamed.message_id, unnamed.lost = None, True

    def seen(self, namespace: str, channel: str, message: JSON) -> Unnamed | None:
        """The message that a state shows without an id; ``None`` if it is new."""
        report = (f"state {namespace}", channel)
        for unnamed in self._like(message):
            known = unnamed.message_id is None and report not in unnamed.reports
            if known and is_within(unnamed.namespace, namespace):
                unnamed.reports.add(report)
                self._settle(unnamed)
                return unnamed
        return None

    def gone(self, namespace: str, channel: str, message: JSON) -> None:
        """Note that a state no longer shows a message without an id: it may come back to it."""
        report = (f"state {namespace}", channel)
        for unnamed in self._like(message):
            if report in unnamed.reports:
                unnamed.reports.discard(report)
                return

    def wait(self, unnamed: Unnamed) -> None:
        """Have it told when the state of its graph comes, which gives it an id."""
        self._waiting.setdefault(unnamed.namespace, []).append(unnamed)

    def overdue(self, namespace: str | None = None) -> list[Unnamed]:
        """Those of which the state says nothing (of any graph, where none is named), though it has come."""
        if namespace is not None:
            return [each for each in self._waiting.pop(namespace, ()) if each.certain]
        waiting, self._waiting = self._waiting, {}
        return [each for of_graph in waiting.values() for each in of_graph if each.certain]

    def _settle(self, unnamed: Unnamed) -> None:
        waiting = self._waiting.get(unnamed.namespace, [])
        if any(each is unnamed for each in waiting):
            self._waiting[unnamed.namespace] = [each for each in waiting if each is not unnamed]

    def _like(self, message: JSON) -> Iterator[Unnamed]:
        for unnamed in self._alike.get(_key(message), ()) if self._alike else ():
            if is_alike(unnamed.message, message):
                yield unnamed


def is_alike(one: JSON, other: JSON) -> bool:
    """Whether two messages say the same, by the same role."""
    return role_of(one) == role_of(other) and says_the_same(one, other)


def says_the_same(told: JSON, message: JSON) -> bool:
    """Whether two forms of a message say the same to a reader; what is empty may be left out."""
    if any((told.get(key) or None) != (message.get(key) or None) for key in _SAID):
        return False
    return message.get("usage_metadata") in (None, told.get("usage_metadata"))


_SAID = ("content", "tool_calls", "invalid_tool_calls", "name", "status")


def _key(message: JSON) -> str:
    return str(message["content"] or "")


def _may_be(unnamed: Unnamed, writer: Writer) -> bool:
    known = unnamed.writer
    if known is None:
        return is_within(unnamed.namespace, writer.namespace)
    return (
        known.namespace == writer.namespace
        and (known.node is None or writer.node is None or known.node == writer.node)
        and (known.task_id is None or writer.task_id is None or known.task_id == writer.task_id)
    )
