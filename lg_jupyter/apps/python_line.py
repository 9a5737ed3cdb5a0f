"""The line of Python that does what a form does."""

from __future__ import annotations

from typing import Any

from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.input_secrets import InputSecrets
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.collect import environment_variable, graph_expression
from lg_jupyter.exports.code.literals import PYTHON, WIDTH, Expression, Secret, literal
from lg_jupyter.kernel import notebook
from lg_jupyter.request.attachments import attached_name
from lg_jupyter.sources.base import UNSET, ThreadId
from lg_jupyter.sources.server.errors import shown_url
from lg_jupyter.sources.server.server import KEY_VARIABLES, Server


def stream_call(
    target: Any, name: str, form_input: FormInput, thread: ThreadId, secrets: InputSecrets
) -> str:
    """A call of :func:`lg_jupyter.stream`; of secrets it names the variables that may hold them."""
    arguments = [target_expression(target, name), _value(form_input.input, secrets)]
    if thread is not UNSET:
        arguments.append(f"thread_id={literal(thread, PYTHON)}")
    for word, value in (("config", form_input.config), ("context", form_input.context)):
        if value:
            arguments.append(f"{word}={_value(value, secrets)}")
    whole = f"lg_jupyter.stream({', '.join(arguments)})"
    if len(whole) <= WIDTH and "\n" not in whole:
        return whole
    inside = "".join(f"    {argument},\n".replace("\n", "\n    ").rstrip(" ") for argument in arguments)
    return f"lg_jupyter.stream(\n{inside})"


def target_expression(target: Any, name: str) -> str:
    """What the notebook calls a target, or how it is made."""
    if not isinstance(target, Server):
        return graph_expression(target, name)
    if (held := notebook.name_of(target)) is not None:
        return held
    arguments: list[Any] = [shown_url(target.url), target.assistant]
    texts = [literal(argument, PYTHON) for argument in arguments]
    if target.has_key:
        texts.append(f"api_key={literal(Secret(KEY_VARIABLES[0]), PYTHON)}")
    if target.header_names:
        headers = {key: Secret(environment_variable(key)) for key in target.header_names}
        texts.append(f"headers={literal(headers, PYTHON)}")
    return f"lg_jupyter.Server({', '.join(texts)})"


def _value(value: JSON, secrets: InputSecrets) -> str:
    return literal(_without_secrets(value, secrets), PYTHON)


def _without_secrets(value: JSON, secrets: InputSecrets) -> Any:
    if (name := attached_name(value)) is not None:
        return Expression(f"lg_jupyter.attachment({literal(name, PYTHON)})")
    if isinstance(value, str) and secrets.hides(value):
        return Expression('"[redacted]"')
    if isinstance(value, list):
        return [_without_secrets(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: Secret(environment_variable(key))
        if secrets.names(key) and isinstance(item, str)
        else _without_secrets(item, secrets)
        for key, item in value.items()
    }
