"""Which reports are of the same message where no id says so."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.message_coercion import FoundMessage
from lg_jupyter.adapter.messages_without_id import (
    MAX_MESSAGES_PER_CONTENT,
    MessagesWithoutId,
    MessagesWithoutTask,
    MessageWithoutId,
    have_same_content,
    have_same_role_and_content,
)
from lg_jupyter.events.events import CompleteMessage, MessageRemoved, WriterTask
from tests.adapter.build import Stream, ai


def writer(
    task_id: str | None = "t1", node: str | None = "a", namespace: str = "", step: Any = 1
) -> WriterTask:
    return WriterTask(namespace, node, task_id, step, 0.0)


def written(
    by: WriterTask, text: str = "Hi", kind: str = "updates"
) -> tuple[MessagesWithoutId, MessageWithoutId]:
    """One message that a task returned, as parts of one kind have shown it."""
    messages = MessagesWithoutId()
    entry = messages.add(MessageWithoutId(ai(text, None), by.namespace, by))
    entry.reports.add((kind, "messages"))
    return messages, entry


def found(text: str = "Hi", channel: str = "messages") -> FoundMessage:
    return FoundMessage(ai(text, None), channel)


# -- reports of writes ----------------------------------------------------------------------------------


def test_another_kind_of_part_shows_the_same_message_once() -> None:
    messages, entry = written(writer())
    assert messages.match_and_note_written_message(found(), writer(), "tasks", repeated=False) is entry
    assert messages.match_and_note_written_message(found(), writer(), "tasks", repeated=False) is None
    assert messages.match_and_note_written_message(found(), writer(), "tasks", repeated=True) is entry


def test_the_same_kind_of_part_shows_another_message_or_another_channel() -> None:
    messages, entry = written(writer())
    assert messages.match_and_note_written_message(found(), writer(), "updates", repeated=False) is None
    assert messages.match_and_note_written_message(found("Ho"), writer(), "tasks", repeated=False) is None
    assert (
        messages.match_and_note_written_message(found(channel="other"), writer(), "updates", repeated=False)
        is entry
    )


@pytest.mark.parametrize(
    ("by", "same"),
    [
        (writer(), True),
        (writer(task_id=None), True),
        (writer(node=None), True),
        (writer(task_id="t2"), False),
        (writer(node="b"), False),
        (writer(namespace="sub:1"), False),
    ],
)
def test_a_message_is_of_one_writer_as_far_as_that_is_known(by: WriterTask, same: bool) -> None:
    for one, other in ((writer(), by), (by, writer())):
        messages, _ = written(one)
        assert (
            messages.match_and_note_written_message(found(), other, "tasks", repeated=False) is not None
        ) is same


@pytest.mark.parametrize(("namespace", "same"), [("", True), ("sub:1", True), ("sub:1|in:2", False)])
def test_one_that_a_state_alone_has_shown_is_of_a_writer_in_or_around_it(namespace: str, same: bool) -> None:
    messages = MessagesWithoutId()
    messages.add(MessageWithoutId(ai("Hi", None), "sub:1"))
    by = writer(namespace=namespace)
    assert (messages.match_and_note_written_message(found(), by, "tasks", repeated=False) is not None) is same


def test_a_later_report_may_know_who_it_was() -> None:
    entry = MessageWithoutId(ai("Hi", None), "")
    assert entry.update_writer(writer(task_id=None, step=3))
    assert not entry.update_writer(writer(task_id=None))
    assert entry.update_writer(writer(task_id="t1", step=None))
    assert entry.writer == writer(task_id="t1", step=3)
    assert not entry.update_writer(writer(task_id="t2"))
    assert entry.writer == writer(task_id="t1", step=3)
    other = MessageWithoutId(ai("Hi", None), "", writer(task_id=None, step=3))
    assert other.update_writer(writer(task_id="t1", step=4)) and other.writer == writer(step=4)


def test_a_part_that_names_no_task_leaves_the_message_to_the_task_that_shows_it_itself() -> None:
    messages, one = written(writer("t1"), kind="messages")
    other = messages.add(MessageWithoutId(ai("Hi", None), "", writer("t2")))
    other.add_report(("messages", "messages"), writer("t2"))
    nobody = writer(task_id=None)
    # It may be the other's.
    assert messages.match_and_note_written_message(found(), nobody, "updates", repeated=False) is one
    assert messages.match_and_note_written_message(found(), writer("t1"), "updates", repeated=False) is one
    assert messages.match_and_note_written_message(found(), writer("t1"), "updates", repeated=False) is None
    # The other has its own.
    assert messages.match_and_note_written_message(found(), nobody, "updates", repeated=False) is None


def test_of_one_content_the_newest_are_remembered() -> None:
    messages = MessagesWithoutId()
    for number in range(MAX_MESSAGES_PER_CONTENT + 1):
        messages.add(MessageWithoutId(ai("Hi", None), "", writer(f"t{number}")))
    assert messages.match_and_note_written_message(found(), writer("t0"), "tasks", repeated=False) is None
    assert messages.match_and_note_written_message(found(), writer("t1"), "tasks", repeated=False) is not None


# -- states ---------------------------------------------------------------------------------------------


def test_a_state_shows_a_message_without_an_id_once_until_it_shows_it_no_more() -> None:
    messages, entry = written(writer())
    assert messages.match_and_note_state_message("", "messages", ai("Hi", None)) is entry
    assert messages.match_and_note_state_message("", "messages", ai("Hi", None)) is None
    messages.forget_state_message("", "messages", ai("Hi", None))
    assert messages.match_and_note_state_message("", "messages", ai("Hi", None)) is entry


@pytest.mark.parametrize(("namespace", "same"), [("", True), ("sub:1", True), ("sub:2", False)])
def test_states_of_its_graph_and_of_those_around_show_it(namespace: str, same: bool) -> None:
    messages, entry = written(writer(namespace="sub:1"))
    assert (messages.match_and_note_state_message(namespace, "messages", ai("Hi", None)) is entry) is same
    messages, entry = written(writer(namespace="sub:1"))
    assert (messages.assign_id(namespace, "m", ai("Hi", "m")) is entry) is same


def test_one_id_is_given_to_each_and_may_be_taken_back() -> None:
    messages, entry = written(writer())
    assert messages.assign_id("", "m", ai("Hi", "m")) is entry
    assert messages.assign_id("", "n", ai("Hi", "n")) is None
    assert messages.match_and_note_state_message("", "messages", ai("Hi", None)) is None
    messages.withdraw_id("other")
    assert (entry.message_id, entry.is_id_withdrawn) == ("m", False)
    messages.withdraw_id("m")
    assert (entry.message_id, entry.is_id_withdrawn) == (None, True)
    assert messages.assign_id("", "n", ai("Hi", "n")) is entry


def test_what_a_state_was_to_show_and_did_not() -> None:
    messages = MessagesWithoutId()
    for text, namespace, certain in (
        ("a", "", True),
        ("b", "", True),
        ("c", "sub:1", True),
        ("d", "", False),
    ):
        entry = MessageWithoutId(ai(text, None), namespace, writer(namespace=namespace), certain)
        messages.defer_until_state(messages.add(entry))
    messages.assign_id("", "m", ai("a", "m"))
    assert [entry.message["content"] for entry in messages.pop_overdue_messages("")] == ["b"]
    assert messages.pop_overdue_messages("") == []
    assert [entry.message["content"] for entry in messages.pop_overdue_messages()] == ["c"]
    assert messages.pop_overdue_messages() == []


def test_rows_are_numbered_and_named_after_their_graph() -> None:
    messages = MessagesWithoutId()
    assert [messages.generate_row_id(""), messages.generate_row_id("sub:1")] == ["message#1", "sub:1#2"]


# -- messages of unknown tasks --------------------------------------------------------------------------


def test_a_message_whose_task_is_unknown_is_found_by_what_it_says() -> None:
    messages = MessagesWithoutTask()
    messages.add("m", ai("Hi", "m"))
    messages.add("n", ai("Hi", "n"))
    assert messages.find_id_of_same_message(ai("Hi", None)) == "m"
    assert messages.find_id_of_same_message(ai("Ho", None)) is None
    assert messages.find_id_of_same_message({"type": "human", "content": "Hi"}) is None
    messages.add("m", ai("Ho", "m"))
    assert (
        messages.find_id_of_same_message(ai("Hi", None)),
        messages.find_id_of_same_message(ai("Ho", None)),
    ) == (
        "n",
        "m",
    )
    messages.remove("n")
    messages.remove("n")
    assert (messages.find_id_of_same_message(ai("Hi", None)), messages.get("n"), messages.get("m")) == (
        None,
        None,
        ai("Ho", "m"),
    )


# -- what is the same -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({}, True),
        ({"tool_calls": [], "name": None, "status": ""}, True),
        ({"content": "Ho"}, False),
        ({"tool_calls": [{"id": "1"}]}, False),
        ({"invalid_tool_calls": [{"id": "1"}]}, False),
        ({"name": "ada"}, False),
        ({"status": "error"}, False),
        ({"usage_metadata": {"input_tokens": 1}}, False),
        ({"id": "other"}, True),
    ],
)
def test_two_forms_that_say_the_same_are_one_message(more: dict[str, Any], same: bool) -> None:
    known = ai("Hi")
    assert have_same_content(known, {**known, **more}) is same
    assert have_same_role_and_content(known, {**known, **more}) is same
    assert not have_same_role_and_content(known, {**known, "type": "human"})


def test_a_count_that_was_known_is_no_news() -> None:
    counted = ai("Hi", usage_metadata={"input_tokens": 1})
    assert have_same_content(counted, counted) and have_same_content(counted, ai("Hi"))


def test_a_message_that_a_graph_forgets_whose_outer_state_nobody_has_seen_is_removed() -> None:
    stream = Stream("values")
    both = [ai("a", "m1"), ai("b", "m2")]
    stream("values", {"messages": both}, "sub:1")
    facts = stream("values", {"messages": both[:1]}, "sub:1")
    assert [fact for fact in facts if isinstance(fact, MessageRemoved)] == [MessageRemoved("m2")]
    assert [*stream.adapter.faults] == []


def test_what_a_graph_showed_the_state_around_it_shows_too() -> None:
    stream = Stream("values")
    for namespace in ("", "sub:1"):
        stream("values", {"log": []}, namespace)
    said = {"log": [ai("Hi", None)]}
    shown = [fact for fact in stream("values", said, "sub:1") if isinstance(fact, CompleteMessage)]
    assert [fact.text for fact in shown] == ["Hi"]
    assert not [fact for fact in stream("values", said) if isinstance(fact, CompleteMessage)]
    again = {"log": [ai("Hi", None), ai("Hi", None)]}
    assert [fact.text for fact in stream("values", again) if isinstance(fact, CompleteMessage)] == ["Hi"]
