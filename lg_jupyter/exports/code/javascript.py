"""A server's run in JavaScript, through @langchain/langgraph-sdk: a module, for it awaits at the top."""

from __future__ import annotations

from typing import Any

from lg_jupyter.exports.code.literals import (
    JAVASCRIPT_SYNTAX,
    MAX_LINE_CHARACTERS,
    CodeExpression,
    format_literal,
)
from lg_jupyter.exports.code.request import CodeForkPoint, CodeRequest, StreamCall

_JAVASCRIPT_OPTION_NAMES = {
    "input": "input",
    "stream_mode": "streamMode",
    "stream_subgraphs": "streamSubgraphs",
    "config": "config",
    "context": "context",
    "command": "command",
    "checkpoint_id": "checkpointId",
    "multitask_strategy": "multitaskStrategy",
    "durability": "durability",
    "interrupt_before": "interruptBefore",
    "interrupt_after": "interruptAfter",
}
"""What the SDK for JavaScript calls the fields of a request."""


def generate_javascript(request: CodeRequest) -> str:
    """The module."""
    lines = [f"// {comment}" for comment in request.comments]
    body = [_format_client(request)]
    if request.creates_thread:
        body.append("const thread = await client.threads.create();")
    elif request.thread_id is not None:
        named = f'{{ threadId: {_format_literal(request.thread_id)}, ifExists: "do_nothing" }}'
        body.append(f"const thread = await client.threads.create({named});")
    if request.fork_point is not None:
        body += _format_state_update(request.fork_point)
    for number, call in enumerate(request.stream_calls):
        body += _format_stream_loop(
            request,
            call,
            None if number or request.fork_point is None else _make_checkpoint_id_value(request.fork_point),
        )
    if any("readFileSync" in line for line in body):
        lines.append('import { readFileSync } from "node:fs";')
    lines += ['import { Client } from "@langchain/langgraph-sdk";', "", *body]
    return "\n".join(lines) + "\n"


def _format_stream_loop(request: CodeRequest, call: StreamCall, checkpoint_id: Any) -> list[str]:
    options = [
        f"{_JAVASCRIPT_OPTION_NAMES[name]}: {_format_literal(value)}"
        for name, value in request.make_stream_payload(call, checkpoint_id).items()
    ]
    thread = "null" if request.thread_id is None else "thread.thread_id"
    head = f"client.runs.stream({thread}, {_format_literal(request.graph_name_or_assistant_id)}, {{"
    return [
        f"for await (const {{ event, data }} of {head}",
        *(f"  {option},".replace("\n", "\n  ") for option in options),
        "})) {",
        *_format_token_filter(request),
        "  console.log(event, JSON.stringify(data));",
        "}",
    ]


def _format_state_update(fork_point: CodeForkPoint) -> list[str]:
    if not fork_point.changes_state:
        return []
    options = [
        f"values: {_format_literal(fork_point.values)}",
        f"checkpointId: {_format_literal(fork_point.checkpoint_id)}",
    ]
    if fork_point.as_node is not None:
        options.append(f"asNode: {_format_literal(fork_point.as_node)}")
    inside = (f"  {option},".replace("\n", "\n  ") for option in options)
    return ["const written = await client.threads.updateState(thread.thread_id, {", *inside, "});"]


def _make_checkpoint_id_value(fork_point: CodeForkPoint) -> Any:
    return (
        CodeExpression("written.checkpoint.checkpoint_id")
        if fork_point.changes_state
        else fork_point.checkpoint_id
    )


def _format_client(request: CodeRequest) -> str:
    options = [f"apiUrl: {_format_literal(request.url)}"]
    if request.is_api_key_explicit:
        options.append(f"apiKey: process.env.{request.api_key_variable}")
    if request.header_variables:
        options.append(f"defaultHeaders: {_format_literal(dict(request.header_variables))}")
    implicit = request.implicit_api_key_variable
    reads = f" // reads {implicit}" if implicit else ""
    line = f"const client = new Client({{ {', '.join(options)} }});{reads}"
    if len(line) <= MAX_LINE_CHARACTERS:
        return line
    return "\n".join(["const client = new Client({", *(f"  {option}," for option in options), f"}});{reads}"])


def _format_token_filter(request: CodeRequest) -> list[str]:
    """What narrows the tokens to those that the run's display shows."""
    tests = []
    if request.message_filter.tags:
        tests.append(
            f"!{_format_literal(list(request.message_filter.tags))}"
            ".some((tag) => metadata.tags?.includes(tag))"
        )
    if request.message_filter.nodes:
        around = 'metadata.langgraph_checkpoint_ns.split("|")'
        tests.append(
            f"!{_format_literal(list(request.message_filter.nodes))}.some((node) => "
            f'{around}.some((name) => name.split(":")[0] === node))'
        )
    if not tests:
        return []
    return [
        '  if (event.split("|")[0] === "messages") {',
        "    const [, metadata] = data;",
        *(f"    if ({test}) continue;" for test in tests),
        "  }",
    ]


def _format_literal(value: Any) -> str:
    return format_literal(value, JAVASCRIPT_SYNTAX)
