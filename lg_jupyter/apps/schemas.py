"""What a graph or an assistant takes, as JSON schemas: its input, its context, its config.

A schema that cannot be had is ``{}``, which takes any JSON, and a note says why.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lg_jupyter.apps import typed_dicts
from lg_jupyter.encode.json_pointer import resolve_pointer
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.secrets.rules import is_secret_name
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.server import assistants as server_assistants
from lg_jupyter.sources.server.errors import make_server_error
from lg_jupyter.sources.server.probe import ensure_server_reachable
from lg_jupyter.sources.server.server import Server

JsonSchema = JSONObject

MAX_SCHEMA_CHARACTERS = 400_000
"""The most characters of JSON that a schema has; a form of a larger one would help nobody."""

MAX_ASSISTANTS_OR_THREADS = 100
"""The most assistants and threads that are offered."""

_MAX_CHAINED_REFERENCES = 20


@dataclass(frozen=True)
class TargetSchemas:
    """What a target takes. ``context`` is ``None`` where it takes none that is known."""

    input: JsonSchema = field(default_factory=dict)
    context: JsonSchema | None = None
    configurable: JsonSchema | None = None
    notes: tuple[str, ...] = ()

    @property
    def has_messages_property(self) -> bool:
        """Whether the input has a list of messages."""
        properties = resolve_top_level_reference(self.input, self.input).get("properties") or {}
        messages = properties.get("messages")
        if messages is None:
            return False
        return bool(resolve_top_level_reference(messages, self.input).get("type", "array") == "array")

    @property
    def config(self) -> JsonSchema:
        """What a ``RunnableConfig`` may say."""
        steps = {"type": "integer", "minimum": 1, "description": "Steps after which the run is stopped."}
        return {
            "type": "object",
            "properties": {
                "recursion_limit": steps,
                "tags": {"type": "array", "items": {"type": "string"}},
                "configurable": self.configurable or {"type": "object"},
                "metadata": {"type": "object"},
            },
            "$defs": (self.configurable or {}).get("$defs", {}),
        }

    def collect_secret_names(self) -> frozenset[str]:
        """The properties that a schema marks as secret (as pydantic does ``SecretStr``) or names like one."""
        found = [
            _iter_secret_property_names(schema) for schema in (self.input, self.context, self.configurable)
        ]
        return frozenset(name for names in found for name in names)


def _iter_secret_property_names(schema: JSON) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _iter_secret_property_names(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, dict):
                yield from (
                    name for name, each in value.items() if _is_secret_property(each) or is_secret_name(name)
                )
            yield from _iter_secret_property_names(value)


def _is_secret_property(schema: JSONObject) -> bool:
    if not isinstance(schema, dict):
        return False
    if schema.get("format") == "password" or schema.get("writeOnly") is True:
        return True
    return any(
        _is_secret_property(each) for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key) or ()
    )


def resolve_top_level_reference(schema: JSON, root: JsonSchema) -> JsonSchema:
    """A schema with the references at its top followed."""
    for _ in range(_MAX_CHAINED_REFERENCES):
        if not isinstance(schema, dict):
            return {}
        pointer = schema.get("$ref")
        if not isinstance(pointer, str):
            return schema
        try:
            schema = resolve_pointer(root, unquote(pointer.partition("#")[2]))
        except (LookupError, ValueError):
            return {}
    return {}


# ---------------------------------------------------------------------------------------------
# Of a graph at hand


def read_graph_schemas(target: Any) -> TargetSchemas:
    """What a graph in this process takes."""
    graph = graphs.unwrap_graph(target)
    if graphs.is_remote_graph(graph):
        return _fetch_remote_graph_schemas(graph)
    notes: list[str] = []
    input_schema = _make_schema_or_add_note(_get_json_schema_factory(graph, "input"), "input", notes) or {}
    context = _make_schema_or_add_note(_get_json_schema_factory(graph, "context"), "context", notes)
    if not _requires_all_input_keys(graph):
        input_schema = {name: value for name, value in input_schema.items() if name != "required"}
    return TargetSchemas(input_schema, context, None, tuple(notes))


def _get_json_schema_factory(graph: Any, what: str) -> Callable[[], Any]:
    """What makes the schema of a graph's ``input`` or ``context``."""
    kind = _get_declared_type(graph, what)
    if typed_dicts.is_unsupported_typed_dict(kind):
        return lambda: _make_type_json_schema(kind)
    return getattr(graph, f"get_{what}_jsonschema", lambda: None)


