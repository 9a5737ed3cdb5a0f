"""A run as OpenTelemetry spans, as an exporter gets them."""

from __future__ import annotations

import builtins
import json
import sys

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import ProxyTracerProvider, SpanKind, StatusCode

import lg_jupyter
from lg_jupyter.exports.otel import SCHEMA_URL
from lg_jupyter.sources.saved.writing import write_run_file
from tests import recordings
from tests.graphs import INPUTS, build
from tests.server_stub import RUN, THREAD, ServerStub, events


def loaded(tmp_path, recording: str):
    write_run_file(tmp_path / "run.jsonl", {"name": "graph"}, recordings.parts(recording))
    return lg_jupyter.load(tmp_path / "run.jsonl")


async def ran(name: str):
    run = lg_jupyter.stream(build(name), INPUTS[name], display=False, name=name)
    try:
        return await run
    except Exception:
        return run


def exported(run, **options) -> list:
    exporter = InMemorySpanExporter()
    run.to_otel(exporter, **options)
    return list(exporter.get_finished_spans())


def tree(spans) -> list[str]:
    """The names, indented by what they are in, in the order of their start."""
    inside: dict[int | None, list] = {}
    for span in spans:
        inside.setdefault(span.parent and span.parent.span_id, []).append(span)

    def lines(parent: int | None, depth: int):
        for span in inside.get(parent, []):
            yield "  " * depth + span.name
            yield from lines(span.context.span_id, depth + 1)

    return list(lines(None, 0))


def named(spans, name: str) -> list:
    return [span for span in spans if span.name == name]


async def test_an_agent_with_tools():
    run = await ran("react")
    spans = exported(run)
    lines = tree(spans)
    assert sorted(lines[4:6]) == ["    execute_tool fragile", "    execute_tool weather"]  # side by side
    assert [*lines[:4], *lines[6:]] == [
        "invoke_agent react",
        "  agent",
        "    chat scripted",
        "  tools",
        "  agent",
        "    chat scripted",
    ]
    (root,) = named(spans, "invoke_agent react")
    assert root.kind is SpanKind.INTERNAL
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert root.attributes["gen_ai.usage.input_tokens"] == run.usage["input_tokens"]
    assert root.attributes["gen_ai.usage.output_tokens"] == run.usage["output_tokens"]
    chat = named(spans, "chat scripted")[0]
    row = next(row for row in run.trace.rows("messages") if row["role"] == "ai")
    assert chat.kind is SpanKind.CLIENT
    assert (
        dict(chat.attributes).items()
        >= {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "scripted",
            "gen_ai.request.model": "scripted",
            "gen_ai.request.stream": True,
            "gen_ai.response.id": row["message_id"],
            "gen_ai.usage.input_tokens": row["input_tokens"],
            "gen_ai.usage.output_tokens": row["output_tokens"],
            "langgraph.node": "agent",
        }.items()
    )
    (tool,) = named(spans, "execute_tool weather")
    assert tool.attributes["gen_ai.tool.name"] == "weather"
    assert tool.attributes["gen_ai.tool.call.id"] == "call-1"
    (failed,) = named(spans, "execute_tool fragile")
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.attributes["error.type"] == "ValueError"


async def test_subgraphs_nest():
    assert tree(exported(await ran("nested"))) == [
        "invoke_workflow nested",
        "  plan",
        "  team",
        "    invoke_agent team",
        "      writer",
        "        invoke_agent writer",
        "          draft",
        "            chat scripted",
        "      check",
    ]


async def test_what_was_said_only_when_asked():
    run = await ran("react")
    said = {"gen_ai.input.messages", "gen_ai.output.messages"}
    said |= {"gen_ai.tool.call.arguments", "gen_ai.tool.call.result"}
    assert not any(said & set(span.attributes) for span in exported(run))
    spans = exported(run, content=True)
    first, second = named(spans, "chat scripted")
    assert json.loads(first.attributes["gen_ai.output.messages"]) == [
        {
            "role": "assistant",
            "parts": [
                {"type": "text", "content": "Let me look."},
                {"type": "tool_call", "id": "call-1", "name": "weather", "arguments": {"city": "Bergen"}},
                {"type": "tool_call", "id": "call-2", "name": "fragile", "arguments": {"x": 3}},
            ],
            "finish_reason": "tool_call",
        }
    ]
    given = json.loads(second.attributes["gen_ai.input.messages"])
    assert [message["role"] for message in given][-3:] == ["assistant", "tool", "tool"]
    assert given[-2]["parts"] == [
        {"type": "tool_call_response", "id": "call-1", "response": "rain in Bergen"}
    ]
    (tool,) = named(spans, "execute_tool weather")
    assert tool.attributes["gen_ai.tool.call.arguments"] == '{"city":"Bergen"}'
    assert tool.attributes["gen_ai.tool.call.result"] == "rain in Bergen"


async def test_a_run_that_fails():
    run = await ran("broken")
    spans = exported(run)
    failed = [span.name for span in spans if span.status.status_code is StatusCode.ERROR]
    assert sorted(failed) == ["fall", "inner", "invoke_agent inner", "invoke_workflow broken"]
    for span in spans:
        if span.name in failed:
            assert span.attributes["error.type"] == "ValueError"
    (root,) = named(spans, "invoke_workflow broken")
    assert root.status.description == "no milk today"


