"""The arguments of public functions: one that is misspelt or missing is answered in a sentence."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from lg_jupyter.errors import UnknownArgumentError
from lg_jupyter.spelling import format_suggestion_ending

P = ParamSpec("P")
R = TypeVar("R")


def checks_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function refuse arguments that it does not take, saying which it takes.

    Raises
    ------
    UnknownArgumentError
        From each call whose arguments do not fit the signature.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked_function(*args: P.args, **keywords: P.kwargs) -> R:
        __tracebackhide__ = True
        try:
            signature.bind(*args, **keywords)
        except TypeError:
            raise UnknownArgumentError(
                _explain_bad_argument(_format_callable_name(function), signature, args, keywords)
            ) from None
        return function(*args, **keywords)

    return checked_function


def _format_callable_name(function: Callable[..., object]) -> str:
    """What a user calls: a function, a method, or the class whose ``__init__`` it is."""
    name = function.__name__
    return function.__qualname__.split(".")[-2] if name == "__init__" else name


def _explain_bad_argument(
    name: str, signature: inspect.Signature, args: tuple[object, ...], keywords: dict[str, object]
) -> str:
    parameters = {each: kind for each, kind in signature.parameters.items() if each != "self"}
    for keyword in keywords:
        if keyword not in parameters:
            hint = format_suggestion_ending(keyword, parameters)
            return f"{name}() has no parameter {keyword!r}{hint} Parameters: {', '.join(parameters)}."
    by_position = [each for each, kind in parameters.items() if kind.kind is not kind.KEYWORD_ONLY]
    given = len(args) - ("self" in signature.parameters)
    usual = f"{name}({', '.join(by_position)})"
    for parameter in by_position[:given]:
        if parameter in keywords:
            return f"{name}() got {parameter!r} twice, by its place and by its name: {usual}"
    if given > len(by_position):
        named = ", ".join(f"{each}=" for each in parameters if each not in by_position)
        return f"{name}() got too many arguments: {usual}{named and f'; by name: {named}'}"
    lacking = [
        each
        for each in by_position[given:]
        if parameters[each].default is inspect.Parameter.empty and each not in keywords
    ]
    return f"{name}() lacks {' and '.join(map(repr, lacking))}: {usual}"
