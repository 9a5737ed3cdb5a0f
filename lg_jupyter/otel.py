"""A run as OpenTelemetry spans, under the semantic conventions for generative AI.

What becomes what is told in ``docs/opentelemetry.md``. One run is one trace: the run, in it the tasks of its
nodes, in these what they did: subgraphs, model calls, tools. All that is in a span was in the tables before,
and is masked as they are.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lg_jupyter.adapter.model_calls import ModelCall, model_calls
from lg_jupyter.encode import dumps, plain
from lg_jupyter.errors import UsageError
from lg_jupyter.events import JSON, NAMESPACE_SEPARATOR, namespace_parent

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

    from lg_jupyter.run import Run

SCHEMA_URL = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev"
"""The version of the conventions that the spans follow."""

NO_SDK = "OpenTelemetry spans need its SDK: `pip install 'lg_jupyter[otel]'`"

PROVIDERS = {
    "amazon_bedrock": "aws.bedrock",
    "azure": "azure.ai.openai",
    "azure_ai": "azure.ai.inference",
    "google_genai": "gcp.gemini",
    "google_vertexai": "gcp.vertex_ai",
    "ibm": "ibm.watsonx.ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "moonshot": "moonshot_ai",
    "xai": "x_ai",
}
"""LangChain's names of providers that the conventions call otherwise."""

ROLES = {"ai": "assistant", "human": "user"}

FINISH_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_calls": "tool_call",
    "tool_use": "tool_call",
    "function_call": "tool_call",
}

Row = Mapping[str, JSON]


@dataclass
class Plan:
    """A span that is to be: ``key`` names it within the run, ``parent`` is the key of the span around it."""

    key: str
    parent: str | None
    name: str
    start: float
    end: float
    attributes: dict[str, Any]
    error: str | None = None
    remote: bool = False
    problem: str | None = field(default=None, repr=False)


def export(run: Run, destination: Any = None, *, content: bool = False) -> list[ReadableSpan]:
    """The spans of a run, handed to an exporter or a tracer provider if one is given."""
    try:
        from opentelemetry.sdk.trace.export import SpanExportResult
    except ImportError:
        raise UsageError(NO_SDK) from None
    provider, is_users = _provider(destination)
    with run.lock:  # and not while they are sent
        plans, identity = list(Plans(run, content)), _identity(run)
    spans = _spans(plans, provider, identity)
    if destination is not None and not is_users:
        result = destination.export(spans)
        if result is SpanExportResult.FAILURE:
            raise UsageError(f"{type(destination).__name__} could not export the spans; its log says why")
    return spans


def _provider(destination: Any) -> tuple[Any, bool]:
    """What makes the spans, and whether it is the user's, who has it send them on."""
    from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider

    if isinstance(destination, ProxyTracerProvider):  # which stands for one that is set later
        destination = get_tracer_provider()
    if isinstance(destination, ProxyTracerProvider):
        raise UsageError(
            "no tracer provider is set here, so the spans would go nowhere: "
            "trace.set_tracer_provider(TracerProvider()), or give an exporter, like OTLPSpanExporter()"
        )
    is_class = isinstance(destination, type)
    if hasattr(destination, "get_tracer") and not is_class:
        return destination, True
    if destination is not None and (is_class or not hasattr(destination, "export")):
        what = f"the class {destination.__name__}" if is_class else type(destination).__name__
        raise UsageError(
            f"spans go to an exporter, like OTLPSpanExporter(), or to a TracerProvider, not to {what}"
        )
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    resource = Resource.create({"service.name": "lg_jupyter"}).merge(Resource.create())
    return TracerProvider(resource=resource, sampler=ALWAYS_ON, shutdown_on_exit=False), False


