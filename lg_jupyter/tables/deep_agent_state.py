"""What a deep agent's state holds beside messages: its todos and its files."""

from __future__ import annotations

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.tables.json_diff import is_json_array


def read_todos(state: JSON) -> list[JSONObject]:
    """The todos of a state, each with ``content`` and ``status``; none, if it is something else.

    Examples
    --------
    >>> read_todos({"todos": [{"content": "look", "status": "pending"}]})
    [{'content': 'look', 'status': 'pending'}]
    >>> read_todos({"todos": ["look"]})
    []
    """
    todos = state.get("todos") if isinstance(state, dict) else None
    return list(todos) if is_json_array(todos) and all(_is_todo(todo) for todo in todos) else []


def read_state_files(state: JSON) -> dict[str, str]:
    """The texts of a state's files by path; none, if what it calls so is something else.

    Examples
    --------
    >>> read_state_files({"files": {"/plan.md": {"content": ["one", "two"]}, "/a": "text"}})
    {'/plan.md': 'one\\ntwo', '/a': 'text'}
    >>> read_state_files({"files": ["a.txt"]})
    {}
    """
    files = state.get("files") if isinstance(state, dict) else None
    texts = {path: _read_file_text(file) for path, file in files.items()} if isinstance(files, dict) else {}
    return {} if None in texts.values() else texts  # type: ignore[return-value]


def _is_todo(todo: JSON) -> bool:
    return (
        isinstance(todo, dict)
        and isinstance(todo.get("content"), str)
        and isinstance(todo.get("status"), str)
    )


def _read_file_text(file: JSON) -> str | None:
    content = file.get("content") if isinstance(file, dict) else file
    if is_json_array(content) and all(isinstance(line, str) for line in content):
        return "\n".join(content)
    return content if isinstance(content, str) else None
