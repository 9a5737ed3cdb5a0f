"""Tokens that are gathered: the same run as if each had been taken by itself, whenever somebody looks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.events.events import Part
from lg_jupyter.events.namespace import split_server_event_name
from lg_jupyter.events.token_batch import MAX_BATCH_SECONDS, TokenBatch, expand_token_batch
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.sources import token_batcher
from lg_jupyter.sources.token_batcher import TokenBatcher
from lg_jupyter.tables.part_log import PartLog
from lg_jupyter.tables.trace import Trace
from tests.patience import patience
from tests.recordings import FOLDER, decode, manifest, names
from tests.test_run import until

START_TIME = 1_790_000_000.0
SECRET = "sk-canary-0123456789abcdef"
META = {"langgraph_node": "llm", "langgraph_step": 1, "langgraph_checkpoint_ns": "llm:1"}

TOLD = [
    name
    for name in names("local_v1", "local_v2")
    if "messages" in manifest()[name]["modes"]
    and manifest()[name]["tagged"]
    and manifest()[name]["subgraphs"]
]


FROM_SERVERS = [
    "server_v1/agent__SALL__sg",
    "server_v1/fansub__messages__sg",
    "server_v1/msgs--stateless__SALL__sg",
    "server_v1/func__SALL__sg",
]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the batcher takes for the time."""
    told = SimpleNamespace(now=START_TIME)
    monkeypatch.setattr(token_batcher, "time", SimpleNamespace(time=lambda: told.now))
    return told


class Taken:
    """What a run makes of its items, ``gather`` or one by one."""

    def __init__(self, clock: SimpleNamespace, *, gather: bool, **secrets: str) -> None:
        redactor = Redactor()
        for name, value in secrets.items():
            redactor.add_secret(name, value)
        encode = PartEncoder(Encoder(redactor))
        self._batcher = TokenBatcher(encode if gather else lambda *payload: encode(*payload))
        self._clock = clock
        self.trace, self.file = Trace(), []
        self.log = PartLog(self.trace)
        self.gathered = 0

    def __call__(self, items: Iterable[Any], look_every: int | None = None) -> Taken:
        """Take items that came a millisecond apart, and look now and then."""
        for number, item in enumerate(items):
            self._clock.now = START_TIME + number / 1000
            *place, payload = item
            if self._batcher.try_extend_last_part(place, payload, f"{number}-0"):
                self.gathered += 1
            else:
                namespace, mode = place
                namespace = "|".join(namespace)
                self._take(self._batcher.start_new_part(place, mode, namespace, payload, f"{number}-0"))
            if look_every and number % look_every == 0:
                self.trace.take_changes()
        return self

    def _take(self, part: Part) -> None:
        self.trace.feed(part)
        self.file.append(part)

    def all(self) -> dict[str, Any]:
        """Everything there is to see of it."""
        return to_plain_json(
            {
                "tables": {name: self.trace.rows(name) for name in self.trace.tables},
                "columns": {name: self.trace.columns(name) for name in ("events", "tokens")},
                "counts": self.trace.event_and_token_counts,
                "text": self.trace.messages.list_whole_text_deltas(),
                "log": [parts_fields(part) for part in self.log],
                "file": [parts_fields(each) for part in self.file for each in expand_token_batch(part)],
            }
        )


def parts_fields(part: Part) -> list[Any]:
    assert type(part) is Part
    return [part.mode, part.namespace, part.data, part.timestamp, part.source_id]


def items_of(name: str) -> Iterator[tuple[Any, str, Any]]:
    """What the graph or the server of a recording streamed: ``(namespace, mode, payload)``.

    The metadata of a graph's model call are one object, as they were.
    """
    calls: list[Any] = []
    for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()[:-1]:
        item = decode(json.loads(line)["item"])
        if hasattr(item, "event"):
            mode, namespace = split_server_event_name(item.event)
            yield tuple(namespace.split("|")), mode, item.data
            continue
        namespace, mode, payload = (
            (tuple(item["ns"]), item["type"], item["data"]) if isinstance(item, dict) else item
        )
        if mode == "messages":
            calls += [payload[1]] if payload[1] not in calls else []
            payload = payload[0], calls[calls.index(payload[1])]
        yield namespace, mode, payload


def token(text: Any, message_id: str = "m", metadata: Any = META, **fields: Any) -> tuple[Any, str, Any]:
    return (), "messages", (AIMessageChunk(content=text, id=message_id, **fields), metadata)


def test_there_is_what_to_compare(clock):
    assert len(TOLD) > 30
    gathered = {name: Taken(clock, gather=True)(items_of(name)).gathered for name in TOLD}
    assert sum(count > 0 for count in gathered.values()) > 5
    assert any(Taken(clock, gather=True)(items_of(name)).gathered for name in FROM_SERVERS)


@pytest.mark.parametrize("look_every", [None, 1, 3])
@pytest.mark.parametrize("name", [*TOLD, *FROM_SERVERS])
def test_all_is_the_same_as_if_each_token_had_been_taken_by_itself(name, look_every, clock):
    one_by_one = Taken(clock, gather=False)(items_of(name))
    assert one_by_one.gathered == 0
    assert Taken(clock, gather=True)(items_of(name), look_every).all() == one_by_one.all()


