"""How long ``run.to_pandas("events")`` takes, beside pandas building the same from a dict of lists.

    python -m benchmarks.frames [--events 1000000]

Also: what reducing an event costs, how fast the raw event list answers its display, and the memory of frames
beside that of their run.
"""

from __future__ import annotations

import argparse
import gc
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from typing import Any

import pandas as pd
from langchain_core.messages import AIMessageChunk

from lg_jupyter.events.events import Event, MessageChunk, Part, RunStarted, TaskStarted
from lg_jupyter.exports.frames import to_pandas
from lg_jupyter.run import Run
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.base import EncodePayload, Request
from lg_jupyter.sources.control_parts import make_end_part, make_start_part
from lg_jupyter.tables.search import EventQuery
from lg_jupyter.tables.trace import Trace


class NoParts:
    """The events are made here; none is adapted."""

    def adapt(self, part: Part) -> Event:
        raise NotImplementedError


def token_events(count: int) -> list[Event]:
    """A run of tokens: ten messages at a time, each payload a message and its metadata."""
    metadata = {"langgraph_node": "llm", "langgraph_step": 1, "tags": ["a"], "langgraph_triggers": ["start"]}
    events = [_event(0, "control", None, {"event": "start"}, RunStarted("r", "t", modes=("messages",)))]
    events.append(_event(1, "debug", None, {}, TaskStarted("t1", "llm", {}, [], 1_700_000_000.0)))
    for seq in range(2, count):
        message_id, text = f"msg-{seq % 10}-{seq // 100_000}", f"tok{seq} "
        data = [{"content": text, "type": "AIMessageChunk", "id": message_id}, metadata]
        events.append(_event(seq, "messages", message_id, data, MessageChunk(message_id, "ai", text)))
    return events


def _event(seq: int, mode: str, message_id: str | None, data: Any, fact: Any) -> Event:
    timestamp = 1_700_000_000.0 + seq / 1000
    return Event(seq, timestamp, mode, "", "llm", 1, "t1", message_id, "r", "t", None, data, (fact,))


def timed(action: Callable[[], Any], repeat: int = 3) -> float:
    """The best of a few times, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def report(name: str, seconds: float, note: str = "") -> None:
    print(f"{name:<52} {seconds * 1000:>10.1f} ms  {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    count = parser.parse_args().events

    events = token_events(count)
    trace = Trace(NoParts())
    start = time.perf_counter()
    for event in events:
        trace.feed_event(event)
    reduced = time.perf_counter() - start
    report(f"reduce {count:,} events", reduced, f"{reduced / count * 1e6:.2f} µs per event")

    columns = trace.columns("events")
    plain = timed(lambda: pd.DataFrame(columns))
    ours = timed(lambda: to_pandas(trace, "events"))
    report("DataFrame of a ready dict of lists", plain)
    report('to_pandas("events")', ours, f"ratio {ours / plain:.2f}")
    for table in ("tokens", "messages"):
        report(f'to_pandas("{table}")', timed(lambda table=table: to_pandas(trace, table)))

    query_50_000(events[:50_000])
    memory(min(count, 100_000) // 4)


def query_50_000(events: list[Event]) -> None:
    trace = Trace(NoParts())
    for event in events:
        trace.feed_event(event)

    def query(offset: int, limit: int, **filters: Any) -> Any:
        return trace.events.find_match_count_and_page(offset, limit, EventQuery.from_filter_values(**filters))

    report("50,000 events: a page", timed(lambda: query(25_000, 100)))
    report("50,000 events: a mode, first time", timed(lambda: query(0, 100, modes=["messages"]), 1))
    report("50,000 events: a mode, again", timed(lambda: query(25_000, 100, modes=["messages"])))
    report("50,000 events: a text, first time", timed(lambda: query(0, 100, text="tok4"), 1))
    report("50,000 events: a letter more", timed(lambda: query(0, 100, text="tok49"), 1))
    report("50,000 events: that text again", timed(lambda: query(0, 100, text="tok49")))


class Speaking:
    """Carries a run whose model says this many tokens, each with a step of the state after every hundred."""

    kind, name, output, run_id, thread_id, limitation_hint = "local", "speaking", None, None, None, None

    def __init__(self, tokens: int) -> None:
        self._tokens = tokens

    def validate_request(self, request: Request) -> None:
        pass

    def collect_secrets(self) -> dict[str, str]:
        return {}

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        yield make_start_part(self, request, encode)
        metadata = {"langgraph_node": "llm", "langgraph_step": 1, "langgraph_checkpoint_ns": "llm:t1"}
        for number in range(self._tokens):
            chunk = AIMessageChunk(content=f"token {number} ", id=f"message-{number // 500}")
            yield Part("messages", "", encode("messages", "", (chunk, dict(metadata))), number / 100)
            if number % 100 == 99:
                state = {"log": [f"step {step}" for step in range(number // 100)]}
                yield Part("values", "", encode("values", "", state), number / 100)
        yield make_end_part("success", encode)

    async def cancel_and_describe_running(self, running: object = None) -> str:
        return ""


def memory(tokens: int) -> None:
    """What frames take, beside what their run had taken: they share with it what is nested."""
    gc.collect()
    tracemalloc.start()
    run = Run(Speaking(tokens), Request())  # type: ignore[arg-type]
    lifecycle.start_execution(get_run_state(run), thread=True)
    run.wait()
    run.trace.columns("events")  # what is gathered is spread out when somebody looks
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    print(f"{f'memory of a run of {tokens:,} tokens':<52} {held / 1e6:>10.1f} MB")
    for table in ("events", "tokens", "messages", "state_diffs"):
        before = tracemalloc.get_traced_memory()[0]
        frame = run.to_pandas(table)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
        print(f"{f'to_pandas({table!r}) takes':<52} {taken / 1e6:>10.1f} MB  {taken / held:.2f} of the run's")
        del frame
    tracemalloc.stop()


if __name__ == "__main__":
    main()
