"""What a tool's or a subagent's work is called: by name and argument."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import SubgraphInfo, TaskStarted
from lg_jupyter.tables.call_titles import format_call_title
from lg_jupyter.text.words import format_name_counts
from tests.tables.stream import START, Stream


def call(name: str = "search", **args: Any) -> dict[str, Any]:
    return {"id": "c", "name": name, "args": args}


@pytest.mark.parametrize(
    ("called", "name", "said"),
    [
        (call(), None, "search"),
        (call(query="tides"), None, 'search · "tides"'),
        (call(query="tides\n  and eels", limit=3), None, 'search · "tides and eels", 3'),
        (call(where={"lat": 1}), None, 'search · {"lat": 1}'),
        (call("task", subagent_type="critic", description="check it"), None, 'critic · "check it"'),
        (call("ask", expert="paris", question="Louvre?"), "paris", 'paris · "Louvre?"'),
        (call(query="x" * 70, more="y"), None, f'search · "{"x" * 60}…", …'),
        (call(query=None), None, "search"),
        ({"id": "c", "name": None, "args": {}}, None, None),
        ({"id": "c", "name": "search", "args": "no object"}, None, "search"),
        (None, None, None),
    ],
)
def test_a_call_is_named_by_what_it_runs_and_with_what(called: Any, name: str | None, said: str | None):
    assert format_call_title(called, name) == said


def test_a_task_that_runs_one_call_and_its_graph_have_titles_and_no_other():
    stream = Stream()
    stream(TaskStarted("t1", "tools", {}, [], START, call("ask", question="Ostia?")), at=0)
    stream(TaskStarted("t2", "plan", {}, [], START), at=0)
    assert stream.rows("tasks", "node", "title") == [("tools", 'ask · "Ostia?"'), ("plan", None)]
    stream(SubgraphInfo(tool_call=call("ask", question="Ostia?")), namespace="tools:t1", at=1)
    stream(SubgraphInfo(agent_name="rome"), namespace="tools:t1", at=1)
    stream(namespace="plan:t2", at=1)
    assert stream.rows("namespaces", "namespace", "title")[1:] == [
        ("tools:t1", 'rome · "Ostia?"'),
        ("plan:t2", None),
    ]


def test_names_that_repeat_are_folded():
    assert format_name_counts(["tools", "plan", "tools", "tools"]) == "tools ×3, plan"
    assert format_name_counts([]) == ""
