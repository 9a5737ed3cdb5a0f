"""Inputs that a graph cannot take: found before anything runs, or in what LangGraph raises at once.

A refused input matters more than its message: LangGraph writes an input to the thread before it looks at
it, and a thread with a wrong input fails every later run.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from lg_jupyter.encode.messages import is_message_object
from lg_jupyter.errors import InputError
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.spelling import format_suggestion_ending

MAX_LISTED_KEYS = 20
"""The most keys that one sentence names."""

NO_INPUT_MESSAGE = (
    "this graph needs an input and got None; None continues only a thread that has something left to do, "
    "and this one has not"
)


def validate_input_type(graph: Any, value: Any) -> None:
    """Refuse an input that is no dict where a state graph wants one.

    Raises
    ------
    InputError
        Saying what came, which keys are wanted, and for a message what to type.
    """
    keys = list_input_keys(graph)
    if keys is None or value is None or _can_be_state(value):
        return
    raise InputError(format_input_not_dict_error(value, keys))


def make_unknown_input_keys_hint(graph: Any, value: Any) -> str | None:
    """A sentence on keys of an input that the graph has not: LangGraph leaves them out and says nothing."""
    keys = list_input_keys(graph)
    if not keys or not isinstance(value, dict):
        return None
    unknown = [key for key in value if key not in keys]
    if not unknown:
        return None
    meant = format_suggestion_ending(unknown[0], keys) if len(unknown) == 1 else "."
    named = ", ".join(_format_short_repr(key) for key in unknown[:MAX_LISTED_KEYS])
    return (
        f"The graph's input has no key{'s' * (len(unknown) > 1)} {named}{meant} LangGraph leaves out what "
        f"it does not know. Keys: {', '.join(keys[:MAX_LISTED_KEYS])}."
    )


def list_input_keys(graph: Any) -> list[str] | None:
    """The keys of a state graph's input; ``None`` where the input need not be a dict."""
    builder = getattr(graph, "builder", None)
    schemas = getattr(builder, "schemas", None)
    channels = getattr(graph, "channels", None)
    if not isinstance(schemas, dict) or not isinstance(channels, dict) or "__root__" in channels:
        return None
    schema = getattr(builder, "input_schema", None)
    return [str(key) for key in schemas.get(schema, {})]


def format_input_not_dict_error(value: Any, keys: list[str]) -> str:
    """The sentence on a value that came where a dict with ``keys`` was wanted."""
    wanted = f"a dict with the key{'s' * (len(keys) > 1)} {', '.join(keys)}" if keys else "a dict"
    text = _format_short_repr(value)
    sentence = f"this graph takes {wanted}, and got {_add_article(type(value).__name__)}: {text}"
    if "messages" not in keys:
        return sentence
    if isinstance(value, str):
        return f'{sentence}; did you mean {{"messages": [("user", {text})]}}?'
    if is_message_object(value):
        return f'{sentence}; did you mean {{"messages": [message]}}?'
    if isinstance(value, list | tuple):
        return f'{sentence}; did you mean {{"messages": {text}}}?'
    return sentence


def make_input_error(error: BaseException, value: Any, graph: Any) -> InputError | None:
    """The ``InputError`` that LangGraph's exception amounts to, ``None`` if it is no such thing."""
    kind = type(error).__name__
    if kind == "EmptyInputError":
        if value is None:
            return InputError(NO_INPUT_MESSAGE)
        return InputError(f"this graph finds nothing in its input {_format_short_repr(value)}")
    if kind == "InvalidUpdateError" and _is_raised_reading_input(error.__traceback__):
        return InputError(format_input_not_dict_error(value, list_input_keys(graph) or []))
    return None


def _can_be_state(value: Any) -> bool:
    """What LangGraph takes for a state: a dict, a command, an instance of a class with annotations."""
    if isinstance(value, dict):
        return True
    return not is_message_object(value) and any("__annotations__" in vars(cls) for cls in type(value).__mro__)


def _format_short_repr(value: Any) -> str:
    try:
        text = repr(value)
    except BaseException as error:
        reraise_if_from_signal(error)
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= 60 else text[:59] + "…"


def _is_raised_reading_input(traceback: TracebackType | None) -> bool:
    """LangGraph reads a state graph's input in a task named ``__start__``."""
    while traceback is not None:
        if getattr(traceback.tb_frame.f_locals.get("task"), "name", None) == "__start__":
            return True
        traceback = traceback.tb_next
    return False


def _add_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"
