"""The checkpoints of a thread as users hold them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from lg_jupyter.events.events import JSON

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint of the root graph.

    Attributes
    ----------
    source
        ``input``, ``loop``, ``update`` or ``fork``.
    next
        The nodes that come next.
    created_at
        When it was made: ISO 8601, as LangGraph reports it.
    changed
        The keys of the state that are not as at its parent.
    values
        The state, as JSON values.
    """

    checkpoint_id: str
    parent_checkpoint_id: str | None
    step: int | None
    source: str | None
    next: tuple[str, ...]
    created_at: str | None
    changed: tuple[str, ...]
    values: JSON = field(repr=False)


class Checkpoints(list[Checkpoint]):
    """The checkpoints of a thread, the oldest first."""

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a DataFrame, a row each.

        Returns
        -------
        pandas.DataFrame
            The columns are the fields of a checkpoint.

        Examples
        --------
        >>> run.checkpoints.to_pandas()["step"].tolist()
        [-1, 0, 1, 2]
        """
        import pandas

        return pandas.DataFrame([asdict(one) for one in self], columns=list(Checkpoint.__dataclass_fields__))
