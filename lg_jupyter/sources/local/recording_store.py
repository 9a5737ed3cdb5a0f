"""What nodes read of their graph's store and write to it: no stream tells, the store itself does.

For one run, a shallow copy of the graph has the store in a wrapper that passes everything on, and reports
what was called. The user's graph and store are left as they are. A store that a node holds by itself is
not heard.
"""

from __future__ import annotations

import copy
import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias, cast

from langchain_core.runnables.config import var_child_runnable_config
from langgraph.store.base import BaseStore, GetOp, ListNamespacesOp, PutOp, SearchOp

from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.call_recorder import TASK_METADATA_KEYS

ReportStoreCall: TypeAlias = Callable[[dict[str, Any]], None]

_log = logging.getLogger(__name__)

_STORE_METHOD_NAMES = ("get", "search", "put", "delete", "list_namespaces")
_RECORDED_METHOD_NAMES = frozenset(
    f"{prefix}{name}" for prefix in ("", "a") for name in (*_STORE_METHOD_NAMES, "batch")
)
_WRAPPER_ATTRIBUTES = frozenset({"_wrapped_store", "_report_call"})
_UNDELEGATED_SPECIAL_METHODS = frozenset({"__del__", "__init_subclass__", "__class_getitem__"})


def copy_with_recording_store(graph: Any, report: ReportStoreCall) -> Any:
    """The graph, or if it has a store, a copy whose nodes get one that reports what they do with it."""
    *around, bare = graphs.list_wrapper_layers(graph)
    store = getattr(bare, "store", None)
    if not isinstance(store, BaseStore) or not graphs.is_pregel(bare):
        return graph
    try:
        copied = copy.copy(bare)
        copied.store = _make_recording_store_class(type(store))(store, report)
        for binding in reversed(around):
            copied = binding.model_copy(update={"bound": copied})
    except Exception:
        _log.debug("a graph of this class cannot be copied: its store is not heard", exc_info=True)
        return graph
    return copied


class RecordingStore(BaseStore):
    """A store in place of another, which does all that is done, and of whose class it says that it is.

    Reports are made of copies, in the thread of whoever calls; what goes wrong with one is nobody's matter.
    """

    def __init__(self, store: BaseStore, report: ReportStoreCall) -> None:
        object.__setattr__(self, "_wrapped_store", store)
        object.__setattr__(self, "_report_call", report)

    def __getattribute__(self, name: str) -> Any:
        if name in _WRAPPER_ATTRIBUTES or name in _RECORDED_METHOD_NAMES:
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "_wrapped_store"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._wrapped_store, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._wrapped_store, name)

    def __eq__(self, other: object) -> bool:
        is_heard = type(other).__base__ is RecordingStore
        return bool(
            self._wrapped_store == (cast(RecordingStore, other)._wrapped_store if is_heard else other)
        )

    def __hash__(self) -> int:
        return hash(self._wrapped_store)

    def __repr__(self) -> str:
        return repr(self._wrapped_store)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._wrapped_store.__reduce_ex__(protocol)

    def batch(self, ops: Iterable[Any]) -> list[Any]:
        ops = list(ops)
        with _StoreCallReporter(self._report_call, _make_call_reports_from_operations(ops)) as heard:
            heard.results = self._wrapped_store.batch(ops)
        return heard.results

    async def abatch(self, ops: Iterable[Any]) -> list[Any]:
        ops = list(ops)
        with _StoreCallReporter(self._report_call, _make_call_reports_from_operations(ops)) as heard:
            heard.results = await self._wrapped_store.abatch(ops)
        return heard.results


class _StoreCallReporter:
    """Calls that are reported when they are over, with what was answered, or raised.

    A context manager of this kind puts no frame into a traceback, as a function around the calls would.
    """

    def __init__(self, report: ReportStoreCall, calls: list[dict[str, Any]]) -> None:
        self.results: list[Any] = []
        self._report, self._calls = report, calls

    def __enter__(self) -> _StoreCallReporter:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _report_calls_with_results(self._report, self._calls, self.results, error)


def _make_recording_method(name: str) -> Callable[..., Any]:
    def method(self: RecordingStore, *args: Any, **kwargs: Any) -> Any:
        with _StoreCallReporter(
            self._report_call, _make_call_reports_from_arguments(name, args, kwargs)
        ) as heard:
            heard.results = [getattr(self._wrapped_store, name)(*args, **kwargs)]
        return heard.results[0]

    return method


def _make_async_recording_method(name: str) -> Callable[..., Any]:
    async def method(self: RecordingStore, *args: Any, **kwargs: Any) -> Any:
        with _StoreCallReporter(
            self._report_call, _make_call_reports_from_arguments(name, args, kwargs)
        ) as heard:
            heard.results = [await getattr(self._wrapped_store, f"a{name}")(*args, **kwargs)]
        return heard.results[0]

    return method


