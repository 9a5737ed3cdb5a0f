import asyncio
import types

import pytest
from langchain_core.runnables import RunnableLambda
from langgraph.graph import StateGraph

from lg_jupyter import Server, TargetError, UsageError
from lg_jupyter.run import Run
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.saved.source import SavedSource
from lg_jupyter.sources.server.source import ServerSource
from tests import graphs
from tests.graphs import Log, ScriptedModel, build


class Streams:
    def stream(self, input, config=None, *, stream_mode=None, subgraphs=False):
        yield from ()


class StreamsAnything:
    async def astream(self, input, config=None, **options):
        for item in ():
            yield item


@pytest.mark.parametrize(
    "graph",
    [
        build("steps"),
        build("flow"),
        build("steps").with_config({"tags": ["x"]}),
        build("steps").with_retry(),
        Streams(),
        StreamsAnything(),
    ],
    ids=lambda graph: type(graph).__name__,
)
def test_whatever_streams_like_a_graph_is_one(graph):
    assert isinstance(as_source(graph), LocalSource)


def test_a_server_and_a_source_are_taken_too(tmp_path):
    assert isinstance(as_source(Server("http://127.0.0.1:1", "agent")), ServerSource)
    source = LocalSource(build("steps"))
    assert as_source(source) is source
    assert not isinstance(SavedSource, LocalSource)


def make_graph():
    return build("steps")


async def make_graph_later():
    return build("steps")


def coroutine():
    later = make_graph_later()
    later.close()
    return later


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (StateGraph(Log), "a StateGraph is no graph yet: it is not compiled; did you mean `.compile()`?"),
        (StateGraph, "the class StateGraph is no graph; did you mean an instance of it, compiled?"),
        (Log, "the class Log is no graph"),
        (make_graph, "the function make_graph is no graph; did you mean to call it, make_graph(…)?"),
        (make_graph_later, "did you mean to call it, await make_graph_later(…)?"),
        (coroutine(), "a coroutine is no graph yet; did you forget `await`?"),
        (
            Run(LocalSource(build("steps")), Request()),
            "a Run is no graph but a run of one; `run.replay()` shows it again",
        ),
        (graphs.double, "a @task is run by an @entrypoint: stream that"),
        (
            "agent",
            "the text 'agent' is no graph; for an assistant: Server(url, 'agent'), or in the magic --url",
        ),
        ("http://127.0.0.1:2024", "for a server: Server('http://127.0.0.1:2024', assistant)"),
        ({"messages": []}, "a dict is no graph; the graph comes first, then its input: stream(graph, input)"),
        (None, "None is no graph; give a compiled graph, or Server(url, assistant)"),
        (5, "an int is no graph; give a compiled graph, or Server(url, assistant)"),
        (types, "the module types is no graph, and has none in it"),
        (graphs, "the module tests.graphs is no graph; did you mean tests.graphs.steps or"),
        (ScriptedModel(lines=[["x"]]), "a ScriptedModel is no graph, but a LangChain runnable"),
        (RunnableLambda(len), "a RunnableLambda is no graph, but a LangChain runnable"),
        (asyncio, "the module asyncio is no graph, and has none in it"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_what_is_no_graph_is_told_with_what_was_meant(target, sentence):
    with pytest.raises(TargetError) as raised:
        as_source(target)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"url": "http://"}, "'http:' is no http address: it is like 'http://127.0.0.1:2024'"),
        ({"url": "127.0.0.1:2024"}, "did you mean 'http://127.0.0.1:2024'?"),
        ({"api_key": 3}, r"api_key takes the key's text, as in os\.environ\['MY_KEY'\], not int"),
        ({"headers": "x-tenant: a"}, r"headers takes a dict, such as \{'x-tenant': 'a'\}, not str"),
    ],
)
def test_what_is_no_server_is_told(given, sentence):
    with pytest.raises(UsageError, match=sentence):
        Server(**{"url": "http://127.0.0.1:1", "assistant": "agent", **given})


def test_a_server_takes_a_dict_for_a_context():
    source = as_source(Server("http://127.0.0.1:1", "agent"))
    with pytest.raises(UsageError, match=r"context takes a dict, such as \{'user': 'ada'\}, not str"):
        source.validate_request(Request(context="ada"))
