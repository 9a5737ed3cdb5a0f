"""What lets watches hear every graph: ``Pregel.stream`` and ``astream``, with a completed config.

LangGraph hands on what a graph inside another emits to a stream in the config of its call. A root call gets
one, too, so its own modes, items, threads and models stay as they are. To ask for more modes instead would
change the run: with some a node moves to another thread, with others models stream.

Two calls need more, for LangGraph leaves our stream out. ``astream(subgraphs=True)`` puts the caller's in its
place: there more modes do no harm, and are requested. Where the caller asks for ``custom``, those data go to
it alone: there they are read from what it is given.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from langchain_core.runnables.config import merge_configs, var_child_runnable_config

from lg_jupyter.sources.base import get_config_thread_id
from lg_jupyter.sources.local.own_calls import is_own_call
from lg_jupyter.watching.callback_handler import (
    RunCallbackHandler,
    find_innermost_run_handler,
    get_streaming_run_handler_class,
    has_call_recorder_of_own_run,
)
from lg_jupyter.watching.forwarding import (
    IterationObserver,
    aflat_map,
    aiterate_with_observer,
    iterate_with_observer,
)
from lg_jupyter.watching.langgraph_internals import (
    LangGraphInternals,
    get_langgraph_internals,
    list_callback_handlers,
)
from lg_jupyter.watching.root_call import RootCall, make_root_call_from_arguments
from lg_jupyter.watching.run_recorder import RunRecorder, warn_of_fault
from lg_jupyter.watching.stream_recorder import StreamRecorder

TAPPED_MODES = ("values", "updates", "debug")
"""The modes that a call is tapped for; messages are heard by callbacks, custom data by their writer."""

CALLBACK_ONLY_MODES = ("messages", "updates")
"""What is heard where LangGraph gives no means to tap it."""

ORIGINAL_METHOD_ATTRIBUTE = "__lg_jupyter_original__"


MakeCallRecorder = Callable[[RootCall, "str | None"], "tuple[RunRecorder, bool] | None"]
"""Gives who hears a call, by its thread, and whether models are to stream for it; ``None``: nobody does."""


def wrap_stream_method(
    original: Callable[..., Any], make_recorder: MakeCallRecorder, *, is_async: bool
) -> Callable[..., Any]:
    """``Pregel.stream`` or ``astream``, heard by who ``make_recorder`` gives."""

    @functools.wraps(original)
    def tapped(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        try:
            call = make_root_call_from_arguments(args, options, is_async)
            given, recorder = _prepare_config_and_recorder(call, make_recorder)
        except Exception as fault:  # never in the way: the call goes on unheard
            _warn_once(fault)
            return original(*args, **options)
        if recorder is None and given is call.config:
            return original(*args, **options)
        return _open_observed_stream(call, given, recorder, original)

    setattr(tapped, ORIGINAL_METHOD_ATTRIBUTE, original)
    tapped.__lg_jupyter_listen__ = make_recorder  # type: ignore[attr-defined]
    return tapped


def wrap_remote_stream_method(
    original: Callable[..., Any], make_recorder: MakeCallRecorder, *, is_async: bool
) -> Callable[..., Any]:
    """Those of a ``RemoteGraph``, of which what it streams is read along: more would change its request."""

    @functools.wraps(original)
    def tapped(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        items = original(*args, **options)
        try:
            reading = _make_remote_call_observer(
                make_root_call_from_arguments(args, options, is_async), make_recorder
            )
        except Exception as fault:  # never in the way: the call goes on unheard
            _warn_once(fault)
            return items
        if reading is None:
            return items
        return aiterate_with_observer(items, reading) if is_async else iterate_with_observer(items, reading)

    setattr(tapped, ORIGINAL_METHOD_ATTRIBUTE, original)
    tapped.__lg_jupyter_listen__ = make_recorder  # type: ignore[attr-defined]
    return tapped


def _make_remote_call_observer(call: RootCall, make_recorder: MakeCallRecorder) -> IterationObserver | None:
    """Who reads along a call of a ``RemoteGraph``; nobody of one that a node makes."""
    around = (var_child_runnable_config.get() or {}).get("metadata") or {}
    own = (call.config or {}).get("metadata") or {}
    if is_own_call() or "langgraph_node" in around or "langgraph_node" in own:
        return None
    found = make_recorder(call, get_config_thread_id(call.config))
    return None if found is None else StreamRecorder(found[0], call.split_item)


def _open_observed_stream(
    call: RootCall, config: Any, recorder: RunRecorder | None, original: Callable[..., Any]
) -> Any:
    """The generator of a call whose config was completed."""
    __tracebackhide__ = True
    begin = functools.partial(original, call.graph, call.input, config)
    if recorder is None or get_langgraph_internals() is None:
        return begin(**call.options)
    if call.is_async and call.subgraphs:
        return aflat_map(
            begin(**_make_options_with_tapped_modes(call)),
            functools.partial(_select_requested_items, call, recorder),
        )
    items = begin(**call.options)
    if "custom" not in call.stream_modes:
        return items
    reader = _CustomDataObserver(call, recorder)
    return aiterate_with_observer(items, reader) if call.is_async else iterate_with_observer(items, reader)


def _make_options_with_tapped_modes(call: RootCall) -> dict[str, Any]:
    modes = dict.fromkeys(
        (*sorted(call.stream_modes, key=_make_mode_sort_key(call)), *TAPPED_MODES, "custom")
    )
    return {**call.options, "stream_mode": list(modes)}


def _make_mode_sort_key(call: RootCall) -> Callable[[str], int]:
    order = [call.stream_mode] if isinstance(call.stream_mode, str) else list(call.stream_mode)
    return order.index


def _select_requested_items(call: RootCall, recorder: RunRecorder, item: Any) -> list[Any]:
    """Of an item with more modes what the caller requested, in its shape."""
    v2 = call.options.get("version") == "v2"
    namespace, mode, payload = (item["ns"], item["type"], item["data"]) if v2 else item
    if mode == "custom" or (namespace and mode in TAPPED_MODES):  # the root's own come by our stream
        recorder.add_item((tuple(namespace), mode, payload))
    if mode not in call.stream_modes:
        return []
    return [item if v2 or isinstance(call.stream_mode, list) else (namespace, payload)]


class _CustomDataObserver(IterationObserver):
    """Reads the custom data that a caller gets, and we do not."""

    def __init__(self, call: RootCall, recorder: RunRecorder) -> None:
        self._call = call
        self._recorder = recorder

    def on_item(self, item: Any) -> None:
        try:
            split = self._call.split_item(item)
        except Exception as fault:
            self._recorder.stop_after_fault(fault)
            return
        if split is not None and split[1] == "custom":
            self._recorder.add_item(split)


# ---------------------------------------------------------------------------------------------
# The config


def _prepare_config_and_recorder(
    call: RootCall, make_recorder: MakeCallRecorder
) -> tuple[Any, RunRecorder | None]:
    """The config to call with, and who hears the run; as it was given, and ``None``, where it is none."""
    if is_own_call():
        return call.config, None
    names = get_langgraph_internals()
    return (
        _make_handler_config_and_recorder(call, make_recorder)
        if names is None
        else _make_tapped_config_and_recorder(call, make_recorder, names)
    )


def _make_tapped_config_and_recorder(
    call: RootCall, make_recorder: MakeCallRecorder, internals: LangGraphInternals
) -> tuple[Any, RunRecorder | None]:
    ambient: Mapping[str, Any] = var_child_runnable_config.get() or {}
    around = ambient.get(internals.configurable_key) or {}
    whole = internals.ensure_config(call.graph.config, call.config)
    settings, handlers = whole[internals.configurable_key], list_callback_handlers(whole)
    outer = find_innermost_run_handler(handlers)
    if internals.task_id_key in settings:  # a graph inside another, which hands on what it emits
        return _make_config_with_custom_writer(call, settings, outer, internals), None
    begins_outside = outer is None and internals.task_id_key not in around
    if begins_outside:
        outer, found = (
            None,
            None
            if has_call_recorder_of_own_run(handlers)
            else _make_root_recorder(call, make_recorder, settings),
        )
    elif outer is None or outer.root is None or internals.task_id_key not in around:
        found = None  # nobody hears the run around it; or this call is wrapped twice
    else:
        found = outer.recorder, False
    if found is None:
        return call.config, None
    recorder, streams = found
    prefix = () if outer is None else (*outer.prefix, *internals.get_namespace_segments(around))
    handler = (get_streaming_run_handler_class() if streams else RunCallbackHandler)(recorder, prefix, outer)
    handler.keeps_custom_data = "custom" in call.stream_modes and not call.subgraphs
    added = _make_tap_settings(call, recorder, prefix, settings, internals)
    # All settings: with langgraph 1.0 those of a call replace what is bound to the graph.
    given = {**(call.config or {}), internals.configurable_key: {**settings, **added}}
    return _add_handler_to_config(given, given if internals.merges_callbacks else whole, handler), recorder


def _make_root_recorder(
    call: RootCall, make_recorder: MakeCallRecorder, settings: Mapping[str, Any]
) -> tuple[RunRecorder, bool] | None:
    if not settings and call.graph.checkpointer not in (None, False):
        return None  # LangGraph is about to refuse it, and a setting more would have it say something else
    return make_recorder(call, get_config_thread_id({"configurable": settings}))


def _make_tap_settings(
    call: RootCall,
    recorder: RunRecorder,
    prefix: tuple[str, ...],
    settings: Mapping[str, Any],
    internals: LangGraphInternals,
) -> dict[str, Any]:
    def emitted(item: Any) -> None:
        recorder.add_item(((*prefix, *item[0]), item[1], item[2]))

    stream = internals.make_stream_from_function(emitted, set(TAPPED_MODES))
    if (theirs := settings.get(internals.stream_key)) is not None:
        stream = internals.combine_streams(theirs, stream)
    runtime = settings.get(internals.runtime_key, internals.default_runtime)
    store = runtime.store or call.graph.store
    writer = _make_custom_writer(recorder, prefix, internals)
    return {
        internals.stream_key: stream,
        internals.runtime_key: replace(runtime, stream_writer=writer, store=store),
    }


def _make_config_with_custom_writer(
    call: RootCall,
    settings: Mapping[str, Any],
    handler: RunCallbackHandler | None,
    internals: LangGraphInternals,
) -> Any:
    """The config of a graph inside one whose caller requested the root's custom data alone.

    There LangGraph, which has our stream before it, would give the caller those of all graphs.
    """
    if handler is None or not handler.keeps_custom_data:
        return call.config
    writer = _make_custom_writer(handler.recorder, handler.prefix, internals)
    runtime = replace(settings[internals.runtime_key], stream_writer=writer)
    return {**(call.config or {}), internals.configurable_key: {**settings, internals.runtime_key: runtime}}


def _make_custom_writer(
    recorder: RunRecorder, prefix: tuple[str, ...], internals: LangGraphInternals
) -> Callable[[Any], None]:
    def write(data: Any) -> None:
        inside = internals.get_namespace_segments(internals.get_current_config()[internals.configurable_key])[
            :-1
        ]
        recorder.add_item(((*prefix, *inside), "custom", data))

    return write


def _make_handler_config_and_recorder(
    call: RootCall, make_recorder: MakeCallRecorder
) -> tuple[Any, RunRecorder | None]:
    """Callbacks tell the structure, messages and what nodes wrote; where LangGraph has no means for more."""
    around = var_child_runnable_config.get() or {}
    handlers = [*list_callback_handlers(call.config or {}), *list_callback_handlers(around)]
    if (
        find_innermost_run_handler(handlers)
        or has_call_recorder_of_own_run(handlers)
        or around.get("metadata", {}).get("langgraph_node")
    ):
        return call.config, None
    whole = merge_configs(call.graph.config, call.config)
    found = make_recorder(call, get_config_thread_id(whole))
    if found is None:
        return call.config, None
    return _add_handler_to_config(
        dict(call.config or {}), whole, RunCallbackHandler(found[0], alone=True)
    ), found[0]


def _add_handler_to_config(
    given: dict[str, Any], known: Mapping[str, Any], handler: RunCallbackHandler
) -> dict[str, Any]:
    both = merge_configs({"callbacks": known.get("callbacks")}, {"callbacks": [handler]})
    return {**given, "callbacks": both["callbacks"]}


_warned_texts: set[str] = set()


def _warn_once(fault: Exception) -> None:
    text = f"{type(fault).__name__}: {fault}"
    if text not in _warned_texts:
        _warned_texts.add(text)
        warn_of_fault(f"a run goes on, but is not watched: {text}")