def _get_declared_type(graph: Any, what: str) -> Any:
    return getattr(getattr(graph, "builder", None), f"{what}_schema", None)


def _make_type_json_schema(kind: Any) -> JsonSchema:
    from pydantic import TypeAdapter

    return TypeAdapter(typed_dicts.rebuild_typed_dicts(kind)).json_schema()


def _make_schema_or_add_note(make: Callable[[], Any], what: str, notes: list[str]) -> JsonSchema | None:
    try:
        schema = make()
        return schema if schema is None else _drop_oversized_schema(schema, what, notes)
    except Exception as error:  # whatever a type of the user's raises when it is described
        notes.append(
            _make_no_fields_note(
                what, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            )
        )
        return None


def _drop_oversized_schema(schema: Mapping[str, Any], what: str, notes: list[str]) -> JsonSchema:
    size = len(json.dumps(schema))
    if size <= MAX_SCHEMA_CHARACTERS:
        return dict(schema)
    notes.append(_make_no_fields_note(what, f"its schema has {size:,} characters"))
    return {}


def _make_no_fields_note(what: str, cause: str) -> str:
    return f"There are no fields for the {what}, which can be written as JSON: {cause}"


def _requires_all_input_keys(graph: Any) -> bool:
    """Whether a graph refuses an input that lacks a key: a state that is a ``TypedDict`` takes any part."""
    schema = _get_declared_type(graph, "input")
    return hasattr(schema, "model_fields") or hasattr(schema, "__dataclass_fields__")


def validate_graph_input(target: Any, value: JSON) -> None:
    """Refuse an input that the schema of a graph here does not take; messages are left to LangGraph.

    Raises
    ------
    UsageError
        Saying where it is wrong.
    """
    graph = graphs.unwrap_graph(target)
    validate = _make_input_validator(graph)
    if validate is None:
        return
    strict = _requires_all_input_keys(graph)
    try:
        validate(value)
    except ValueError as error:
        details: list[Mapping[str, Any]] = getattr(error, "errors", list)()
        wrong = [each for each in details if _is_relevant_validation_error(each, strict)]
        if wrong:
            raise UsageError(
                f"The graph does not take this input: {_format_validation_errors(wrong)}"
            ) from None
    except Exception:  # a validator of the user's that fails: the run will say where
        return


def _make_input_validator(graph: Any) -> Callable[[JSON], Any] | None:
    """Pydantic's validation of a graph's input; ``None`` where there is none."""
    from pydantic import TypeAdapter

    kind = _get_declared_type(graph, "input")
    try:
        model = (
            typed_dicts.rebuild_typed_dicts(kind)
            if typed_dicts.is_unsupported_typed_dict(kind)
            else graph.get_input_schema()
        )
        return TypeAdapter(model).validate_python
    except Exception:  # whatever a type of the user's raises: then LangGraph is to say
        return None


def _is_relevant_validation_error(error: Mapping[str, Any], strict: bool) -> bool:
    place = error["loc"]
    return place[:1] != ("messages",) and (strict or error["type"] != "missing" or len(place) > 1)


