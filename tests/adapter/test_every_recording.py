"""What holds for every stream: each part is understood and gives one event; damaged ones raise nothing."""

from __future__ import annotations

import copy
import logging
import random
from typing import Any

import pytest

from lg_jupyter.adapter import Adapter
from lg_jupyter.events.events import FINAL_STATUSES, Event, Part, TaskEnded, TaskStarted
from tests.matrix import sampled
from tests.recordings import adapted, names, parts

TORN: list[Any] = [None, 0, "", "torn", [], {}, [None], [{}], [[], {}], {"id": None}, {"event": 1}, [1, 2, 3]]


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


@pytest.mark.parametrize("seed", range(20))
def test_torn_parts_become_events_without_facts_and_do_no_harm(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(names("local_v1", "server_v1", "local_events_v2"))
    whole = list(parts(name))
    torn = _with_torn_parts(whole, chance)
    adapter = Adapter()
    events = [adapter.adapt(part) for part in torn]

    assert [event.seq for event in events] == list(range(len(torn)))
    good = [event for event, part in zip(events, torn, strict=True) if part in whole]
    assert [_said(event) for event in good] == [_said(event) for event in adapted(whole)]


def _with_torn_parts(whole: list[Part], chance: random.Random) -> list[Part]:
    """The stream with damaged parts between the good ones."""
    stream: list[Part] = []
    for part in whole:
        if chance.random() < 0.3:
            mode = chance.choice([part.mode, "messages", "tasks", "debug", "events", "error", "no such mode"])
            stream.append(Part(mode, part.namespace, chance.choice(TORN), part.timestamp + 0.25))
        stream.append(part)
    return stream


def _said(event: Event) -> tuple[Any, ...]:
    return (event.mode, event.namespace, event.node, event.step, event.task_id, event.message_id, event.facts)


@pytest.mark.parametrize("seed", range(20))
def test_any_damage_to_any_part_raises_nothing(seed: int) -> None:
    chance = random.Random(seed)
    for name in chance.sample(names(), 10):
        adapter = Adapter()
        for part in parts(name):
            damaged = Part(part.mode, part.namespace, _damaged(part.data, chance), part.timestamp)
            event = adapter.adapt(damaged)
            assert event.data is damaged.data or part.mode == "events"


def _damaged(value: Any, chance: random.Random) -> Any:
    """A copy in which some values are missing or are something else."""
    if chance.random() < 0.05:
        return chance.choice(TORN)
    if isinstance(value, dict):
        return {key: _damaged(item, chance) for key, item in value.items() if chance.random() > 0.03}
    if isinstance(value, list):
        return [_damaged(item, chance) for item in value if chance.random() > 0.03]
    return value
