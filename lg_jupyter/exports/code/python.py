"""A run in Python: of a server through langgraph-sdk, of a graph at hand by ``graph.astream``."""

from __future__ import annotations

from typing import Any

from lg_jupyter.events.modes import local_modes
from lg_jupyter.exports.code.literals import PYTHON, WIDTH, Expression, literal, python_text
from lg_jupyter.exports.code.request import Asked, Begin, Call
from lg_jupyter.sources import checkpoints


def write(asked: Asked) -> str:
    """The program; a local run's awaits at the top, as notebooks allow it."""
    body = _on_server(asked) if asked.graph is None else _local(asked, asked.graph)
    imports = _imports(body)
    comments = "".join(f"# {comment}\n" for comment in asked.comments)
    return "\n".join(filter(None, (comments + imports, body)))


def _imports(body: str) -> str:
    lines = [f"import {name}\n" for name in ("json", "os", "uuid") if f"{name}." in body]
    packages = {
        "get_sync_client(": "from langgraph_sdk import get_sync_client\n",
        "Command(resume=": "from langgraph.types import Command\n",
    }
    others = [line for used, line in packages.items() if used in body]
    return "".join([*lines, *(["\n"] if lines and others else []), *others])


def _on_server(asked: Asked) -> str:
    options = [f"url={_(asked.url)}"]
    if asked.key_given:
        options.append(f'api_key=os.environ["{asked.key}"]')
    if asked.headers:
        options.append(f"headers={_(dict(asked.headers))}")
    reads = f"  # reads {asked.key}" if asked.key and not asked.key_given else ""
    lines = [f"client = {_applied('get_sync_client', options)}{reads}"]
    if asked.new_thread:
        lines.append("thread = client.threads.create()")
    elif asked.thread is not None:
        named = f'thread_id={_(asked.thread)}, if_exists="do_nothing"'
        lines.append(f"thread = client.threads.create({named})")
    thread = "None" if asked.thread is None else 'thread["thread_id"]'
    checkpoint_id: Any = None
    if asked.begin is not None:
        lines += _written_on_server(asked.begin, thread)
        checkpoint_id = _checkpoint_id(asked.begin)
    for number, call in enumerate(asked.calls):
        payload = asked.payload(call, None if number else checkpoint_id)
        arguments = [thread, _(asked.name), *(f"{name}={_(value)}" for name, value in payload.items())]
        lines += [
            *_call("for part in client.runs.stream", arguments),
            *_only_shown(asked, 'part.event.split("|")[0]', "part.data"),
            "    print(part.event, part.data)",
        ]
    return "\n".join(lines) + "\n"


def _written_on_server(begin: Begin, thread: str) -> list[str]:
    if not begin.writes:
        return []
    arguments = [thread, _(begin.values), f"checkpoint_id={_(begin.checkpoint_id)}"]
    if begin.as_node is not None:
        arguments.append(f"as_node={_(begin.as_node)}")
    return [f"written = {_applied('client.threads.update_state', arguments)}"]


def _checkpoint_id(begin: Begin) -> Any:
    return Expression('written["checkpoint"]["checkpoint_id"]') if begin.writes else begin.checkpoint_id


def _local(asked: Asked, graph: str) -> str:
    lines = [] if graph != "graph" else [f"# graph is {_(asked.name)}"]
    config = _local_config(asked)
    named = config and (asked.begin is not None or len(asked.calls) > 1)
    if named:
        lines.append(f"config = {_(_at(config, asked.begin))}")
    if asked.begin is not None:
        lines += _written(asked, asked.begin, graph)
    for number, call in enumerate(asked.calls):
        if number == 1 and asked.begin is not None:
            lines.append(f"config = {_(config)}")
        lines += _streamed(asked, graph, call, "config" if named else _(config) if config else None)
    return "\n".join(lines) + "\n"


def _streamed(asked: Asked, graph: str, call: Call, config: str | None) -> list[str]:
    """One call of a graph, and what it gives."""
    modes = local_modes(asked.modes)
    arguments = [f"Command(resume={_(call.answer)})" if call.answers else _(call.input)]
    if config:
        arguments.append(config)
    loop = "for" if asked.threaded else "async for"
    method = "stream" if asked.threaded else "astream"
    item = "namespace, mode, data" if asked.subgraphs else "mode, data"
    only = _only_shown(asked, "mode", "data")
    if "events" in asked.modes:
        item, method = "event", "astream_events"
        modes = modes if "values" in modes else [*modes, "values"]
        arguments.append('version="v2"')
        only = []
    arguments += [f"stream_mode={_(modes)}", f"subgraphs={asked.subgraphs}"]
    if asked.context is not None:
        arguments.append(f"context={_(asked.context)}")
    if asked.durability is not None:
        arguments.append(f"durability={_(asked.durability)}")
    arguments += [f"{name}={_(nodes)}" for name, nodes in call.breakpoints.items()]
    return [*_call(f"{loop} {item} in {graph}.{method}", arguments), *only, f"    print({item})"]


def _local_config(asked: Asked) -> dict[str, Any]:
    """The user's config, with the thread named, or made anew as it was."""
    config = dict(asked.config)
    if asked.thread is None:
        return config
    thread = Expression("str(uuid.uuid4())") if asked.new_thread else asked.thread
    return {**config, "configurable": {**(config.get("configurable") or {}), "thread_id": thread}}


def _at(config: dict[str, Any], begin: Begin | None) -> dict[str, Any]:
    if begin is None:
        return config
    where = {"checkpoint_ns": "", "checkpoint_id": begin.checkpoint_id}
    return {**config, "configurable": {**(config.get("configurable") or {}), **where}}


def _written(asked: Asked, begin: Begin, graph: str) -> list[str]:
    """What is written into the state first; where LangGraph needs it, into a copy of the checkpoint."""
    lines: list[str] = []
    if checkpoints._remembers_what_ran():
        lines += _updated(asked, graph, "copied", ["config", "None", '"__copy__"'])
    if begin.writes:
        as_node = [] if begin.as_node is None else [f"as_node={_(begin.as_node)}"]
        lines += _updated(asked, graph, "written", ["config", _(begin.values), *as_node])
    return lines


def _updated(asked: Asked, graph: str, name: str, arguments: list[str]) -> list[str]:
    method = f"{graph}.update_state" if asked.threaded else f"await {graph}.aupdate_state"
    return [
        f"{name} = {_applied(method, arguments)}",
        f'config["configurable"].update({name}["configurable"])',
    ]


def _only_shown(asked: Asked, mode: str, data: str) -> list[str]:
    """What narrows the tokens to those that the run's display was told to show."""
    tests = []
    if asked.shown.tags:
        tests.append(f'{_set(asked.shown.tags)}.isdisjoint(metadata.get("tags") or ())')
    if asked.shown.nodes:
        around = 'metadata["langgraph_checkpoint_ns"].split("|")'
        tests.append(f'{_set(asked.shown.nodes)}.isdisjoint(name.split(":")[0] for name in {around})')
    if not tests:
        return []
    return [
        f'    if {mode} == "messages":',
        f"        _, metadata = {data}",
        *(line for test in tests for line in (f"        if {test}:", "            continue")),
    ]


def _set(names: tuple[str, ...]) -> str:
    return f"{{{', '.join(map(python_text, names))}}}"


def _applied(function: str, arguments: list[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _call(opening: str, arguments: list[str]) -> list[str]:
    inside = [f"    {argument},".replace("\n", "\n    ") for argument in arguments]
    return [f"{opening}(", *inside, "):"]


def _(value: Any) -> str:
    return literal(value, PYTHON)
