"""A call of a model in Python: what makes it again, with the model of the notebook."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lg_jupyter.adapter.calls import normalize_call_parameters
from lg_jupyter.encode import Encoder, dumps, plain
from lg_jupyter.events.events import JSON
from lg_jupyter.exports.code.collect import CodeValues
from lg_jupyter.exports.code.literals import PYTHON, literal
from lg_jupyter.exports.code.python import call_expression
from lg_jupyter.exports.prompts import as_chat, known_input
from lg_jupyter.kernel import notebook
from lg_jupyter.secrets.redact import Redactor

_OF_A_CALL = ("tool_choice", "response_format", "parallel_tool_calls", "stop")
"""Parameters that are bound to a call rather than set of a model."""

_MASKED = "[redacted "


class _Model(NamedTuple):
    """The variable that holds a model, and which parameters of a call are not its own."""

    name: str
    bound: Mapping[str, JSON]


def write(call: Mapping[str, JSON], called: Any = None) -> str:
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
    given_messages = known_input(call)
    values = CodeValues(Redactor())
    parameters = {name: value for name, value in (call["parameters"] or {}).items() if value is not None}
    model = _held(called, parameters) or _model_of(call, parameters)
    if model is None:
        model = _Model("model", _of_a_call(parameters))
        others = {name: value for name, value in parameters.items() if name not in _OF_A_CALL}
        who = f"{_py(call['model'])} of {_py(call['provider'])}"
        values.add_comment(f"model stands for {who}: no variable of the notebook holds it.")
        if others:
            values.add_comment(f"Its parameters were {_py(values.of(others))}")
    given = _arguments(call, model, values)
    messages = values.of(as_chat(given_messages))
    lines = [f"messages = {_py(messages[0] if _is_text(messages) else messages)}"]
    if "tools" in given:
        lines.append(f"tools = {_py(given['tools'])}")
    keywords = [each.replace("\n", "\n    ") for each in _keywords(given)]
    bound = call_expression(f"{model.name}.bind", keywords) if keywords else model.name
    lines += [f"answer = {bound}.invoke(messages)", "answer"]
    return "".join(f"{line}\n" for line in [*_commented(values.comments), *lines])


def _arguments(call: Mapping[str, JSON], model: _Model, values: CodeValues) -> dict[str, Any]:
    """What is bound to the model: tools, and parameters that are not its own."""
    given = {"tools": call["tools"], **model.bound} if call["tools"] else dict(model.bound)
    for name in [name for name, value in given.items() if _MASKED in dumps(value).decode()]:
        del given[name]
        values.add_comment(f"{_py(name)} is left out: there is a secret in it.")
    return {name: values.of(value) for name, value in given.items()}


def _keywords(given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        if name == "tools":
            yield "tools=tools"
        elif name.isidentifier() and not keyword.iskeyword(name):
            yield f"{name}={_py(value)}"
        else:
            yield f"**{_py({name: value})}"


def _held(called: Any, parameters: Mapping[str, JSON]) -> _Model | None:
    """The variable that holds the very model that was called."""
    name = None if called is None else notebook.name_of(called)
    if name is None or not name.isidentifier():
        return None
    own = _own_parameters(called)
    return _Model(name, _of_a_call(parameters) if own is None else _other(parameters, own))


def _of_a_call(parameters: Mapping[str, JSON]) -> dict[str, JSON]:
    return {name: parameters[name] for name in _OF_A_CALL if name in parameters}


def _other(parameters: Mapping[str, JSON], own: Mapping[str, JSON]) -> dict[str, JSON]:
    """Those that are not the model's own."""
    return {name: value for name, value in parameters.items() if own.get(name) != value}


def _model_of(call: Mapping[str, JSON], parameters: Mapping[str, JSON]) -> _Model | None:
    """Of the notebook's models with the call's name and provider, the one most like it."""
    from langchain_core.language_models import BaseChatModel

    found = []
    for name, value in list(notebook.variables().items()):
        if isinstance(value, BaseChatModel) and name.isidentifier() and not name.startswith("_"):
            own = _own_parameters(value, call)
            if own is not None:
                found.append(_Model(name, _other(parameters, own)))
    return min(found, key=lambda model: len(model.bound), default=None)


def _own_parameters(model: Any, call: Mapping[str, JSON] | None = None) -> Mapping[str, JSON] | None:
    """The parameters that a model has by itself; ``None`` if it is not like that of the ``call``."""
    try:
        metadata = model._get_ls_params()  # noqa: SLF001 - what callbacks get; LangChain offers it nowhere else
        known = (metadata.get("ls_provider"), metadata.get("ls_model_name"))
        if call is not None and known != (call["provider"], call["model"]):
            return None
        own = model._get_invocation_params()  # noqa: SLF001 - as above
        found = normalize_call_parameters(metadata, plain(Encoder().encode(own)))
        return found if isinstance(found, dict) else {}
    except Exception:  # code of a provider's package
        return None


def _is_text(messages: list[Any]) -> bool:
    """Whether a model without chat was called."""
    return len(messages) == 1 and isinstance(messages[0], str)


def _commented(comments: list[str]) -> Iterator[str]:
    for comment in comments:
        yield from (f"# {line}" for line in comment.split("\n"))


def _py(value: Any) -> str:
    return literal(value, PYTHON)