def _format_validation_errors(errors: list[Mapping[str, Any]]) -> str:
    problems = [f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg']}" for each in errors[:5]]
    more = f"; and {len(errors) - 5} more" if len(errors) > 5 else ""
    return "; ".join(problems) + more


# ---------------------------------------------------------------------------------------------
# Of a server; these wait for it


def fetch_server_schemas(server: Server) -> TargetSchemas:
    """What an assistant takes."""
    received = _call_server(
        server, lambda client: client.assistants.get_schemas(_fetch_assistant_id(client, server.assistant))
    )
    return _parse_server_schemas(received)


def _fetch_remote_graph_schemas(graph: Any) -> TargetSchemas:
    """What the assistant behind a ``RemoteGraph`` takes."""
    try:
        client = graph.sync_client
        return _parse_server_schemas(
            client.assistants.get_schemas(_fetch_assistant_id(client, graph.assistant_id))
        )
    except Exception as error:  # it may have no client for this, or no server
        return TargetSchemas(notes=(_make_no_fields_note("input", f"{type(error).__name__}: {error}"),))


def _parse_server_schemas(received: Mapping[str, Any]) -> TargetSchemas:
    notes: list[str] = []
    # A graph of old TypedDicts has no schema of its input; what it takes are then keys of its state.
    found = {"input_schema": received.get("input_schema") or received.get("state_schema")}
    bounded = {
        what: _drop_oversized_schema({**received, **found}.get(f"{what}_schema") or {}, what, notes)
        for what in ("input", "context", "config")
    }
    if not found["input_schema"]:
        notes.append(_make_no_fields_note("input", "the server has no schema of it"))
    # Whether the state takes any part of it, as a TypedDict does, a server does not tell: let the graph say.
    input_schema = {name: value for name, value in bounded["input"].items() if name != "required"}
    context, configurable = bounded["context"], bounded["config"]
    if context.get("properties"):
        return TargetSchemas(input_schema, context, None, tuple(notes))
    return TargetSchemas(
        input_schema, None, configurable if configurable.get("properties") else None, tuple(notes)
    )


def _fetch_assistant_id(client: Any, assistant: str) -> str:
    """The id of an assistant; the name of a graph means the one that the server itself made of it."""
    with suppress(ValueError):
        return str(uuid.UUID(assistant))
    made = client.assistants.search(graph_id=assistant, limit=MAX_ASSISTANTS_OR_THREADS)
    if not made:
        return server_assistants.fetch_assistant_id(client, assistant, "the server")
    own = [each for each in made if (each.get("metadata") or {}).get("created_by") == "system"]
    return str((own or made)[0]["assistant_id"])


def fetch_assistant_choices(server: Server) -> list[dict[str, str]]:
    """The assistants of a server, to choose from."""
    found = _call_server(server, lambda client: client.assistants.search(limit=MAX_ASSISTANTS_OR_THREADS))
    return [
        {
            "value": str(each["assistant_id"]),
            "label": str(each.get("name") or each["assistant_id"]),
            "detail": str(each.get("graph_id") or ""),
        }
        for each in found
    ]


def fetch_thread_choices(server: Server) -> list[dict[str, str]]:
    """The threads of a server, to choose from."""
    found = _call_server(server, lambda client: client.threads.search(limit=MAX_ASSISTANTS_OR_THREADS))
    return [
        {
            "value": str(each["thread_id"]),
            "label": str(each["thread_id"]),
            "detail": " · ".join(
                filter(None, (each.get("status"), _format_iso_time(each.get("updated_at"))))
            ),
        }
        for each in found
    ]


def _format_iso_time(time: Any) -> str:
    return str(time or "").replace("T", " ")[:16]


def _call_server(server: Server, call: Callable[[Any], Any]) -> Any:
    client = server.make_sync_client()
    try:
        ensure_server_reachable(server.url)
        return call(client)
    except UsageError:
        raise
    except Exception as error:
        explained = make_server_error(error, server.make_server_address())
        if explained is None:
            raise UsageError(f"The server gave no answer: {type(error).__name__}: {error}") from error
        raise explained from None
    finally:
        client.http.client.close()
