"""``run.code(...)``: local programs give the same run; whatever was given stays data; no secret is in it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import Server, UsageError
from lg_jupyter.exports.code import list_code_languages
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Request
from lg_jupyter.sources.saved.replay import ReplaySource
from tests.graphs import INPUTS, build

LANGUAGES = ("python", "javascript", "curl")

NASTY = [
    "plain",
    'it\'s `id` $(id) $HOME \\ "quoted" %s !x',
    "two\nlines\r\n\ttab",
    "\u2028 \u202e \x00 \x1b[31m",
    "Grüße 🙂 ]]> </script> ${x}",
    "\"\"\"\n'''\nEOF\nJSON\n# x",
    "-d @/etc/passwd",
]


def asked(input: Any = None, **options: Any) -> Run:
    """A run of a server that nobody starts."""
    server = {name: options.pop(name) for name in ("api_key", "headers") if name in options}
    url = options.pop("url", "http://127.0.0.1:2024")
    return Run(as_source(Server(url, options.pop("assistant", "agent"), **server)), Request(input, **options))


async def executed(program: str, **names: Any) -> list[tuple[Any, ...]]:
    """What a Python program prints; it may await at its top."""
    printed: list[tuple[Any, ...]] = []
    names["print"] = lambda *values: printed.append(values)
    code = compile(program, "<program>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(code, names)
    if waiting is not None:
        await waiting
    return printed


def argument_of(program: str, name: str) -> Any:
    """The literal that a Python program gives for an argument."""
    calls = (node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call))
    found = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == name]
    return ast.literal_eval(found[0])


def body_of(commands: str, tmp_path) -> Any:
    """The body that a shell gives to the last curl."""
    shim = tmp_path / "curl"
    shim.write_text(
        "#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in --data*) body=$2;; esac; shift; done\n"
        'if [ "$body" = @- ]; then cat; else printf %s "$body"; fi > body\nprintf \'{"thread_id": "t"}\'\n'
    )
    shim.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "OPENAI_API_KEY": "sk-from-the-shell"}
    subprocess.run(["sh", "-c", commands], check=True, cwd=tmp_path, env=environment, capture_output=True)
    return json.loads((tmp_path / "body").read_text())


# Local runs.


def is_state(event: dict[str, Any]) -> bool:
    if event["event"] != "on_chain_stream" or event["parent_ids"]:
        return False
    return event["data"]["chunk"][1] == "values"


@pytest.mark.parametrize(
    "modes",
    [
        None,
        ["values"],
        pytest.param(
            ["events", "messages"],
            marks=pytest.mark.skipif(
                sys.version_info < (3, 11), reason="on Python 3.10 astream_events gives functions no writer"
            ),
        ),
    ],
)
async def test_a_local_program_prints_what_the_run_saw(modes):
    nested = build("nested", InMemorySaver())
    run = await lg_jupyter.stream(nested, INPUTS["nested"], modes=modes, display=False, name="my.graph")
    printed = await executed(run.code().replace("my.graph.", "graph."), graph=nested)
    events = run.to_pandas()
    events = events[~events["mode"].isin(["control", "calls"])]  # which are not of the stream
    if modes and "events" in modes:
        told = [event for (event,) in printed if not is_state(event)]  # nobody asked for it
        assert len(told) == len(events)
        assert all(event["event"].startswith("on_") for event in told)
    else:
        got = [("|".join(namespace).count("|"), mode) for namespace, mode, _ in printed]
        assert got == [(row.namespace.count("|"), row.mode) for row in events.itertuples()]


async def test_a_local_program_has_config_context_and_no_subgraphs():
    graph = build("context", InMemorySaver())
    run = await lg_jupyter.stream(
        graph,
        INPUTS["context"],
        context={"tenant": "blue"},
        thread_id="mine",
        config={"tags": ["a"]},
        subgraphs=False,
        modes="values",
        display=False,
    )
    printed = await executed(run.code(), graph=graph)
    assert printed[-1] == ("values", {"topic": "", "log": ["tenant blue", "tenant blue"]})
    assert '"thread_id": "mine"' in run.code()


async def test_each_run_of_the_program_has_a_thread_of_its_own():
    graph = build("steps", InMemorySaver())
    run = await lg_jupyter.stream(graph, INPUTS["steps"], modes="values", display=False)
    printed = await executed(run.code(), graph=graph)
    assert printed[-1][2]["log"] == ["first", "second"]
    assert run.thread_id not in run.code()


async def test_what_was_narrowed_for_the_display_is_narrowed_in_the_program():
    graph = build("nested")
    options = {"modes": "messages", "display": False}
    for nodes, some in (("writer", True), ("plan", False)):
        run = await lg_jupyter.stream(graph, INPUTS["nested"], nodes=nodes, **options)
        assert bool(await executed(run.code(), graph=graph)) is some
    run = await lg_jupyter.stream(graph, INPUTS["nested"], tags=["absent"], **options)
    assert not await executed(run.code(), graph=graph)


async def test_what_curl_cannot_do_stands_in_its_comment():
    code = asked({}, message_filter=MessageFilter(("joke", "it's\nnew"), ("write",))).code("curl")
    comment = code.splitlines()[0]
    assert comment.startswith("# All tokens come: tags=['joke', ") and "nodes=['write']" in comment
    assert "narrowed" not in asked({}).code("curl")


async def test_durability_is_the_runs():
    saver = InMemorySaver()
    graph = build("steps", saver)
    run = await lg_jupyter.stream(graph, INPUTS["steps"], durability="exit", modes="values", display=False)
    await executed(run.code(), graph=graph)
    assert len(list(saver.list(None))) == 2, "one checkpoint of the run, one of its program"
    asks = asked({}, durability="sync")
    assert 'durability="sync"' in asks.code() and 'durability: "sync"' in asks.code("javascript")
    assert '"durability": "sync"' in asks.code("curl")


async def test_a_graph_goes_by_the_variable_that_holds_it(monkeypatch):
    import __main__

    graph = build("steps")
    run = await lg_jupyter.stream(graph, INPUTS["steps"], display=False)
    assert re.search(r"in graph\.a?stream\(", run.code())
    monkeypatch.setattr(__main__, "agent", graph, raising=False)
    assert re.search(r"in agent\.a?stream\(", run.code())


async def test_a_name_that_is_no_expression_cannot_become_code():
    graph = build("steps")
    run = await lg_jupyter.stream(graph, INPUTS["steps"], display=False, name="x\nimport os # class")
    assert "graph is 'x\\nimport os # class'" in run.code()
    assert len(await executed(run.code(), graph=graph)) > 3


async def test_messages_are_dicts_that_the_graph_takes():
    graph = build("react")
    said = {"topic": "", "messages": [HumanMessage("weather?", id="asked"), ("user", "in Bergen?")]}
    run = await lg_jupyter.stream(graph, said, modes="values", display=False)
    printed = await executed(run.code(), graph=graph)
    assert printed[-1][2]["messages"][-1].content == "It rains in Bergen."


async def test_breakpoints_are_the_runs():
    graph = build("steps", InMemorySaver())
    options = {"before": "second", "modes": "values", "display": False}
    run = await lg_jupyter.stream(graph, INPUTS["steps"], **options)
    printed = await executed(run.code(), graph=graph)
    assert run.status == "interrupted"
    assert [data for _, _, data in printed if "__interrupt__" not in data][-1]["log"] == ["first"]
    asks = asked({}, breakpoints_before=("a",), breakpoints_after=("*",))
    assert 'interrupt_before=["a"]' in asks.code() and 'interrupt_after="*"' in asks.code()
    assert 'interruptBefore: ["a"]' in asks.code("javascript")


# What is given stays data.


@pytest.mark.parametrize("text", NASTY)
def test_a_text_comes_through_each_language_as_it_is(text, tmp_path):
    given = {text: [text, None, True, 1.5, 2**40, {"__proto__": text}], "long": [text * 9, text * 9]}
    run = asked(given, config={"metadata": {"note": text}}, assistant=text.replace("\x00", "") or "a")
    assert argument_of(run.code(), "input") == given
    assert argument_of(run.code(), "config") == {"metadata": {"note": text}}
    body = body_of(run.code("curl"), tmp_path)
    assert body["input"] == given
    assert body["assistant_id"] == run.name


@pytest.mark.parametrize("text", ["\ud800 alone", "x" * 30_000 + "'$(id)"])
def test_odd_and_large_inputs(text, tmp_path):
    run = asked({"topic": text})
    if len(text) < 1_000:
        assert all(run.code(language) for language in LANGUAGES)
        return
    (tmp_path / "input.json").write_text(json.dumps({"topic": text}))
    for language in LANGUAGES:
        assert "30,018 characters: put it into input.json" in run.code(language)
        assert text[:100] not in run.code(language)
    assert body_of(run.code("curl"), tmp_path)["input"] == {"topic": text}


def test_what_has_no_literal_is_said():
    code = asked({"thing": object()}).code()
    assert '# {"$type": …} stands for an object that has no literal' in code
    ast.parse(code)


# Threads.


def test_threads_are_made_named_or_left_out():
    new, named, none = (asked(thread_id=thread) for thread in (UNSET, "0" * 32, None))
    assert "threads.create()" in new.code() and "threads.create()" in new.code("javascript")
    assert f'threads.create(thread_id="{"0" * 32}", if_exists="do_nothing")' in named.code()
    for language in LANGUAGES:
        assert "threads" not in none.code(language)


# Secrets.


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_secrets_only_the_variables_are_named(language, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-environment")
    run = asked(
        {"key": "sk-canary-environment", "text": "it is sk-canary-environment."},
        url="http://me:canary-password@127.0.0.1:2024",
        api_key="canary-api-key",
        headers={"X-Tenant-Token": "canary-header", "x-plain": "canary-plain"},
        config={"configurable": {"db_password": "canary-config", "user": "me"}},
        context={"my_secret": "canary-context"},
    )
    code = run.code(language)
    assert "canary" not in code
    for name in ("LANGGRAPH_API_KEY", "OPENAI_API_KEY", "X_TENANT_TOKEN", "X_PLAIN", "DB_PASSWORD"):
        assert name in code
    assert "MY_SECRET" in code
    assert "it is [redacted OPENAI_API_KEY]." in code
    if language == "python":
        ast.parse(code)


def test_a_secret_in_a_shell_comes_from_its_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-environment")
    body = body_of(asked({"key": "sk-canary-environment"}).code("curl"), tmp_path)
    assert body["input"] == {"key": "sk-from-the-shell"}


def test_nobody_makes_the_code_read_a_variable_by_naming_it():
    given = {"text": "[redacted AWS_SECRET_ACCESS_KEY]"}
    assert argument_of(asked(given).code(), "input") == given


@pytest.mark.parametrize("name", ["LANGGRAPH_API_KEY", "LANGSMITH_API_KEY"])
def test_the_key_comes_from_where_the_sdk_reads_it(monkeypatch, name):
    monkeypatch.setenv(name, "canary-key")
    for api_key in (None, "canary-key"):
        run = asked(api_key=api_key)
        assert f"# reads {name}" in run.code()
        assert f'"${name}"' in run.code("curl")
    assert f"# reads {name}" not in asked(api_key="another-key").code()


# What cannot be had.


async def test_what_cannot_be_had_is_said(tmp_path):
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    with pytest.raises(UsageError, match="there is python, javascript, curl"):
        run.code("rust")
    with pytest.raises(UsageError, match="ran in this process"):
        run.code("curl")
    run = Run(ReplaySource("old", [], None), Request())
    with pytest.raises(UsageError, match="does not hold its request"):
        run.code()
    assert list_code_languages(get_run_state(run)) == []


# Runs that went on, and runs that began at a checkpoint.


async def test_a_run_that_was_answered_is_answered_in_the_program():
    graph = build("ask", InMemorySaver())
    run = await lg_jupyter.stream(graph, INPUTS["ask"], modes="values", display=False)
    await run.resume("yes, do")
    code = run.code()
    assert 'Command(resume="yes, do")' in code and run.thread_id not in code
    printed = await executed(code, graph=graph)
    told = [data for _, _, data in printed if "__interrupt__" not in data]
    assert told[-1] == run.state()


async def test_breakpoints_may_change_when_a_run_goes_on():
    graph = build("steps", InMemorySaver())
    run = await lg_jupyter.stream(graph, INPUTS["steps"], modes="values", before="first", display=False)
    await run.resume(before="second")
    await run.resume(before=[])
    assert run.status == "success"
    code = run.code()
    assert re.findall(r'interrupt_before=\["(\w+)"\]', code) == ["first", "second"]
    printed = await executed(code, graph=graph)
    assert printed[-1][2]["log"] == ["first", "second"]


@pytest.mark.parametrize(
    "options", [{}, {"values": {"log": ["told"]}, "as_node": "first"}, {"values": {"topic": "new"}}]
)
async def test_a_fork_begins_where_it_did(options):
    graph = build("steps", InMemorySaver())
    settings = {"config": {"tags": ["mine"]}, "modes": "values", "display": False}
    run = await lg_jupyter.stream(graph, INPUTS["steps"], **settings)
    begun = next(one for one in run.checkpoints if one.next == ("second",))
    fork = await run.fork(begun.checkpoint_id, display=False, **options)
    code = fork.code()
    assert begun.checkpoint_id in code and ("written = " in code) is bool(options)
    printed = await executed(code, graph=graph)
    assert printed[-1][2] == fork.state()


# Runs from files.


async def loaded(run: Run, path: Path) -> Run:
    """The run as a file that was written of a file tells it."""
    for name in ("first.jsonl", "second.jsonl"):
        run.save(path / name)
        run = lg_jupyter.load(path / name)
    return run


async def test_a_loaded_run_has_the_same_code(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-environment")
    given = {"key": "sk-canary-environment", "$lg": "secret", "text": NASTY, "thing": object()}
    run = asked(
        given,
        url="http://me:canary-password@127.0.0.1:2024",
        headers={"X-Tenant-Token": "canary-header"},
        config={"configurable": {"db_password": "canary-config"}, "metadata": {"note": NASTY}},
        context={"my_secret": "canary-context"},
        breakpoints_before=("a",),
        multitask_strategy="reject",
        thread_id="0" * 32,
        message_filter=MessageFilter(("joke",), ("write",)),
    )
    again = await loaded(run, tmp_path)
    assert (
        list_code_languages(get_run_state(again))
        == list_code_languages(get_run_state(run))
        == list(LANGUAGES)
    )
    for language in LANGUAGES:
        assert again.code(language) == run.code(language)
        assert "reject" in run.code(language)
    assert b"canary" not in (tmp_path / "second.jsonl").read_bytes()


async def test_a_loaded_run_of_a_graph_has_the_same_code(tmp_path):
    graph = build("ask", InMemorySaver())
    run = await lg_jupyter.stream(graph, INPUTS["ask"], save=tmp_path / "live.jsonl", display=False)
    await run.resume("yes, do")
    assert lg_jupyter.load(tmp_path / "live.jsonl").code() == run.code()
    assert (await loaded(run, tmp_path)).code() == run.code()
    assert (
        list_code_languages(await loaded(run, tmp_path))
        == list_code_languages(get_run_state(run))
        == ["python"]
    )
    assert (await run.replay(None, display=False)).code() == run.code()


async def test_a_large_input_is_not_in_the_head_of_a_file(tmp_path):
    run = asked({"text": "x" * 30_000})
    assert "input.json" in (await loaded(run, tmp_path)).code()
    assert (tmp_path / "second.jsonl").stat().st_size < 2_000


@pytest.mark.parametrize(
    "change",
    [
        {"graph": "__import__('os').system('id')", "url": None},
        {"graph": "graph\nimport os", "url": None},
        {"key": "KEY']; require('child_process') //"},
        {"comments": ["fine\nimport os"]},
        {"modes": [["values"]]},
        {"headers": {"x": "A-B"}},
        {"config": {"a": {"$lg": "secret", "variable": "$(id)"}}},
        {"call": []},
        {"call": {"input": 1, "breakpoints": {"interrupt_before": [1]}}},
        {"begin": {"checkpoint_id": 5}},
        {"thread": 5},
        {"name": None},
    ],
)
async def test_a_file_cannot_put_code_into_the_code(change, tmp_path):
    run = asked({"topic": "x"})
    run.save(tmp_path / "run.jsonl")
    lines = (tmp_path / "run.jsonl").read_text().splitlines()
    header = json.loads(lines[0])
    header["asked"] = {name: value for name, value in (header["asked"] | change).items() if value is not None}
    (tmp_path / "run.jsonl").write_text("\n".join([json.dumps(header), *lines[1:]]) + "\n")
    run = lg_jupyter.load(tmp_path / "run.jsonl")
    for language in LANGUAGES:
        with pytest.raises(UsageError, match="cannot be read"):
            run.code(language)


async def test_a_loaded_run_keeps_its_id_and_its_parents(tmp_path):
    graph = build("steps", InMemorySaver())
    run = await lg_jupyter.stream(graph, INPUTS["steps"], display=False)
    fork = await run.fork(run.checkpoints[0].checkpoint_id, display=False)
    again = await loaded(fork, tmp_path)
    assert again.id == fork.id != run.id
    assert again.parent_id == fork.parent_id == run.id
    assert again.parent is None and run.parent_id is None
    assert lg_jupyter.load(tmp_path / "first.jsonl").id == fork.id


async def test_a_notebook_shows_the_code_as_text():
    from IPython.lib.pretty import pretty

    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    assert pretty(run.code()) == run.code()
