"""Calls of models and tools: as LangChain's callbacks reported them, in the mode ``calls``.

``{"event", "call_id", …}``: a start says where (``metadata``, ``parent_call_id``, ``within`` which of
LangChain's runs) and with what, an end what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.fields import (
    filter_texts,
    float_or_none,
    int_or_none,
    is_list_like,
    nonempty_dict_or_none,
    nonempty_text_or_none,
    require_dict,
    require_text,
)
from lg_jupyter.adapter.message_fields import read_finish_reason, read_model_name
from lg_jupyter.adapter.message_stream import LANGCHAIN_MESSAGE_ID_PREFIX
from lg_jupyter.adapter.namespace import EventPlace, read_event_place
from lg_jupyter.adapter.tasks import parse_task_error
from lg_jupyter.encode.messages import get_message_role, is_encoded_message
from lg_jupyter.events.calls import (
    DEFAULT_TOOL_ERROR_NAME,
    CallSource,
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallPriced,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, Status
from lg_jupyter.events.namespace import get_root_node_and_task_id

_RETRY_TAG_PREFIX = "retry:attempt:"
"""How ``with_retry`` tags a call, from the second try on."""

_ABORTED_STATUSES: dict[JSON, Status] = {"interrupted": "interrupted", "cancelled": "cancelled"}


def set_event_place_from_metadata(event: Event, metadata: JSONObject, state: AdapterState) -> EventPlace:
    """Set where an event happened by the metadata of a call: in the root, if subgraphs are not followed."""
    place = state.detached_graphs.find_caller(metadata) or read_event_place(metadata)
    if place.namespace and not state.streams_subgraphs:
        node, task_id = get_root_node_and_task_id(place.namespace)
        place = EventPlace("", node, state.step_tracker.get_current_step(""), task_id)
    place.set_on_event(event)
    return place


class CallsHandler:
    """Reads the parts of the mode ``calls``."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._places: dict[str, EventPlace] = {}  # of open calls
        self._retry_tracker = CallRetryTracker()
        self._handlers: dict[str, Callable[[Event, JSONObject], Iterable[Fact]]] = {
            "model_start": self._handle_model_start,
            "model_streams": self._handle_model_first_token,
            "model_end": self._handle_model_end,
            "model_error": self._handle_model_end,
            "model_price": self._handle_model_price,
            "tool_start": self._handle_tool_start,
            "tool_end": self._handle_tool_end,
            "tool_error": self._handle_tool_end,
        }

    def __call__(self, event: Event) -> Iterable[Fact]:
        data = require_dict(event.data)
        name, call_id = require_text(data["event"]), require_text(data["call_id"])
        if name.endswith("_start"):
            self._places[call_id] = set_event_place_from_metadata(
                event, data["metadata"], self._adapter_state
            )
        else:
            place = self._places.get(call_id)
            if place is not None:
                place.set_on_event(event)
            if name != "model_streams":
                self._places.pop(call_id, None)
        handler = self._handlers.get(name)
        return () if handler is None else handler(event, data)

    def _handle_model_start(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        metadata, given, tags = data["metadata"], data.get("input"), filter_texts(data.get("tags"))
        within = nonempty_text_or_none(data.get("within"))
        retry_of, attempt = self._retry_tracker.start_attempt(data["call_id"], within, given, tags)
        yield ModelCallStarted(
            data["call_id"],
            event.timestamp,
            "callback",
            nonempty_text_or_none(data.get("parent_call_id")),
            get_expected_message_id(data["call_id"]),
            nonempty_text_or_none(metadata.get("lc_agent_name")),
            nonempty_text_or_none(metadata.get("ls_provider")),
            nonempty_text_or_none(metadata.get("ls_model_name")),
            given if is_list_like(given) else None,
            data.get("tools") or [],
            normalize_call_parameters(metadata, data.get("parameters")),
            tags,
            attempt,
            retry_of,
            int_or_none(data.get("context_window")),
        )

    def _handle_model_first_token(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        yield ModelCallFirstToken(data["call_id"], event.timestamp)

    def _handle_model_end(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        call_id, output = data["call_id"], data.get("output")
        status = _derive_call_status(data)
        self._retry_tracker.end_attempt(call_id, status)
        fact = make_model_call_ended(call_id, event.timestamp, output)
        event.message_id = fact.message_id
        fact.status = status
        fact.error = read_call_failure(data)
        yield fact

    def _handle_model_price(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        yield ModelCallPriced(
            data["call_id"],
            float_or_none(data.get("cost")),
            nonempty_text_or_none(data.get("source")),
            nonempty_text_or_none(data.get("note")),
        )

    def _handle_tool_start(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        yield ToolCallStarted(
            data["call_id"],
            event.timestamp,
            "callback",
            nonempty_text_or_none(data.get("name")),
            nonempty_text_or_none(data.get("description")),
            nonempty_text_or_none(data.get("parent_call_id")),
            nonempty_text_or_none(data.get("tool_call_id")),
            nonempty_text_or_none(data["metadata"].get("lc_agent_name")),
            data.get("args"),
            filter_texts(data.get("tags")),
        )

    def _handle_tool_end(self, event: Event, data: JSONObject) -> Iterable[Fact]:
        status = _derive_call_status(data)
        fact = make_tool_call_ended(data["call_id"], event.timestamp, data.get("output"))
        event.message_id = fact.message_id
        if status != "success":
            fact.status, fact.error = status, read_call_failure(data)
        yield fact


def _derive_call_status(data: JSONObject) -> Status:
    return _ABORTED_STATUSES.get(data.get("status"), "error") if "error" in data else "success"


def make_model_call_ended(call_id: str, time: float, output: JSON) -> ModelCallEnded:
    """A call of a model that has answered with ``output``."""
    message: JSONObject = output if is_encoded_message(output) else {}
    message_id = nonempty_text_or_none(message.get("id"))
    return ModelCallEnded(
        call_id,
        time,
        "success",
        message_id,
        output,
        read_model_name(message),
        read_finish_reason(message),
        nonempty_dict_or_none(message.get("usage_metadata")),
        is_cached=_is_id_of_another_call(message_id, call_id) or _is_message_from_cache(message),
        likely_message_id=get_expected_message_id(call_id),
    )


def make_tool_call_ended(call_id: str, time: float, output: JSON) -> ToolCallEnded:
    """A call of a tool that has returned: a message, a ``Command`` with one in it, or any value."""
    message = _find_tool_message(output)
    if message is None:
        return ToolCallEnded(call_id, time, "success", result=output)
    failed = message.get("status") == "error"
    return ToolCallEnded(
        call_id,
        time,
        "error" if failed else "success",
        nonempty_text_or_none(message.get("tool_call_id")),
        nonempty_text_or_none(message.get("id")),
        message.get("content"),
        message.get("artifact"),
        {"error": DEFAULT_TOOL_ERROR_NAME, "message": str(message.get("content"))} if failed else None,
    )


def _find_tool_message(output: JSON) -> JSONObject | None:
    if is_encoded_message(output):
        return output
    update = output.get("update") if isinstance(output, dict) else None
    if not isinstance(update, dict):
        return None
    for items in update.values():
        if is_list_like(items):
            for item in items:
                if is_encoded_message(item) and get_message_role(item) == "tool":
                    return item
    return None


def get_expected_message_id(call_id: str) -> str:
    """The id that langchain-core gives to the message of a call, unless the provider has one of its own."""
    return f"{LANGCHAIN_MESSAGE_ID_PREFIX}{call_id}"


def _is_id_of_another_call(message_id: JSON, call_id: str) -> bool:
    """Whether a message has the id that LangChain gives to that of another call: it comes from a cache."""
    if not isinstance(message_id, str) or not message_id.startswith(LANGCHAIN_MESSAGE_ID_PREFIX):
        return False
    return not message_id.startswith(get_expected_message_id(call_id))


def _is_message_from_cache(message: JSONObject) -> bool:
    """Whether LangChain has set that the message cost nothing, as it does to those from its cache.

    It tells where the provider gives an id of its own, which the first call's message has too.
    """
    usage = message.get("usage_metadata")
    return isinstance(usage, dict) and usage.get("total_cost") == 0


_PARAMETER_NAMES_BY_METADATA_KEY = {
    "ls_temperature": "temperature",
    "ls_max_tokens": "max_tokens",
    "ls_stop": "stop",
}

_UNSENT_PARAMETERS = frozenset({"_type", "stream", "streaming"})
"""No parameters of a call: LangChain's name of the class, and how that was set up, not what was sent."""

_MODEL_NAME_PARAMETERS = frozenset({"model", "model_name"})


def normalize_call_parameters(metadata: JSONObject, parameters: JSON) -> JSONObject | None:
    """The parameters of a call: those that all providers share by common names, the rest as they are.

    What the column ``model`` has is not among them.
    """
    if not isinstance(parameters, dict):
        return None
    common = {
        name: metadata[key]
        for key, name in _PARAMETER_NAMES_BY_METADATA_KEY.items()
        if metadata.get(key) is not None
    }
    model = metadata.get("ls_model_name")
    own = {
        name: value
        for name, value in parameters.items()
        if value is not None
        and name not in _UNSENT_PARAMETERS
        and not (name in _MODEL_NAME_PARAMETERS and value == model)
    }
    return {**common, **own}


def read_call_failure(data: JSONObject) -> JSONObject | None:
    """What a call failed with: ``error`` and ``message``, and of the response what is known."""
    error = parse_task_error(data.get("error"))
    return error and {**error, **(nonempty_dict_or_none(data.get("response")) or {})}


@dataclass(slots=True)
class _AttemptedCall:
    call_id: str
    input_messages: JSON
    attempt_number: int
    has_failed: bool = False


class CallRetryTracker:
    """Which calls try again what an earlier one failed at: with the same messages, from the same place."""

    def __init__(self) -> None:
        # run of LangChain's → the last call made in it
        self._last_call_by_parent: dict[str, _AttemptedCall] = {}
        self._open_calls: dict[str, _AttemptedCall] = {}

    def start_attempt(
        self, call_id: str, enclosing_call_id: str | None, input_messages: JSON, tags: Sequence[str] | None
    ) -> tuple[str | None, int]:
        """Note a call: which one it tries again (``None``: it is the first), and which try it is."""
        before = self._last_call_by_parent.get(enclosing_call_id) if enclosing_call_id is not None else None
        again = before is not None and before.has_failed and before.input_messages == input_messages
        number = before.attempt_number + 1 if again and before is not None else 1
        number = max(number, _read_attempt_number(tags))
        this = self._open_calls[call_id] = _AttemptedCall(call_id, input_messages, number)
        if enclosing_call_id is not None:
            self._last_call_by_parent[enclosing_call_id] = this
        return (before.call_id if again and before is not None else None), number

    def end_attempt(self, call_id: str, status: str) -> None:
        this = self._open_calls.pop(call_id, None)
        if this is not None:
            this.has_failed = status == "error"


def _read_attempt_number(tags: Sequence[str] | None) -> int:
    for tag in tags or ():
        number = tag.removeprefix(_RETRY_TAG_PREFIX)
        if number != tag and number.isdecimal():
            return int(number)
    return 1


def find_call_source(modes: Iterable[str], start: JSON) -> CallSource:
    """How the calls of a run are known, which its start says or its modes."""
    if start == "callback":
        return "callback"
    return "events" if "events" in modes else "inferred"
