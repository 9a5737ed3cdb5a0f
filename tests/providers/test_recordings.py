"""Recorded streams of the newest and the oldest classes give the rows that LangChain's messages were then."""

from __future__ import annotations

import pytest

from lg_jupyter.tables.trace import Trace
from tests.providers import scenarios as s
from tests.providers.record import recorded
from tests.providers.truth import COLUMNS, comparable
from tests.recordings import parts

RECORDED = {**recorded("local_providers"), **recorded("old_local_providers")}


@pytest.mark.parametrize("name", RECORDED)
def test_a_recording_gives_the_row_that_its_message_was(name: str) -> None:
    trace = Trace()
    for part in parts(name):
        trace.feed(part)
    [row] = [row for row in trace.rows("messages") if row["role"] == "ai"]
    truth = RECORDED[name]
    if truth is None:
        assert row["text"] == "".join(s.WORDS_BEFORE_THE_BREAK)
        assert row["status"] in {"error", "incomplete"}
        return
    truth = {"model": row["model"], **truth}  # where the message does not say, the call does
    for column in COLUMNS:
        assert comparable(column, row[column]) == comparable(column, truth.get(column)), column
