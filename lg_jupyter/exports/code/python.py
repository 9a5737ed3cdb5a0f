"""A run in Python: of a server through langgraph-sdk, of a graph at hand by ``graph.astream``."""

from __future__ import annotations

from typing import Any

from lg_jupyter.events.modes import to_graph_stream_modes
from lg_jupyter.exports.code.literals import (
    MAX_LINE_CHARACTERS,
    PYTHON_SYNTAX,
    CodeExpression,
    format_literal,
    quote_python_text,
)
from lg_jupyter.exports.code.request import CodeForkPoint, CodeRequest, StreamCall
from lg_jupyter.sources import checkpoints


def generate_python(request: CodeRequest) -> str:
    """The program; a local run's awaits at the top, as notebooks allow it."""
    body = (
        _format_server_code(request)
        if request.graph_expression is None
        else _format_local_code(request, request.graph_expression)
    )
    imports = _format_imports(body)
    comments = "".join(f"# {comment}\n" for comment in request.comments)
    return "\n".join(filter(None, (comments + imports, body)))


def _format_imports(body: str) -> str:
    lines = [f"import {name}\n" for name in ("json", "os", "uuid") if f"{name}." in body]
    packages = {
        "get_sync_client(": "from langgraph_sdk import get_sync_client\n",
        "Command(resume=": "from langgraph.types import Command\n",
    }
    others = [line for used, line in packages.items() if used in body]
    return "".join([*lines, *(["\n"] if lines and others else []), *others])


def _format_server_code(request: CodeRequest) -> str:
    options = [f"url={_format_literal(request.url)}"]
    if request.is_api_key_explicit:
        options.append(f'api_key=os.environ["{request.api_key_variable}"]')
    if request.header_variables:
        options.append(f"headers={_format_literal(dict(request.header_variables))}")
    implicit = request.implicit_api_key_variable
    reads = f"  # reads {implicit}" if implicit else ""
    lines = [f"client = {format_call('get_sync_client', options)}{reads}"]
    if request.creates_thread:
        lines.append("thread = client.threads.create()")
    elif request.thread_id is not None:
        named = f'thread_id={_format_literal(request.thread_id)}, if_exists="do_nothing"'
        lines.append(f"thread = client.threads.create({named})")
    thread = "None" if request.thread_id is None else 'thread["thread_id"]'
    checkpoint_id: Any = None
    if request.fork_point is not None:
        lines += _format_server_state_update(request.fork_point, thread)
        checkpoint_id = _make_checkpoint_id_value(request.fork_point)
    for number, call in enumerate(request.stream_calls):
        payload = request.make_stream_payload(call, None if number else checkpoint_id)
        arguments = [
            thread,
            _format_literal(request.graph_name_or_assistant_id),
            *(f"{name}={_format_literal(value)}" for name, value in payload.items()),
        ]
        lines += [
            *_format_for_header("for part in client.runs.stream", arguments),
            *_format_token_filter(request, 'part.event.split("|")[0]', "part.data"),
            "    print(part.event, part.data)",
        ]
    return "\n".join(lines) + "\n"


def _format_server_state_update(fork_point: CodeForkPoint, thread: str) -> list[str]:
    if not fork_point.changes_state:
        return []
    arguments = [
        thread,
        _format_literal(fork_point.values),
        f"checkpoint_id={_format_literal(fork_point.checkpoint_id)}",
    ]
    if fork_point.as_node is not None:
        arguments.append(f"as_node={_format_literal(fork_point.as_node)}")
    return [f"written = {format_call('client.threads.update_state', arguments)}"]


def _make_checkpoint_id_value(fork_point: CodeForkPoint) -> Any:
    return (
        CodeExpression('written["checkpoint"]["checkpoint_id"]')
        if fork_point.changes_state
        else fork_point.checkpoint_id
    )


def _format_local_code(request: CodeRequest, graph: str) -> str:
    lines = [] if graph != "graph" else [f"# graph is {_format_literal(request.graph_name_or_assistant_id)}"]
    config = _make_local_config(request)
    named = config and (request.fork_point is not None or len(request.stream_calls) > 1)
    if named:
        lines.append(f"config = {_format_literal(_add_checkpoint_to_config(config, request.fork_point))}")
    if request.fork_point is not None:
        lines += _format_state_update(request, request.fork_point, graph)
    for number, call in enumerate(request.stream_calls):
        if number == 1 and request.fork_point is not None:
            lines.append(f"config = {_format_literal(config)}")
        lines += _format_stream_loop(
            request, graph, call, "config" if named else _format_literal(config) if config else None
        )
    return "\n".join(lines) + "\n"


