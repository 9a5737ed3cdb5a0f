"""A run in Python: of a server through langgraph-sdk, of a graph at hand by ``graph.astream``."""

from __future__ import annotations

import keyword
import re
import sys
from typing import Any

from lg_jupyter.code.asked import Asked
from lg_jupyter.code.literals import PYTHON, WIDTH, Expression, literal, python_text
from lg_jupyter.modes import local_modes
from lg_jupyter.sources.base import configured_thread
from lg_jupyter.sources.local import LocalSource


def write(asked: Asked) -> str:
    """The program; a local run's awaits at the top, as notebooks allow it."""
    body = _on_server(asked) if asked.source is None else _local(asked, asked.source)
    imports = _imports(body)
    comments = "".join(f"# {comment}\n" for comment in asked.comments)
    return "\n".join(filter(None, (comments + imports, body)))


def _imports(body: str) -> str:
    standard = [f"import {name}\n" for name in ("json", "os", "uuid") if f"{name}." in body]
    if "get_sync_client" in body:
        standard += ["\n" if standard else "", "from langgraph_sdk import get_sync_client\n"]
    return "".join(standard)


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
    arguments = ["None" if asked.thread is None else 'thread["thread_id"]', _(asked.name)]
    arguments += [f"{name}={_(value)}" for name, value in asked.payload().items()]
    lines += [
        *_call("for part in client.runs.stream", arguments),
        *_only_shown(asked, 'part.event.split("|")[0]', "part.data"),
        "    print(part.event, part.data)",
    ]
    return "\n".join(lines) + "\n"


def _local(asked: Asked, source: LocalSource) -> str:
    config = _local_config(asked, source)
    modes = local_modes(asked.modes)
    arguments = [_(asked.input)]
    if config:
        arguments.append(_(config))
    loop = "for" if source._threaded else "async for"
    method = "stream" if source._threaded else "astream"
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
    arguments += [f"{name}={_(nodes)}" for name, nodes in asked.breakpoints.items()]
    graph = expression(source.graph, asked.name)
    note = [] if graph != "graph" else [f"# graph is {_(asked.name)}"]
    lines = [*note, *_call(f"{loop} {item} in {graph}.{method}", arguments), *only, f"    print({item})"]
    return "\n".join(lines) + "\n"


def _local_config(asked: Asked, source: LocalSource) -> dict[str, Any]:
    """The user's config, with the thread named, or made anew as it was."""
    config = dict(asked.config)
    thread = source.thread_id
    bound = configured_thread(getattr(source.graph, "config", None))
    if thread is None or thread == bound:
        return config
    new: Any = thread if isinstance(asked.thread, str) else Expression("str(uuid.uuid4())")
    return {**config, "configurable": {**(config.get("configurable") or {}), "thread_id": new}}


def expression(graph: Any, name: str) -> str:
    """What the notebook calls a graph: the variable that holds it, else its name if that could be one."""
    holders = vars(sys.modules["__main__"]).items()
    found = [key for key, value in list(holders) if value is graph and not key.startswith("_")]
    named = found[0] if found else name
    parts = named.split(".")
    if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", named) and not any(map(keyword.iskeyword, parts)):
        return named
    return "graph"


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
