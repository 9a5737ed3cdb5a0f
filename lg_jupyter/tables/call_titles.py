"""What a reader calls a tool's or a subagent's work: its name, and with what it was called.

>>> format_call_title({"name": "task", "args": {"subagent_type": "critic", "description": "check the dates"}})
'critic · "check the dates"'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import join_with_dots

SUBAGENT_ARGUMENT_NAME = "subagent_type"
"""The argument by which deepagents' tool ``task`` says which agent it runs."""

MAX_ARGUMENT_CHARACTERS = 60
"""The most characters that are shown of arguments."""


def find_subagent_or_tool_name(call: JSON) -> str | None:
    """What a tool call runs: a subagent, or a tool."""
    if not isinstance(call, Mapping):
        return None
    args = call.get("args")
    agent = args.get(SUBAGENT_ARGUMENT_NAME) if isinstance(args, Mapping) else None
    return next((name for name in (agent, call.get("name")) if name and isinstance(name, str)), None)


def format_call_title(call: JSON, name: str | None = None) -> str | None:
    """The name of what a call runs, by default as the call has it, and as much of its arguments as fits.

    ``None`` if it has no name. An argument that is the name is not repeated.
    """
    name = name or find_subagent_or_tool_name(call)
    if name is None:
        return None
    return join_with_dots(name, ", ".join(_iter_argument_previews(call, name)))


def _iter_argument_previews(call: JSON, name: str) -> Iterator[str]:
    args = call.get("args") if isinstance(call, Mapping) else None
    room = MAX_ARGUMENT_CHARACTERS
    for key, value in args.items() if isinstance(args, Mapping) else ():
        if key == SUBAGENT_ARGUMENT_NAME or value is None or value == name:
            continue
        if room <= 0:
            yield "…"
            return
        text = preview_json(" ".join(value.split()) if isinstance(value, str) else value, room)
        room -= len(text)
        yield f'"{text}"' if isinstance(value, str) else text
