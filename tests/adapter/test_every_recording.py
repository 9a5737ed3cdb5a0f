"""What holds for every stream: each part is understood and gives one event, and is left as it was."""

from __future__ import annotations

import copy
import logging
from typing import Any

import pytest

from lg_jupyter.events.events import FINAL_STATUSES, TaskEnded, TaskStarted
from tests.matrix import sampled
from tests.recordings import adapted, names, parts


@pytest.fixture
def misunderstood(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    caplog.set_level(logging.DEBUG, logger="lg_jupyter.adapter")
    return caplog.records


@pytest.mark.parametrize("name", sampled(names()))
def test_each_part_is_understood_and_gives_one_event(name: str, misunderstood: list[Any]) -> None:
    stream = list(parts(name))
    events = adapted(stream)

    assert [event.seq for event in events] == list(range(len(stream)))
    assert [event.timestamp for event in events] == [part.timestamp for part in stream]
    assert [event.source_id for event in events] == [part.source_id for part in stream]
    if not name.startswith("local_events"):  # there, inner parts take the place of the outer ones
        assert [(event.mode, event.data) for event in events] == [(part.mode, part.data) for part in stream]
    assert misunderstood == []


@pytest.mark.parametrize("name", sampled(names()))
def test_each_task_starts_once_and_ends_once(name: str) -> None:
    facts = [fact for event in adapted(parts(name)) for fact in event.facts]
    started = [fact.task_id for fact in facts if isinstance(fact, TaskStarted)]
    ended = [fact.task_id for fact in facts if isinstance(fact, TaskEnded)]

    assert len(started) == len(set(started))
    assert sorted(started) == sorted(ended)
    assert all(fact.status in FINAL_STATUSES for fact in facts if isinstance(fact, TaskEnded))


@pytest.mark.parametrize("name", names("local_v1", "server_v1")[::7])
def test_parts_are_not_changed(name: str) -> None:
    stream = list(parts(name))
    before = copy.deepcopy(stream)
    adapted(stream)
    assert stream == before
