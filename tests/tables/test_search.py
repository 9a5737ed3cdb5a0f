from __future__ import annotations

from lg_jupyter.events.events import CustomEmitted, TaskStarted
from lg_jupyter.tables.search import keys_of_rows_with
from tests.tables.stream import Stream


def found(stream: Stream, text: str) -> dict[str, list[object]]:
    names = ("tasks", "messages", "state_diffs", "checkpoints", "custom", "interrupts")
    return keys_of_rows_with([stream.trace.tables[name] for name in names], text)


def test_rows_are_found_by_what_stands_deep_in_their_cells() -> None:
    stream = Stream()
    stream(TaskStarted("t1", "read", {"documents": [{"text": "x" * 5_000 + " Needle"}]}, [], 0.0))
    stream.task("t2", "read")
    stream.chunk("m1", "y" * 5_000 + "needle")
    stream(CustomEmitted({"page": 1}))
    stream(CustomEmitted({"notes": ["hay", {"needles": 3}]}))
    assert found(stream, "needle") == {"tasks": ["t1"], "messages": ["m1"], "custom": [1]}
    assert found(stream, "NEEDLES") == {"custom": [1]}
    assert found(stream, "no such thing") == {}


def test_of_a_table_without_keys_the_positions_are_told() -> None:
    stream = Stream()
    stream.state({"topic": "ice"}, step=0)
    stream.state({"topic": "ice", "log": [{"said": "needle"}]}, step=1)
    assert found(stream, "needle") == {"state_diffs": [1]}
    assert found(stream, "null") == {}  # an empty cell holds no text