def _spans(plans: Iterable[Plan], provider: Any, identity: str) -> list[ReadableSpan]:
    """Make the spans through a tracer, with times and ids of their own."""
    from importlib.metadata import version

    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanKind, Status, StatusCode

    ids = _Ids(identity)
    tracer = copy.copy(provider.get_tracer("lg_jupyter", version("lg_jupyter"), SCHEMA_URL))
    tracer.id_generator = ids
    made: dict[str, Any] = {}
    ended: list[tuple[Any, Plan]] = []
    for plan in plans:
        ids.key = plan.key
        around = Context() if plan.parent is None else trace.set_span_in_context(made[plan.parent], Context())
        kind = SpanKind.CLIENT if plan.remote else SpanKind.INTERNAL
        span = tracer.start_span(
            plan.name, around, kind, plan.attributes, start_time=_nanoseconds(plan.start)
        )
        if plan.error is not None:
            span.set_attribute("error.type", plan.error)
            span.set_status(Status(StatusCode.ERROR, plan.problem))
        made[plan.key] = span
        ended.append((span, plan))
    for span, plan in reversed(ended):  # what is inside ends first
        span.end(_nanoseconds(max(plan.start, plan.end)))
    return [span for span, _ in ended if isinstance(span, ReadableSpan)]


class _Ids:
    """Gives a span the id that its key makes: the same run has the same ids each time."""

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self.key = ""

    def generate_trace_id(self) -> int:
        return _number(self._identity, 16)

    def generate_span_id(self) -> int:
        return _number(f"{self._identity}\n{self.key}", 8)

    def is_trace_id_random(self) -> bool:
        return False


def _number(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:size], "big") or 1


def _identity(run: Run) -> str:
    return repr(("lg_jupyter", run.run_id, run.thread_id, run.name, run.trace.started))


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e6) * 1000


# ---------------------------------------------------------------------------------------------


