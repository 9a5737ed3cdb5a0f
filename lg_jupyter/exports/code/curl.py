"""A server's run in a shell: one request for a thread, one for the run, whose events come as they are."""

from __future__ import annotations

import json
import shlex
from typing import Any

from lg_jupyter.exports.code.literals import Expression, InFile, Secret
from lg_jupyter.exports.code.request import Asked, Begin, new_marker

_THREAD_ID = """sed -E 's/.*"thread_id": *"([^"]+)".*/\\1/'"""
_CHECKPOINT_ID = _THREAD_ID.replace("thread_id", "checkpoint_id")


def write(asked: Asked) -> str:
    """The commands, for any POSIX shell."""
    lines = [f"# {comment}" for comment in asked.comments]
    if asked.shown:
        lines.append(
            f"# All tokens come: {_narrowed(asked)} only narrowed the display, which a server does not."
        )
    lines.append(f"url={shlex.quote(asked.url or '')}")
    headers = [f"  --header {header}" for header in _headers(asked)]
    if asked.thread is not None:
        body = {} if asked.new_thread else {"thread_id": asked.thread, "if_exists": "do_nothing"}
        ask = ['thread_id=$(curl --silent --show-error --fail "$url/threads"', *headers]
        lines.append(" \\\n".join([*ask, f"  --data {_quoted(body)} | {_THREAD_ID})"]))
    if asked.begin is not None and asked.begin.writes:
        lines.append(_written(asked.begin, headers))
    place = "/runs/stream" if asked.thread is None else "/threads/$thread_id/runs/stream"
    run = [f'curl --silent --show-error --no-buffer "$url{place}"', *headers]
    for number, call in enumerate(asked.calls):
        checkpoint_id = None if number or asked.begin is None else _checkpoint_id(asked.begin)
        body = {"assistant_id": asked.name, **asked.payload(call, checkpoint_id)}
        lines.append(" \\\n".join(_with_body(run, body)))
    return "\n".join(lines) + "\n"


def _narrowed(asked: Asked) -> str:
    """What narrowed the display, as it was given, in a line."""
    given = {"tags": asked.shown.tags, "nodes": asked.shown.nodes}
    return ", ".join(f"{name}={list(names)!a}" for name, names in given.items() if names)


def _written(begin: Begin, headers: list[str]) -> str:
    """The request that writes into the state; it answers with the checkpoint that holds what was written."""
    body = {"values": begin.values, "as_node": begin.as_node, "checkpoint_id": begin.checkpoint_id}
    ask = ['checkpoint_id=$(curl --silent --show-error --fail "$url/threads/$thread_id/state"', *headers]
    return " \\\n".join([*ask, f"  --data {_quoted(body)} | {_CHECKPOINT_ID})"])


def _checkpoint_id(begin: Begin) -> Any:
    return Expression("$checkpoint_id") if begin.writes else begin.checkpoint_id


def _headers(asked: Asked) -> list[str]:
    secrets = {**({"x-api-key": Secret(asked.key)} if asked.key else {}), **asked.headers}
    named = [f'{shlex.quote(f"{name}: ")}"${secret.variable}"' for name, secret in secrets.items()]
    return ["'Content-Type: application/json'", *named]


def _with_body(command: list[str], body: dict[str, Any]) -> list[str]:
    """A command with its body as an argument, or if the input is in a file, put together and piped in."""
    if not isinstance(body.get("input"), InFile):
        return [*command, f"  --data {_quoted(body)}"]
    return [f"{{ printf %s {_quoted(body)}; }}", f"  | {command[0]}", *command[1:], "  --data-binary @-"]


def _quoted(value: Any) -> str:
    """A value as JSON that a shell takes as it is, but for the variables of secrets, and files."""
    marks: dict[str, str] = {}

    def stand_in(special: Secret | InFile | Expression) -> str:
        mark = new_marker()
        if isinstance(special, InFile):
            marks[f'"{mark}"'] = f"'; cat {shlex.quote(special.path)}; printf %s '"
        elif isinstance(special, Expression):
            marks[mark] = f"'\"{special.text}\"'"
        else:
            marks[mark] = f"'\"${special.variable}\"'"
        return mark

    line = json.dumps(value, default=stand_in, ensure_ascii=False)
    if len(line) > 80:
        marks.clear()
        line = json.dumps(value, default=stand_in, ensure_ascii=False, indent=2)
    if not line.replace("\n", "").isprintable():
        line = json.dumps(json.loads(line), indent=2)
    quoted = shlex.quote(line)
    for mark, special in marks.items():
        quoted = quoted.replace(mark, special)
    return quoted
