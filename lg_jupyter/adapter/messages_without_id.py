"""Messages that came without an id: which reports are of the same one, and under which id a state shows it.

A message that a node returns as ``("ai", "…")`` comes in ``updates``, in its task's result and in LangChain's
events, each time without an id; so does a message object without one in ``messages`` of a watched run.
LangGraph gives it one when it writes it to the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lg_jupyter.adapter.complete_message import UNKNOWN_ORIGIN, MessageOrigin
from lg_jupyter.adapter.message_coercion import FoundMessage
from lg_jupyter.encode.messages import get_message_role
from lg_jupyter.events.events import JSONObject, WriterTask
from lg_jupyter.events.namespace import is_within_namespace

MAX_MESSAGES_PER_CONTENT = 64
"""Messages of one content that are remembered; of those, the newest."""


@dataclass(slots=True)
class MessageWithoutId:
    """A message without an id.

    Attributes
    ----------
    writer
        Who returned it; ``None`` if it was only seen in a state.
    row_id
        The id of its row; ``None`` until it is emitted.
    message_id
        The id that LangGraph has given to it since. What it shows beside an interrupt, it may name anew when
        the run goes on.
    is_certain
        Whether it is a message at all, even if no state shows it.
    origin
        What the metadata of its task say of it.
    """

    message: JSONObject
    namespace: str
    writer: WriterTask | None = None
    is_certain: bool = True
    origin: MessageOrigin = UNKNOWN_ORIGIN
    row_id: str | None = None
    message_id: str | None = None
    is_id_withdrawn: bool = False  # that id was taken back
    # where it has come: kind of part, channel
    reports: set[tuple[str, str]] = field(default_factory=set)
    # of these, the kinds whose part did not say which task it is of: it may have been one beside it
    reports_without_task: set[tuple[str, str]] = field(default_factory=set)

    def add_report(self, report: tuple[str, str], writer: WriterTask) -> None:
        """Note that a part of this kind and channel has shown it."""
        self.reports.add(report)
        if writer.task_id is None:
            self.reports_without_task.add(report)

    def move_report(self, report: tuple[str, str], other: MessageWithoutId) -> None:
        """Have a part that did not name its task count for another message."""
        for kinds, of_other in (
            (self.reports, other.reports),
            (self.reports_without_task, other.reports_without_task),
        ):
            kinds.remove(report)
            of_other.add(report)

    def update_writer(self, writer: WriterTask) -> bool:
        """Take what a later report knows of the writer; whether that is new."""
        if self.writer is None:
            self.writer = writer
            return True
        if self.writer.task_id is None and writer.task_id is not None:
            self.writer = replace(self.writer, task_id=writer.task_id, step=writer.step or self.writer.step)
            return True
        return False


class MessagesWithoutId:
    """All of one run, by their content."""

    def __init__(self) -> None:
        self._entries_by_content: dict[str, list[MessageWithoutId]] = {}
        self._entries_awaiting_state: dict[str, list[MessageWithoutId]] = {}
        self._count = 0

    def generate_row_id(self, namespace: str) -> str:
        """An id for the row of a message that has none."""
        self._count += 1
        return f"{namespace or 'message'}#{self._count}"

    def add(self, entry: MessageWithoutId) -> MessageWithoutId:
        entries = self._entries_by_content.setdefault(_make_content_key(entry.message), [])
        entries.append(entry)
        del entries[:-MAX_MESSAGES_PER_CONTENT]
        return entry

    def add_state_message(
        self,
        namespace: str,
        channel: str,
        message: JSONObject,
        writer: WriterTask | None = None,
        row_id: str | None = None,
    ) -> MessageWithoutId:
        """Add one that a state showed first."""
        entry = self.add(MessageWithoutId(message, namespace, writer, row_id=row_id))
        entry.reports.add((f"state {namespace}", channel))
        return entry

    def match_and_note_written_message(
        self, found: FoundMessage, writer: WriterTask, kind: str, *, repeated: bool
    ) -> MessageWithoutId | None:
        """The message that this part of ``kind`` reports, if another kind of part has; ``None`` if it is new.

        A task shows each of its messages once in each kind of part, and again (``repeated``) after a resume.
        """
        report = (kind, found.channel)
        of_writer = self._find_entries_by_writer(writer, found.message)
        entry = next((each for each in of_writer if repeated or report not in each.reports), None)
        if entry is None and writer.task_id is not None:
            entry = self._reassign_report(report, found.message, writer)
        if entry is not None:
            entry.add_report(report, writer)
        return entry

    def _reassign_report(
        self, report: tuple[str, str], message: JSONObject, writer: WriterTask
    ) -> MessageWithoutId | None:
        """The writer's message, if the part that reported it named no task: it may be of one beside it."""
        of_writer = self._find_entries_by_writer(writer, message)
        beside = self._find_entries_by_writer(replace(writer, task_id=None), message)
        entry = next((each for each in of_writer if report in each.reports_without_task), None)
        other = next((each for each in beside if report not in each.reports), None)
        if entry is None or other is None:
            return None
        entry.move_report(report, other)
        return entry

    def assign_id(self, namespace: str, message_id: str, message: JSONObject) -> MessageWithoutId | None:
        """The message to which LangGraph gave this id, in the state of a graph that it was written in."""
        for entry in self._find_entries_by_message(message):
            if entry.message_id is None and is_within_namespace(entry.namespace, namespace):
                entry.message_id = message_id
                self._stop_deferring(entry)
                return entry
        return None

    def withdraw_id(self, message_id: str) -> None:
        """Note that the state has this id no more, now that the run goes on: the message may get another."""
        for entries in self._entries_by_content.values():
            for entry in entries:
                if entry.message_id == message_id:
                    entry.message_id, entry.is_id_withdrawn = None, True

    def match_and_note_state_message(
        self, namespace: str, channel: str, message: JSONObject
    ) -> MessageWithoutId | None:
        """The message that a state shows without an id; ``None`` if it is new."""
        report = (f"state {namespace}", channel)
        for entry in self._find_entries_by_message(message):
            known = entry.message_id is None and report not in entry.reports
            if known and is_within_namespace(entry.namespace, namespace):
                entry.reports.add(report)
                self._stop_deferring(entry)
                return entry
        return None

    def forget_state_message(self, namespace: str, channel: str, message: JSONObject) -> None:
        """Note that a state no longer shows a message without an id: it may come back to it."""
        report = (f"state {namespace}", channel)
        for entry in self._find_entries_by_message(message):
            if report in entry.reports:
                entry.reports.discard(report)
                return

    def defer_until_state(self, entry: MessageWithoutId) -> None:
        """Have it emitted when the state of its graph comes, which gives it an id."""
        self._entries_awaiting_state.setdefault(entry.namespace, []).append(entry)

    def pop_overdue_messages(self, namespace: str | None = None) -> list[MessageWithoutId]:
        """Those of which the state says nothing (of any graph, where none is named), though it has come."""
        if namespace is not None:
            return [each for each in self._entries_awaiting_state.pop(namespace, ()) if each.is_certain]
        waiting, self._entries_awaiting_state = self._entries_awaiting_state, {}
        return [each for of_graph in waiting.values() for each in of_graph if each.is_certain]

    def _stop_deferring(self, entry: MessageWithoutId) -> None:
        waiting = self._entries_awaiting_state.get(entry.namespace, [])
        if any(each is entry for each in waiting):
            self._entries_awaiting_state[entry.namespace] = [each for each in waiting if each is not entry]

    def _find_entries_by_writer(self, writer: WriterTask, message: JSONObject) -> Iterator[MessageWithoutId]:
        return (each for each in self._find_entries_by_message(message) if _may_be_written_by(each, writer))

    def _find_entries_by_message(self, message: JSONObject) -> Iterator[MessageWithoutId]:
        for entry in (
            self._entries_by_content.get(_make_content_key(message), ()) if self._entries_by_content else ()
        ):
            if have_same_role_and_content(entry.message, message):
                yield entry


