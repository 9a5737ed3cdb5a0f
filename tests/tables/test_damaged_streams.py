"""Whatever the damage to a stream, tables hold what columns say, and records and frames are made of them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lg_jupyter import record
from lg_jupyter.exports.frames import to_pandas
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.trace import Trace
from tests.adapter.damage import damaged
from tests.recordings import names, parts
from tests.summaries import summary

HELD: dict[str, Any] = {
    "int": int,
    "float": (int, float),
    "time": (int, float),
    "string": str,
    "category": str,
    "json": object,
}


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_stream_is_shown(seed: int) -> None:
    chance = random.Random(seed)
    for name in chance.sample(names(), 4):
        trace = Trace()
        for part in parts(name):
            trace.feed(damaged(part, chance))
        for table, schema in SCHEMAS.items():
            assert [row for row in trace.rows(table) if not _holds(row, table)] == [], (name, table)
            assert len(to_pandas(trace, table)) == len(trace.rows(table))
            assert [*schema.column_kinds] == [*trace.columns(table)]
        told = summary(trace, waits=trace.waits)
        assert record.render_record_html(told, trace) and record.render_record_text(told, trace)


def _holds(row: dict[str, Any], table: str) -> bool:
    return all(
        not column.is_always_set if row[name] is None else isinstance(row[name], HELD[column.kind])
        for name, column in SCHEMAS[table].column_details.items()
    )
