"""Sums over calls in a record, under the words of the live view."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from lg_jupyter.panels.call_totals import (
    COLUMN_TITLES,
    GROUP_TITLES,
    format_call_totals,
    render_call_totals,
)
from lg_jupyter.tables.call_totals import GroupBy, compute_call_totals
from lg_jupyter.tables.schema import SCHEMAS

TEXTS = Path(__file__).parents[1] / "js" / "src" / "texts" / "sums.ts"
BLANK = dict.fromkeys(SCHEMAS["model_calls"].column_kinds)
ROWS: list[dict[str, Any]] = [
    {**BLANK, "node": "melt", "status": "success", "total_tokens": 1_500, "latency": 0.5, "cost": 0.25},
    {**BLANK, "node": "melt", "status": "error", "total_tokens": 196, "latency": 2.0},
    {**BLANK, "node": None, "status": "running"},
]
COLUMNS = ("calls", "total_tokens", "cost", "latency_total", "latency_p50")


def test_a_row_for_each_group() -> None:
    cells = re.findall(r"<t[hd]\b[^>]*>([^<]*)", str(render_call_totals(ROWS, "node", COLUMNS, 10_000)))
    assert cells == [
        *("node", "calls", "total", "list price", "total time", "latency p50"),
        *("melt", "2", "1,696", "$0.2500", "2.50 s", "0.50 s"),
        *("–", "1", "–", "–", "–", "–"),
    ]


def test_the_sums_over_all_stand_last() -> None:
    html = str(render_call_totals(ROWS, "node", COLUMNS, 0, "all nodes"))
    cells = re.findall(r"<td\b[^>]*>([^<]*)", html)
    assert cells[-6:] == ["all nodes", "3", "1,696", "$0.2500", "2.50 s", "0.50 s"]
    assert "all nodes" not in str(render_call_totals([], "node", COLUMNS, 1_000, "all nodes"))


def test_the_same_as_text() -> None:
    lines = format_call_totals(ROWS, "node", ("calls", "failures", *COLUMNS[1:3], "latency_p50"), "all nodes")
    assert lines == [
        "melt · 2 calls · 1 failed · 1,696 total · $0.2500 list price · latency p50 0.50 s",
        "– · 1 call",
        "all nodes · 3 calls · 1 failed · 1,696 total · $0.2500 list price · latency p50 0.50 s",
    ]
    assert format_call_totals([], "node", COLUMNS, "all nodes") == []


def test_numbers_stand_at_the_right_under_their_titles() -> None:
    html = str(render_call_totals(ROWS, "node", COLUMNS, 10_000))
    styles = re.findall(r'<t[hd] style="text-align:(\w+)', html)
    assert styles == ["left", *["right"] * len(COLUMNS)] * 3


@pytest.mark.parametrize(("name", "titles"), [("ways", GROUP_TITLES), ("columns", COLUMN_TITLES)])
def test_a_record_and_the_view_use_the_same_words(name: str, titles: dict[str, str]) -> None:
    (block,) = re.findall(rf"\b{name}: {{(.*?)}}", TEXTS.read_text("utf-8"), re.DOTALL)
    assert {key: title.lower() for key, title in re.findall(r'(\w+): "(.*?)"', block)} == titles


def test_there_are_words_for_all_that_is_summed() -> None:
    assert set(GROUP_TITLES) == set(get_args(GroupBy))
    assert set(COLUMN_TITLES) == set(compute_call_totals(ROWS)[0]) - {"kind", "name"}
    page = (TEXTS.parents[3] / "docs" / "add-a-panel.md").read_text("utf-8")
    assert [column for column in COLUMN_TITLES if f"`{column}`" not in page] == []
