"""A server's run in JavaScript, through @langchain/langgraph-sdk: a module, for it awaits at the top."""

from __future__ import annotations

from typing import Any

from lg_jupyter.exports.code.literals import JAVASCRIPT, WIDTH, Expression, literal
from lg_jupyter.exports.code.request import CodeRequest, ForkPoint, StreamCall

_OPTIONS = {
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


def write(request: CodeRequest) -> str:
    """The module."""
    lines = [f"// {comment}" for comment in request.comments]
    body = [_client(request)]
    if request.new_thread:
        body.append("const thread = await client.threads.create();")
    elif request.thread is not None:
        named = f'{{ threadId: {_js(request.thread)}, ifExists: "do_nothing" }}'
        body.append(f"const thread = await client.threads.create({named});")
    if request.fork_point is not None:
        body += _state_update(request.fork_point)
    for number, call in enumerate(request.calls):
        body += _stream_loop(
            request,
            call,
            None if number or request.fork_point is None else _checkpoint_id(request.fork_point),
        )
    if any("readFileSync" in line for line in body):
        lines.append('import { readFileSync } from "node:fs";')
    lines += ['import { Client } from "@langchain/langgraph-sdk";', "", *body]
    return "\n".join(lines) + "\n"


def _stream_loop(request: CodeRequest, call: StreamCall, checkpoint_id: Any) -> list[str]:
    options = [
        f"{_OPTIONS[name]}: {_js(value)}" for name, value in request.payload(call, checkpoint_id).items()
    ]
    thread = "null" if request.thread is None else "thread.thread_id"
    head = f"client.runs.stream({thread}, {_js(request.name)}, {{"
    return [
        f"for await (const {{ event, data }} of {head}",
        *(f"  {option},".replace("\n", "\n  ") for option in options),
        "})) {",
        *_token_filter(request),
        "  console.log(event, JSON.stringify(data));",
        "}",
    ]


def _state_update(fork_point: ForkPoint) -> list[str]:
    if not fork_point.writes:
        return []
    options = [f"values: {_js(fork_point.values)}", f"checkpointId: {_js(fork_point.checkpoint_id)}"]
    if fork_point.as_node is not None:
        options.append(f"asNode: {_js(fork_point.as_node)}")
    inside = (f"  {option},".replace("\n", "\n  ") for option in options)
    return ["const written = await client.threads.updateState(thread.thread_id, {", *inside, "});"]


def _checkpoint_id(fork_point: ForkPoint) -> Any:
    return Expression("written.checkpoint.checkpoint_id") if fork_point.writes else fork_point.checkpoint_id


def _client(request: CodeRequest) -> str:
    options = [f"apiUrl: {_js(request.url)}"]
    if request.key_given:
        options.append(f"apiKey: process.env.{request.key}")
    if request.headers:
        options.append(f"defaultHeaders: {_js(dict(request.headers))}")
    reads = f" // reads {request.key}" if request.key and not request.key_given else ""
    line = f"const client = new Client({{ {', '.join(options)} }});{reads}"
    if len(line) <= WIDTH:
        return line
    return "\n".join(["const client = new Client({", *(f"  {option}," for option in options), f"}});{reads}"])


def _token_filter(request: CodeRequest) -> list[str]:
    """What narrows the tokens to those that the run's display shows."""
    tests = []
    if request.shown.tags:
        tests.append(f"!{_js(list(request.shown.tags))}.some((tag) => metadata.tags?.includes(tag))")
    if request.shown.nodes:
        around = 'metadata.langgraph_checkpoint_ns.split("|")'
        tests.append(
            f"!{_js(list(request.shown.nodes))}.some((node) => "
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


def _js(value: Any) -> str:
    return literal(value, JAVASCRIPT)
