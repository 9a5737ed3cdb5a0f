"""Sums over calls in a record, under the words of the live view."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from lg_jupyter.panels.call_totals import COLUMN_TITLES, GROUP_TITLES, render_call_totals
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
