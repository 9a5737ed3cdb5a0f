"""A call of a model in Python: what makes it again, with the model of the notebook."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lg_jupyter.adapter.calls import normalize_call_parameters
from lg_jupyter.encode import Encoder, dump_json, to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.collect import CodeValues
from lg_jupyter.exports.code.literals import PYTHON, format_literal
from lg_jupyter.exports.code.python import format_call
from lg_jupyter.exports.prompts import get_known_input, to_chat_prompt
from lg_jupyter.kernel import notebook
from lg_jupyter.secrets.redact import Redactor

_CALL_PARAMETERS = ("tool_choice", "response_format", "parallel_tool_calls", "stop")
"""Parameters that are bound to a call rather than set of a model."""

_MASK_PREFIX = "[redacted "


class _NotebookModel(NamedTuple):
    """The variable that holds a model, and which parameters of a call are not its own."""

    name: str
    bound: Mapping[str, JSON]


def generate_model_call(call: Mapping[str, JSON], called: Any = None) -> str:
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
    given_messages = get_known_input(call)
    values = CodeValues(Redactor())
    parameters = {name: value for name, value in (call["parameters"] or {}).items() if value is not None}
    model = _find_called_model(called, parameters) or _find_similar_model(call, parameters)
    if model is None:
        model = _NotebookModel("model", _select_call_parameters(parameters))
        others = {name: value for name, value in parameters.items() if name not in _CALL_PARAMETERS}
        who = f"{_format_literal(call['model'])} of {_format_literal(call['provider'])}"
        values.add_comment(f"model stands for {who}: no variable of the notebook holds it.")
        if others:
            values.add_comment(f"Its parameters were {_format_literal(values.of(others))}")
    given = _collect_bound_arguments(call, model, values)
    messages = values.of(to_chat_prompt(given_messages))
    lines = [f"messages = {_format_literal(messages[0] if _is_text_completion(messages) else messages)}"]
    if "tools" in given:
        lines.append(f"tools = {_format_literal(given['tools'])}")
    keywords = [each.replace("\n", "\n    ") for each in _iter_keywords(given)]
    bound = format_call(f"{model.name}.bind", keywords) if keywords else model.name
    lines += [f"answer = {bound}.invoke(messages)", "answer"]
    return "".join(f"{line}\n" for line in [*_format_comments(values.comments), *lines])


def _collect_bound_arguments(
    call: Mapping[str, JSON], model: _NotebookModel, values: CodeValues
) -> dict[str, Any]:
    """What is bound to the model: tools, and parameters that are not its own."""
    given = {"tools": call["tools"], **model.bound} if call["tools"] else dict(model.bound)
    for name in [name for name, value in given.items() if _MASK_PREFIX in dump_json(value).decode()]:
        del given[name]
        values.add_comment(f"{_format_literal(name)} is left out: there is a secret in it.")
    return {name: values.of(value) for name, value in given.items()}


def _iter_keywords(given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        if name == "tools":
            yield "tools=tools"
        elif name.isidentifier() and not keyword.iskeyword(name):
            yield f"{name}={_format_literal(value)}"
        else:
            yield f"**{_format_literal({name: value})}"


def _find_called_model(called: Any, parameters: Mapping[str, JSON]) -> _NotebookModel | None:
    """The variable that holds the very model that was called."""
    name = None if called is None else notebook.find_variable_name(called)
    if name is None or not name.isidentifier():
        return None
    own = _read_model_parameters(called)
    return _NotebookModel(
        name,
        _select_call_parameters(parameters) if own is None else _select_other_parameters(parameters, own),
    )


def _select_call_parameters(parameters: Mapping[str, JSON]) -> dict[str, JSON]:
    return {name: parameters[name] for name in _CALL_PARAMETERS if name in parameters}


def _select_other_parameters(parameters: Mapping[str, JSON], own: Mapping[str, JSON]) -> dict[str, JSON]:
    """Those that are not the model's own."""
    return {name: value for name, value in parameters.items() if own.get(name) != value}


def _find_similar_model(call: Mapping[str, JSON], parameters: Mapping[str, JSON]) -> _NotebookModel | None:
    """Of the notebook's models with the call's name and provider, the one most like it."""
    from langchain_core.language_models import BaseChatModel

    found = []
    for name, value in list(notebook.get_user_variables().items()):
        if isinstance(value, BaseChatModel) and name.isidentifier() and not name.startswith("_"):
            own = _read_model_parameters(value, call)
            if own is not None:
                found.append(_NotebookModel(name, _select_other_parameters(parameters, own)))
    return min(found, key=lambda model: len(model.bound), default=None)


def _read_model_parameters(model: Any, call: Mapping[str, JSON] | None = None) -> Mapping[str, JSON] | None:
    """The parameters that a model has by itself; ``None`` if it is not like that of the ``call``."""
    try:
        metadata = model._get_ls_params()  # noqa: SLF001 - what callbacks get; LangChain offers it nowhere else
        known = (metadata.get("ls_provider"), metadata.get("ls_model_name"))
        if call is not None and known != (call["provider"], call["model"]):
            return None
        own = model._get_invocation_params()  # noqa: SLF001 - as above
        found = normalize_call_parameters(metadata, to_plain_json(Encoder().encode(own)))
        return found if isinstance(found, dict) else {}
    except Exception:  # code of a provider's package
        return None


def _is_text_completion(messages: list[Any]) -> bool:
    """Whether a model without chat was called."""
    return len(messages) == 1 and isinstance(messages[0], str)


def _format_comments(comments: list[str]) -> Iterator[str]:
    for comment in comments:
        yield from (f"# {line}" for line in comment.split("\n"))


def _format_literal(value: Any) -> str:
    return format_literal(value, PYTHON)
