"""What was requested of a model or a tool, in the attributes of the conventions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import is_encoded_message
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.otel.messages import Row, make_message_row

_NUMBER_PARAMETERS: dict[str, tuple[str, ...]] = {
    "gen_ai.request.temperature": ("temperature",),
    "gen_ai.request.top_p": ("top_p",),
    "gen_ai.request.frequency_penalty": ("frequency_penalty",),
    "gen_ai.request.presence_penalty": ("presence_penalty",),
}
_INTEGER_PARAMETERS: dict[str, tuple[str, ...]] = {
    "gen_ai.request.max_tokens": (
        *("max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample", "num_predict"),
    ),
    "gen_ai.request.top_k": ("top_k",),
    "gen_ai.request.seed": ("seed", "random_seed"),
    "gen_ai.request.choice.count": ("n", "candidate_count"),
}
_STOP_PARAMETERS = ("stop", "stop_sequences")
_OUTPUT_FORMAT_PARAMETERS = (
    "response_format",
    "response_schema",
    "response_json_schema",
    "output_config",
    "format",
)
"""By attribute, what providers' classes call it."""

AUDIO_TOKEN_DETAILS = {
    "gen_ai.usage.audio.input_tokens": "input_token_details",
    "gen_ai.usage.audio.output_tokens": "output_token_details",
}


def make_request_attributes(parameters: JSON) -> dict[str, Any]:
    """The parameters of a call that the conventions know; those that it has not are left out."""
    given: Mapping[str, Any] = to_plain_json(parameters) if isinstance(parameters, Mapping) else {}
    found: dict[str, Any] = {}
    for attribute, names in _NUMBER_PARAMETERS.items():
        found[attribute] = next(filter(_is_number, _iter_present_values(given, names)), None)
    for attribute, names in _INTEGER_PARAMETERS.items():
        found[attribute] = next(
            (value for value in _iter_present_values(given, names) if type(value) is int), None
        )
    if found["gen_ai.request.choice.count"] == 1:  # which goes without saying
        del found["gen_ai.request.choice.count"]
    stop = next(_iter_present_values(given, _STOP_PARAMETERS), None)
    found["gen_ai.request.stop_sequences"] = _select_texts_or_none([stop] if isinstance(stop, str) else stop)
    has_form = next(_iter_present_values(given, _OUTPUT_FORMAT_PARAMETERS), None) is not None
    found["gen_ai.output.type"] = "json" if has_form else None
    return found


def make_audio_usage_attributes(call: Row) -> dict[str, Any]:
    """Tokens of sound; none of an answer from a cache."""
    usage = call["usage"]
    if not isinstance(usage, Mapping) or call["cached"]:
        return {}
    details = {attribute: usage.get(name) for attribute, name in AUDIO_TOKEN_DETAILS.items()}
    return {
        attribute: each.get("audio") or None
        for attribute, each in details.items()
        if isinstance(each, Mapping)
    }


def tool_definitions_to_otel(tools: JSON) -> list[JSON]:
    """Tools as the conventions write them, of the forms in which providers take them."""
    return [
        _tool_definition_to_otel(tool)
        for tool in (to_plain_json(tools) if isinstance(tools, Sequence) else ())
    ]


def _tool_definition_to_otel(tool: JSON) -> JSON:
    if not isinstance(tool, Mapping):
        return {"type": "function", "name": str(tool)}
    function = tool.get("function")
    about = function if isinstance(function, Mapping) else tool
    name = about.get("name")
    schema = next(_iter_present_values(about, ("parameters", "input_schema", "inputSchema")), None)
    if schema is None and tool.get("type") not in (None, "function"):  # the provider's own
        return {"type": str(tool["type"]), "name": str(name or tool["type"])}
    known = {"description": about.get("description"), "parameters": schema}
    kept = {key: value for key, value in known.items() if value is not None}
    return {"type": "function", "name": str(name or ""), **kept}


def make_input_message_rows(messages: Sequence[JSON]) -> list[Row]:
    """The messages that a model was given, in the columns of ``messages``; a bare text is the user's."""
    rows = [_make_input_message_row(each) for each in to_plain_json(messages)]
    return [row for row in rows if row is not None]


def make_answer_message_row(output: JSON) -> Row | None:
    """What a model answered with, in the columns of ``messages``; a bare text is the assistant's."""
    if is_encoded_message(output):
        return make_message_row(to_plain_json(output))
    return make_message_row({"type": "ai", "content": output}) if isinstance(output, str) else None


def _make_input_message_row(message: JSON) -> Row | None:
    if isinstance(message, str):
        return make_message_row({"type": "human", "content": message})
    return make_message_row(message) if isinstance(message, dict) else None


def _iter_present_values(given: Mapping[str, Any], names: Sequence[str]) -> Any:
    return (given[name] for name in names if given.get(name) is not None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _select_texts_or_none(values: Any) -> list[str] | None:
    if not isinstance(values, list):
        return None
    return [value for value in values if isinstance(value, str)] or None
