"""The view of two runs side by side, without a kernel: a stand-in takes the comm's part."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter import compare
from lg_jupyter.comparison.widget import MAX_ROWS_WITH_LONG_CELLS, ComparisonWidget
from lg_jupyter.kernel import notebook
from lg_jupyter.widgets.cell_previews import PREVIEW_CHARACTERS
from tests.test_compare import looping, ran
from tests.test_widget import Line, lines, use_comm  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def compared(a: str = "ab", b: str = "abc") -> Any:
    graph = looping()
    return compare(*[await ran(graph, {"topic": topic, "messages": [], "log": ["same"]}) for topic in (a, b)])


def asked(widget: ComparisonWidget, content: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(widget.comm, Line)
    widget.comm.receive(content)
    return widget.comm.messages("reply" if content["type"] == "call" else "snapshot")[-1]


async def test_a_page_gets_every_table_at_once():
    comparison = await compared()
    rows = asked(ComparisonWidget(comparison), {"type": "snapshot"})["rows"]
    assert [row["run"] for row in rows["runs"]] == ["a", "b"]
    for table, name in (("messages", "messages"), ("tool_calls", "tool_calls"), ("path", "path")):
        assert len(rows[table]) == len(getattr(comparison, name))
    assert len(rows["tasks"]) == len(comparison.nodes)
    assert [row["path"] for row in rows["state_diffs"]] == list(comparison.state["path"])
    assert rows["unchanged"] == []


async def test_what_is_the_same_is_told_with_its_value():
    comparison = await compared("ab", "ab")
    rows = asked(ComparisonWidget(comparison), {"type": "snapshot"})["rows"]
    assert rows["state_diffs"] == []
    assert {row["key"] for row in rows["unchanged"]} == {"topic", "messages"}


async def test_long_cells_are_fetched():
    comparison = await compared("ab", "x" * 3)
    comparison.rows["messages"][0]["text_a"] = "long " * 2_000
    widget = ComparisonWidget(comparison)
    told = asked(widget, {"type": "snapshot"})["rows"]["messages"][0]
    assert told["text_a"]["$big"] > 4_096 and len(told["text_a"]["preview"]) <= PREVIEW_CHARACTERS + 1
    params = {"table": "messages", "key": 0, "column": "text_a"}
    reply = asked(widget, {"type": "call", "id": "1", "method": "value", "params": params})
    assert reply == {"type": "reply", "id": "1", "result": "long " * 2_000}


async def test_of_many_rows_less_is_pushed_of_each():
    comparison = await compared()
    row = {**comparison.rows["messages"][0], "text_a": "x" * (PREVIEW_CHARACTERS + 50)}
    comparison.rows["messages"].extend([row] * MAX_ROWS_WITH_LONG_CELLS)
    told = asked(ComparisonWidget(comparison), {"type": "snapshot"})["rows"]["messages"]
    assert "$big" in told[-1]["text_a"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"method": "explode"}, "no method 'explode'"),
        ({"method": "value", "params": {"table": "x"}}, "value needs key: a whole number."),
        (
            {"method": "value", "params": {"table": "runs", "key": 9, "column": "run"}},
            "no such cell: runs, row 9, run.",
        ),
        ({"method": "value", "params": {"table": "runs", "key": -1, "column": "run"}}, "no such cell"),
        ({"method": "value", "params": {"table": "x", "key": 0, "column": "run"}}, "no such cell: x, row 0"),
    ],
)
async def test_what_is_asked_wrongly_gets_an_answer(call, said):
    widget = ComparisonWidget(await compared())
    assert said in asked(widget, {"type": "call", "id": "1", **call})["error"]
    assert asked(widget, {"type": "call", "id": "2", "method": "ping"})["result"] is True


async def test_a_cell_gets_the_view_and_beside_it_tables(monkeypatch):
    published: list[dict[str, Any]] = []
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda data, *_, **__: published.append(data))
    monkeypatch.setattr(notebook, "get_shell", lambda: type("Shell", (), {"kernel": object()})())
    comparison = await compared()
    comparison._ipython_display_()
    view, tables = published
    assert "application/vnd.jupyter.widget-view+json" in view
    assert "text/html" not in view and "application/vnd.jupyter.widget-view+json" not in tables
    (widget,) = [line for line in Line.made if "record" in line.state.get("_summary", {})]
    assert f'class="{widget.state["_summary"]["record"]} ' in tables["text/html"]
    monkeypatch.setattr(notebook, "get_shell", lambda: None)
    with pytest.raises(NotImplementedError):  # so that IPython shows the text
        comparison._ipython_display_()


async def test_where_there_can_be_no_view_there_are_tables(monkeypatch):
    published: list[dict[str, Any]] = []
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda data, *_, **__: published.append(data))
    monkeypatch.setattr(notebook, "get_shell", lambda: type("Shell", (), {"kernel": object()})())
    monkeypatch.setattr(ComparisonWidget, "_repr_mimebundle_", lambda self: 1 / 0)
    comparison = await compared()
    with pytest.warns(RuntimeWarning, match="no view of this comparison"):
        comparison._ipython_display_()
    assert ["text/html" in data for data in published] == [True]


async def test_secrets_do_not_reach_the_page(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary")
    widget = ComparisonWidget(await compared("sk-canary-canary", "abc"))
    asked(widget, {"type": "snapshot"})
    for each in Line.made:
        assert "canary" not in str(each.sent)
    assert "[redacted SOME_API_KEY]" in str(widget.comm.sent)
