"""A graph's store is heard, and does what it does without."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from langgraph.config import get_store
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore, GetOp, PutOp
from langgraph.store.memory import InMemoryStore
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.run import Run
from lg_jupyter.sources.local.recording_store import copy_with_recording_store

NODE_IS_KNOWN_IN_COROUTINES = sys.version_info >= (3, 11)


class State(TypedDict, total=False):
    topic: str
    found: Any


async def run_of(graph: Any, **options: Any) -> Run:
    return await lg_jupyter.stream(graph, {"topic": "ice"}, display=False, **options)


def one_node(function: Callable[..., Any], store: BaseStore | None) -> Any:
    return StateGraph(State).add_node("remember", function).add_edge(START, "remember").compile(store=store)


def said(run: Run, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in run.trace.rows("store_ops")]


def writer(state: State, runtime: Runtime) -> State:
    store = runtime.store
    assert store is not None
    store.get(("users", "ada"), "likes")
    store.put(("users", "ada"), "likes", {"food": "figs"})
    store.put(("users", "ada"), "likes", {"food": "dates"}, index=False)
    store.put(("users", "ada"), "likes", {"food": "dates"})
    found = store.search(("users",), limit=5)
    store.list_namespaces(prefix=("users",))
    store.delete(("users", "ada"), "likes")
    return {"found": [item.value for item in found]}


FOUND = [{"namespace": ["users", "ada"], "key": "likes", "value": {"food": "dates"}}]

HEARD = [
    ("get", "users.ada", "likes", None, None, None),
    ("put", "users.ada", "likes", {"food": "figs"}, None, "created"),
    ("put", "users.ada", "likes", {"food": "dates"}, {"food": "figs"}, "changed"),
    ("put", "users.ada", "likes", {"food": "dates"}, {"food": "dates"}, "same"),
    ("search", "users", None, FOUND, None, None),
    ("list_namespaces", None, None, [["users", "ada"]], None, None),
    ("delete", "users.ada", "likes", None, {"food": "dates"}, "deleted"),
]  # fmt: skip
COLUMNS = ("op", "store_namespace", "key", "value", "before", "effect")


async def test_reads_and_writes_are_rows() -> None:
    store = InMemoryStore()
    graph = one_node(writer, store)
    run = await run_of(graph)
    assert run.output["found"] == [{"food": "dates"}]
    assert said(run, *COLUMNS) == HEARD
    assert {row["node"] for row in run.trace.rows("store_ops")} == {"remember"}
    [remember] = [row["task_id"] for row in run.trace.rows("tasks")]
    assert {row["task_id"] for row in run.trace.rows("store_ops")} == {remember}
    assert [row["args"] for row in run.trace.rows("store_ops")] == [
        None, None, {"index": False}, None, {"limit": 5}, {"prefix": ["users"]}, None,
    ]  # fmt: skip
    assert [row["count"] for row in run.trace.rows("store_ops")] == [0, None, None, None, 1, 1, None]
    assert graph.store is store
    assert run.to_pandas("store_ops")["op"].tolist() == [row[0] for row in HEARD]


async def test_awaited_ones_too() -> None:
    async def remember(state: State, runtime: Runtime) -> State:
        store = runtime.store
        assert store is not None
        await store.aput(("users",), "ada", {"age": 36})
        item = await store.aget(("users",), "ada")
        found = await store.asearch(("users",), filter={"age": 36})
        await store.alist_namespaces()
        await store.adelete(("users",), "ada")
        assert item is not None
        return {"found": [item.value, len(found)]}

    run = await run_of(one_node(remember, InMemoryStore()))
    assert run.output["found"] == [{"age": 36}, 1]
    assert said(run, "op", "key") == [
        ("put", "ada"), ("get", "ada"), ("search", None), ("list_namespaces", None), ("delete", "ada"),
    ]  # fmt: skip
    if NODE_IS_KNOWN_IN_COROUTINES:
        assert {row["node"] for row in run.trace.rows("store_ops")} == {"remember"}


async def test_each_operation_of_a_batch_is_a_row() -> None:
    def remember(state: State, runtime: Runtime) -> State:
        assert runtime.store is not None
        ops = (PutOp(("a",), "k", {"n": 1}), PutOp(("a",), "gone", None), GetOp(("a",), "k"))
        return {"found": len(runtime.store.batch(op for op in ops))}

    run = await run_of(one_node(remember, InMemoryStore()))
    assert run.output["found"] == 3
    assert [row[:2] for row in said(run, "op", "key")] == [("put", "k"), ("delete", "gone"), ("get", "k")]


async def test_a_subgraph_gets_it_and_its_place_is_known() -> None:
    def inside(state: State) -> State:
        get_store().put(("notes",), "n", {"of": state["topic"]})
        return {}

    inner = StateGraph(State).add_node("note", inside).add_edge(START, "note").compile()
    outer = StateGraph(State).add_node("research", inner).add_edge(START, "research")
    run = await run_of(outer.compile(store=InMemoryStore()).with_config(tags=["t"]))
    [row] = run.trace.rows("store_ops")
    assert row["node"] == "note"
    assert row["namespace"].startswith("research:")
    assert row["value"] == {"of": "ice"}


async def test_an_entrypoints_tasks_are_heard() -> None:
    @task
    def note(topic: str) -> str:
        get_store().put(("notes",), topic, {})
        return topic

    @entrypoint(store=InMemoryStore())
    def work(given: dict[str, str]) -> str:
        return note(given["topic"]).result()

    run = await run_of(work)
    assert said(run, "op", "node", "namespace") == [("put", "note", "")]


async def test_what_was_written_is_kept_as_it_was_then() -> None:
    def remember(state: State, runtime: Runtime) -> State:
        assert runtime.store is not None
        value: dict[str, Any] = {"items": [1]}
        runtime.store.put(("a",), "k", value)
        value["items"].append(2)
        runtime.store.put(("a",), "k", value)
        return {}

    run = await run_of(one_node(remember, InMemoryStore()))
    assert said(run, "value", "before") == [({"items": [1]}, None), ({"items": [1, 2]}, {"items": [1]})]


async def test_an_exception_is_the_callers_and_a_row() -> None:
    def remember(state: State, runtime: Runtime) -> State:
        assert runtime.store is not None
        with pytest.raises(ValueError, match="Namespace"):
            runtime.store.put((), "k", {})
        return {}

    run = await run_of(one_node(remember, InMemoryStore()))
    [row] = run.trace.rows("store_ops")
    assert (row["op"], row["effect"], row["error"]["error"]) == ("put", None, "InvalidNamespaceError")


async def test_a_secret_is_masked() -> None:
    def remember(state: State, runtime: Runtime) -> State:
        assert runtime.store is not None
        runtime.store.put(("keys",), "own", {"text": "it is canary-3141592653"})
        return {}

    config = {"configurable": {"api_key": "canary-3141592653"}}
    run = await run_of(one_node(remember, InMemoryStore()), config=config)
    [row] = run.trace.rows("store_ops")
    assert "canary" not in str(row)
    assert row["value"]["text"].startswith("it is ")


async def test_a_store_that_a_node_holds_is_not_heard() -> None:
    own = InMemoryStore()

    def remember(state: State) -> State:
        own.put(("a",), "k", {})
        return {}

    assert said(await run_of(one_node(remember, None)), "op") == []


class Ledger(InMemoryStore):
    """A store with more than a store has."""

    limit = 3

    def __len__(self) -> int:
        return 7

    def total(self) -> int:
        self.put(("own",), "k", {})  # not the caller's
        return self.limit


def heard(store: BaseStore) -> tuple[Any, list[dict[str, Any]]]:
    reports: list[dict[str, Any]] = []
    graph = one_node(lambda state: {}, store)
    copied = copy_with_recording_store(graph, reports.append)
    assert copied is not graph
    assert graph.store is store
    return copied.store, reports


def test_a_heard_store_passes_for_the_one_that_it_is_of() -> None:
    store = Ledger()
    wrapper, reports = heard(store)
    assert isinstance(wrapper, Ledger)
    assert isinstance(wrapper, BaseStore)
    assert wrapper == store
    assert hash(wrapper) == hash(store)
    assert repr(wrapper) == repr(store)
    assert len(wrapper) == 7
    assert wrapper.total() == 3
    assert reports == []
    wrapper.limit = 4
    assert store.limit == 4
    assert wrapper.supports_ttl == store.supports_ttl
    assert type(copy.copy(wrapper)) is Ledger
    assert not hasattr(wrapper, "no_such_thing")


def test_a_report_that_fails_is_nobodys_matter() -> None:
    def fails(report: dict[str, Any]) -> None:
        raise RuntimeError("no")

    store = InMemoryStore()
    wrapper = copy_with_recording_store(one_node(lambda state: {}, store), fails).store
    wrapper.put(("a",), "k", {"n": 1})
    assert wrapper.get(("a",), "k").value == {"n": 1}


def test_a_wrong_call_fails_as_it_does_without() -> None:
    wrapper, reports = heard(InMemoryStore())
    with pytest.raises(TypeError, match="put"):
        wrapper.put("only one")
    assert reports == []


def test_a_graph_without_store_stays_as_it_is() -> None:
    graph: Annotated[Any, "compiled"] = one_node(lambda state: {}, None)
    assert copy_with_recording_store(graph, list[Any]().append) is graph


async def test_a_graph_that_cannot_be_copied_runs_as_it_is() -> None:
    graph = one_node(writer, InMemoryStore())

    class Kept(type(graph)):  # type: ignore[misc]
        def __copy__(self) -> Any:
            raise RuntimeError("this one is alone")

    graph.__class__ = Kept
    run = await run_of(graph)
    assert run.status == "success"
    assert said(run, "op") == []


class Failing(InMemoryStore):
    """Has nothing, and says so."""

    def batch(self, ops: Any) -> Any:
        raise LookupError("nothing here")

    async def abatch(self, ops: Any) -> Any:
        raise LookupError("nothing here")


@pytest.mark.parametrize("name", ["get", "batch"])
async def test_a_store_that_fails_has_one_frame_of_ours_in_its_traceback(name: str) -> None:
    heard: list[Any] = []
    store = copy_with_recording_store(one_node(writer, Failing()), heard.append).store
    arguments: Any = ([GetOp(("a",), "b")],) if name == "batch" else (("a",), "b")
    with pytest.raises(LookupError) as raised:
        getattr(store, name)(*arguments)
    with pytest.raises(LookupError) as raised_later:
        await getattr(store, f"a{name}")(*arguments)
    for each in (raised, raised_later):
        assert [entry.path.name for entry in each.traceback].count("recording_store.py") == 1
    assert [each["error"] for each in heard] == [raised.value, raised_later.value]
