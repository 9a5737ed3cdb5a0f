"""Messages by their tokens."""

from __future__ import annotations

import pytest

from lg_jupyter.events.events import CompleteMessage, Event
from lg_jupyter.tables.message_builder import MessageBuilder
from lg_jupyter.tables.message_usage import MessageUsageIndex
from lg_jupyter.tables.usage import Usage
from tests.tables.stream import Stream

SEVEN = {"input_tokens": 4, "output_tokens": 3, "total_tokens": 7}
NINE = {"input_tokens": 5, "output_tokens": 4, "total_tokens": 9}
OF_SEVEN, OF_NINE = Usage.from_usage_metadata(SEVEN), Usage.from_usage_metadata(NINE)


def make_message(message_id: str) -> MessageBuilder:
    event = Event(
        seq=0,
        timestamp=0.0,
        mode="test",
        namespace="sub:t0",
        node="node",
        step=1,
        task_id="t1",
        message_id=message_id,
        run_id=None,
        thread_id=None,
        checkpoint_id=None,
        data=None,
        facts=(),
    )
    return MessageBuilder(event, CompleteMessage(message_id, "ai", "text"), 0.0)


@pytest.fixture
def reports() -> list[tuple[str, Usage, Usage]]:
    return []


@pytest.fixture
def counted(reports) -> MessageUsageIndex:
    return MessageUsageIndex(lambda *report: reports.append(report))


def test_messages_are_found_by_their_counts_and_summed(counted, reports):
    first, second, other, without = map(make_message, ("m1", "m2", "m3", "m4"))
    for message, usage in ((first, SEVEN), (second, SEVEN), (other, NINE)):
        message.record_usage(usage, is_added=False)
    for message in (first, second, other, without):
        counted.update_message_usage(message)
    assert list(counted.find_messages_with_usage(OF_SEVEN)) == [first, second]
    assert list(counted.find_messages_with_usage(OF_NINE)) == [other]
    assert list(counted.find_messages_with_usage(Usage())) == []
    assert counted.total_usage == OF_SEVEN + OF_SEVEN + OF_NINE
    assert reports == [("sub:t0", Usage(), now) for now in (OF_SEVEN, OF_SEVEN, OF_NINE)]


def test_a_message_whose_counts_are_others_is_found_by_these_alone(counted, reports):
    message = make_message("m1")
    for usage in (SEVEN, SEVEN, NINE):
        message.record_usage(usage, is_added=False)
        counted.update_message_usage(message)
    assert list(counted.find_messages_with_usage(OF_SEVEN)) == [] and list(
        counted.find_messages_with_usage(OF_NINE)
    ) == [message]
    message.mark_as_copy()
    counted.update_message_usage(message)
    assert list(counted.find_messages_with_usage(OF_NINE)) == [] and counted.total_usage == Usage()
    assert [report[1:] for report in reports] == [
        (Usage(), OF_SEVEN),
        (OF_SEVEN, OF_NINE),
        (OF_NINE, Usage()),
    ]


def test_a_message_that_is_forgotten_is_not_found_but_stays_counted(counted):
    message, other, uncounted = map(make_message, ("m1", "m2", "m3"))
    for each in (message, other):
        each.record_usage(SEVEN, is_added=False)
        counted.update_message_usage(each)
    counted.remove_from_index(message)
    counted.remove_from_index(uncounted)
    assert list(counted.find_messages_with_usage(OF_SEVEN)) == [other]
    assert counted.total_usage == OF_SEVEN + OF_SEVEN


def test_another_message_of_a_forgotten_id_is_its_own(counted):
    message, later = make_message("m1"), make_message("m1")
    message.record_usage(SEVEN, is_added=False)
    counted.update_message_usage(message)
    counted.remove_from_index(message)
    later.record_usage(SEVEN, is_added=False)
    counted.update_message_usage(later)
    counted.remove_from_index(message)
    assert list(counted.find_messages_with_usage(OF_SEVEN)) == [later]


def test_copies_are_looked_for_among_messages_of_the_same_counts(monkeypatch):
    stream, compared = Stream(), []
    is_copy_of = MessageBuilder.is_copy_of
    monkeypatch.setattr(
        MessageBuilder,
        "is_copy_of",
        lambda self, answer: compared.append(answer.message_id) or is_copy_of(self, answer),
    )
    where = {"node": "node", "task_id": "t1"}
    stream.task("t1")
    for message_id, usage in (("m1", SEVEN), ("m2", NINE)):
        stream.chunk(message_id, "yes", usage=usage, is_last=True, **where)
    stream(CompleteMessage("m3", "ai", "yes", usage=NINE), **where)
    assert compared == ["m2"]
    assert stream.rows("messages", "message_id", "source", "total_tokens") == [
        ("m1", "model", 7),
        ("m2", "model", 9),
        ("m3", "node", None),
    ]
    assert stream.trace.tables["messages"].usage == OF_SEVEN + OF_NINE
