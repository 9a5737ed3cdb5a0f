"""Which spans a run has, how they nest, and what is in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lg_jupyter.adapter.model_calls import ModelCallDetails, collect_calls_by_message_id
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.calls import DEFAULT_TOOL_ERROR_NAME
from lg_jupyter.events.events import JSON
from lg_jupyter.events.namespace import (
    find_namespace_owner,
    is_within_namespace,
    iter_namespace_and_ancestors,
    split_namespace,
)
from lg_jupyter.exports.otel.call_attributes import (
    make_answer_message_row,
    make_audio_usage_attributes,
    make_input_message_rows,
    make_request_attributes,
    tool_definitions_to_otel,
)
from lg_jupyter.exports.otel.messages import (
    dump_json_text,
    find_finish_reason,
    finish_reason_to_otel,
    make_state_message_rows,
    message_row_to_otel,
    output_row_to_otel,
    split_off_system_rows,
    to_text_or_json,
)
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.run_location import get_run_location, get_server_url
from lg_jupyter.tables.usage import Usage

OTEL_PROVIDER_NAMES = {
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

USAGE_COLUMNS_BY_ATTRIBUTE = {
    "gen_ai.usage.input_tokens": "input_tokens",
    "gen_ai.usage.output_tokens": "output_tokens",
    "gen_ai.usage.cache_read.input_tokens": "cache_read_tokens",
    "gen_ai.usage.cache_creation.input_tokens": "cache_write_tokens",
    "gen_ai.usage.reasoning.output_tokens": "reasoning_tokens",
}
"""Counts of tokens by attribute, and the columns of ``model_calls`` that hold them."""

Row = Mapping[str, Any]


@dataclass
class SpanPlan:
    """A span that is to be: ``key`` names it within the run, ``parent_key`` that of the span around it."""

    key: str
    parent_key: str | None
    name: str
    start: float
    end: float
    attributes: dict[str, Any]
    error_type: str | None = None
    is_client_span: bool = False
    error_message: str | None = field(default=None, repr=False)


class SpanPlanner:
    """The spans of a run, those around others first."""

    def __init__(self, run: RunState, content: bool) -> None:
        self._run = run
        self._content = content
        trace = run.trace
        self._tasks = {str(row["task_id"]): row for row in trace.rows("tasks")}
        self._namespaces = [row for row in trace.rows("namespaces") if row["namespace"]]
        self._known = {row["namespace"] for row in self._namespaces}
        rows = trace.rows("messages")
        self._by_id = {row["message_id"]: row for row in rows}
        self._messages = trace.messages.list_produced_rows()
        made = {row["message_id"] for row in self._messages}
        self._input_messages = [row for row in rows if row["message_id"] not in made]
        self._model_calls = trace.rows("model_calls")
        self._tool_calls = trace.rows("tool_calls")
        self._calls = {row["call_id"]: row for row in (*self._model_calls, *self._tool_calls)}
        columns = trace.columns("events")
        self._reported = collect_calls_by_message_id(
            zip(columns["mode"], columns["message_id"], columns["data"], strict=True)
        )
        last = columns["timestamp"][-1] if columns["timestamp"] else 0.0
        self._start = trace.started if trace.started is not None else last
        self._end = trace.ended if trace.ended is not None else last

    def __iter__(self) -> Iterator[SpanPlan]:
        yield self._plan_root()
        inside = [*map(self._plan_task, self._tasks.values()), *map(self._plan_subgraph, self._namespaces)]
        yield from sorted(inside, key=lambda plan: (self._compute_span_depth(plan.key), plan.start))
        calls = [*map(self._plan_model_call, self._model_calls), *map(self._plan_tool_call, self._tool_calls)]
        yield from _sort_parents_first(sorted(calls, key=lambda plan: plan.start))

    # What a span is of.

    def _plan_root(self) -> SpanPlan:
        run = self._run
        is_remote = get_run_location(run.source) == "server"
        is_workflow = not is_remote and bool(self._namespaces)
        attributes = self._make_agent_attributes(run.name, is_workflow, "")
        attributes["langgraph.run_id"] = run.run_id
        attributes |= _make_server_attributes(get_server_url(run.source))
        name = f"{attributes['gen_ai.operation.name']} {run.name}"
        times = (self._start, self._end)
        return self._make_span_plan(
            "run", None, name, times, attributes, run.status, run.error or {}, is_remote
        )

    def _plan_subgraph(self, row: Row) -> SpanPlan:
        name = row["graph_name"] or row["node"] or ""
        of = find_namespace_owner(row["namespace"])
        around = self._tasks.get(str(of.task_id)) or {}
        attributes = self._make_agent_attributes(name, False, row["namespace"])
        parent_key = self._find_parent_key(of.task_id, of.parent_namespace or "")
        times = (row["start_time"], row["end_time"])
        key, title, error = f"graph {row['namespace']}", f"invoke_agent {name}".strip(), around.get("error")
        return self._make_span_plan(key, parent_key, title, times, attributes, row["status"], error)

    def _make_agent_attributes(self, name: str, is_workflow: bool, namespace: str) -> dict[str, Any]:
        inside = [
            row
            for row in self._model_calls
            if not row["cached"] and _is_inside_namespace(row["namespace"], namespace)
        ]
        providers = {self._find_provider(row) for row in inside} - {None}
        kind = "workflow" if is_workflow else "agent"
        usage = Usage.sum_over_rows(inside).with_zeros_as_unknown
        used = {attribute: getattr(usage, column) for attribute, column in USAGE_COLUMNS_BY_ATTRIBUTE.items()}
        return {
            "gen_ai.operation.name": f"invoke_{kind}",
            f"gen_ai.{kind}.name": name or None,
            "gen_ai.provider.name": providers.pop() if len(providers) == 1 and not is_workflow else None,
            **used,
            **(self._make_message_attributes(namespace) if self._content else {}),
            "langgraph.namespace": namespace,
        }

    def _make_message_attributes(self, namespace: str) -> dict[str, Any]:
        """A graph's input messages, and its last answer."""
        input_rows: Sequence[Row] = [row for row in self._input_messages if row["namespace"] == namespace]
        if not input_rows:  # no message of it came, but the graph's first task got it too
            first = next((task for task in self._tasks.values() if task["namespace"] == namespace), None)
            input_rows = self._find_task_input_messages(first)
        answers = [row for row in self._messages if row["namespace"] == namespace and row["role"] == "ai"]
        answer = self._dump_answer_message(answers[-1]) if answers else None
        return {**self._make_input_message_attributes(input_rows), "gen_ai.output.messages": answer}

    def _dump_answer_message(self, row: Row) -> str:
        reported = self._reported.get(row["message_id"]) or ModelCallDetails()
        return dump_json_text([output_row_to_otel(row, find_finish_reason(row, reported.finish_reason))])

    def _make_input_message_attributes(self, rows: Sequence[Row]) -> dict[str, Any]:
        """System instructions apart from the messages, as the conventions have them."""
        system, rest = split_off_system_rows(rows)
        parts = [part for row in system for part in message_row_to_otel(row)["parts"]]
        return {
            "gen_ai.system_instructions": dump_json_text(parts) if parts else None,
            "gen_ai.input.messages": dump_json_text(list(map(message_row_to_otel, rest))) if rest else None,
        }

    def _plan_task(self, row: Row) -> SpanPlan:
        attributes = {
            "langgraph.node": row["node"],
            "langgraph.step": row["step"],
            "langgraph.task_id": row["task_id"],
            "langgraph.namespace": row["namespace"],
        }
        times = (row["start_time"], row["end_time"])
        parent_key = self._find_parent_key(None, row["namespace"])
        key, error = f"task {row['task_id']}", row["error"]
        return self._make_span_plan(
            key, parent_key, row["node"] or "task", times, attributes, row["status"], error
        )

    def _plan_model_call(self, call: Row) -> SpanPlan:
        message = self._by_id.get(call["message_id"])
        reported = self._reported.get(call["message_id"]) or ModelCallDetails()
        kind = "text_completion" if isinstance(call["output"], str) else "chat"
        model = call["model"] or reported.request_model
        reason = self._find_finish_reason(call, message)
        parameters = (
            call["parameters"] if call["known_from"] == "callback" else reported.get_known_parameters()
        )
        attributes = {
            "gen_ai.operation.name": kind,
            "gen_ai.provider.name": self._find_provider(call) or "unknown",
            "gen_ai.request.model": model,
            **make_request_attributes(parameters),
            "gen_ai.request.stream": True if call["streamed"] else None,
            "gen_ai.response.id": call["message_id"],
            "gen_ai.response.model": call["response_model"] or reported.response_model,
            "gen_ai.response.finish_reasons": [reason] if reason else None,
            "gen_ai.response.time_to_first_chunk": call["time_to_first_token"],
            **(
                {}
                if call["cached"]
                else {name: call[column] or None for name, column in USAGE_COLUMNS_BY_ATTRIBUTE.items()}
            ),
            **make_audio_usage_attributes(call),
            "gen_ai.agent.name": call["agent_name"],
            "langgraph.node": call["node"],
            "langgraph.known_from": call["known_from"],
        }
        if self._content:
            attributes |= self._make_input_message_attributes(self._find_input_message_rows(call))
            attributes["gen_ai.output.messages"] = self._dump_output_messages(call, message)
            tools = tool_definitions_to_otel(call["tools"])
            attributes["gen_ai.tool.definitions"] = dump_json_text(tools) if tools else None
        name = f"{kind} {model}" if model else kind
        return self._plan_model_or_tool_call(call, name, attributes, is_client_span=True)

    def _find_finish_reason(self, call: Row, message: Row | None) -> str | None:
        """Why the model stopped, by the conventions' word; ``None`` if nobody says."""
        reported = self._reported.get(call["message_id"]) or ModelCallDetails()
        word = call["finish_reason"] or (message and message["finish_reason"]) or reported.finish_reason
        return finish_reason_to_otel(word) if word else None

    def _dump_output_messages(self, call: Row, message: Row | None) -> str | None:
        """What the model said, also of a call that broke off; its message's row knows most of it."""
        row = message or make_answer_message_row(call["output"])
        if row is None:
            return None
        answered = {**row, "status": call["status"], "finish_reason": self._find_finish_reason(call, message)}
        return dump_json_text([output_row_to_otel(answered, find_finish_reason(answered))])

    def _find_input_message_rows(self, call: Row) -> Sequence[Row]:
        """The messages that a model was given; where nobody reports them, those of its node's state."""
        if call["known_from"] != "inferred" and call["input"] is not None:
            return make_input_message_rows(call["input"])
        known = self._find_task_input_messages(self._tasks.get(str(call["task_id"])))
        return known or [row for row in self._input_messages if row["namespace"] in ("", call["namespace"])]

    def _find_task_input_messages(self, task: Row | None) -> list[Row]:
        """The messages in the state that a task was given."""
        state = to_plain_json(task["input"]) if task else None
        return [self._by_id.get(each["message_id"], each) for each in make_state_message_rows(state)]

    def _plan_tool_call(self, call: Row) -> SpanPlan:
        name = call["name"] or "tool"
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.description": call["description"],
            "gen_ai.tool.call.id": call["tool_call_id"],
            "gen_ai.tool.type": "function",
            "gen_ai.agent.name": call["agent_name"],
            "langgraph.node": call["node"],
            "langgraph.known_from": call["known_from"],
        }
        if self._content:
            result = to_plain_json(call["result"]) if call["status"] != "error" else None
            attributes["gen_ai.tool.call.arguments"] = to_text_or_json(to_plain_json(call["args"]))
            attributes["gen_ai.tool.call.result"] = to_text_or_json(result)
        return self._plan_model_or_tool_call(call, f"execute_tool {name}", attributes)

    def _plan_model_or_tool_call(
        self, call: Row, name: str, attributes: dict[str, Any], is_client_span: bool = False
    ) -> SpanPlan:
        around = self._calls.get(call["parent_call_id"])
        if around is not None and around["task_id"] == call["task_id"]:
            parent_key = f"call {around['call_id']}"
        else:
            parent_key = self._find_parent_key(call["task_id"], call["namespace"])
        task = self._tasks.get(str(call["task_id"])) or {}
        times = (call["start_time"] or task.get("start_time"), call["end_time"])
        error = call["error"] or {}
        if error.get("error") == DEFAULT_TOOL_ERROR_NAME:  # a message with an error says no class
            error = {**error, "error": None}
        key = f"call {call['call_id']}"
        return self._make_span_plan(
            key, parent_key, name, times, attributes, call["status"], error, is_client_span=is_client_span
        )

    def _find_provider(self, call: Row) -> str | None:
        """Who was called, by the conventions' name; ``None`` if nobody says."""
        reported = self._reported.get(call["message_id"])
        name = call["provider"] or (reported and reported.provider)
        return OTEL_PROVIDER_NAMES.get(name, name) if name else None

    # Where it belongs.

    def _find_parent_key(self, task_id: str | None, namespace: str) -> str:
        """The key of the innermost span around what this task or namespace did."""
        if task_id is not None and str(task_id) in self._tasks:
            return f"task {task_id}"
        known = next(
            (outer for outer in iter_namespace_and_ancestors(namespace) if outer in self._known), None
        )
        return f"graph {known}" if known else "run"

    def _compute_span_depth(self, key: str) -> float:
        kind, _, name = key.partition(" ")
        namespace = name if kind == "graph" else self._tasks[name]["namespace"]
        depth = 2 * len(split_namespace(namespace))
        return depth if kind == "graph" else depth + 1

    def _make_span_plan(
        self,
        key: str,
        parent_key: str | None,
        name: str,
        times: tuple[float | None, float | None],
        attributes: dict[str, Any],
        status: str,
        error: JSON,
        is_client_span: bool = False,
    ) -> SpanPlan:
        attributes["gen_ai.conversation.id"] = self._run.thread_id
        attributes["langgraph.status"] = status
        recorded = {name: value for name, value in attributes.items() if value is not None}
        start = self._start if times[0] is None else times[0]
        end = self._end if times[1] is None else times[1]
        plan = SpanPlan(key, parent_key, name, start, end, recorded, is_client_span=is_client_span)
        if status == "error":
            details = error if isinstance(error, dict) else {}
            plan.error_type = str(details.get("error") or "_OTHER")
            plan.error_message = str(details.get("message") or "") or None
        return plan


def _sort_parents_first(plans: Sequence[SpanPlan]) -> Iterator[SpanPlan]:
    """Calls behind those that they were made in."""
    waiting: dict[str | None, list[SpanPlan]] = {}
    known = {plan.key for plan in plans}
    ready = []
    for plan in plans:
        if plan.parent_key in known:
            waiting.setdefault(plan.parent_key, []).append(plan)
        else:
            ready.append(plan)
    while ready:
        plan = ready.pop(0)
        yield plan
        ready = [*waiting.pop(plan.key, ()), *ready]


def _make_server_attributes(url: str | None) -> dict[str, Any]:
    """The server; nothing of an address that cannot be read, as a damaged file may hold one."""
    try:
        address = urlsplit(url or "")
        port = address.port or {"https": 443, "http": 80}.get(address.scheme)
    except ValueError:
        return {}
    return {"server.address": address.hostname, "server.port": port}


def _is_inside_namespace(namespace: str, outer: str) -> bool:
    """Whether a namespace is another or inside it; a further graph of the same task is beside it."""
    if not outer or namespace == outer:
        return True
    if not is_within_namespace(namespace, outer):
        return False
    return split_namespace(namespace)[len(split_namespace(outer))].ordinal is None
