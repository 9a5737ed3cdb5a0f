"""The table ``store_ops``: one row per operation on a graph's store."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.events.events import JSON, Event
from lg_jupyter.events.store import StoreCalled
from lg_jupyter.tables.base import FactHandler, LogTable, Row
from lg_jupyter.tables.json_diff import is_equal_json, is_json_array
from lg_jupyter.tables.schema import SCHEMAS


def parse_found_store_items(value: JSON) -> list[Row]:
    """The items that a search found: their ``namespace``, ``key`` and ``value``."""
    items = value if is_json_array(value) else []
    return [item for item in items if isinstance(item, dict) and {"namespace", "key", "value"} <= item.keys()]


class StoreOpTable(LogTable):
    """What was read and written, and what each write replaced, as far as this run knows."""

    schema = SCHEMAS["store_ops"]

    def __init__(self) -> None:
        super().__init__()
        # what an item held last; None: there is none
        self._known_values: dict[tuple[str, str | None], JSON] = {}

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {StoreCalled: self._on_store_called}

    def _on_store_called(self, event: Event, fact: StoreCalled) -> None:
        name = None if fact.store_namespace is None else ".".join(fact.store_namespace)
        item = name or "", fact.key
        is_write = fact.operation in ("put", "delete") and fact.error is None
        before, effect = (
            (self._known_values.get(item), self._find_write_effect(item, fact)) if is_write else (None, None)
        )
        place = event.seq, fact.time, event.namespace, event.node, event.step, event.task_id
        what = (
            fact.operation,
            name,
            fact.key,
            fact.value,
            before,
            effect,
            fact.item_count,
            fact.args,
            fact.error,
        )
        self._logged_rows.append((*place, *what))
        self._remember_item_values(item, fact)

    def _find_write_effect(self, item: tuple[str, str | None], fact: StoreCalled) -> str:
        if item not in self._known_values:
            return "unknown"
        before = self._known_values[item]
        if fact.operation == "delete":
            return "same" if before is None else "deleted"
        if before is None:
            return "created"
        return "same" if is_equal_json(before, fact.value) else "changed"

    def _remember_item_values(self, item: tuple[str, str | None], fact: StoreCalled) -> None:
        if fact.error is not None:
            if fact.operation in ("put", "delete"):  # whatever came of it
                self._known_values.pop(item, None)
        elif fact.operation == "search":
            for found in parse_found_store_items(fact.value):
                self._known_values[".".join(found["namespace"]), found["key"]] = found["value"]
        elif fact.operation != "list_namespaces":
            self._known_values[item] = fact.value
