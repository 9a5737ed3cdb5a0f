"""What the public names say of themselves: the sections of numpydoc, and examples that run."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import interrupt
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.batch import batch
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.widgets import display
from tests.graphs import ScriptedModel

OF_IPYTHON = {"load_ipython_extension", "unload_ipython_extension"}
"""What users do not call: IPython does, for ``%load_ext`` and ``%unload_ext``."""

INTERNAL = {
    "Dashboard": {"attach_to_host", "get_state", "open", "receive", "set_state", "sync_summary"},
    "App": {
        "attach_to_host",
        "get_state",
        "open",
        "publish_state",
        "receive",
        "set_state",
        "show_in_cell",
        "subscribe_to_new_runs",
    },
    "Batch": {"mask_secrets"},
    "Comparison": {"unchanged"},
    "Watch": {"add_run", "is_watching_graph", "start_saving_run", "wait_for_recorded_ends"},
    "RunWidget": {
        "add_branch",
        "attach_to_host",
        "get_state",
        "make_branch_entry",
        "open",
        "receive",
        "call_in_cell_context",
        "set_state",
        "summarize",
        "sync_final_state",
        "set_page_visibility",
    },
    "Server": {
        "collect_secrets",
        "find_api_key_variable_and_is_explicit",
        "format_constructor_call",
        "look_up_assistant_id",
        "make_async_client",
        "make_request_headers",
        "make_server_address",
        "make_sync_client",
    },
}
"""Methods of public classes that only the package itself calls."""


class Joke(TypedDict, total=False):
    topic: str
    joke: str


def write(state: Joke) -> Joke:
    said = ScriptedModel(lines=[[f"A joke about {state['topic']}"]]).invoke(f"About {state['topic']}, please")
    return {"joke": said.text}


def graph(store: InMemoryStore | None = None) -> Any:
    """The graph of the examples: two steps, of which the second calls a model."""
    builder = StateGraph(Joke)
    builder.add_node("refine", lambda state: {"topic": f"{state['topic']} and cats"})
    builder.add_node("write", write)
    builder.add_edge(START, "refine").add_edge("refine", "write")
    return builder.compile(checkpointer=InMemorySaver(), store=store)


def asking_graph() -> Any:
    """One that asks for the joke's topic."""
    builder = StateGraph(Joke).add_node("ask", lambda state: {"topic": interrupt("About what?")})
    return builder.add_edge(START, "ask").compile(checkpointer=InMemorySaver())


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """What users call, by name: functions, and methods of classes."""
    for name in lg_jupyter.__all__:
        value = getattr(lg_jupyter, name)
        if inspect.isfunction(value) and name not in OF_IPYTHON:
            yield name, value
        if inspect.isclass(value):
            for method, member in inspect.getmembers(value, callable):
                is_ours = (getattr(member, "__module__", None) or "").startswith("lg_jupyter")
                if is_ours and not method.startswith("_") and method not in INTERNAL.get(name, ()):
                    yield f"{name}.{method}", member


PUBLIC = dict(public())


def sections(text: str) -> set[str]:
    return set(re.findall(r"^(\w+)\n-+$", text, flags=re.M))


@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_the_sections(name: str) -> None:
    function = PUBLIC[name]
    found = sections(inspect.getdoc(function) or "")
    signature = inspect.signature(function)
    parameters = set(signature.parameters) - {"self"}
    wanted = {"Examples"} | ({"Parameters"} if parameters else set())
    wanted |= set() if signature.return_annotation in (None, "None") else {"Returns"}
    assert wanted <= found, f"{name} lacks {sorted(wanted - found)}"


@pytest.mark.parametrize("name", PUBLIC)
def test_each_parameter_is_explained(name: str) -> None:
    function = PUBLIC[name]
    text = (inspect.getdoc(function) or "").partition("Parameters\n----------\n")[2]
    names = re.findall(r"^(\w+(?:, \w+)*)$", re.split(r"^\w+\n-+$", text, flags=re.M)[0], flags=re.M)
    explained = {each for line in names for each in line.split(", ")}
    assert explained == set(inspect.signature(function).parameters) - {"self"}


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the examples take for granted."""
    run = lg_jupyter.stream(graph(), {"topic": "dogs"}, display=False).wait()
    other = lg_jupyter.stream(graph(), {"topic": "ice"}, display=False).wait()
    store = InMemoryStore()
    store.put(("users", "ada"), "likes", {"tea": True})
    return {
        "lg_jupyter": lg_jupyter,
        "graph": graph(),
        "graph_with_store": graph(store),
        "asking_graph": asking_graph(),
        "run": run,
        "other": other,
        "asyncio": asyncio,
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_its_examples_run(
    name: str, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # What a script prints is no part of an example.
    monkeypatch.setattr(display, "show_run", lambda run, **_: None)
    monkeypatch.setattr(batch, "display_batch", lambda state: None)
    monkeypatch.setattr(RUNS, "keeper", None)  # a history that an example turns on ends with it
    text = inspect.getdoc(PUBLIC[name]) or ""
    test = doctest.DocTestParser().get_doctest(text, dict(names), name, None, None)
    assert test.examples, f"{name} has no example"
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(
        test, out=said.append
    )
    assert not said, "".join(said)


def internal_examples() -> dict[str, doctest.DocTest]:
    """Examples of modules, and of their functions that users do not call."""
    found = {}
    for info in pkgutil.walk_packages(lg_jupyter.__path__, "lg_jupyter."):
        for test in doctest.DocTestFinder().find(importlib.import_module(info.name)):
            name = test.name.removeprefix(info.name).removeprefix(".")
            if test.examples and "." not in name and name not in lg_jupyter.__all__:
                found[test.name] = test
    return found


@pytest.mark.parametrize(
    "example", [pytest.param(test, id=name) for name, test in internal_examples().items()]
)
def test_internal_examples_run_too(example: doctest.DocTest) -> None:
    said: list[str] = []
    doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
    assert not said, "".join(said)
