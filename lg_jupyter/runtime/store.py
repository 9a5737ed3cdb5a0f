"""What the store of a run's graph holds now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import HasStore


def read_store_items(run: RunState, prefix: Sequence[str]) -> list[dict[str, Any]]:
    """The items in a namespace and below; this may block.

    Raises
    ------
    UsageError
        Where there is no store, or none that can be read.
    """
    source = run.source
    if not isinstance(source, HasStore):
        raise UsageError(f"{run.name} was loaded from a file: its store is not there")
    return source.list_store_items(prefix)
