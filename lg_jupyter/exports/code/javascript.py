"""A server's run in JavaScript, through @langchain/langgraph-sdk: a module, for it awaits at the top."""

from __future__ import annotations

from typing import Any

from lg_jupyter.exports.code.literals import JAVASCRIPT, WIDTH, Expression, literal
from lg_jupyter.exports.code.request import Asked, Begin, Call

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


def write(asked: Asked) -> str:
    """The module."""
    lines = [f"// {comment}" for comment in asked.comments]
    body = [_client(asked)]
    if asked.new_thread:
        body.append("const thread = await client.threads.create();")
    elif asked.thread is not None:
        named = f'{{ threadId: {_(asked.thread)}, ifExists: "do_nothing" }}'
        body.append(f"const thread = await client.threads.create({named});")
    if asked.begin is not None:
        body += _written(asked.begin)
    for number, call in enumerate(asked.calls):
        body += _streamed(asked, call, None if number or asked.begin is None else _checkpoint_id(asked.begin))
    if any("readFileSync" in line for line in body):
        lines.append('import { readFileSync } from "node:fs";')
    lines += ['import { Client } from "@langchain/langgraph-sdk";', "", *body]
    return "\n".join(lines) + "\n"


def _streamed(asked: Asked, call: Call, checkpoint_id: Any) -> list[str]:
    options = [f"{_OPTIONS[name]}: {_(value)}" for name, value in asked.payload(call, checkpoint_id).items()]
    thread = "null" if asked.thread is None else "thread.thread_id"
    head = f"client.runs.stream({thread}, {_(asked.name)}, {{"
    return [
        f"for await (const {{ event, data }} of {head}",
        *(f"  {option},".replace("\n", "\n  ") for option in options),
        "})) {",
        *_only_shown(asked),
        "  console.log(event, JSON.stringify(data));",
        "}",
    ]


def _written(begin: Begin) -> list[str]:
    if not begin.writes:
        return []
    options = [f"values: {_(begin.values)}", f"checkpointId: {_(begin.checkpoint_id)}"]
    if begin.as_node is not None:
        options.append(f"asNode: {_(begin.as_node)}")
    inside = (f"  {option},".replace("\n", "\n  ") for option in options)
    return ["const written = await client.threads.updateState(thread.thread_id, {", *inside, "});"]


def _checkpoint_id(begin: Begin) -> Any:
    return Expression("written.checkpoint.checkpoint_id") if begin.writes else begin.checkpoint_id


def _client(asked: Asked) -> str:
    options = [f"apiUrl: {_(asked.url)}"]
    if asked.key_given:
        options.append(f"apiKey: process.env.{asked.key}")
    if asked.headers:
        options.append(f"defaultHeaders: {_(dict(asked.headers))}")
    reads = f" // reads {asked.key}" if asked.key and not asked.key_given else ""
    line = f"const client = new Client({{ {', '.join(options)} }});{reads}"
    if len(line) <= WIDTH:
        return line
    return "\n".join(["const client = new Client({", *(f"  {option}," for option in options), f"}});{reads}"])


def _only_shown(asked: Asked) -> list[str]:
    """What narrows the tokens to those that the run's display was told to show."""
    tests = []
    if asked.shown.tags:
        tests.append(f"!{_(list(asked.shown.tags))}.some((tag) => metadata.tags?.includes(tag))")
    if asked.shown.nodes:
        around = 'metadata.langgraph_checkpoint_ns.split("|")'
        tests.append(
            f"!{_(list(asked.shown.nodes))}.some((node) => "
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


def _(value: Any) -> str:
    return literal(value, JAVASCRIPT)