class Plans:
    """The spans of a run, those around others first."""

    def __init__(self, run: Run, content: bool) -> None:
        self._run = run
        self._content = content
        trace = run.trace
        self._tasks = {str(row["task_id"]): row for row in trace.rows("tasks")}
        self._namespaces = [row for row in trace.rows("namespaces") if row["namespace"]]
        self._known = {row["namespace"] for row in self._namespaces}
        self._messages = trace.rows("messages")
        self._by_id = {row["message_id"]: row for row in self._messages}
        columns = trace.columns("events")
        self._calls = model_calls(zip(columns["mode"], columns["message_id"], columns["data"], strict=True))
        last = columns["timestamp"][-1] if columns["timestamp"] else 0.0
        self._start = trace.started if trace.started is not None else last
        self._end = trace.ended if trace.ended is not None else last

    def __iter__(self) -> Iterator[Plan]:
        yield self._root()
        inside = [*map(self._task, self._tasks.values()), *map(self._subgraph, self._namespaces)]
        yield from sorted(inside, key=lambda plan: (self._depth(plan.key), plan.start))
        for row in self._messages:
            if row["role"] == "ai" and (row["message_id"] in self._calls or row["chunk_count"]):
                yield self._chat(row)
            elif row["role"] == "tool" and row["tool_call_id"]:
                yield self._tool(row)

    # What a span is of.

    def _root(self) -> Plan:
        run = self._run
        server = getattr(run.source, "server", None)
        is_workflow = server is None and bool(self._namespaces)
        attributes = self._agent(run.name, is_workflow, "")
        attributes["langgraph.run_id"] = run.run_id
        if server is not None:
            address = urlsplit(server.url)
            attributes["server.address"] = address.hostname
            attributes["server.port"] = address.port or (443 if address.scheme == "https" else 80)
        error = run.error or {}
        return self._plan(
            "run",
            None,
            f"{attributes['gen_ai.operation.name']} {run.name}",
            (self._start, self._end),
            attributes,
            run.status,
            error,
            remote=server is not None,
        )

    def _subgraph(self, row: Row) -> Plan:
        name = row["graph_name"] or row["node"] or ""
        around = self._tasks.get(_task_id(row["namespace"])) or {}
        attributes = self._agent(name, False, row["namespace"])
        parent = self._around(around.get("task_id"), namespace_parent(row["namespace"]) or "")
        times = (row["start_time"], row["end_time"])
        error = around.get("error")
        return self._plan(
            f"graph {row['namespace']}",
            parent,
            f"invoke_agent {name}".strip(),
            times,
            attributes,
            row["status"],
            error,
        )

    def _agent(self, name: str, is_workflow: bool, namespace: str) -> dict[str, Any]:
        inside = [row for row in self._messages if _is_inside(row["namespace"], namespace)]
        providers = {_provider_of(self._calls.get(row["message_id"])) for row in inside} - {None}
        kind = "workflow" if is_workflow else "agent"
        return {
            "gen_ai.operation.name": f"invoke_{kind}",
            f"gen_ai.{kind}.name": name or None,
            "gen_ai.provider.name": providers.pop() if len(providers) == 1 and not is_workflow else None,
            "gen_ai.usage.input_tokens": sum(row["input_tokens"] or 0 for row in inside) or None,
            "gen_ai.usage.output_tokens": sum(row["output_tokens"] or 0 for row in inside) or None,
            "langgraph.namespace": namespace,
        }

    def _task(self, row: Row) -> Plan:
        attributes = {
            "langgraph.node": row["node"],
            "langgraph.step": row["step"],
            "langgraph.task_id": row["task_id"],
            "langgraph.namespace": row["namespace"],
        }
        times = (row["start_time"], row["end_time"])
        parent = self._around(None, row["namespace"])
        key, error = f"task {row['task_id']}", row["error"]
        return self._plan(key, parent, row["node"] or "task", times, attributes, row["status"], error)

    def _chat(self, row: Row) -> Plan:
        call = self._calls.get(row["message_id"]) or ModelCall()
        model = call.request_model or row["model"]
        task = self._tasks.get(str(row["task_id"])) or {}
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _provider_of(call) or "unknown",
            "gen_ai.request.model": model,
            "gen_ai.request.temperature": call.temperature,
            "gen_ai.request.max_tokens": call.max_tokens,
            "gen_ai.request.stream": True if (row["chunk_count"] or 0) > 1 else None,
            "gen_ai.response.id": row["message_id"],
            "gen_ai.response.model": call.response_model,
            "gen_ai.response.finish_reasons": [call.finish_reason] if call.finish_reason else None,
            "gen_ai.response.time_to_first_chunk": row["time_to_first_token"],
            "gen_ai.usage.input_tokens": row["input_tokens"],
            "gen_ai.usage.output_tokens": row["output_tokens"],
            "gen_ai.agent.name": row["agent_name"],
            "langgraph.node": row["node"],
        }
        if self._content:
            given = [self._by_id[name] for name in _message_ids(task.get("input")) if name in self._by_id]
            attributes["gen_ai.input.messages"] = _json([_message(each) for each in given]) if given else None
            said = {**_message(row), "finish_reason": _finish_reason(row, call)}
            attributes["gen_ai.output.messages"] = _json([said])
        parent = self._around(row["task_id"], row["namespace"])
        times = (row["start_time"], row["end_time"])
        name = f"chat {model}" if model else "chat"
        key = f"message {row['message_id']}"
        return self._plan(key, parent, name, times, attributes, row["status"], task.get("error"), remote=True)

    def _tool(self, row: Row) -> Plan:
        task = self._tasks.get(str(row["task_id"])) or {}
        name = row["name"] or "tool"
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": row["tool_call_id"],
            "gen_ai.tool.type": "function",
            "langgraph.node": row["node"],
        }
        if self._content:
            attributes["gen_ai.tool.call.arguments"] = _as_text(self._arguments(row["tool_call_id"]))
            attributes["gen_ai.tool.call.result"] = row["text"] if row["status"] != "error" else None
        times = (task.get("start_time") or row["start_time"], row["end_time"])
        parent = self._around(row["task_id"], row["namespace"])
        key = f"tool {row['message_id']}"
        return self._plan(key, parent, f"execute_tool {name}", times, attributes, row["status"], None)

    def _arguments(self, call_id: str) -> JSON:
        for row in self._messages:
            for call in row["tool_calls"] or ():
                if isinstance(call, dict) and call.get("id") == call_id:
                    return call.get("args")
        return None

    # Where it belongs.

    def _around(self, task_id: str | None, namespace: str) -> str:
        """The key of the innermost span around what this task or namespace did."""
        if task_id is not None and str(task_id) in self._tasks:
            return f"task {task_id}"
        while namespace and namespace not in self._known:
            namespace = namespace_parent(namespace) or ""
        return f"graph {namespace}" if namespace else "run"

    def _depth(self, key: str) -> float:
        kind, _, name = key.partition(" ")
        namespace = name if kind == "graph" else self._tasks[name]["namespace"]
        depth = 2 * len(namespace.split(NAMESPACE_SEPARATOR)) if namespace else 0
        return depth if kind == "graph" else depth + 1

    def _plan(
        self,
        key: str,
        parent: str | None,
        name: str,
        times: tuple[float | None, float | None],
        attributes: dict[str, Any],
        status: str,
        error: JSON,
        remote: bool = False,
    ) -> Plan:
        attributes["gen_ai.conversation.id"] = self._run.thread_id
        attributes["langgraph.status"] = status
        told = {name: value for name, value in attributes.items() if value is not None}
        start = self._start if times[0] is None else times[0]
        end = self._end if times[1] is None else times[1]
        plan = Plan(key, parent, name, start, end, told, remote=remote)
        if status == "error":
            account = error if isinstance(error, dict) else {}
            plan.error = str(account.get("error") or "_OTHER")
            plan.problem = str(account.get("message") or "") or None
        return plan


