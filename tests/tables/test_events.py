from __future__ import annotations

import gc
import random

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.tables import search
from tests.tables.stream import START, Stream


def seqs(stream, offset=0, limit=1000, **filters):
    total, rows = stream.trace.events.find_match_count_and_page(
        offset, limit, search.EventQuery.from_filter_values(**filters)
    )
    return total, [row["seq"] for row in rows]


def test_rows_are_the_envelopes():
    stream = Stream()
    stream(mode="custom", namespace="a:t1", node="n", step=3, task_id="t2", message_id="m", data={"x": 1})
    assert stream.rows("events") == [
        {
            "seq": 0,
            "timestamp": START,
            "mode": "custom",
            "namespace": "a:t1",
            "node": "n",
            "step": 3,
            "task_id": "t2",
            "message_id": "m",
            "run_id": "run-1",
            "thread_id": "thread-1",
            "checkpoint_id": None,
            "data": {"x": 1},
        }
    ]
    assert stream.trace.columns("events") == {
        name: [value] for name, value in stream.rows("events")[0].items()
    }
    assert stream.the("events", 0) == stream.rows("events")[0]
    assert stream.trace.row("events", 1) is None
    assert "events" not in stream.trace.take_changes().rows


@pytest.fixture
def stream():
    stream = Stream()
    for n in range(30):
        mode = ("values", "messages", "custom")[n % 3]
        stream(
            mode=mode,
            namespace="sub:t1" if n % 2 else "",
            node=f"node{n}",
            data={"n": n, "word": f"Word-{n}"},
        )
    return stream


def test_a_range_of_all(stream):
    assert seqs(stream, 10, 5) == (30, [10, 11, 12, 13, 14])
    assert seqs(stream, 28, 5) == (30, [28, 29])
    assert seqs(stream, 40, 5) == (30, [])
    assert seqs(stream, -3, 2) == (30, [0, 1])


def test_what_a_node_a_task_or_a_message_is_about():
    stream = Stream()
    stream(node="team", task_id="t1", step=1)
    stream(namespace="team:t1", node="model", task_id="t2", message_id="m", step=1)
    stream(namespace="team:t1|model:t2", node="inner", step=None)
    stream(node="model", task_id="t3", step=2)
    assert seqs(stream, nodes=["team"]) == (3, [0, 1, 2])
    assert seqs(stream, nodes=["model"]) == (3, [1, 2, 3])
    assert seqs(stream, tasks=["t1"]) == (3, [0, 1, 2])
    assert seqs(stream, tasks=["t2", "t3"]) == (3, [1, 2, 3])
    assert seqs(stream, tasks=[]) == (0, [])
    assert seqs(stream, messages=["m"]) == (1, [1])
    assert seqs(stream, nodes=["model"], tasks=["t1"]) == (2, [1, 2])


def test_a_tag_finds_the_events_of_messages_with_it():
    stream = Stream()
    stream.chunk("joke", "ha", tags=["funny", "short"])
    stream.chunk("poem", "oh", tags=["sad"])
    stream.state({"topic": "ice"})
    assert seqs(stream, tags=["funny"]) == (1, [0])
    stream.chunk("joke", "ha", tags=["funny", "short"])
    assert seqs(stream, tags=["funny"]) == (2, [0, 3])
    assert seqs(stream, tags=["sad", "short"]) == (3, [0, 1, 3])
    assert seqs(stream, tags=["none"]) == (0, [])


@pytest.mark.parametrize(
    ("steps", "found"),
    [((1, 2), [1, 2]), ((2, None), [2, 3]), ((None, 1), [0, 1]), ((None, None), [0, 1, 2, 3, 4])],
)
def test_steps_have_a_first_and_a_last(steps, found):
    stream = Stream()
    for step in (0, 1, 2, 3, None):
        stream(step=step)
    assert seqs(stream, steps=steps)[1] == found


def test_ranges_of_what_fits(stream):
    assert seqs(stream, 2, 3, modes=["custom"]) == (10, [8, 11, 14])
    assert seqs(stream, modes=["custom", "values"], namespaces=["sub:t1"], limit=3) == (10, [3, 5, 9])
    assert seqs(stream, namespaces=[""], modes=[]) == (0, [])
    assert seqs(stream, text="WORD-2") == (11, [2, *range(20, 30)])
    assert seqs(stream, text="NODE29") == (1, [29])
    assert seqs(stream, text="word-2", modes=["values"]) == (3, [21, 24, 27])


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("needle", {"deep": [{"er": SharedList(["x", {"a": "a Needle here"}])}]}),
        ("a_key", {"deep": {"a_KEY": None}}),
        ("12.5", [12.5]),
        ("true", {"flag": True}),
        ("null", [None]),
        ("plain", "plain text"),
    ],
)
def test_text_is_found_wherever_it_stands(text, data):
    stream = Stream()
    stream(data={"other": 1, "flag": False, "n": 1})
    stream(data=data)
    assert seqs(stream, text=text) == (1, [1])


