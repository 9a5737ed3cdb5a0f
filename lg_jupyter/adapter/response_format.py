"""The form that a model's answer is to have, as data: LangChain hands a class on."""

from __future__ import annotations

from typing import Any

from lg_jupyter.kernel.user_code import reraise_if_from_signal

_RESPONSE_FORMAT_KEY = "response_format"


def convert_response_format_in_parameters(parameters: Any) -> Any:
    """The parameters of a call; a class that the answer is to be of as JSON schema, as OpenAI takes it."""
    form = parameters.get(_RESPONSE_FORMAT_KEY) if isinstance(parameters, dict) else None
    if not isinstance(form, type) or not hasattr(form, "model_json_schema"):
        return parameters
    try:
        schema = form.model_json_schema()
    except BaseException as error:  # the user's own code
        reraise_if_from_signal(error)
        return parameters
    wrapped = {"type": "json_schema", "json_schema": {"name": form.__name__, "schema": schema}}
    return {**parameters, _RESPONSE_FORMAT_KEY: wrapped}
