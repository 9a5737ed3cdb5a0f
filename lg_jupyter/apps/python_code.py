"""The line of Python that does what a form does."""

from __future__ import annotations

from typing import Any

from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.secret_detector import SecretDetector
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.collect import find_graph_expression, make_environment_variable_name
from lg_jupyter.exports.code.literals import (
    MAX_LINE_CHARACTERS,
    PYTHON_SYNTAX,
    CodeExpression,
    SecretVariable,
    format_literal,
)
from lg_jupyter.kernel import notebook
from lg_jupyter.request.attachments import get_attachment_file_name
from lg_jupyter.sources.base import UNSET, RequestedThreadId
from lg_jupyter.sources.server.errors import strip_url_login
from lg_jupyter.sources.server.server import API_KEY_VARIABLES, Server


def format_stream_call(
    target: Any, name: str, form_input: FormInput, thread: RequestedThreadId, secrets: SecretDetector
) -> str:
    """A call of :func:`lg_jupyter.stream`; of secrets it names the variables that may hold them."""
    arguments = [format_target_expression(target, name), _format_value_expression(form_input.input, secrets)]
    if thread is not UNSET:
        arguments.append(f"thread_id={format_literal(thread, PYTHON_SYNTAX)}")
    for word, value in (("config", form_input.config), ("context", form_input.context)):
        if value:
            arguments.append(f"{word}={_format_value_expression(value, secrets)}")
    whole = f"lg_jupyter.stream({', '.join(arguments)})"
    if len(whole) <= MAX_LINE_CHARACTERS and "\n" not in whole:
        return whole
    inside = "".join(f"    {argument},\n".replace("\n", "\n    ").rstrip(" ") for argument in arguments)
    return f"lg_jupyter.stream(\n{inside})"


def format_target_expression(target: Any, name: str) -> str:
    """What the notebook calls a target, or how it is made."""
    if not isinstance(target, Server):
        return find_graph_expression(target, name)
    if (held := notebook.find_variable_name(target)) is not None:
        return held
    arguments: list[Any] = [strip_url_login(target.url), target.assistant]
    texts = [format_literal(argument, PYTHON_SYNTAX) for argument in arguments]
    if target.has_key:
        texts.append(f"api_key={format_literal(SecretVariable(API_KEY_VARIABLES[0]), PYTHON_SYNTAX)}")
    if target.header_names:
        headers = {key: SecretVariable(make_environment_variable_name(key)) for key in target.header_names}
        texts.append(f"headers={format_literal(headers, PYTHON_SYNTAX)}")
    return f"lg_jupyter.Server({', '.join(texts)})"


def _format_value_expression(value: JSON, secrets: SecretDetector) -> str:
    return format_literal(_replace_secrets_and_attachments(value, secrets), PYTHON_SYNTAX)


def _replace_secrets_and_attachments(value: JSON, secrets: SecretDetector) -> Any:
    if (name := get_attachment_file_name(value)) is not None:
        return CodeExpression(f"lg_jupyter.attachment({format_literal(name, PYTHON_SYNTAX)})")
    if isinstance(value, str) and secrets.text_contains_secret(value):
        return CodeExpression('"[redacted]"')
    if isinstance(value, list):
        return [_replace_secrets_and_attachments(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: SecretVariable(make_environment_variable_name(key))
        if secrets.is_secret_name(key) and isinstance(item, str)
        else _replace_secrets_and_attachments(item, secrets)
        for key, item in value.items()
    }
