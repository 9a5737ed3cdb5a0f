"""Messages as LangChain and chat models take them: to paste into an input, a test or a prompt.

>>> rows_to_chat_messages([{"role": "human", "text": "Hi", "message_id": "1"}])
[{'role': 'user', 'content': 'Hi', 'id': '1'}]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lg_jupyter.events.events import JSON, JSONObject

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

CHAT_ROLES = {"ai": "assistant", "human": "user"}
"""What chat models call the roles that LangChain names otherwise."""


def rows_to_chat_messages(rows: Iterable[Row]) -> list[JSONObject]:
    """Rows of ``messages`` as messages, without those that were removed from the state."""
    return [_row_to_chat_message(row) for row in rows if row.get("removed_time") is None]


def _row_to_chat_message(row: Row) -> JSONObject:
    given = {
        "role": CHAT_ROLES.get(row["role"], row["role"]),
        "content": _make_message_content(row),
        "name": row.get("name"),
        "tool_calls": [_make_langchain_tool_call(call) for call in row.get("tool_calls") or ()],
        "tool_call_id": row.get("tool_call_id"),
        "id": row["message_id"],
    }
    return {name: value for name, value in given.items() if value or name == "content"}


def _make_message_content(row: Row) -> JSON:
    text, blocks = row.get("text") or "", row.get("blocks")
    if not blocks:
        return text
    return [*([{"type": "text", "text": text}] if text else []), *blocks]


def _make_langchain_tool_call(call: JSONObject) -> JSON:
    return {"type": "tool_call", **{name: call.get(name) for name in ("id", "name", "args")}}
