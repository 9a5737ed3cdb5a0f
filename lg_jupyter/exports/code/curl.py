"""A server's run in a shell: one request for a thread, one for the run, whose events come as they are."""

from __future__ import annotations

import json
import shlex
from typing import Any

from lg_jupyter.exports.code.literals import CodeExpression, JSONFileValue, SecretVariable
from lg_jupyter.exports.code.request import CodeForkPoint, CodeRequest, make_unique_placeholder

_THREAD_ID_SED_COMMAND = """sed -E 's/.*"thread_id": *"([^"]+)".*/\\1/'"""
_CHECKPOINT_ID_SED_COMMAND = _THREAD_ID_SED_COMMAND.replace("thread_id", "checkpoint_id")


def generate_curl(request: CodeRequest) -> str:
    """The commands, for any POSIX shell."""
    lines = [f"# {comment}" for comment in request.comments]
    if request.message_filter:
        narrowed = _format_message_filter(request)
        lines.append(f"# All tokens come: {narrowed} only narrowed the display, which a server does not.")
    lines.append(f"url={shlex.quote(request.url or '')}")
    headers = [f"  --header {header}" for header in _format_headers(request)]
    if request.thread_id is not None:
        body = {} if request.creates_thread else {"thread_id": request.thread_id, "if_exists": "do_nothing"}
        command = ['thread_id=$(curl --silent --show-error --fail "$url/threads"', *headers]
        lines.append(
            " \\\n".join([*command, f"  --data {_quote_json_for_shell(body)} | {_THREAD_ID_SED_COMMAND})"])
        )
    if request.fork_point is not None and request.fork_point.changes_state:
        lines.append(_format_state_update(request.fork_point, headers))
    place = "/runs/stream" if request.thread_id is None else "/threads/$thread_id/runs/stream"
    run = [f'curl --silent --show-error --no-buffer "$url{place}"', *headers]
    for number, call in enumerate(request.stream_calls):
        checkpoint_id = (
            None if number or request.fork_point is None else _make_checkpoint_id_value(request.fork_point)
        )
        body = {
            "assistant_id": request.graph_name_or_assistant_id,
            **request.make_stream_payload(call, checkpoint_id),
        }
        lines.append(" \\\n".join(_append_request_body(run, body)))
    return "\n".join(lines) + "\n"


def _format_message_filter(request: CodeRequest) -> str:
    """What narrowed the display, as it was given, in a line."""
    given = {"tags": request.message_filter.tags, "nodes": request.message_filter.nodes}
    return ", ".join(f"{name}={list(names)!a}" for name, names in given.items() if names)


def _format_state_update(fork_point: CodeForkPoint, headers: list[str]) -> str:
    """The request that writes into the state; it answers with the checkpoint that holds what was written."""
    body = {
        "values": fork_point.values,
        "as_node": fork_point.as_node,
        "checkpoint_id": fork_point.checkpoint_id,
    }
    command = ['checkpoint_id=$(curl --silent --show-error --fail "$url/threads/$thread_id/state"', *headers]
    return " \\\n".join([*command, f"  --data {_quote_json_for_shell(body)} | {_CHECKPOINT_ID_SED_COMMAND})"])


def _make_checkpoint_id_value(fork_point: CodeForkPoint) -> Any:
    return CodeExpression("$checkpoint_id") if fork_point.changes_state else fork_point.checkpoint_id


def _format_headers(request: CodeRequest) -> list[str]:
    secrets = {
        **({"x-api-key": SecretVariable(request.api_key_variable)} if request.api_key_variable else {}),
        **request.header_variables,
    }
    named = [f'{shlex.quote(f"{name}: ")}"${secret.variable_name}"' for name, secret in secrets.items()]
    return ["'Content-Type: application/json'", *named]


def _append_request_body(command: list[str], body: dict[str, Any]) -> list[str]:
    """A command with its body as an argument, or if the input is in a file, put together and piped in."""
    if not isinstance(body.get("input"), JSONFileValue):
        return [*command, f"  --data {_quote_json_for_shell(body)}"]
    return [
        f"{{ printf %s {_quote_json_for_shell(body)}; }}",
        f"  | {command[0]}",
        *command[1:],
        "  --data-binary @-",
    ]


def _quote_json_for_shell(value: Any) -> str:
    """A value as JSON that a shell takes as it is, but for the variables of secrets, and files."""
    marks: dict[str, str] = {}

    def stand_in(special: SecretVariable | JSONFileValue | CodeExpression) -> str:
        mark = make_unique_placeholder()
        if isinstance(special, JSONFileValue):
            marks[f'"{mark}"'] = f"'; cat {shlex.quote(special.path)}; printf %s '"
        elif isinstance(special, CodeExpression):
            marks[mark] = f"'\"{special.text}\"'"
        else:
            marks[mark] = f"'\"${special.variable_name}\"'"
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
