"""What a run's store holds now is read, and nothing is done to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from langgraph.store.memory import InMemoryStore

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.queries import RunQueries
from tests.sources.test_heard_store import one_node, run_of

SECRET = "swordfish-of-the-notes"


class Refreshing(InMemoryStore):
    """Keeps how it was searched."""

    asked: list[Any]

    def search(self, *arguments: Any, **options: Any) -> Any:
        self.asked = [*getattr(self, "asked", []), options]
        return super().search(*arguments, **options)


def filled(store: InMemoryStore) -> InMemoryStore:
    store.put(("users", "ada"), "likes", {"tea": True})
    store.put(("users", "ada"), "city", {"name": "Oslo"})
    store.put(("users", "bob"), "likes", {"how": f"by {SECRET}", "long": "word " * 2_000})
    return store


async def test_items_stand_by_namespace_and_key() -> None:
    run = await run_of(one_node(lambda state: {}, filled(InMemoryStore())))
    places = [(item["namespace"], item["key"]) for item in run.store_items()]
    assert places == [(["users", "ada"], "city"), (["users", "ada"], "likes"), (["users", "bob"], "likes")]
    (city, _) = run.store_items("users", "ada")
    assert city["value"] == {"name": "Oslo"}
    assert datetime.fromisoformat(city["created_at"]) <= datetime.fromisoformat(city["updated_at"])
    assert run.store_items("nobody") == []


async def test_reading_is_no_operation_of_the_run_and_refreshes_nothing() -> None:
    store = Refreshing()
    run = await run_of(one_node(lambda state: {}, store))
    run.store_items()
    assert [options["refresh_ttl"] for options in store.asked] == [False]
    assert not run.trace.rows("store_ops")


async def test_the_page_gets_big_values_by_their_beginning_and_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOTES_API_KEY", SECRET)
    run = await run_of(one_node(lambda state: {}, filled(InMemoryStore())))
    items = RunQueries(get_run_state(run)).list_store_items(["users", "bob"])["items"]
    assert items[0]["value"]["$big"] > 9_000
    assert "by " in str(items)
    assert SECRET not in str(items)


async def test_where_there_is_no_store_it_is_said(tmp_path: Any) -> None:
    run = await run_of(one_node(lambda state: {}, None))
    with pytest.raises(UsageError, match="has no store: compile it with store="):
        run.store_items()
    run.save(tmp_path / "run.jsonl")
    with pytest.raises(UsageError, match="loaded from a file"):
        lg_jupyter.load(tmp_path / "run.jsonl").store_items()