class MessagesWithoutTask:
    """Messages that were emitted before it was known which task returned them, by id and by their content."""

    def __init__(self) -> None:
        self._messages_by_id: dict[str, JSONObject] = {}
        self._ids_by_content: dict[str, dict[str, None]] = {}

    def add(self, message_id: str, message: JSONObject) -> None:
        self.remove(message_id)
        self._messages_by_id[message_id] = message
        self._ids_by_content.setdefault(_make_content_key(message), {}).setdefault(message_id)

    def remove(self, message_id: str) -> None:
        message = self._messages_by_id.pop(message_id, None)
        if message is None:
            return
        ids = self._ids_by_content[_make_content_key(message)]
        del ids[message_id]
        if not ids:
            del self._ids_by_content[_make_content_key(message)]

    def get(self, message_id: str) -> JSONObject | None:
        return self._messages_by_id.get(message_id)

    def find_id_of_same_message(self, message: JSONObject) -> str | None:
        """The id of the first that has the same content and role."""
        ids = self._ids_by_content.get(_make_content_key(message), ())
        return next(
            (each for each in ids if have_same_role_and_content(self._messages_by_id[each], message)), None
        )


def have_same_role_and_content(one: JSONObject, other: JSONObject) -> bool:
    """Whether two messages have the same content and role."""
    return get_message_role(one) == get_message_role(other) and have_same_content(one, other)


def have_same_content(known: JSONObject, message: JSONObject) -> bool:
    """Whether two forms of a message are the same to a reader; what is empty may be left out."""
    if any((known.get(key) or None) != (message.get(key) or None) for key in _COMPARED_FIELDS):
        return False
    return message.get("usage_metadata") in (None, known.get("usage_metadata"))


_COMPARED_FIELDS = ("content", "tool_calls", "invalid_tool_calls", "name", "status")


def _make_content_key(message: JSONObject) -> str:
    return str(message.get("content") or "")


def _may_be_written_by(entry: MessageWithoutId, writer: WriterTask) -> bool:
    """Whether the message may be of this writer, as far as both are known."""
    known = entry.writer
    if known is None:
        return is_within_namespace(entry.namespace, writer.namespace)
    return (
        known.namespace == writer.namespace
        and (known.node is None or writer.node is None or known.node == writer.node)
        and (known.task_id is None or writer.task_id is None or known.task_id == writer.task_id)
    )
