"""What the tap is made of: LangGraph's own, and private. It is looked for when a watch begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lg_jupyter.events.namespace import split_namespace


@dataclass(frozen=True)
class LangGraphInternals:
    """LangGraph's means by which a graph inside another hands on what it emits.

    Attributes
    ----------
    configurable_key, checkpoint_ns_key, runtime_key, stream_key, task_id_key
        Keys of a config: of its settings, and in these of namespace, runtime, stream and task.
    ensure_config
        Makes a call's config of those around it.
    merges_callbacks
        Whether a call's callbacks are added to those around it; with langgraph 1.0 they replace them.
    get_current_config
        Gives the config of the task that runs.
    make_stream_from_function, combine_streams
        Make a stream of a function and the modes it takes, and of two streams one.
    default_runtime
        The runtime of a call that was given none.
    """

    configurable_key: str
    checkpoint_ns_key: str
    runtime_key: str
    stream_key: str
    task_id_key: str
    ensure_config: Callable[..., Any]
    merges_callbacks: bool
    get_current_config: Callable[[], Any]
    make_stream_from_function: Callable[..., Any]
    combine_streams: Callable[..., Any]
    default_runtime: Any

    def get_namespace_segments(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The namespace of a task, as segments."""
        return tuple(map(str, split_namespace(str(settings.get(self.checkpoint_ns_key, "")))))


@cache
def get_langgraph_internals() -> LangGraphInternals | None:
    """Those of the LangGraph that is installed; ``None`` where it has them no more."""
    try:
        from langgraph._internal import _constants as names
        from langgraph._internal._config import ensure_config
        from langgraph.config import get_config
        from langgraph.pregel._loop import DuplexStream
        from langgraph.pregel.protocol import StreamProtocol
        from langgraph.runtime import DEFAULT_RUNTIME

        return LangGraphInternals(
            names.CONF,
            names.CONFIG_KEY_CHECKPOINT_NS,
            names.CONFIG_KEY_RUNTIME,
            names.CONFIG_KEY_STREAM,
            names.CONFIG_KEY_TASK_ID,
            ensure_config,
            _does_config_merge_callbacks(ensure_config),
            get_config,
            StreamProtocol,
            DuplexStream,
            DEFAULT_RUNTIME,
        )
    except (ImportError, AttributeError):
        return None


def _does_config_merge_callbacks(ensure_config: Callable[..., Any]) -> bool:
    from langchain_core.callbacks import BaseCallbackHandler

    one, other = ({"callbacks": [BaseCallbackHandler()]} for _ in range(2))
    return len(list_callback_handlers(ensure_config(one, other))) == 2


def list_callback_handlers(config: Mapping[str, Any]) -> list[Any]:
    """The callback handlers in a config: a list, or a manager that has one."""
    callbacks = config.get("callbacks") or []
    return list(getattr(callbacks, "handlers", callbacks))
