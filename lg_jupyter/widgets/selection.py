"""What is selected in the views of a run, as Python has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_jupyter.encode import to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.spelling import format_suggestion_ending

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace

TABLES_BY_SELECTION_KIND: dict[str, tuple[str, ...]] = {
    "task": ("tasks",),
    "message": ("messages",),
    "call": ("model_calls", "tool_calls"),
    "checkpoint": ("checkpoints",),
    "namespace": ("namespaces",),
    "event": ("events",),
    "node": (),
    "step": (),
}
"""The kinds of what can be selected, and in which tables its row stands."""

MAX_SELECTED_ID_CHARACTERS = 2_000
"""Characters of the id of what a page selects."""


@dataclass(frozen=True)
class Selection:
    """What is selected in the views of a run.

    Attributes
    ----------
    kind
        ``"task"``, ``"message"``, ``"call"``, ``"checkpoint"``, ``"namespace"``, ``"event"``, ``"node"`` or
        ``"step"``.
    id
        Its key in its table; of a node its name, of a step its number.
    """

    kind: str
    id: str | int
    _trace: Trace | None = field(default=None, repr=False, compare=False)

    @property
    def row(self) -> JSONObject | None:
        """Its row as it is now, as in ``run.tasks`` or ``run.messages``; ``None`` of a node and of a step."""
        if self._trace is None:
            return None
        found = (self._trace.row(table, self.id) for table in TABLES_BY_SELECTION_KIND[self.kind])
        return next((to_plain_json(dict(row)) for row in found if row is not None), None)

    @property
    def step(self) -> int | None:
        """The step that it belongs to; ``None`` where it has none."""
        if self.kind == "step":
            return int(self.id)
        step = (self.row or {}).get("step")
        return step if isinstance(step, int) else None


def encode_selection(selection: Selection | None) -> JSON:
    """A selection as pages have it."""
    return None if selection is None else {"kind": selection.kind, "id": selection.id}


def parse_selection(value: Any, trace: Trace) -> Selection | None:
    """What was given as a selection: one, its kind and its id as a pair or by name, or ``None``.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    if value is None:
        return None
    if isinstance(value, Selection):
        value = (value.kind, value.id)
    elif isinstance(value, Mapping):
        value = (value.get("kind"), value.get("id"))
    try:
        kind, id = value
    except (TypeError, ValueError):
        kind, id = None, None
    if not isinstance(kind, str) or isinstance(id, bool) or not isinstance(id, (str, int)):
        raise UsageError(f"A selection is a kind and an id, as in ('node', 'write'), not {value!r}.")
    if kind not in TABLES_BY_SELECTION_KIND:
        kinds = ", ".join(TABLES_BY_SELECTION_KIND)
        raise UsageError(
            f"There is no kind {kind!r}{format_suggestion_ending(kind, TABLES_BY_SELECTION_KIND)} "
            f"Kinds: {kinds}."
        )
    if kind in ("step", "event") and not isinstance(id, int):
        raise UsageError(f"A {kind} is selected by its number, as in ({kind!r}, 2), not {id!r}.")
    if len(str(id)) > MAX_SELECTED_ID_CHARACTERS:
        raise UsageError(f"An id has at most {MAX_SELECTED_ID_CHARACTERS:,} characters.")
    return Selection(kind, id if kind in ("step", "event") else str(id), trace)