def _format_stream_loop(request: CodeRequest, graph: str, call: StreamCall, config: str | None) -> list[str]:
    """One call of a graph, and what it gives."""
    modes = to_graph_stream_modes(request.stream_modes)
    arguments = [
        f"Command(resume={_format_literal(call.resume_value)})"
        if call.has_resume
        else _format_literal(call.input)
    ]
    if config:
        arguments.append(config)
    loop = "for" if request.is_synchronous else "async for"
    method = "stream" if request.is_synchronous else "astream"
    item = "namespace, mode, data" if request.subgraphs else "mode, data"
    only = _format_token_filter(request, "mode", "data")
    if "events" in request.stream_modes:
        item, method = "event", "astream_events"
        modes = modes if "values" in modes else [*modes, "values"]
        arguments.append('version="v2"')
        only = []
    arguments += [f"stream_mode={_format_literal(modes)}", f"subgraphs={request.subgraphs}"]
    if request.context is not None:
        arguments.append(f"context={_format_literal(request.context)}")
    if request.durability is not None:
        arguments.append(f"durability={_format_literal(request.durability)}")
    arguments += [f"{name}={_format_literal(nodes)}" for name, nodes in call.breakpoints.items()]
    return [*_format_for_header(f"{loop} {item} in {graph}.{method}", arguments), *only, f"    print({item})"]


def _make_local_config(request: CodeRequest) -> dict[str, Any]:
    """The user's config, with the thread named, or made anew as it was."""
    config = dict(request.config)
    if request.thread_id is None:
        return config
    thread = CodeExpression("str(uuid.uuid4())") if request.creates_thread else request.thread_id
    return {**config, "configurable": {**(config.get("configurable") or {}), "thread_id": thread}}


def _add_checkpoint_to_config(config: dict[str, Any], fork_point: CodeForkPoint | None) -> dict[str, Any]:
    if fork_point is None:
        return config
    where = {"checkpoint_ns": "", "checkpoint_id": fork_point.checkpoint_id}
    return {**config, "configurable": {**(config.get("configurable") or {}), **where}}


def _format_state_update(request: CodeRequest, fork_point: CodeForkPoint, graph: str) -> list[str]:
    """What is written into the state first; where LangGraph needs it, into a copy of the checkpoint."""
    lines: list[str] = []
    if checkpoints.does_fork_replay_later_writes():
        lines += _format_update_state_call(request, graph, "copied", ["config", "None", '"__copy__"'])
    if fork_point.changes_state:
        as_node = [] if fork_point.as_node is None else [f"as_node={_format_literal(fork_point.as_node)}"]
        lines += _format_update_state_call(
            request, graph, "written", ["config", _format_literal(fork_point.values), *as_node]
        )
    return lines


def _format_update_state_call(request: CodeRequest, graph: str, name: str, arguments: list[str]) -> list[str]:
    method = f"{graph}.update_state" if request.is_synchronous else f"await {graph}.aupdate_state"
    return [
        f"{name} = {format_call(method, arguments)}",
        f'config["configurable"].update({name}["configurable"])',
    ]


def _format_token_filter(request: CodeRequest, mode: str, data: str) -> list[str]:
    """What narrows the tokens to those that the run's display shows."""
    tests = []
    if request.message_filter.tags:
        tests.append(
            f'{_format_set_literal(request.message_filter.tags)}.isdisjoint(metadata.get("tags") or ())'
        )
    if request.message_filter.nodes:
        around = 'metadata["langgraph_checkpoint_ns"].split("|")'
        nodes = _format_set_literal(request.message_filter.nodes)
        tests.append(f'{nodes}.isdisjoint(name.split(":")[0] for name in {around})')
    if not tests:
        return []
    return [
        f'    if {mode} == "messages":',
        f"        _, metadata = {data}",
        *(line for test in tests for line in (f"        if {test}:", "            continue")),
    ]


def _format_set_literal(names: tuple[str, ...]) -> str:
    return f"{{{', '.join(map(quote_python_text, names))}}}"


def format_call(function: str, arguments: list[str]) -> str:
    """A call, on one line or with an argument a line."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= MAX_LINE_CHARACTERS:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _format_for_header(opening: str, arguments: list[str]) -> list[str]:
    inside = [f"    {argument},".replace("\n", "\n    ") for argument in arguments]
    return [f"{opening}(", *inside, "):"]


def _format_literal(value: Any) -> str:
    return format_literal(value, PYTHON_SYNTAX)