def _task_id(namespace: str) -> str:
    return namespace.rpartition(NAMESPACE_SEPARATOR)[2].rpartition(":")[2]


def _is_inside(namespace: str, around: str) -> bool:
    return not around or namespace == around or namespace.startswith(around + NAMESPACE_SEPARATOR)


def _provider_of(call: ModelCall | None) -> str | None:
    if call is None or call.provider is None:
        return None
    return PROVIDERS.get(call.provider, call.provider)


# What was said.


def _message(row: Row) -> dict[str, JSON]:
    """A message as the conventions write it."""
    role = ROLES.get(row["role"], row["role"])
    parts: list[JSON] = []
    if row["reasoning"]:
        parts.append({"type": "reasoning", "content": row["reasoning"]})
    if role == "tool":
        parts.append({"type": "tool_call_response", "id": row["tool_call_id"], "response": row["text"]})
    elif row["text"]:
        parts.append({"type": "text", "content": row["text"]})
    for call in row["tool_calls"] or ():
        told = {"id": call.get("id"), "name": call.get("name") or "", "arguments": call.get("args")}
        parts.append({"type": "tool_call", **told})
    return {"role": role, "parts": parts}


def _finish_reason(row: Row, call: ModelCall) -> str:
    if row["status"] == "error":
        return "error"
    if call.finish_reason:
        return FINISH_REASONS.get(call.finish_reason, call.finish_reason)
    return "tool_call" if row["tool_calls"] else "stop"


def _message_ids(state: JSON) -> Sequence[str]:
    """The ids of the messages in a task's input."""
    messages = state.get("messages") if isinstance(state, dict) else None
    messages = plain(messages)
    ids = (
        [item.get("id") for item in messages if isinstance(item, dict)] if isinstance(messages, list) else []
    )
    return [name for name in ids if isinstance(name, str)]


def _as_text(value: JSON) -> str | None:
    return value if value is None or isinstance(value, str) else _json(value)


def _json(value: JSON) -> str:
    return dumps(value).decode()
