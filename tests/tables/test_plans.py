"""What a deep agent's state holds beside messages: its todos and its files."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.tables.deep_agent_state import read_state_files, read_todos

TODO = {"content": "look", "status": "pending", "more": 1}


@pytest.mark.parametrize("todos", [[TODO], SharedList([TODO, TODO]), []])
def test_todos(todos: Any) -> None:
    assert read_todos({"todos": todos, "other": 1}) == [*todos]


@pytest.mark.parametrize(
    "state",
    [
        *(None, [TODO], {}, {"todos": None}, {"todos": TODO}, {"todos": [TODO, "look"]}),
        *({"todos": [{"content": "look"}]}, {"todos": [{"status": "pending"}]}),
        {"todos": [{**TODO, "content": 5}]},
    ],
)
def test_what_is_called_todos_and_is_something_else(state: Any) -> None:
    assert read_todos(state) == []


def test_files() -> None:
    files = {
        "/a": "text",
        "/b": {"content": "text", "created_at": 5},
        "/c": {"content": ["one", "two"]},
        "/d": SharedList(["x"]),
        "/e": {"content": []},
    }
    assert read_state_files({"files": files}) == {
        "/a": "text",
        "/b": "text",
        "/c": "one\ntwo",
        "/d": "x",
        "/e": "",
    }


@pytest.mark.parametrize(
    "state",
    [
        *(None, ["a"], {}, {"files": None}, {"files": ["a.txt"]}, {"files": {"/a": "text", "/b": 5}}),
        *({"files": {"/a": {"text": "x"}}}, {"files": {"/a": {"content": ["one", 2]}}}),
    ],
)
def test_what_is_called_files_and_is_something_else(state: Any) -> None:
    assert read_state_files(state) == {}