def test_one_is_not_true():
    stream = Stream()
    stream(data=[1])
    stream(data=[True])
    assert seqs(stream, text="true") == (1, [1])


def test_what_comes_later_is_found_too(stream):
    assert seqs(stream, text="word-3") == (1, [3])
    stream(data="Word-3000")
    assert seqs(stream, text="word-3") == (2, [3, 30])
    assert seqs(stream, text="word-30") == (1, [30])
    stream(data="word-3000 again")
    assert seqs(stream, text="word-30") == (2, [30, 31])
    assert seqs(stream, text="word-3") == (3, [3, 30, 31])


def test_only_the_newest_events_are_held():
    stream = Stream(events_cap=100)
    for n in range(150):
        stream(data=n, mode="values" if n % 2 else "custom")
        if n in (60, 99):
            assert seqs(stream, modes=["values"]) == ((n + 1) // 2, list(range(1, n + 1, 2)))
    held = stream.rows("events", "seq")
    assert 90 <= len(held) <= 100
    assert held == list(range(150))[-len(held) :]
    assert stream.trace.events.dropped_count == 150 - len(held)
    assert stream.trace.events.total_count == 150
    odd = [seq for seq in held if seq % 2]
    assert seqs(stream, modes=["values"]) == (len(odd), odd)
    assert seqs(stream, 0, 2) == (len(held), held[:2])
    assert stream.trace.row("events", 3) is None
    assert stream.the("events", held[0])["data"] == held[0]


def token(text, message_id="m1", metadata=None):
    return [{"content": text, "type": "AIMessageChunk", "id": message_id}, metadata or {"node": "n"}]


def test_tokens_are_held_small_and_read_as_they_came():
    one, other = {"langgraph_node": "a"}, {"langgraph_node": "b"}
    payloads = [
        token("Hel", "m1", one),
        token("Guten ", "m2", other),
        token("lo", "m1", one),
        [{**token("!", "m1", one)[0], "usage_metadata": {"output_tokens": 3}}, one],
        [{**token("x")[0], "id": None}, one],
        [{**token("x")[0], "content": [{"type": "text", "text": "x"}]}, one],
        [{"content": "x", "id": "m1", "other": "y"}, one],
        [{"content": "x", "type": "human", "id": "m1"}, one],
        token("again", "m1", other),
        [token("only")[0]],
        ["a", "b"],
        None,
    ]
    stream = Stream()
    for payload in payloads:
        stream(mode="messages", data=payload)
    assert stream.rows("events", "data") == payloads
    assert stream.trace.columns("events")["data"] == payloads
    assert [stream.the("events", seq)["data"] for seq in range(len(payloads))] == payloads
    assert seqs(stream, text="guten") == (1, [1])


def test_tokens_leave_nothing_to_collect():
    """What a run holds of a token must not be an object that the garbage collector walks over."""
    stream, metadata = Stream(), {"langgraph_node": "a"}

    def hold(count):
        for _ in range(count):
            stream(mode="messages", data=token("word ", "m1", metadata))
        gc.collect()
        return len(gc.get_objects())

    before = hold(1000)
    assert hold(1000) - before < 100  # the interpreter makes some, now and then


def test_queries_agree_with_looking_at_everything():
    dice = random.Random(1)
    stream = Stream(events_cap=300)
    words = ["alpha", "alphabet", "beta", "bet"]
    for _ in range(60):
        for _ in range(dice.randrange(12)):
            stream(mode=dice.choice("abc"), namespace=dice.choice(["", "x:1"]), data=dice.choice(words))
        modes = dice.choice([None, ["a"], ["a", "b"]])
        namespaces = dice.choice([None, [""], ["x:1"]])
        text = dice.choice([None, "al", "alpha", "alphabet", "bet", "b"])
        expected = [
            row["seq"]
            for row in stream.rows("events")
            if (modes is None or row["mode"] in modes)
            and (namespaces is None or row["namespace"] in namespaces)
            and (
                text is None
                or any(text in str(value) for value in (row["data"], row["mode"], row["namespace"]))
            )
        ]
        assert seqs(stream, modes=modes, namespaces=namespaces, text=text) == (len(expected), expected)


def test_an_event_is_looked_into_once_for_each_text(monkeypatch):
    looks = []
    matches = search._TextMatcher.matches_event
    monkeypatch.setattr(
        search._TextMatcher,
        "matches_event",
        lambda self, event, data: looks.append(data) or matches(self, event, data),
    )
    stream = Stream()
    for n in range(100):
        stream(data=f"word {n}")
    for _ in range(5):
        assert seqs(stream, text="word 7")[0] == 11
    assert len(looks) == 100
    stream(data="word 77777")
    assert seqs(stream, text="word 7")[0] == 12
    assert len(looks) == 101
    assert seqs(stream, text="word 77")[0] == 2
    assert len(looks) == 101 + 12
