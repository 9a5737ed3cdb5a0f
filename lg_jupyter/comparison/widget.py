"""The view of two runs side by side: an anywidget.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`: one snapshot with all tables, and the call
``value``. The tables that say of both runs what a table of a run says of one have its name.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lg_jupyter.comparison.comparison import Comparison, Row
from lg_jupyter.encode import plain
from lg_jupyter.widgets import bundles as front_end
from lg_jupyter.widgets.cells import CELL_LIMIT, PREVIEW, cell
from lg_jupyter.widgets.protocol import PROTOCOL, Message

FEW = 500
"""Rows up to which long cells are pushed whole."""


class ComparisonWidget(anywidget.AnyWidget):
    """Two runs side by side.

    Parameters
    ----------
    comparison
        The comparison; it does not change.
    record
        The class of the element with the static tables, which is hidden while this one lives.
    """

    _esm = front_end.script("compare")
    _css = front_end.style("compare")

    _protocol = traitlets.Int(PROTOCOL).tag(sync=True)
    _summary = traitlets.Dict().tag(sync=True)

    def __init__(self, comparison: Comparison, record: str | None = None) -> None:
        names = dict.fromkeys((comparison.a.name, comparison.b.name))
        self._tables = _tables(comparison)
        self._name = " and ".join(names)
        stop = {"available": False, "hint": None}
        summary = {"status": "success", "target": self._name, "source": "comparison", "stop": stop}
        super().__init__(_summary={**summary, "record": record})
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"lg_jupyter: two runs of {self._name} side by side"

    def _receive(self, widget: object, content: Message, buffers: object) -> None:
        if content.get("type") == "snapshot":
            self.send({"type": "snapshot", "n": 1, "elapsed": None, "rows": self._pushed()})
        elif content.get("type") == "call":
            self.send({"type": "reply", "id": content.get("id"), **self._answer(content)})

    def _pushed(self) -> dict[str, list[Row]]:
        """Every row, with long cells cut: the more rows there are, the shorter."""
        limit = CELL_LIMIT if sum(map(len, self._tables.values())) <= FEW else PREVIEW
        return {
            table: [{name: cell(value, limit) for name, value in row.items()} for row in rows]
            for table, rows in self._tables.items()
        }

    def _answer(self, call: Message) -> Message:
        params: Any = call.get("params") or {}
        try:
            if call.get("method") == "ping":
                return {"result": True}
            if call.get("method") != "value":
                return {"error": f"A comparison has no method {call.get('method')!r}."}
            return {"result": plain(self._tables[params["table"]][params["key"]][params["column"]])}
        except Exception as error:  # a reply must come, whatever was asked
            return {"error": f"There is no such cell: {type(error).__name__}: {error}"}


def _tables(comparison: Comparison) -> dict[str, list[Row]]:
    """What the page draws, by the names that it knows tables by."""
    rows = comparison.rows
    changed = [
        {**row, "seq": number, "timestamp": 0, "step": None, "nodes": []}
        for number, row in enumerate(rows["state"])
    ]
    return {
        "runs": rows["summary"],
        "state_diffs": changed,
        "unchanged": list(comparison.unchanged()),
        "messages": rows["messages"],
        "tool_calls": rows["tool_calls"],
        "path": rows["path"],
        "tasks": rows["nodes"],
    }