for _name in _STORE_METHOD_NAMES:
    setattr(RecordingStore, _name, _make_recording_method(_name))
    setattr(RecordingStore, f"a{_name}", _make_async_recording_method(_name))


@cache
def _make_recording_store_class(cls: type[BaseStore]) -> type[RecordingStore]:
    """A wrapper's class for stores of a class, with the special methods that this has."""

    def passes_on(name: str) -> Callable[..., Any]:
        return lambda self, *args, **kwargs: getattr(self._wrapped_store, name)(*args, **kwargs)

    special = {
        name: passes_on(name)
        for name in dir(cls)
        if name.startswith("__") and callable(getattr(cls, name, None))
        if not hasattr(RecordingStore, name) and name not in _UNDELEGATED_SPECIAL_METHODS
    }
    return type(cls.__name__, (RecordingStore,), special)


# -- what is reported --------------------------------------------------------------------------------


def _get_store_method_signature(name: str) -> inspect.Signature:
    return inspect.signature(getattr(BaseStore, name))


_PARAMETER_DEFAULTS_BY_METHOD: dict[str, Mapping[str, Any]] = {
    name: {each.name: each.default for each in _get_store_method_signature(name).parameters.values()}
    for name in _STORE_METHOD_NAMES
}


def _make_call_reports_from_arguments(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[dict[str, Any]]:
    """A call of a method, as its report begins; none, if it cannot be understood."""
    try:
        bound = _get_store_method_signature(name).bind(None, *args, **kwargs)
        return [
            _make_call_report(name, {key: value for key, value in bound.arguments.items() if key != "self"})
        ]
    except Exception:
        _log.debug("a call of a store's %s is not reported", name, exc_info=True)
        return []


def _make_call_reports_from_operations(ops: list[Any]) -> list[dict[str, Any]]:
    try:
        return [_make_call_report_from_operation(op) for op in ops]
    except Exception:
        _log.debug("a batch of a store is not reported", exc_info=True)
        return []


def _make_call_report_from_operation(op: Any) -> dict[str, Any]:
    fields = op._asdict()
    if isinstance(op, GetOp):
        return _make_call_report("get", fields)
    if isinstance(op, SearchOp):
        return _make_call_report("search", fields)
    if isinstance(op, PutOp):
        deletes = op.value is None
        fields = {"namespace": op.namespace, "key": op.key} if deletes else fields
        return _make_call_report("delete" if deletes else "put", fields)
    if isinstance(op, ListNamespacesOp):
        return _make_call_report("list_namespaces", fields)
    raise TypeError(f"a store has no op {op!r}")


def _make_call_report(op: str, given: dict[str, Any]) -> dict[str, Any]:
    """What is known of a call before it is answered. Its values are copies, for theirs may change."""
    namespace = given.pop("namespace_prefix", given.pop("namespace", None))
    key, value = given.pop("key", None), given.pop("value", None)
    defaults = _PARAMETER_DEFAULTS_BY_METHOD[op]
    more = {
        name: _copy_containers(each)
        for name, each in given.items()
        if each is not None and each is not defaults.get(name) and each != defaults.get(name)
        if type(each).__name__ != "NotProvided"
    }
    config = var_child_runnable_config.get() or {}
    metadata = config.get("metadata") or {}
    return {
        "op": op,
        "namespace": None if namespace is None else list(namespace),
        "key": key,
        **({"value": _copy_containers(value)} if op == "put" else {}),
        **({"args": more} if more else {}),
        "metadata": {name: metadata.get(name) for name in TASK_METADATA_KEYS if name in metadata},
    }


def _report_calls_with_results(
    report: ReportStoreCall, calls: list[dict[str, Any]], results: Any, error: BaseException | None
) -> None:
    try:
        for nth, call in enumerate(calls):
            report(
                {
                    **call,
                    **(
                        {"error": error}
                        if error is not None
                        else _make_result_fields(call["op"], results[nth])
                    ),
                }
            )
    except Exception:
        _log.debug("what a store was called for is not reported", exc_info=True)


def _make_result_fields(op: str, result: Any) -> dict[str, Any]:
    if op == "get":
        return {
            "value": None if result is None else _copy_containers(result.value),
            "count": int(result is not None),
        }
    if op == "search":
        return {"value": [_make_item_dict(each) for each in result], "count": len(result)}
    if op == "list_namespaces":
        return {"value": [list(each) for each in result], "count": len(result)}
    return {}


def _make_item_dict(item: Any) -> dict[str, Any]:
    score = getattr(item, "score", None)
    found = {"namespace": list(item.namespace), "key": item.key, "value": _copy_containers(item.value)}
    return found if score is None else {**found, "score": score}


def _copy_containers(value: Any, depth: int = 0) -> Any:
    """A value with containers of its own, as deep as JSON is likely to be."""
    if depth < 32:
        if type(value) is dict:
            return {key: _copy_containers(each, depth + 1) for key, each in value.items()}
        if type(value) in (list, tuple):
            return type(value)(_copy_containers(each, depth + 1) for each in value)
    return value