@pytest.mark.parametrize("name", [name for name in recordings.names() if "__ALL" in name])
def test_every_recording_is_one_trace(name, tmp_path):
    run = loaded(tmp_path, name)
    spans = exported(run, content=True)
    assert len({span.context.trace_id for span in spans}) == 1
    ids = [span.context.span_id for span in spans]
    assert len(set(ids)) == len(ids)
    (root,) = [span for span in spans if span.parent is None]
    assert root.start_time == round(run.trace.started * 1e6) * 1000
    assert root.end_time == round(run.trace.ended * 1e6) * 1000
    assert all(span.parent.span_id in ids for span in spans if span is not root)
    assert all(span.start_time <= span.end_time for span in spans)
    tasks = [span for span in spans if "langgraph.task_id" in span.attributes]
    assert len(tasks) == len(run.trace.rows("tasks"))
    assert len(named_like(spans, "invoke_")) == len(run.trace.rows("namespaces"))
    for span in spans:
        assert span.attributes.get("gen_ai.conversation.id") == run.thread_id
        assert span.instrumentation_scope.schema_url == SCHEMA_URL
        if "gen_ai.operation.name" in span.attributes:
            assert span.name.startswith(span.attributes["gen_ai.operation.name"])
        assert (span.status.status_code is StatusCode.ERROR) == ("error.type" in span.attributes)


def named_like(spans, beginning: str) -> list:
    return [span for span in spans if span.name.startswith(beginning)]


async def test_ids_are_those_of_the_run(tmp_path):
    run = await ran("react")
    run.save(tmp_path / "run.jsonl")
    ids = [span.context.span_id for span in run.to_otel()]
    assert [span.context.span_id for span in run.to_otel(InMemorySpanExporter())] == ids
    assert [span.context.span_id for span in lg_jupyter.load(tmp_path / "run.jsonl").to_otel()] == ids
    assert {span.context.span_id for span in (await ran("react")).to_otel()}.isdisjoint(ids)


async def test_the_users_provider_gets_them_through_its_processors():
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "mine"}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    run = await ran("react")
    spans = run.to_otel(provider)
    got = exporter.get_finished_spans()
    assert {span.context.span_id for span in got} == {span.context.span_id for span in spans}
    assert {span.resource.attributes["service.name"] for span in got} == {"mine"}
    with provider.get_tracer("lg_jupyter").start_as_current_span("theirs") as theirs:
        again = run.to_otel(provider)
    assert [span.context.span_id for span in again] == [span.context.span_id for span in spans]
    assert theirs.get_span_context().trace_id != spans[0].context.trace_id
    assert run.to_otel(TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)) == []


async def test_the_environment_cannot_drop_spans(monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "named")
    spans = exported(await ran("steps"))
    assert spans
    assert spans[0].resource.attributes["service.name"] == "named"


async def test_what_takes_no_spans():
    run = await ran("steps")
    with pytest.raises(lg_jupyter.UsageError, match="not to dict"):
        run.to_otel({})
    with pytest.raises(lg_jupyter.UsageError, match="not to the class InMemorySpanExporter"):
        run.to_otel(InMemorySpanExporter)
    with pytest.raises(lg_jupyter.UsageError, match=r"no tracer provider is set here.*set_tracer_provider"):
        run.to_otel(ProxyTracerProvider())

    class Failing(SpanExporter):
        def export(self, spans):
            return SpanExportResult.FAILURE

    with pytest.raises(lg_jupyter.UsageError, match="Failing could not export"):
        run.to_otel(Failing())


async def test_without_the_sdk(monkeypatch):
    run = await ran("steps")
    real = builtins.__import__

    def missing(name, *args, **options):
        if name.startswith("opentelemetry.sdk"):
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    for name in [name for name in sys.modules if name.startswith("opentelemetry.sdk")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(lg_jupyter.UsageError, match=r"pip install 'lg_jupyter\[otel\]'"):
        run.to_otel()


def answer_with_a_subgraph(method, path):
    if path.endswith("/stream"):
        return 200, events(("values", {"x": 0}), ("values|sub:t1", {"x": 1}), ("values", {"x": 1}))
    if path.endswith(RUN):
        return 200, {"run_id": RUN, "thread_id": THREAD, "status": "success", "kwargs": {}}
    if path.endswith("/state"):
        return 200, {"values": {"x": 1}, "next": [], "tasks": []}
    return 200, {"thread_id": THREAD, "status": "idle", "values": {"x": 1}}


async def test_a_servers_run_has_the_same_spans_when_it_is_loaded_or_replayed(tmp_path):
    with ServerStub(answer_with_a_subgraph) as stub:
        server = lg_jupyter.Server(stub.url, "agent")
        run = await lg_jupyter.stream(server, {"x": 0}, thread_id=THREAD, display=False)
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    loaded.save(tmp_path / "again.jsonl")
    again = lg_jupyter.load(tmp_path / "again.jsonl")
    replays = [await each.replay(None, display=False) for each in (run, again)]
    first, *others = (
        [(span.name, span.kind, dict(span.attributes)) for span in each.to_otel()]
        for each in (run, loaded, again, *replays)
    )
    assert [(name, kind) for name, kind, _ in first] == [
        ("invoke_agent agent", SpanKind.CLIENT),
        ("invoke_agent sub", SpanKind.INTERNAL),
    ]
    assert first[0][2]["server.address"] == "127.0.0.1" and first[0][2]["server.port"] > 0
    assert others == [first] * 4


@pytest.mark.parametrize("url", [None, 7, "http://[", "http://host:port", ""])
def test_an_address_that_cannot_be_read_is_none(url, tmp_path):
    header = {"name": "graph", "source": "server", "asked": {"url": url}}
    write_run_file(tmp_path / "run.jsonl", header, recordings.parts("server_v1/react__messages__sg"))
    root, *_ = lg_jupyter.load(tmp_path / "run.jsonl").to_otel()
    assert (root.name, root.kind) == ("invoke_agent graph", SpanKind.CLIENT)
    assert "server.port" not in root.attributes