@given(st.data())
def test_whatever_comes_between_tokens(data):
    """Messages that take turns, text that is not plain, a secret in pieces, looks at any moment."""
    text = data.draw(st.text("ab ", max_size=40)) + SECRET + data.draw(st.text("sk-é ", max_size=40))
    pieces = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=20))
    fields = data.draw(st.sampled_from([{}, {"response_metadata": {"model_provider": "p"}}, {"name": "n"}]))
    kinds = st.sampled_from(["plain", "plain", "plain", "usage", "blocks", "other", "custom", "torn", "call"])
    items = []
    for length in [*pieces, len(text)]:
        piece, text = text[:length], text[length:]
        kind = data.draw(kinds)
        between = {
            "usage": token("", usage_metadata={"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}),
            "blocks": token([{"type": "text", "text": "block"}]),
            "other": token("of another", "n"),
            "custom": ((), "custom", {"n": len(items)}),
            "torn": token("half \ud800"),
            "call": token("", tool_call_chunks=[{"name": "f", "args": "{", "id": "c", "index": 0}]),
        }
        items += [token(piece, **fields)] if kind == "plain" else [token(piece, **fields), between[kind]]
    items.append(token("", chunk_position="last"))
    with pytest.MonkeyPatch.context() as patch:
        now = SimpleNamespace(now=START_TIME)
        patch.setattr(token_batcher, "time", SimpleNamespace(time=lambda: now.now))
        gathered = Taken(now, gather=True, KEY=SECRET)(items, data.draw(st.sampled_from([None, 1, 2, 5])))
        one_by_one = Taken(now, gather=False, KEY=SECRET)(items)
    assert gathered.all() == one_by_one.all()
    assert SECRET not in json.dumps(gathered.all())


def test_what_a_token_says_stays_when_its_chunk_is_changed(clock):
    chunks = [AIMessageChunk(content=text, id="m") for text in ("one ", "two ", "three")]
    metadata = dict(META)
    taken = Taken(clock, gather=True)(((), "messages", (chunk, metadata)) for chunk in chunks)
    assert taken.gathered == 2
    for chunk in chunks:
        chunk.content = "changed"
        chunk.additional_kwargs["more"] = 1
    metadata["langgraph_node"] = "changed"
    (row,) = taken.trace.rows("messages")
    assert (row["text"], row["node"], row["chunk_count"]) == ("one two three", "llm", 3)


def test_metadata_that_were_changed_are_told_with_the_next_batch(clock):
    metadata = dict(META)

    def items() -> Iterator[Any]:
        yield token("one ", metadata=metadata)
        metadata["tags"] = ["new"]
        yield token("two ", metadata=metadata)

    taken = Taken(clock, gather=True)(items())
    taken.trace.take_changes()
    taken([token("three", metadata=metadata)])
    assert taken.gathered == 1
    rows = taken.trace.rows("events")
    assert [row["data"][1].get("tags") for row in rows] == [None, None, ["new"]]


def sent(text: str, metadata: Any = META, **fields: Any) -> tuple[Any, str, Any]:
    """A token as a server sends it: objects of its own."""
    chunk = {"content": text, "type": "AIMessageChunk", "id": "m", "tool_calls": [], "example": False}
    return (), "messages", [{**chunk, **fields}, dict(metadata)]


def test_tokens_of_a_server_go_on_while_all_but_their_text_is_equal(clock):
    taken = Taken(clock, gather=True)
    taken([sent("one "), sent("two "), sent("three ")])
    assert taken.gathered == 2
    others = [
        sent("of another call", {**META, "langgraph_step": 2}),
        sent("of another message", id="n"),
        sent("used", usage_metadata={"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}),
        (("sub:1",), *sent("elsewhere")[1:]),
    ]
    for other in others:
        taken([sent("before "), sent("it ")])
        before = taken.gathered
        taken([other])
        assert before >= 3 and taken.gathered == before
    assert [part.source_id for part in taken.log][:3] == ["0-0", "1-0", "2-0"]


def test_a_burst_ends_when_somebody_looks_and_after_a_while(clock):
    taken = Taken(clock, gather=True)
    taken([token("a"), token("b")])
    assert len(taken.file) == 1
    assert taken.trace.event_and_token_counts == {"events": 2, "tokens": 2}
    taken([token("c"), token("d")])
    assert len(taken.file) == 2  # a part: all are told that there is more
    assert isinstance(taken.file[-1], TokenBatch)
    clock.now += 2 * MAX_BATCH_SECONDS
    *place, payload = token("e")
    assert not taken._batcher.try_extend_last_part(place, payload)


def test_of_a_long_run_the_newest_is_held(clock):
    gathered = Taken(clock, gather=True)
    gathered.trace = Trace(events_cap=20)
    gathered.log = PartLog(gathered.trace)
    gathered(token(str(n)) for n in range(50))
    (row,) = gathered.trace.rows("messages")
    assert row["text"] == "".join(map(str, range(50)))
    assert gathered.trace.event_and_token_counts == {"events": 50, "tokens": 50}
    assert gathered.trace.rows("events")[-1]["seq"] == 49
    assert gathered.trace.rows("tokens")[-1]["text"] == "49"
    assert len(gathered.trace.rows("events")) <= 20
    assert 18 <= len(gathered.log) <= 20


def test_a_thread_that_reads_loses_nothing_and_counts_nothing_twice(monkeypatch):
    taken, over = Taken(SimpleNamespace(now=0.0), gather=True), threading.Event()

    def read() -> None:
        while not over.is_set():
            taken.trace.rows("tokens")
            len(taken.log)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    taken(token(f"{n} ") for n in range(3000))
    over.set()
    for reader in readers:
        reader.join()
    (row,) = taken.trace.rows("messages")
    assert row["text"] == "".join(f"{n} " for n in range(3000))
    assert [row["seq"] for row in taken.trace.rows("tokens")] == list(range(3000))
    assert [part.data[0]["content"] for part in taken.log] == [f"{n} " for n in range(3000)]


# ---------------------------------------------------------------------------------------------
# Real runs: a model that says some words, and then thinks for as long as the test wants.

WORDS = [f"w{n} " for n in range(30)]
TEXT = "".join(WORDS)


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


class Pausing:
    """Streams its words, then waits to be let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        model = GenericFakeChatModel(messages=iter([AIMessage(TEXT.strip())]))

        def speak(state: State) -> dict[str, Any]:
            message = model.invoke("go")
            self.go.wait(patience(60))
            return {"messages": [message]}

        self.graph = StateGraph(State).add_node("speak", speak).add_edge(START, "speak").compile()


class OnlyBlocking:
    """A graph that can be streamed in a thread alone."""

    def __init__(self, graph: Any) -> None:
        self.stream = graph.stream


@pytest.fixture
def pausing() -> Iterator[Pausing]:
    pausing = Pausing()
    yield pausing
    pausing.go.set()


def stream(graph: Any, **options: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(graph, {"messages": []}, display=False, **options)


def said(run: lg_jupyter.Run) -> str:
    return "".join(row["text"] for row in run.trace.rows("messages")).strip()


@pytest.mark.parametrize("blocking", [False, True])
async def test_who_reads_sees_all_that_has_come(blocking, pausing):
    run = stream(OnlyBlocking(pausing.graph) if blocking else pausing.graph)
    await until(lambda: said(run) == TEXT.strip())
    assert not run.done
    assert run.trace.event_and_token_counts["events"] == len(run.to_pandas("events"))
    assert "".join(row["text"] for row in run.trace.rows("tokens")).strip() == TEXT.strip()
    pausing.go.set()
    await run
    assert said(run) == TEXT.strip()


async def test_a_listener_is_told_of_the_last_token_before_a_pause(pausing):
    run, heard = stream(pausing.graph), []
    run.subscribe(lambda run: heard.extend(text for *_, text in run.trace.take_changes().text_deltas))
    await until(lambda: "".join(heard).strip() == TEXT.strip())
    assert not run.done
    pausing.go.set()
    await run
    assert "".join(heard).strip() == TEXT.strip()


async def test_a_file_gets_what_came_though_nobody_looks_and_the_run_pauses(tmp_path, pausing):
    run = stream(pausing.graph, save=tmp_path / "run.jsonl")
    await until(lambda: '"w29"' in (tmp_path / "run.jsonl").read_text())
    assert not run.done
    pausing.go.set()
    await run
    assert said(lg_jupyter.load(tmp_path / "run.jsonl")) == TEXT.strip()


async def test_a_run_that_is_cancelled_keeps_every_token(pausing):
    run = stream(pausing.graph)
    await until(lambda: said(run) == TEXT.strip())
    run.cancel()
    await run
    pausing.go.set()
    assert run.status == "cancelled"
    assert said(run) == TEXT.strip()
    assert len(run.to_pandas("events")) == len(list(get_run_state(run).parts))


def test_of_tokens_that_were_gathered_a_thought_in_tags_is_none_of_the_text() -> None:
    def token(text: str) -> Any:
        return [{"content": text, "type": "AIMessageChunk", "id": "m"}, META]

    gathered, alone = Trace(), Trace()
    for trace in (gathered, alone):
        for text in ("", "<think>"):
            trace.feed(Part("messages", "", token(text), START_TIME))
    batch = TokenBatch("messages", "", token("Hm"), START_TIME, "id-0")
    gathered.feed(batch)
    for number, text in enumerate((", well", "</thi", "nk>", "\n\nTea", "."), start=1):
        assert batch.add_token_if_open(text, START_TIME + number / 1_000, f"id-{number}")
    for part in batch.close_and_iter_parts():
        alone.feed(part)
    (message,) = gathered.rows("messages")
    assert (message["reasoning"], message["text"]) == ("Hm, well", "Tea.")
    for table in ("messages", "tokens", "events", "namespaces"):
        assert gathered.rows(table) == alone.rows(table)
    assert [*PartLog(gathered)] == [*PartLog(alone)]
