"""What a step costs follows what changed in it, not how much there is."""

from __future__ import annotations

from typing import Any

from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import CompleteMessage
from tests.adapter.build import Stream, ai, call, chunk


class Untouchable(dict[str, Any]):
    """A message that must not be looked at again."""

    looked_at = 0

    def get(self, *args: Any) -> Any:
        Untouchable.looked_at += 1
        return super().get(*args)

    def __eq__(self, other: object) -> bool:
        Untouchable.looked_at += 1
        return dict(self) == other

    __hash__ = None  # type: ignore[assignment]


def test_only_the_new_end_of_a_growing_list_is_looked_at() -> None:
    stream = Stream("values", "updates", "tasks")
    history = SharedList([Untouchable(ai("old", str(n))) for n in range(1000)])
    stream("values", {"messages": history})
    Untouchable.looked_at = 0
    for n in range(3):
        history = history.extended_by([ai("new", f"n{n}")])
        stream.task(f"t{n}", "node", {"messages": history})
        told = stream("values", {"messages": history})
        assert [fact.text for fact in told if isinstance(fact, CompleteMessage)] == ["new"]
    assert Untouchable.looked_at == 0


def test_unchanged_channels_are_not_looked_at() -> None:
    stream = Stream("values")
    messages = [Untouchable(ai("old", "1"))]
    stream("values", {"messages": messages, "n": 0})
    Untouchable.looked_at = 0
    stream("values", {"messages": messages, "n": 1})
    assert Untouchable.looked_at == 0


def test_metadata_of_a_model_call_are_read_once() -> None:
    class Metadata(dict[str, Any]):
        reads = 0

        def get(self, *args: Any) -> Any:
            Metadata.reads += 1
            return super().get(*args)

    stream, metadata = Stream("messages"), Metadata(call())
    stream.message(chunk("a"), metadata)
    Metadata.reads = 0
    for _ in range(100):
        stream.message(chunk("b"), metadata)
    assert Metadata.reads == 0
