"""The table ``checkpoints``: one row per checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.events.events import CheckpointSaved, Event
from lg_jupyter.tables.base import FactHandler, KeyedTable
from lg_jupyter.tables.schema import SCHEMAS


class CheckpointTable(KeyedTable):
    """A checkpoint that is sent again, as a resume does, keeps its row."""

    schema = SCHEMAS["checkpoints"]

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {CheckpointSaved: self._on_checkpoint_saved}

    def trim_before(self, seq: int, time: float) -> None:
        self._trim_ended_rows(time, ("values",))

    def _on_checkpoint_saved(self, event: Event, fact: CheckpointSaved) -> None:
        if fact.checkpoint_id in self._row_by_key:
            return
        self._add_row(
            fact.checkpoint_id,
            checkpoint_id=fact.checkpoint_id,
            parent_checkpoint_id=fact.parent_checkpoint_id,
            thread_id=fact.thread_id,
            namespace=event.namespace,
            step=fact.step,
            source=fact.source,
            timestamp=fact.time,
            next=fact.next,
            values=fact.values,
        )
