"""A call of a model in Python: what makes it again, with the model of the notebook."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lg_jupyter.adapter.calls import normalize_call_parameters
from lg_jupyter.encode import Encoder, dump_json, to_plain_json
from lg_jupyter.events.events import JSONObject
from lg_jupyter.exports.code.collect import CodeValueConverter
from lg_jupyter.exports.code.literals import PYTHON_SYNTAX, format_literal
from lg_jupyter.exports.code.python import format_call
from lg_jupyter.exports.prompts import get_model_input, to_chat_messages_without_ids
from lg_jupyter.kernel import notebook
from lg_jupyter.secrets.redact import Redactor

_PER_CALL_PARAMETERS = ("tool_choice", "response_format", "parallel_tool_calls", "stop")
"""Parameters that are bound to a call rather than set of a model."""

_MASK_PREFIX = "[redacted "


class _ModelVariable(NamedTuple):
    """The variable that holds a model, and which parameters of a call are not its own."""

    name: str
    bound_parameters: Mapping[str, Any]


def generate_model_call_code(call: Mapping[str, Any], called: Any = None) -> str:
    """The program of a row of ``model_calls``, for a notebook.

    Parameters
    ----------
    call
        The row.
    called
        The model that was called, if it is still there.

    Raises
    ------
    UsageError
        If nobody knows what the model was given.
    """
    given_messages = get_model_input(call)
    converter = CodeValueConverter(Redactor())
    parameters = {name: value for name, value in (call["parameters"] or {}).items() if value is not None}
    model = _find_model_variable(called, parameters) or _find_similar_model_variable(call, parameters)
    if model is None:
        model = _ModelVariable("model", _select_per_call_parameters(parameters))
        others = {name: value for name, value in parameters.items() if name not in _PER_CALL_PARAMETERS}
        who = f"{_format_literal(call['model'])} of {_format_literal(call['provider'])}"
        converter.add_comment(f"model stands for {who}: no variable of the notebook holds it.")
        if others:
            converter.add_comment(f"Its parameters were {_format_literal(converter.convert(others))}")
    given = _collect_bound_arguments(call, model, converter)
    messages = converter.convert(to_chat_messages_without_ids(given_messages))
    lines = [f"messages = {_format_literal(messages[0] if _is_plain_text_prompt(messages) else messages)}"]
    if "tools" in given:
        lines.append(f"tools = {_format_literal(given['tools'])}")
    keywords = [each.replace("\n", "\n    ") for each in _iter_keyword_arguments(given)]
    bound = format_call(f"{model.name}.bind", keywords) if keywords else model.name
    lines += [f"answer = {bound}.invoke(messages)", "answer"]
    return "".join(f"{line}\n" for line in [*_format_comments(converter.comments), *lines])


def _collect_bound_arguments(
    call: Mapping[str, Any], model: _ModelVariable, converter: CodeValueConverter
) -> dict[str, Any]:
    """What is bound to the model: tools, and parameters that are not its own."""
    given = (
        {"tools": call["tools"], **model.bound_parameters} if call["tools"] else dict(model.bound_parameters)
    )
    for name in [name for name, value in given.items() if _MASK_PREFIX in dump_json(value).decode()]:
        del given[name]
        converter.add_comment(f"{_format_literal(name)} is left out: there is a secret in it.")
    return {name: converter.convert(value) for name, value in given.items()}


def _iter_keyword_arguments(given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        if name == "tools":
            yield "tools=tools"
        elif name.isidentifier() and not keyword.iskeyword(name):
            yield f"{name}={_format_literal(value)}"
        else:
            yield f"**{_format_literal({name: value})}"


def _find_model_variable(called: Any, parameters: Mapping[str, Any]) -> _ModelVariable | None:
    """The variable that holds the very model that was called."""
    name = None if called is None else notebook.find_variable_name(called)
    if name is None or not name.isidentifier():
        return None
    own = _read_model_parameters(called)
    return _ModelVariable(
        name,
        _select_per_call_parameters(parameters)
        if own is None
        else _select_differing_parameters(parameters, own),
    )


def _select_per_call_parameters(parameters: Mapping[str, Any]) -> JSONObject:
    return {name: parameters[name] for name in _PER_CALL_PARAMETERS if name in parameters}


def _select_differing_parameters(parameters: Mapping[str, Any], own: Mapping[str, Any]) -> JSONObject:
    """Those that are not the model's own."""
    return {name: value for name, value in parameters.items() if own.get(name) != value}


def _find_similar_model_variable(
    call: Mapping[str, Any], parameters: Mapping[str, Any]
) -> _ModelVariable | None:
    """Of the notebook's models with the call's name and provider, the one most like it."""
    from langchain_core.language_models import BaseChatModel

    found = []
    for name, value in list(notebook.get_user_variables().items()):
        if isinstance(value, BaseChatModel) and name.isidentifier() and not name.startswith("_"):
            own = _read_model_parameters(value) if _is_model_of_call(value, call) else None
            if own is not None:
                found.append(_ModelVariable(name, _select_differing_parameters(parameters, own)))
    return min(found, key=lambda model: len(model.bound_parameters), default=None)


def _is_model_of_call(model: Any, call: Mapping[str, Any]) -> bool:
    """Whether a model has the provider and the name of the call's."""
    try:
        metadata = model._get_ls_params()  # noqa: SLF001 - what callbacks get; LangChain offers it nowhere else
        known = (metadata.get("ls_provider"), metadata.get("ls_model_name"))
        return known == (call["provider"], call["model"])
    except Exception:  # code of a provider's package
        return False


def _read_model_parameters(model: Any) -> Mapping[str, Any] | None:
    """The parameters that a model has by itself; ``None`` if it does not tell."""
    try:
        metadata = model._get_ls_params()  # noqa: SLF001 - as above
        own = model._get_invocation_params()  # noqa: SLF001 - as above
        found = normalize_call_parameters(metadata, to_plain_json(Encoder().encode(own)))
        return found if isinstance(found, dict) else {}
    except Exception:  # code of a provider's package
        return None


def _is_plain_text_prompt(messages: list[Any]) -> bool:
    """Whether a model without chat was called."""
    return len(messages) == 1 and isinstance(messages[0], str)


def _format_comments(comments: list[str]) -> Iterator[str]:
    for comment in comments:
        yield from (f"# {line}" for line in comment.split("\n"))


def _format_literal(value: Any) -> str:
    return format_literal(value, PYTHON_SYNTAX)
