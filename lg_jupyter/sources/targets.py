"""What to say of a thing that is no graph: what came, and what was probably meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from lg_jupyter.errors import TargetError


def is_streamable(target: Any) -> bool:
    """Whether this has LangGraph's ``stream`` or ``astream``, which take a ``stream_mode``."""
    from lg_jupyter.sources.local.graphs import accepts_stream_parameter, unwrap_graph

    if isinstance(target, type) or not (hasattr(target, "astream") or hasattr(target, "stream")):
        return False
    graph = unwrap_graph(target)
    return accepts_stream_parameter(graph, "stream_mode") and not _is_plain_runnable(graph)


def make_target_error(target: Any) -> TargetError:
    """The error on a target that cannot be run."""
    return TargetError(f"{_describe_target(target)} is no graph{_format_target_hint(target)}")


def _format_target_hint(target: Any) -> str:
    hints: tuple[tuple[Callable[[Any], bool], Callable[[Any], str]], ...] = _HINTS_BY_CHECK
    for fits, hint in hints:
        if fits(target):
            return hint(target)
    return "; give a compiled graph, or Server(url, assistant)"


def _describe_target(target: Any) -> str:
    if target is None:
        return "None"
    if isinstance(target, str):
        return f"the text {_shorten(target)!r}"
    if isinstance(target, type):
        return f"the class {target.__name__}"
    if isinstance(target, ModuleType):
        return f"the module {target.__name__}"
    if callable(target) and hasattr(target, "__name__"):
        return f"the function {target.__name__}"
    return f"{'an' if type(target).__name__[0] in 'aeiouAEIOU' else 'a'} {type(target).__name__}"


def _is_uncompiled(target: Any) -> bool:
    return not isinstance(target, type) and hasattr(target, "compile") and hasattr(target, "add_node")


def _is_plain_runnable(target: Any) -> bool:
    """A LangChain runnable that is no graph takes any keyword, and drops the stream mode."""
    names = {cls.__name__ for cls in type(target).__mro__}
    return "Runnable" in names and "PregelProtocol" not in names


def _is_url(target: Any) -> bool:
    return isinstance(target, str) and target.strip().startswith(("http://", "https://"))


def _is_run(target: Any) -> bool:
    """Whether it is a run, which stands above the sources: they know it by what it can do."""
    return hasattr(type(target), "replay") and hasattr(type(target), "trace")


def _format_call_hint(target: Any) -> str:
    call = f"{target.__name__}(…)"
    return f"; did you mean to call it, {f'await {call}' if inspect.iscoroutinefunction(target) else call}?"


def _format_module_hint(target: Any) -> str:
    graphs = [name for name, value in vars(target).items() if not name.startswith("_") and _is_graph(value)]
    if not graphs:
        return ", and has none in it"
    return f"; did you mean {' or '.join(f'{target.__name__}.{name}' for name in graphs[:3])}?"


def _is_graph(value: Any) -> bool:
    try:
        return is_streamable(value)
    except Exception:
        return False


_HINTS_BY_CHECK = (
    (_is_uncompiled, lambda target: " yet: it is not compiled; did you mean `.compile()`?"),
    (
        _is_url,
        lambda target: f"; for a server: Server({_shorten(target)!r}, assistant), or in the magic --url",
    ),
    (
        lambda target: isinstance(target, str),
        lambda target: f"; for an assistant: Server(url, {_shorten(target)!r}), or in the magic --url",
    ),
    (lambda target: isinstance(target, ModuleType), _format_module_hint),
    (
        lambda target: isinstance(target, type),
        lambda target: "; did you mean an instance of it, compiled?" if _is_uncompiled_class(target) else "",
    ),
    (
        _is_run,
        lambda target: " but a run of one; `run.replay()` shows it again",
    ),
    (inspect.isawaitable, lambda target: " yet; did you forget `await`?"),
    (
        lambda target: type(target).__name__ == "_TaskFunction",
        lambda target: "; a @task is run by an @entrypoint: stream that",
    ),
    (lambda target: inspect.isroutine(target), _format_call_hint),
    (
        _is_plain_runnable,
        lambda target: ", but a LangChain runnable; make it a node of a StateGraph and stream that",
    ),
    (
        lambda target: isinstance(target, dict | list | tuple),
        lambda target: "; the graph comes first, then its input: stream(graph, input)",
    ),
)
"""What each kind of thing was probably meant to be, the first that fits."""


def _is_uncompiled_class(target: type) -> bool:
    return hasattr(target, "compile") and hasattr(target, "add_node")


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
