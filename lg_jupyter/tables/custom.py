"""The table ``custom``: one row per custom datum."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.events.events import CustomDataEmitted, Event
from lg_jupyter.tables.base import FactHandler, LogTable
from lg_jupyter.tables.schema import SCHEMAS


class CustomDataTable(LogTable):
    """What nodes wrote to the stream by themselves."""

    schema = SCHEMAS["custom"]

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {CustomDataEmitted: self._on_custom_data}

    def _on_custom_data(self, event: Event, fact: CustomDataEmitted) -> None:
        self._logged_rows.append((event.seq, event.timestamp, event.namespace, event.node, fact.data))
