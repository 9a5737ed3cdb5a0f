"""A run as OpenTelemetry spans, under the semantic conventions for generative AI.

``docs/opentelemetry.md`` says what becomes what. One run is one trace: the run, in it the tasks of its
nodes, in these what they did: subgraphs, model calls, tools. All that is in a span was in the tables before,
and is masked as they are.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.exports.otel.span_plans import SpanPlan, SpanPlanner
from lg_jupyter.runtime.state import RunState

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan


SCHEMA_URL = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev"
"""The version of the conventions that the spans follow."""

MISSING_SDK_MESSAGE = "OpenTelemetry spans need its SDK: `pip install 'lg_jupyter[otel]'`"


def export_spans(run: RunState, destination: Any = None, *, content: bool = False) -> list[ReadableSpan]:
    """The spans of a run, handed to an exporter or a tracer provider if one is given."""
    try:
        from opentelemetry.sdk.trace.export import SpanExportResult
    except ImportError:
        raise UsageError(MISSING_SDK_MESSAGE) from None
    provider, is_users_own = _choose_tracer_provider(destination)
    with run.lock:  # and not while they are sent
        plans, seed = list(SpanPlanner(run, content)), _make_trace_id_seed(run)
    spans = _emit_spans(plans, provider, seed)
    if destination is not None and not is_users_own:
        result = destination.export(spans)
        if result is SpanExportResult.FAILURE:
            raise UsageError(f"{type(destination).__name__} could not export the spans; its log says why")
    return spans


def _choose_tracer_provider(destination: Any) -> tuple[Any, bool]:
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


def _emit_spans(plans: Iterable[SpanPlan], provider: Any, seed: str) -> list[ReadableSpan]:
    """Make the spans through a tracer, with times and ids of their own."""
    from importlib.metadata import version

    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanKind, Status, StatusCode

    ids = _DeterministicIdGenerator(seed)
    tracer = copy.copy(provider.get_tracer("lg_jupyter", version("lg_jupyter"), SCHEMA_URL))
    tracer.id_generator = ids
    spans: dict[str, Any] = {}
    ended: list[tuple[Any, SpanPlan]] = []
    for plan in plans:
        ids.key = plan.key
        parent = (
            Context()
            if plan.parent_key is None
            else trace.set_span_in_context(spans[plan.parent_key], Context())
        )
        kind = SpanKind.CLIENT if plan.is_client_span else SpanKind.INTERNAL
        span = tracer.start_span(
            plan.name, parent, kind, plan.attributes, start_time=_to_nanoseconds(plan.start)
        )
        if plan.error_type is not None:
            span.set_attribute("error.type", plan.error_type)
            span.set_status(Status(StatusCode.ERROR, plan.error_message))
        spans[plan.key] = span
        ended.append((span, plan))
    for span, plan in reversed(ended):  # what is inside ends first
        span.end(_to_nanoseconds(max(plan.start, plan.end)))
    return [span for span, _ in ended if isinstance(span, ReadableSpan)]


class _DeterministicIdGenerator:
    """Gives a span the id that its key makes: the same run has the same ids each time."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.key = ""

    def generate_trace_id(self) -> int:
        return _hash_to_int(self._seed, 16)

    def generate_span_id(self) -> int:
        return _hash_to_int(f"{self._seed}\n{self.key}", 8)

    def is_trace_id_random(self) -> bool:
        return False


def _hash_to_int(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:size], "big") or 1


def _make_trace_id_seed(run: RunState) -> str:
    return repr(("lg_jupyter", run.run_id, run.thread_id, run.name, run.trace.started))


def _to_nanoseconds(seconds: float) -> int:
    return round(seconds * 1e6) * 1000
