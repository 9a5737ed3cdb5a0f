"""Why a run on a server failed whose writes a key refused: nobody says it but the error's text."""

from __future__ import annotations

import pytest

from lg_jupyter.events.events import RunEnded
from tests.tables.stream import Stream

TEXT = "At key 'total': Can receive only one value per step."


def failed(stream: Stream, text: str = TEXT, error: str = "InvalidUpdateError") -> tuple[object, ...]:
    stream(RunEnded("error", {"error": error, "message": text}))
    failure = stream.trace.failure
    assert failure is not None
    return failure.where, failure.step, failure.task_id, failure.node, failure.message


def wrote(*nodes: str) -> Stream:
    """Nodes that each wrote the key ``out`` in the second step."""
    stream = Stream()
    stream.task("t0", "before", step=1)
    stream.task_end("t0", node="before", step=1)
    for node in nodes:
        stream.task(f"of {node}", node, step=2)
        stream.task_end(f"of {node}", node=node, step=2)
    return stream


def test_the_writers_of_the_last_step_are_named() -> None:
    text = TEXT.replace("total", "out")
    assert failed(wrote("one", "other"), text) == ("one and other · step 2 · key 'out'", 2, None, None, text)
    assert failed(wrote("one"), text) == ("one · step 2 · key 'out'", 2, "of one", "one", text)


def test_where_nobody_wrote_it_the_key_is() -> None:
    assert failed(wrote("one")) == ("key 'total'", None, None, None, TEXT)


@pytest.mark.parametrize(
    ("text", "error"),
    [(TEXT, "ValueError"), (f"Then: {TEXT}", "InvalidUpdateError"), ("no", "InvalidUpdateError")],
)
def test_what_only_looks_like_it(text: str, error: str) -> None:
    assert failed(wrote("one"), text, error) == ("", None, None, None, text)
